"""Files of visitors: received, looked at, sent with a message, handed to the platform, removed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.runs.stage import Gate, Scripted, Stage, Watcher, answer, make_caller, until
from tests.samples import picture
from widget.domain.conversations import AttachmentPart
from widget.domain.errors import (
    BadInput,
    Failure,
    FileRefused,
    NotFound,
    NotOffered,
    UpstreamRejected,
    UpstreamUnreachable,
)
from widget.domain.events import Cursor, RunEvent, RunStarted, TextDelta
from widget.domain.options import parse_options
from widget.domain.sites import Caller, Limits, ProviderChoice
from widget.providers.base import Attachment, Capabilities, Turn, Uploads
from widget.runs import conversations, start, uploads
from widget.runs.uploads import MOST_UNSENT, STRAY_AFTER_S, Stored
from widget.store.files import Files, Incoming

OFFERED = Uploads(accept=("image/*", "text/*"), max_bytes=100_000, max_count=3)


class Filing(Scripted):
    """A platform that keeps files. ``files`` is what it was given; ``trouble`` what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.offers = Capabilities(uploads=OFFERED)
        self.files: list[tuple[str, bytes]] = []
        self.trouble: Exception | None = None

    def upload(self, file: Attachment, *, visitor: str) -> str:
        if self.trouble is not None:
            raise self.trouble
        self.files.append((visitor, file.read()))
        return f"file-{len(self.files)}"


@pytest.fixture
def platform(stage: Stage) -> Filing:
    stage.provider = Filing()
    return stage.provider


def upload(
    stage: Stage, data: bytes = b"hello", name: str = "a.txt", *, caller: Caller | None = None
) -> Stored:
    incoming = uploads.receive(stage.engine, stage.site)
    try:
        incoming.write(data)
        who = caller or stage.caller
        return uploads.keep(stage.engine, who, incoming, name=name, declared="")
    finally:
        incoming.drop()


def send(stage: Stage, *files: Stored, text: str = "Look", name: str = "client-1") -> Any:
    ids = [file.id for file in files]
    accepted = start.send(stage.engine, stage.caller, None, name, text, attachments=ids)
    stage.settle()
    return accepted


def refused(stage: Stage, *files: Stored) -> str:
    with pytest.raises(FileRefused) as error:
        send(stage, *files)
    return error.value.reason


def on_disk(stage: Stage) -> list[str]:
    folder = stage.store.files.folder
    return sorted(os.listdir(folder)) if folder.exists() else []


def test_a_file_is_kept_and_handed_over_before_it_is_sent(stage: Stage, platform: Filing) -> None:
    stored = upload(stage, picture(), "../Lamp.png")

    assert (stored.name, stored.content_type, stored.upstream) == (
        "Lamp.png",
        "image/png",
        "file-1",
    )
    assert platform.files == [("vis_ada", picture())]
    assert on_disk(stage) == [stored.id]


def test_the_message_has_the_file_and_so_has_the_turn(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)
    send(stage, stored)

    (turn,) = platform.turns
    (file,) = turn.attachments
    assert (file.id, file.name, file.upstream, file.read()) == (
        stored.id,
        "a.txt",
        "file-1",
        b"hello",
    )
    question = stage.shown().messages[0]
    assert [(part.kind, part.attachment, part.name, part.size) for part in question.parts] == [
        ("attachment", stored.id, "a.txt", 5),
        ("text", None, None, None),
    ]


def test_a_file_needs_no_words_and_gives_the_title(stage: Stage, platform: Filing) -> None:
    send(stage, upload(stage, name="Invoice 7.txt"), text="  ")

    assert stage.shown().title == "Invoice 7.txt"
    assert [part.kind for part in stage.shown().messages[0].parts] == ["attachment"]
    with pytest.raises(BadInput, match="empty"):
        send(stage, text=" ", name="client-2")


def test_later_turns_know_the_earlier_files(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)
    first = send(stage, stored)
    stage.ask("And now?", conversation=first.conversation)

    turn = platform.turns[1]
    assert turn.attachments == ()
    assert {name: file.upstream for name, file in turn.earlier_attachments.items()} == {
        stored.id: "file-1"
    }
    assert AttachmentPart(stored.id, "a.txt", "text/plain", 5) in turn.history[0].parts


