"""The names that a run has over there, and how a stream may end."""

from __future__ import annotations

import json

import pytest

from tests.fakes.chatkit.wire import (
    delta,
    event,
    item,
    message,
    opened,
)
from tests.providers.chatkit.kit import only
from tests.providers.chatkit.reader import (
    done,
    new_reader,
    read,
    text_of,
)
from widget.domain.errors import UpstreamInterrupted, UpstreamProtocolError
from widget.domain.events import (
    RunCompleted,
    RunStarted,
    TextDelta,
)


def test_names_of_thread_question_and_answer_are_told_as_they_come() -> None:
    created = event("thread.created", thread={"id": "thr_9", "status": {"type": "active"}})
    events = read(
        created,
        done(item("user_message", "msg_u")),
        message("msg_a", "x"),
        message("msg_b", "y"),
        reader=new_reader(thread=None),
    )

    assert only(events, RunStarted) == [
        RunStarted("thr_9"),
        RunStarted("thr_9", "msg_u"),
        RunStarted("thr_9", "msg_u", "msg_a"),
        RunStarted("thr_9", "msg_u", "msg_a msg_b"),
    ]
    assert events[-1] == RunCompleted("stop", "msg_a msg_b")


def test_retry_keeps_the_name_of_its_question() -> None:
    options = event("stream_options", stream_options={"allow_cancel": True})

    events = read(options, reader=new_reader(question="msg_u"))

    assert events == [RunStarted("thr_1", "msg_u"), RunCompleted()]


def test_stream_that_ends_inside_a_message_was_cut() -> None:
    """The polite end of a body is all the end mark that there is; a message has one of its own."""
    with pytest.raises(UpstreamInterrupted, match="in the middle of a message"):
        read(opened("msg_a"), delta("msg_a", "Hel"))


def test_turn_that_was_declared_over_is_not_cut() -> None:
    events = read(opened("msg_a"), delta("msg_a", "Hello"), done(item("end_of_turn", "eot_1")))

    assert events[-1] == RunCompleted("stop", "msg_a")


def test_one_event_that_is_no_json_is_passed_over_a_second_one_not() -> None:
    broken = b'data: {"type": "thread.item\n\n'

    assert text_of(read(broken, message("msg_a", "Hello"))) == "Hello"
    with pytest.raises(UpstreamProtocolError, match="not JSON"):
        read(broken, broken)


def test_json_that_is_too_deep_is_broken_json() -> None:
    deep = b"data: " + b"[" * 100_000 + b"\n\n"

    assert text_of(read(deep, message("msg_a", "Hello"))) == "Hello"


def test_events_without_what_they_need_are_passed_over() -> None:
    odd: list[dict[str, object]] = [
        {"type": kind} for kind in ("thread.created", "thread.updated", "progress_update")
    ]
    odd += [{"type": f"thread.item.{kind}"} for kind in ("added", "done", "replaced", "removed")]
    odd += [{"type": "thread.item.updated"}, {"type": "notice"}, {"type": "client_effect"}]
    odd += [{"type": "stream_options"}, {"type": "thread.item.done", "item": {"type": "widget"}}]
    odd += [{"type": "thread.item.done", "item": {"type": "user_message"}}]
    packets = [f"data: {json.dumps(one)}\n\n".encode() for one in odd]

    events = read(*packets, message("msg_a", "Hello"))

    assert [type(one) for one in events] == [RunStarted, RunStarted, TextDelta, RunCompleted]
