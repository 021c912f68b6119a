"""XpertAI's stream without a network: records in, events out."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.xpertai.wire import component, event, merge, message, text
from widget.domain.errors import Failure, UpstreamBusy, UpstreamInterrupted, UpstreamRejected
from widget.domain.events import (
    Cursor,
    ImageReady,
    RunEvent,
    RunStarted,
    Source,
    Step,
    TextDelta,
    TextReplaced,
)
from widget.providers.sse import Record
from widget.providers.xpertai.events import Reader
from widget.providers.xpertai.failures import in_band
from widget.providers.xpertai.interrupts import wanted
from widget.providers.xpertai.place import Place, parse_place
from widget.providers.xpertai.text import Tail, flatten, parts_of


def records(*payloads: Any, first: int = 1) -> list[Record]:
    return [
        Record(json.dumps(payload).encode(), id=f"{1000 + number}-0")
        for number, payload in enumerate(payloads, first)
    ]


def reader(**start: Any) -> Reader:
    ticks = itertools.count(0, 10)
    return Reader("thread", clock=lambda: float(next(ticks)), **start)


def shown(events: list[RunEvent], before: str = "") -> str:
    for told in events:
        if isinstance(told, TextDelta):
            before += told.text
        elif isinstance(told, TextReplaced):
            before = told.text
    return before


PARTS = st.one_of(
    st.builds(
        text,
        st.sampled_from(["a", "b ", " c", "\n", "```", "词"]),
        st.sampled_from(["t1", "t2", "t3"]),
    ),
    st.builds(
        lambda words, key: text(words, None, agentKey=key),
        st.sampled_from(["a", "b ", " c", "\n"]),
        st.sampled_from(["x", "y"]),
    ),
    st.builds(
        lambda key, status: component(key, title="Look", status=status),
        st.sampled_from(["c1", "c2"]),
        st.sampled_from(["running", "success"]),
    ),
)


def stored(payloads: list[dict[str, Any]]) -> str:
    """The text of the message that the platform makes of these parts."""
    content: list[dict[str, Any]] = []
    for payload in payloads:
        merge(content, [], payload["data"])
    return flatten(parts_of(content))


@settings(deadline=None)
@given(st.lists(PARTS, max_size=12), st.integers(0, 12))
def test_text_is_the_platforms_own_however_it_arrives(
    payloads: list[dict[str, Any]], cut: int
) -> None:
    one = reader()
    sent = [*records(*payloads), Record(b"{}", event="complete")]

    told = [*one.read(sent[:cut]), *one.read(sent[cut:])]

    assert shown(told) == stored(payloads)


@settings(deadline=None)
@given(st.lists(PARTS, max_size=12), st.data())
def test_any_cursor_leads_to_the_same_text(
    payloads: list[dict[str, Any]], data: st.DataObject
) -> None:
    one = reader()
    sent = records(*payloads)
    told = [one.read([record]) for record in sent]
    flat = [item for batch in told for item in batch]
    cursors = [item for item in flat if isinstance(item, Cursor)]
    if not cursors:
        return
    chosen = data.draw(st.sampled_from(cursors))
    before = shown(flat[: flat.index(chosen)])
    place = parse_place(chosen.value)
    assert place
    rest = [record for record in sent if record.id and record.id > place.at]

    other = reader(place=place)
    after = other.read([*rest, Record(b"{}", event="complete")])

    assert other.is_unsure or shown(after, before) == stored(payloads)


def test_cursor_comes_after_what_it_covers() -> None:
    one = reader()

    told = one.read(records(text("a"), text("b")))

    assert told[-1] == Cursor(Place("1002-0", Tail(("text-1",), "", "b")).encode())
    assert shown(told[:-1]) == "ab"


def test_cursor_waits_while_text_is_held_back() -> None:
    one = Reader("thread", clock=lambda: 0.0)
    first = one.read(records(text("A", "a"), text("B", "b"), text("A", "a")))
    one_more = one.read(records(text("A", "a"), first=4))

    assert [type(told) for told in first] == [TextDelta, TextDelta, TextReplaced, Cursor]
    assert one_more == []
    assert shown(one.read([Record(b"{}", event="complete")])) == "AAA\nB"


def test_id_that_is_no_cursor_moves_nothing() -> None:
    one = reader()
    one.read(records(text("a")))

    told = one.read([Record(json.dumps(text("b")).encode(), id="1")])

    assert one.at == "1001-0"
    assert told == [TextDelta("b")]


@pytest.mark.parametrize("cursor", [None, "", "1720000000000-0", "{}", '{"at":1}', "[]"])
def test_cursor_that_is_not_ours_is_none(cursor: str | None) -> None:
    assert parse_place(cursor) is None


@pytest.mark.parametrize(
    "payload",
    [
        [1, 2],
        17,
        True,
        {"type": "message"},
        {"type": "message", "data": [text("x")]},
        message({"type": "text", "text": None}),
        message({"type": "text", "text": ""}),
        message({"type": "reasoning", "text": 5}),
        message({"type": "component"}),
        message({"type": "component", "id": 7, "data": {}}),
        message({"type": "component", "id": "c", "data": {"title": "x", "status": "odd"}}),
        message({"type": "component", "id": "c", "data": {"status": "running"}}),
        message({"type": "image_url", "image_url": "data:text/html;base64,AA"}),
        {"type": "event", "event": "on_message_end"},
        event("on_interrupt", tasks="none"),
        event("on_interrupt", tasks=[{"interrupts": [{"value": None}]}]),
        event("on_client_effect", args=[]),
        event("on_chat_event", type="conversation_title_summary", title="T", status="running"),
        event("on_agent_end", id="r", inputTokens=True),
        event("on_conversation_end", id="c", title=None, status="idle"),
    ],
)
def test_odd_shapes_are_passed_over(payload: Any) -> None:
    one = reader()

    told = one.read(records(payload))

    assert [item for item in told if not isinstance(item, Cursor)] == []
    assert one.trouble is None


def test_on_error_may_be_bare_text() -> None:
    one = reader()

    one.read(records({"type": "event", "event": "on_error", "data": "it broke"}))

    assert isinstance(one.trouble, UpstreamRejected)
    assert "it broke" in one.trouble.detail


def test_complete_counts_with_and_without_its_event_name() -> None:
    named, unnamed = reader(), reader()

    named.read([Record(b"", event="complete")])
    unnamed.read(records({"type": "complete"}, text("after the end")))

    assert (named.ending, unnamed.ending) == ("complete", "complete")
    assert unnamed.shown_text() == ""


def test_picture_may_be_a_bare_address() -> None:
    url = "https://a.example/i.png"

    assert reader().read(records(message({"type": "image_url", "image_url": url})))[0] == (
        ImageReady(url, url)
    )


def test_sources_need_a_title_or_an_address() -> None:
    found: list[Any] = [
        "no document",
        {"content": "nameless"},
        {"link": "https://a.example/x", "content": "Q" * 400},
    ]

    told = reader().read(records(component("c", title="Search", status="success", data=found)))

    assert [item for item in told if isinstance(item, Source)] == [
        Source("c:2", "", "https://a.example/x", "Q" * 300)
    ]


def test_chat_step_without_an_id_goes_by_its_type() -> None:
    told = reader().read(
        records(event("on_chat_event", type="sandbox", title="Run", status="fail", error="x"))
    )

    assert told[0] == Step("sandbox", "Run", "failed", "error: x")


def test_interrupt_without_an_id_has_one() -> None:
    (asked,) = wanted({"tasks": [{"interrupts": [{"value": {"toolCalls": []}}]}]}, "en")

    assert getattr(asked, "id", None) == "input"


def test_message_start_names_run_and_message() -> None:
    told = reader().read(
        records(event("on_message_start", id="m", executionId="r", conversationId="c"))
    )

    assert told[0] == RunStarted("thread", "r", "m")


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ({"status": 403, "message": "no"}, Failure.QUOTA),
        ({"status": 403, "message": "Forbidden"}, Failure.AUTH),
        ("403 no", Failure.AUTH),
        ({"code": "steer_target_not_running", "message": "late"}, Failure.UNKNOWN),
        ({"statusCode": 402}, Failure.QUOTA),
        ("401 Incorrect key", Failure.AUTH),
        ("503 overloaded", Failure.UPSTREAM_DOWN),
        ("insufficient_quota", Failure.QUOTA),
        ("Arrearage", Failure.QUOTA),
        ("model_not_found", Failure.CONFIG),
        ("The requested record was not found", Failure.NOT_FOUND),
        ("Cannot read properties of null (reading 'id')", Failure.NOT_FOUND),
        ("200 reasons", Failure.UNKNOWN),
        (["odd"], Failure.UNKNOWN),
        (None, Failure.UNKNOWN),
    ],
)
def test_error_inside_a_stream_has_a_class_by_code_alone(error: Any, failure: Failure) -> None:
    assert in_band(error, where="run").failure is failure


def test_too_many_requests_inside_a_stream_is_busy() -> None:
    assert isinstance(in_band({"status": 429}, where="run"), UpstreamBusy)


def test_stored_content_may_be_plain_text_or_mixed() -> None:
    assert flatten(parts_of("words")) == "words"
    assert flatten(parts_of(None)) == ""
    mixed = ["one ", 7, {"type": "component"}, {"type": "text", "text": "two"}, {"type": "text"}]
    assert flatten(parts_of(mixed)) == "one \n\ntwo"


def test_page_in_a_frame_is_a_source() -> None:
    told = reader().read(
        records(component("f", type="iframe", title="Map", url="https://a.example/map"))
    )

    assert told[0] == Source("f:0", "Map", "https://a.example/map")


def test_conversation_that_ends_interrupted_without_a_question_was_cancelled() -> None:
    cancelled, waiting = reader(), reader()

    cancelled.read(records(event("on_conversation_end", id="c", status="interrupted")))
    waiting.read(
        records(event("on_conversation_end", id="c", status="interrupted", operation={"tasks": []}))
    )

    assert isinstance(cancelled.trouble, UpstreamInterrupted)
    assert waiting.trouble is None


@pytest.mark.parametrize("name", ["on_agent_end", "on_message_end", "on_conversation_end"])
@pytest.mark.parametrize("end", [{"status": "error"}, {"status": "success", "error": "it failed"}])
def test_each_end_event_may_bring_the_failure(name: str, end: dict[str, str]) -> None:
    one = reader()

    one.read(records(event(name, id="x", **end)))

    assert isinstance(one.trouble, UpstreamRejected)
    assert "failed" in one.trouble.detail