def test_retry_and_edit_keep_the_files(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)
    first = send(stage, stored)
    retried = start.retry(stage.engine, stage.caller, first.answer)
    stage.settle()
    start.edit(stage.engine, stage.caller, first.message, "client-2", "Look again")
    stage.settle()

    assert retried.message == first.message
    assert [turn.kind for turn in platform.turns] == ["send", "retry", "edit"]
    assert [[file.id for file in turn.attachments] for turn in platform.turns] == [[stored.id]] * 3
    assert len(platform.files) == 1
    question = stage.shown().messages[0]
    assert [(part.attachment, part.text) for part in question.parts] == [
        (stored.id, None),
        (None, "Look again"),
    ]


def test_frames_see_the_file_with_the_message(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)
    accepted = send(stage, stored)

    screen = Watcher(stage, accepted.conversation).look()
    part = screen.picture()["messages"][0]["parts"][0]
    assert part["attachment"] == stored.id


def test_a_follow_up_takes_files_along(stage: Stage, platform: Filing) -> None:
    platform.offers = Capabilities(uploads=OFFERED, follow_up="queue")
    gate = Gate()

    def wait(turn: Turn) -> Iterator[RunEvent]:
        if turn.kind == "send":
            gate.wait()
        yield from answer("Done.")

    platform.script = wait
    first = stage.send()
    gate.reached()
    stored = upload(stage)
    start.send(
        stage.engine, stage.caller, first.conversation, "client-x", "", attachments=[stored.id]
    )
    until(lambda: len(platform.turns) == 2)
    gate.open()
    stage.settle()

    assert platform.turns[1].kind == "follow_up"
    assert [file.id for file in platform.turns[1].attachments] == [stored.id]


def test_nobody_takes_what_is_not_offered(stage: Stage) -> None:
    with pytest.raises(NotOffered):
        upload(stage)
    assert uploads.offered(stage.engine, stage.site) is None
    with pytest.raises(NotOffered):
        start.send(stage.engine, stage.caller, None, "client-1", "x", attachments=["att_x"])
    assert on_disk(stage) == []


def test_an_owner_can_take_files_away(stage: Stage, platform: Filing) -> None:
    stage.save_site(options=parse_options({"ui": {"chatBot": {"uploadable": False}}}))

    assert uploads.offered(stage.engine, stage.site) is None


def test_the_smaller_limit_counts(stage: Stage, platform: Filing) -> None:
    def limits(**changes: int) -> tuple[int, int]:
        site = msgspec.structs.replace(stage.site, limits=Limits(**changes))
        found = uploads.offered(stage.engine, site)
        assert found
        return found.max_bytes, found.max_count

    assert limits() == (100_000, 3)
    assert limits(uploads_per_message=2) == (100_000, 2)
    platform.offers = Capabilities(uploads=Uploads(("*/*",), 10**12, 500))
    assert limits(upload_mb=1) == (1_000_000, 6)
    assert limits(upload_mb=0, uploads_per_message=0) == (
        uploads.MOST_BYTES,
        uploads.MOST_FILES,
    )


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.txt", "empty"),
        (b"x" * 100_001, "a.txt", "too_large"),
        (b"%PDF-1.7", "a.pdf", "type"),
        (b"<html>", "a.png", "mismatch"),
    ],
)
def test_refused_files_leave_nothing_behind(
    stage: Stage, platform: Filing, data: bytes, name: str, reason: str
) -> None:
    with pytest.raises(FileRefused) as error:
        upload(stage, data, name)

    assert error.value.reason == reason
    assert on_disk(stage) == []
    assert stage.rows("SELECT id FROM attachments") == []
    assert platform.files == []


class FullDisk(Files):
    def free(self) -> int:
        return uploads.KEPT_FREE - 1


def test_a_full_disk_takes_no_files(stage: Stage, platform: Filing) -> None:
    stage.store.files = FullDisk(stage.store.files.folder)

    with pytest.raises(FileRefused) as error:
        upload(stage)
    assert error.value.reason == "room"


class FillingDisk(Files):
    def receive(self, limit: int, kept_free: int = 0) -> Incoming:
        assert kept_free == uploads.KEPT_FREE
        return super().receive(limit, 1 << 60)


