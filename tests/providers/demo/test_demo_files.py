"""What the demo does with files: takes them, tells what it sees, refuses on demand, and draws."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from tests.samples import picture, written
from widget.domain.errors import Failure, UpstreamRejected
from widget.domain.events import ImageReady, RunEvent, TextDelta
from widget.domain.media import accepts
from widget.domain.pictures import Size, measure
from widget.providers.base import Attachment, Turn
from widget.providers.demo import en, zh
from widget.providers.demo.files import HEIGHT, UPLOADS, WIDTH
from widget.providers.demo.provider import Demo, DemoSettings
from widget.providers.http import make_client

TURN = Turn(kind="send", text="", visitor="vis_ada")


@pytest.fixture
def demo() -> Iterator[Demo]:
    with make_client() as client:
        yield Demo(DemoSettings(delay_ms=0), client)


def attachment(folder: Path, name: str, data: bytes, content_type: str) -> Attachment:
    path = written(folder, "att_1", data)
    return Attachment("att_1", name, content_type, len(data), path)


def said(events: list[RunEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def ask(demo: Demo, turn: Turn) -> list[RunEvent]:
    return list(demo.run(turn))


def test_it_takes_files(demo: Demo, tmp_path: Path) -> None:
    offered = demo.capabilities().uploads

    assert offered == UPLOADS
    assert all(accepts(UPLOADS.accept, one) for one in ("image/png", "text/csv", "video/mp4"))
    file = attachment(tmp_path, "a.txt", b"x", "text/plain")
    assert demo.upload(file, visitor="vis_ada") == "demo-att_1"


@pytest.mark.parametrize("name", ["please-refuse.png", "拒绝.png"])
def test_it_refuses_what_asks_for_it(demo: Demo, tmp_path: Path, name: str) -> None:
    with pytest.raises(UpstreamRejected) as refused:
        demo.upload(attachment(tmp_path, name, b"x", "image/png"), visitor="vis_ada")

    assert refused.value.failure == Failure.CONTENT


@pytest.mark.parametrize(("locale", "words"), [("en", en), ("zh-CN", zh)])
def test_it_tells_what_it_got(demo: Demo, tmp_path: Path, locale: str, words: ModuleType) -> None:
    file = attachment(tmp_path, "La|mp*.png", picture(size=(64, 36)), "image/png")
    turn = msgspec.structs.replace(TURN, attachments=(file,), locale=locale)
    text = said(ask(demo, turn))

    assert text.startswith(words.GOT_FILES.format(count=1))
    row = f"| La\\|mp\\*.png | {words.FILE_KINDS['image']} | {file.size} B | 64 × 36 |"
    assert row in text.splitlines()


@pytest.mark.parametrize(
    ("data", "content_type", "cells"),
    [
        (b"x" * 250_000, "application/pdf", "document | 0.3 MB | –"),
        (b"x" * 1_200_000, "audio/mpeg", "sound | 1.2 MB | –"),
        (b"hello", "text/plain", "text | 5 B | –"),
        (b"no picture at all", "image/png", "picture | 17 B | –"),
    ],
)
def test_kinds_and_sizes(
    demo: Demo, tmp_path: Path, data: bytes, content_type: str, cells: str
) -> None:
    file = attachment(tmp_path, "a", data, content_type)
    text = said(ask(demo, msgspec.structs.replace(TURN, attachments=(file,), locale="en")))

    assert f"| a | {cells} |" in text.splitlines()


def test_a_question_beside_the_files_is_answered_too(demo: Demo, tmp_path: Path) -> None:
    file = attachment(tmp_path, "a.txt", b"x", "text/plain")
    turn = msgspec.structs.replace(TURN, attachments=(file,), text="How much is postage?")
    text = said(ask(demo, turn))

    assert "| a.txt |" in text
    assert "Postage depends on where the parcel goes." in text


@pytest.mark.parametrize("question", ["draw something", "画一幅画"])
def test_it_draws(demo: Demo, tmp_path: Path, question: str) -> None:
    events = ask(demo, msgspec.structs.replace(TURN, text=question))
    (image,) = [event for event in events if isinstance(event, ImageReady)]
    data = base64.b64decode(image.url.removeprefix("data:image/png;base64,"))

    assert len(data) < 20_000
    with written(tmp_path, "drawing", data).open("rb") as file:
        assert measure(file, "image/png") == Size(WIDTH, HEIGHT)
