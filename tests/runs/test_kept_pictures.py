"""Pictures inside an answer: kept as files of ours, shown, and gone with their conversation."""

from __future__ import annotations

import base64
import os

import msgspec
import pytest

from tests.runs.acts import begin, play
from tests.runs.stage import Stage
from tests.samples import picture, png
from widget.domain.events import ImageReady, RunCompleted, RunEvent
from widget.domain.transcript import ShownPart
from widget.runs import conversations, pictures, uploads
from widget.store.files import Files


def inline(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def shown(stage: Stage, *events: RunEvent) -> ShownPart:
    play(stage, *events, RunCompleted())
    return stage.shown_answer().parts[-1]


def on_disk(stage: Stage) -> list[str]:
    folder = stage.store.files.folder
    return sorted(os.listdir(folder)) if folder.exists() else []


def test_a_picture_becomes_a_file_of_the_visitors(stage: Stage) -> None:
    part = shown(stage, ImageReady("1", inline(picture()), "A lamp"))

    assert (part.kind, part.url, part.title) == ("image", None, "A lamp")
    stored = uploads.access(stage.engine, "acme", "vis_ada", part.attachment or "")
    assert (stored.name, stored.content_type) == ("A lamp.png", "image/png")
    assert b"".join(uploads.read(stage.engine, stored)) == picture()
    assert stored.message == stage.shown_answer().id


def test_it_is_what_it_is_and_not_what_it_says(stage: Stage) -> None:
    part = shown(stage, ImageReady("1", inline(picture("JPEG"), "image/png")))

    stored = uploads.access(stage.engine, "acme", "vis_ada", part.attachment or "")
    assert (stored.name, stored.content_type) == ("picture.jpg", "image/jpeg")


@pytest.mark.parametrize(
    "url",
    [
        inline(b"<svg onload='alert(1)'/>", "image/svg+xml"),
        inline(b"<html>", "image/png"),
        inline(png(60_000, 60_000)),
        inline(b"\x89PNG\r\n\x1a\nnothing"),
        "data:text/html;base64,PGh0bWw+",
        "data:image/png,not-base64",
        "data:image/png;base64,%%%%",
        "DATA:image/png;base64,PGh0bWw+",
        "data:",
    ],
)
def test_what_is_no_picture_is_not_kept(stage: Stage, url: str) -> None:
    part = shown(stage, ImageReady("1", url, "A lamp"))

    assert (part.kind, part.url, part.attachment) == ("image", None, None)
    assert on_disk(stage) == []


def test_a_picture_that_is_too_large_is_not_kept(stage: Stage) -> None:
    data = picture() + bytes(pictures.MOST_BYTES)

    assert shown(stage, ImageReady("1", inline(data))).attachment is None


def test_a_sketch_gives_way_to_the_finished_picture(stage: Stage) -> None:
    sketch, finished = picture(size=(8, 8)), picture(size=(16, 16))
    part = shown(
        stage,
        ImageReady("1", inline(sketch)),
        ImageReady("1", inline(finished)),
        ImageReady("1", inline(finished)),
    )

    assert on_disk(stage) == [part.attachment]
    assert stage.rows("SELECT id FROM attachments") == [(part.attachment,)]
    assert len(stage.shown_answer().parts) == 1


class FullDisk(Files):
    def free(self) -> int:
        return uploads.KEPT_FREE - 1


def test_a_full_disk_keeps_no_pictures(stage: Stage) -> None:
    stage.store.files = FullDisk(stage.store.files.folder)
    part = shown(stage, ImageReady("1", inline(picture())))

    assert (stage.shown_answer().state, part.attachment) == ("done", None)
    assert on_disk(stage) == []


def test_an_answer_brings_a_bounded_number(stage: Stage) -> None:
    most = pictures.MOST_PER_ANSWER
    play(stage, *(ImageReady(str(n), inline(picture())) for n in range(most + 1)), RunCompleted())

    kept = [part.attachment is not None for part in stage.shown_answer().parts]
    assert kept == [True] * most + [False]


def test_pictures_of_the_web_stay_links(stage: Stage) -> None:
    part = shown(stage, ImageReady("1", "https://cdn.example/a.png"))

    assert (part.url, part.attachment) == ("https://cdn.example/a.png", None)


def test_later_turns_have_the_picture(stage: Stage) -> None:
    part = shown(stage, ImageReady("1", inline(picture())))
    stage.provider.script = lambda turn: [RunCompleted()]
    stage.ask("And?", conversation=stage.shown().id)

    assert set(stage.provider.turns[-1].earlier_attachments) == {part.attachment}


def test_pictures_go_with_their_conversation(stage: Stage) -> None:
    shown(stage, ImageReady("1", inline(picture())))
    conversations.delete(stage.engine, stage.caller, stage.shown().id)

    assert on_disk(stage) == []


def test_a_run_that_stands_has_its_picture_already(stage: Stage) -> None:
    begin(stage, ImageReady("1", inline(picture())))

    (part,) = stage.shown_answer().parts
    assert part.attachment in on_disk(stage)
    assert "base64" not in msgspec.json.encode(stage.shown()).decode()