def test_a_disk_that_fills_up_meanwhile_keeps_no_half_of_a_file(
    stage: Stage, platform: Filing
) -> None:
    stage.store.files = FillingDisk(stage.store.files.folder)

    with pytest.raises(FileRefused) as error:
        upload(stage)
    assert (error.value.reason, on_disk(stage), platform.files) == ("room", [], [])


def test_unsent_files_are_bounded(stage: Stage, platform: Filing) -> None:
    first, *_ = [upload(stage) for _ in range(MOST_UNSENT)]
    with pytest.raises(FileRefused) as error:
        upload(stage)
    assert (error.value.reason, len(on_disk(stage))) == ("unsent", MOST_UNSENT)

    send(stage, first)
    upload(stage)
    upload(stage, caller=make_caller(stage.site, visitor="vis_bob"))


def test_a_file_goes_with_one_message_only(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)
    accepted = send(stage, stored)
    again = start.send(stage.engine, stage.caller, None, "client-1", "Look", [stored.id])

    assert (again.message, again.is_repeat) == (accepted.message, True)
    with pytest.raises(FileRefused) as error:
        send(stage, stored, name="client-2")
    assert error.value.reason == "gone"


def test_a_refused_message_leaves_its_files_unsent(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)
    with pytest.raises(NotFound):
        start.send(stage.engine, stage.caller, "cnv_none", "client-1", "Look", [stored.id])

    assert uploads.unsent(stage.engine, stage.caller, [stored.id, "att_none"]) == [stored]


def test_too_many_gone_and_strangers_files_are_refused(stage: Stage, platform: Filing) -> None:
    four = [upload(stage) for _ in range(4)]
    theirs = upload(stage, caller=make_caller(stage.site, visitor="vis_bob"))

    assert refused(stage, *four) == "count"
    assert refused(stage, theirs) == "gone"
    assert refused(stage, msgspec.structs.replace(four[0], id="att_none")) == "gone"
    send(stage, four[0], four[0])  # the same twice is one
    assert len(platform.turns[0].attachments) == 1


def test_what_the_platform_stopped_taking_is_told_at_sending(
    stage: Stage, platform: Filing
) -> None:
    stored = upload(stage)
    platform.offers = Capabilities(uploads=Uploads(("image/*",), 100_000, 3))

    assert refused(stage, stored) == "type"


def test_a_sent_or_strange_file_cannot_be_taken_back(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)
    stranger = make_caller(stage.site, visitor="vis_bob")
    with pytest.raises(NotFound):
        uploads.forget(stage.engine, stranger, stored.id)
    send(stage, stored)
    with pytest.raises(NotFound):
        uploads.forget(stage.engine, stage.caller, stored.id)

    unsent = upload(stage)
    uploads.forget(stage.engine, stage.caller, unsent.id)
    assert on_disk(stage) == [stored.id]


@pytest.mark.parametrize("failure", [Failure.CONTENT, Failure.QUOTA, Failure.CONFIG])
def test_a_refusal_of_the_platform_is_told_at_the_file(
    stage: Stage, platform: Filing, failure: Failure
) -> None:
    platform.trouble = UpstreamRejected("no", status=400, failure=failure)
    with pytest.raises(FileRefused) as error:
        upload(stage)

    assert (error.value.reason, error.value.values) == ("platform", {"name": "a.txt"})
    assert on_disk(stage) == []


def test_a_platform_that_is_down_gets_the_file_with_the_message(
    stage: Stage, platform: Filing
) -> None:
    platform.trouble = UpstreamUnreachable("down")
    stored = upload(stage)
    assert (stored.upstream, platform.files) == ("", [])

    platform.trouble = None
    send(stage, stored)
    assert platform.turns[0].attachments[0].upstream == "file-1"
    assert len(platform.files) == 1


def test_a_platform_that_stays_down_fails_the_answer_and_loses_nothing(
    stage: Stage, platform: Filing
) -> None:
    platform.trouble = UpstreamUnreachable("down")
    stored = upload(stage)
    first = send(stage, stored)
    failed = stage.shown_answer()
    assert failed.failure
    assert failed.failure.code == Failure.UPSTREAM_DOWN

    platform.trouble = None
    start.retry(stage.engine, stage.caller, first.answer)
    stage.settle()
    assert stage.shown_answer().state == "done"
    assert platform.turns[-1].attachments[0].upstream == "file-1"


def forgetful(platform: Filing, *, before: tuple[RunEvent, ...] = ()) -> None:
    """The first asking finds the files unknown, the next one does not."""

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield from before
        if len(platform.turns) == 1:
            raise UpstreamRejected("no such file", status=404)
        yield from answer("Seen.")

    platform.script = script


def test_files_that_the_platform_forgot_are_handed_over_again(
    stage: Stage, platform: Filing
) -> None:
    forgetful(platform, before=(RunStarted(), Cursor("1")))
    send(stage, upload(stage))

    assert stage.shown_answer().parts[0].html == "<p>Seen.</p>"
    assert [turn.attachments[0].upstream for turn in platform.turns] == ["file-1", "file-2"]
    assert stage.rows("SELECT upstream FROM attachments") == [("file-2",)]


def test_nothing_is_asked_twice_once_the_platform_has_spoken(
    stage: Stage, platform: Filing
) -> None:
    forgetful(platform, before=(TextDelta("I am"),))
    send(stage, upload(stage))

    assert len(platform.turns) == 1
    failure = stage.shown_answer().failure
    assert failure
    assert failure.code == Failure.NOT_FOUND


def test_another_refusal_is_not_asked_twice(stage: Stage, platform: Filing) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        raise UpstreamRejected("no", status=401)
        yield

    platform.script = script
    send(stage, upload(stage))

    assert len(platform.turns) == 1


def test_another_platform_gets_the_files_anew(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)
    first = send(stage, stored)
    stage.save_site(provider=ProviderChoice("scripted", {"api_key": "another platform's"}))
    start.retry(stage.engine, stage.caller, first.answer)
    stage.settle()

    assert [turn.attachments[0].upstream for turn in platform.turns] == ["file-1", "file-2"]


def test_a_file_that_the_disk_lost_is_left_out(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)
    first = send(stage, stored)
    stage.store.files.remove(stored.id)
    start.retry(stage.engine, stage.caller, first.answer)
    stage.settle()

    assert platform.turns[1].attachments == ()
    with pytest.raises(NotFound):
        uploads.read(stage.engine, stored)


def test_bytes_come_back_by_the_door_alone(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)

    found = uploads.access(stage.engine, "acme", "vis_ada", stored.id)
    assert b"".join(uploads.read(stage.engine, found)) == b"hello"
    with pytest.raises(NotFound):
        uploads.access(stage.engine, "acme", "vis_bob", stored.id)


def test_a_deleted_conversation_takes_its_files_along(stage: Stage, platform: Filing) -> None:
    stored, other = upload(stage), upload(stage)
    accepted = send(stage, stored)
    conversations.delete(stage.engine, stage.caller, accepted.conversation)

    assert on_disk(stage) == [other.id]


def test_old_unsent_files_and_strays_are_cleaned_away(stage: Stage, platform: Filing) -> None:
    old, sent, new = upload(stage), upload(stage), upload(stage)
    send(stage, sent)
    with stage.store.begin() as tx:
        tx.exec_driver_sql(
            "UPDATE attachments SET created_at = ? WHERE id IN (?, ?)",
            (str(datetime.now(UTC) - timedelta(hours=25)), old.id, sent.id),
        )
    files = stage.store.files
    files.write("att_stray", b"x")
    files.write("coming-young", b"x")
    before = time.time() - STRAY_AFTER_S - 1
    for name in (sent.id, "att_stray"):
        os.utime(files.path(name), (before, before))
    uploads.clean(stage.engine)

    assert on_disk(stage) == sorted([sent.id, new.id, "coming-young"])
    uploads.clean(stage.engine)
    assert on_disk(stage) == sorted([sent.id, new.id, "coming-young"])


def test_the_engine_cleans_by_itself(stage: Stage, platform: Filing) -> None:
    stage.store.files.write("att_stray", b"x")
    before = time.time() - STRAY_AFTER_S - 1
    os.utime(stage.store.files.path("att_stray"), (before, before))
    stage.engine.start()

    until(lambda: on_disk(stage) == [])


def test_text_comes_after_the_files(stage: Stage, platform: Filing) -> None:
    stored = upload(stage)
    send(stage, stored, text="Look")

    with stage.store.read() as tx:
        kinds = tx.exec_driver_sql("SELECT kind FROM parts ORDER BY position").scalars().all()
    assert kinds[:2] == ["attachment", "text"]
    assert platform.turns[0].text == "Look"
