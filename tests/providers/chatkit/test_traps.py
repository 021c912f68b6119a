"""The traps of a ChatKit server that a real one does not play on request, on a real socket."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import ANSWER, KEY
from tests.fakes.chatkit.wire import (
    STREAM_HEADERS,
    closed,
    delta,
    event,
    item,
    message,
    opened,
    thread_json,
)
from tests.fakes.script import Die, Raw, Reply, Stall, Until, Wait, json_reply
from tests.providers.chatkit import kit
from tests.providers.chatkit.kit import (
    again,
    answer,
    ask,
    docked,
    go_on,
    only,
    question_of,
    ref_of,
    thread_of,
)
from widget.domain.conversations import TextPart, ToolCallPart
from widget.domain.errors import (
    Failure,
    NotOffered,
    UpstreamBusy,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamRejected,
    UpstreamTimeout,
)
from widget.domain.events import (
    ImageReady,
    Notice,
    RunCompleted,
    RunEvent,
    RunStarted,
    Step,
    TextDelta,
    WidgetChanged,
)
from widget.domain.inputs import ActionTaken, FormAnswered, ToolAnswered
from widget.providers.base import Turn, UpstreamRef
from widget.providers.chatkit.provider import ChatKit
from widget.providers.http import Patience

BREAK = Reply(200, dict(STREAM_HEADERS), [Wait(), Die()])
EMPTY = Reply(200, dict(STREAM_HEADERS), [])
CALL = item("client_tool_call", "tc_1", status="pending", call_id="c", name="page", arguments={})
LEFT = kit.message("assistant", ToolCallPart("tc_1", "page", {}, state="failed"))


@pytest.fixture(params=[True, False], ids=["404", "500"])
def any_host(request: pytest.FixtureRequest) -> Iterator[ChatKitHost]:
    """Around the reference library, an exception becomes what the web framework makes of it."""
    with ChatKitHost(maps_errors=request.param) as started:
        yield started


@pytest.fixture
def host() -> Iterator[ChatKitHost]:
    with ChatKitHost() as started:
        yield started


@pytest.fixture
def provider(host: ChatKitHost) -> Iterator[ChatKit]:
    with docked(host.settings()) as made:
        yield made


def sent(host: ChatKitHost) -> dict[str, Any]:
    body: dict[str, Any] = host.requests[-1].json
    return body


# -- what is sent


def test_question_is_sent_with_language_visitor_and_credentials(host: ChatKitHost) -> None:
    with docked(host.settings(headers={"X-Tenant": "acme"})) as provider:
        ask(provider, "hello", locale="zh-CN", context={"plan": "gold"})

    assert sent(host) == {
        "type": "threads.create",
        "params": {
            "input": {
                "content": [{"type": "input_text", "text": "hello"}],
                "attachments": [],
                "inference_options": {},
            }
        },
        "metadata": {"visitor": "vis_1", "context": {"plan": "gold"}},
    }
    headers = host.requests[-1].headers
    assert headers["accept-language"] == "zh-CN"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["accept"] == "text/event-stream"
    assert headers["x-tenant"] == "acme"


def test_question_without_words_has_no_content(host: ChatKitHost, provider: ChatKit) -> None:
    ask(provider, "")

    assert sent(host)["params"]["input"]["content"] == []


def test_server_without_keys_gets_none(host: ChatKitHost) -> None:
    with docked(host.settings(api_key="")) as provider:
        assert ask(provider, "hello").failed.failure is Failure.AUTH

    assert "authorization" not in host.requests[-1].headers


# -- the thread


def test_server_that_forgot_the_thread_gets_the_question_in_a_new_one(
    any_host: ChatKitHost,
) -> None:
    """Its stream begins with 200 and breaks off without a word."""
    with docked(any_host.settings()) as provider:
        first = ask(provider, "one")
        any_host.threads.clear()
        second = go_on(provider, first, "two")

    assert second.text == ANSWER
    assert thread_of(second) != thread_of(first)
    asked = any_host.asked("threads.create")[-1]["params"]["input"]["content"]
    assert asked == [{"type": "input_text", "text": "two"}]


@pytest.mark.parametrize("reply", [json_reply(404, {}), json_reply(500, {}), EMPTY])
def test_server_may_say_otherwise_that_the_thread_is_gone(
    host: ChatKitHost, provider: ChatKit, reply: Reply
) -> None:
    first = ask(provider, "one")
    host.threads.clear()
    host.answer_next("threads.add_user_message", reply)

    second = go_on(provider, first, "two")

    assert (second.text, thread_of(second) != thread_of(first)) == (ANSWER, True)


def test_stream_that_breaks_off_in_a_living_thread_is_not_asked_twice(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "one")
    host.answer_next("threads.add_user_message", BREAK)

    second = go_on(provider, first, "two")

    assert isinstance(second.failed, UpstreamInterrupted)
    assert len(host.asked("threads.create")) == 1


@pytest.mark.parametrize("kind", ["threads.get_by_id", "threads.list"])
def test_server_in_trouble_has_not_forgotten_the_thread(kind: str) -> None:
    with ChatKitHost(maps_errors=False) as host, docked(host.settings()) as provider:
        first = ask(provider, "one")
        host.threads.clear()
        host.answer_next(kind, Reply(200, {}, [Die()]))

        second = go_on(provider, first, "two")

        assert isinstance(second.failed, UpstreamInterrupted)
        assert len(host.asked("threads.create")) == 1


def test_refused_credentials_do_not_mean_that_the_thread_is_gone(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "one")
    host.answer_next("threads.add_user_message", BREAK)
    host.answer_next("threads.get_by_id", json_reply(403, {"error": "no"}))

    assert isinstance(go_on(provider, first, "two").failed, UpstreamInterrupted)


def test_new_thread_that_breaks_off_has_failed(host: ChatKitHost, provider: ChatKit) -> None:
    heard = ask(provider, "silent-break")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.events == []
    assert host.kinds() == ["threads.create"]


def test_thread_that_was_made_stays_when_the_message_was_not_taken(
    host: ChatKitHost, provider: ChatKit
) -> None:
    head = event("thread.created", thread=thread_json("thr_9"))
    host.answer_next("threads.create", Reply(200, dict(STREAM_HEADERS), [head, Wait(), Die()]))

    heard = ask(provider, "hello")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.events == [RunStarted("thr_9")]


# -- retry


def test_retry_goes_back_to_the_question(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")

    second = again(provider, first, "plain")

    assert (second.text, question_of(second)) == (ANSWER, question_of(first))
    assert sent(host)["params"] == {
        "thread_id": thread_of(first),
        "item_id": question_of(first),
    }


def test_retry_of_an_unknown_question_is_an_empty_stream_and_asks_anew(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "plain")

    second = again(provider, first, "plain", target_run="msg_gone")

    assert second.text == ANSWER
    assert host.kinds()[1:] == ["threads.retry_after_item", "threads.add_user_message"]


def test_retry_of_a_run_without_a_name_asks_anew(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")

    assert again(provider, first, "plain", target_run=None).text == ANSWER
    assert host.kinds()[1:] == ["threads.add_user_message"]


def test_retry_in_a_forgotten_thread_asks_in_a_new_one(any_host: ChatKitHost) -> None:
    with docked(any_host.settings()) as provider:
        first = ask(provider, "plain")
        any_host.threads.clear()

        second = again(provider, first, "plain")

    assert (second.text, thread_of(second) != thread_of(first)) == (ANSWER, True)


@pytest.mark.parametrize("kind", ["edit", "follow_up"])
def test_what_the_protocol_has_no_request_for_is_not_offered(provider: ChatKit, kind: str) -> None:
    assert not provider.capabilities().edit
    assert provider.capabilities().follow_up == ""
    with pytest.raises(NotOffered):
        ask(provider, "hello", kind=kind)


# -- replies


def test_tool_result_goes_back(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(dict(CALL))

    heard = answer(provider, first, (ToolAnswered("tc_1", "page", {"title": "Shop"}),))

    assert heard.text == ANSWER
    assert question_of(heard) == question_of(first)
    assert sent(host)["params"]["result"] == {"title": "Shop"}


def test_failed_tool_tells_the_model_why(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(dict(CALL))

    answer(provider, first, (ToolAnswered("tc_1", "page", "no such page", is_error=True),))

    assert sent(host)["params"]["result"] == {"error": "no such page"}


def test_tool_result_that_nothing_waits_for_can_be_tried_again(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "plain")

    heard = answer(provider, first, (ToolAnswered("tc_1", "page", 1),))

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.failed.retryable


def test_form_goes_back_with_its_values(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    form = item("structured_input", "si_1", status="pending", inputs=[])
    host.items[thread_of(first)].append(form)

    filled = FormAnswered("si_1", values={"q1": ("A", "B"), "q2": ("",), "q3": ()})
    heard = answer(provider, first, filled)

    assert heard.text == ANSWER
    assert sent(host)["params"]["input"] == {
        "status": "answered",
        "answers": {
            "q1": {"values": ["A", "B"], "skipped": False},
            "q2": {"values": [], "skipped": True},
            "q3": {"values": [], "skipped": True},
        },
    }


def test_skipped_form_goes_back_as_skipped(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    form = item("structured_input", "si_1", status="pending", inputs=[])
    host.items[thread_of(first)].append(form)

    answer(provider, first, FormAnswered("si_1", is_skipped=True))

    assert sent(host)["params"]["input"] == {"status": "skipped", "answers": {}}


def test_action_goes_to_the_widget(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(item("widget", "wgt_1", widget={}))

    heard = answer(provider, first, ActionTaken("wgt_1", "go", {"n": 1}))

    assert heard.text == ANSWER
    assert sent(host)["params"]["action"] == {"type": "go", "payload": {"n": 1}}


@pytest.mark.parametrize(
    ("tree", "shown"),
    [
        ({"type": "Card"}, [WidgetChanged("wgt_1", {"type": "Card"})]),
        (None, []),
    ],
)
def test_quiet_action_is_answered_with_the_widget(
    host: ChatKitHost, provider: ChatKit, tree: Any, shown: list[WidgetChanged]
) -> None:
    first = ask(provider, "plain")
    thread = thread_of(first)
    host.items[thread].append(item("widget", "wgt_1", widget=tree))

    heard = answer(provider, first, ActionTaken("wgt_1", "go", is_quiet=True))

    assert sent(host)["type"] == "threads.sync_custom_action"
    assert heard.events == [RunStarted(thread, question_of(first)), *shown, RunCompleted()]


def test_picture_in_the_answer_to_a_quiet_action_is_held_to_the_threads_hosts(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "plain")
    thread = thread_of(first)
    host.threads[thread]["allowed_image_domains"] = ["good.example"]
    picture = {"type": "Image", "src": "https://bad.example/1.png"}
    tree = {"type": "Card", "children": [picture]}
    host.items[thread].append(item("widget", "wgt_1", widget=tree))

    heard = answer(provider, first, ActionTaken("wgt_1", "go", is_quiet=True))

    (widget,) = only(heard.events, WidgetChanged)
    assert widget.tree == {"type": "Card", "children": [{"type": "Image"}]}


def test_reply_to_a_forgotten_thread_is_not_found(any_host: ChatKitHost) -> None:
    with docked(any_host.settings()) as provider:
        first = ask(provider, "plain")
        any_host.threads.clear()
        any_host.items.clear()

        heard = answer(provider, first, FormAnswered("si_1"))

    assert isinstance(heard.failed, UpstreamRejected)
    assert heard.failed.failure is Failure.NOT_FOUND


@pytest.mark.parametrize("more", [{}, {"upstream_conversation": "thr_1"}])
def test_reply_to_nothing_is_refused(provider: ChatKit, more: dict[str, str]) -> None:
    with pytest.raises(NotOffered):
        ask(provider, "", kind="answer", **more)


# -- calls left behind


def test_call_left_behind_is_closed_before_the_next_question(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(call := dict(CALL))

    heard = go_on(provider, first, "never mind", history=(LEFT,))

    assert heard.text == ANSWER
    assert call["status"] == "completed"
    assert host.kinds()[1:] == [
        "items.list",
        "threads.add_client_tool_output",
        "items.list",
        "threads.add_user_message",
    ]


def test_model_that_calls_again_is_answered_again(host: ChatKitHost, provider: ChatKit) -> None:
    """Closing one call may bring the next; there is an end to that."""
    first = ask(provider, "plain")
    page = {"data": [CALL], "has_more": False}
    for _ in range(5):
        host.answer_next("items.list", json_reply(200, page))
        host.answer_next("threads.add_client_tool_output", EMPTY)

    assert go_on(provider, first, "never mind", history=(LEFT,)).text == ANSWER
    assert host.kinds().count("threads.add_client_tool_output") == 3


@pytest.mark.parametrize("kind", ["items.list", "threads.add_client_tool_output"])
def test_trouble_with_an_old_call_does_not_hold_up_the_question(
    host: ChatKitHost, provider: ChatKit, kind: str
) -> None:
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(dict(CALL))
    host.answer_next(kind, json_reply(500, {}))

    assert go_on(provider, first, "never mind", history=(LEFT,)).text == ANSWER


@pytest.mark.parametrize(
    "history",
    [
        (),
        (kit.message("assistant", ToolCallPart("tc_1", "page", {}, state="done")),),
        (LEFT, kit.message("visitor", "x"), kit.message("assistant", TextPart("y"))),
    ],
)
def test_nothing_is_looked_for_where_no_call_was_left(
    host: ChatKitHost, provider: ChatKit, history: Any
) -> None:
    first = ask(provider, "plain")

    go_on(provider, first, "next", history=history)

    assert host.kinds()[1:] == ["threads.add_user_message"]


# -- pictures


def test_thread_is_asked_which_pictures_it_may_show(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    host.threads[thread_of(first)]["allowed_image_domains"] = ["good.example"]
    pictures = [
        item("generated_image", f"gen_{name}", image={"id": "i", "url": f"https://{name}.example/"})
        for name in ("good", "bad")
    ]
    host.play(*(event("thread.item.done", item=one) for one in pictures))

    heard = go_on(provider, first, "draw")

    assert [one.url for one in only(heard.events, ImageReady)] == ["https://good.example/"]
    assert host.kinds().count("threads.get_by_id") == 1


def test_picture_is_shown_when_the_thread_cannot_be_asked(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "plain")
    host.answer_next("threads.get_by_id", json_reply(500, {}))
    image = {"id": "i", "url": "https://good.example/"}
    host.play(event("thread.item.done", item=item("generated_image", "gen_1", image=image)))

    assert len(only(go_on(provider, first, "draw").events, ImageReady)) == 1


def test_picture_is_shown_in_a_thread_without_a_name(host: ChatKitHost, provider: ChatKit) -> None:
    image = {"id": "i", "url": "https://good.example/"}
    drawn = event("thread.item.done", item=item("generated_image", "gen_1", image=image))
    host.answer_next("threads.create", Reply(200, dict(STREAM_HEADERS), [drawn]))

    assert len(only(ask(provider, "draw").events, ImageReady)) == 1


# -- refusals


def test_busy_server_names_its_wait_and_its_own_reference(provider: ChatKit) -> None:
    error = ask(provider, "rate-limited").failed

    assert isinstance(error, UpstreamBusy)
    assert (error.retry_after_s, error.log_id) == (17, "r-1")
    assert "slow down" in error.detail


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", None), ("soon", None), ("-3", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)],
)
def test_wait_may_be_missing_or_a_date(
    host: ChatKitHost, provider: ChatKit, value: str, seconds: float | None
) -> None:
    host.answer_next("threads.create", json_reply(429, [], {"Retry-After": value}))

    assert ask(provider, "hello").failed.retry_after_s == seconds


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"type": "a", "code": "b", "message": "c"}}', "a b c"),
        (b'{"detail": "Not here"}', "Not here"),
        (b'{"message": "No"}', "No"),
        (b'[{"loc": 1}]', "[{'loc': 1}]"),
        (b"<html><b>Teapot</b></html>", "Teapot"),
        (b"[" * 5000, "[["),
    ],
)
def test_refusal_is_told_in_the_servers_words(
    host: ChatKitHost, provider: ChatKit, body: bytes, words: str
) -> None:
    host.answer_next("threads.create", Reply(418, {}, [body], framing="length"))

    error = ask(provider, "hello").failed

    assert error.failure is Failure.CONFIG
    assert error.detail.startswith(f"threads.create: HTTP 418 {words}")


def test_redirect_names_where_to(provider: ChatKit) -> None:
    error = ask(provider, "elsewhere").failed

    assert error.failure is Failure.CONFIG
    assert error.detail == (
        "threads.create: leads elsewhere (http://127.0.0.1/chatkit/); set url to that address"
    )


def test_answer_that_is_no_event_stream_is_named(provider: ChatKit) -> None:
    error = ask(provider, "not-sse").failed

    assert isinstance(error, UpstreamProtocolError)
    assert "is url right?" in error.detail
    assert KEY not in error.detail


def test_json_that_is_none_is_named(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    host.answer_next("items.feedback", Reply(200, {}, [f"<p>{KEY}".encode()], framing="length"))

    with pytest.raises(UpstreamProtocolError, match="no ChatKit server answers so") as caught:
        provider.give_feedback(ref_of(first), "msg_a", verdict="like", detail="")
    assert KEY not in str(caught.value)


def test_value_of_a_header_is_in_no_error(host: ChatKitHost) -> None:
    host.answer_next("threads.create", json_reply(400, {"error": "tenant hush-hush is unknown"}))

    with docked(host.settings(headers={"X-Tenant": "hush-hush"})) as provider:
        assert "hush-hush" not in ask(provider, "hello").failed.detail


# -- broken streams


def test_running_steps_have_failed_when_the_stream_breaks(
    host: ChatKitHost, provider: ChatKit
) -> None:
    host.play(event("progress_update", text="Looking"), Wait(), Die())

    heard = ask(provider, "look")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert only(heard.events, Step)[-1].state == "failed"


def test_running_steps_have_failed_when_the_stream_falls_silent(host: ChatKitHost) -> None:
    host.play(event("progress_update", text="Looking"), Stall())

    with docked(host.settings(), Patience(first_byte_s=0.3, between_bytes_s=0.3)) as provider:
        heard = ask(provider, "look")

    assert isinstance(heard.failed, UpstreamTimeout)
    assert only(heard.events, Step)[-1].state == "failed"


def test_polite_end_inside_a_message_is_a_break(provider: ChatKit) -> None:
    """Behind a proxy a crash may look like the end of the body."""
    heard = ask(provider, "ends-early")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.text == "Half"


def test_break_after_an_error_is_that_error(host: ChatKitHost, provider: ChatKit) -> None:
    host.play(event("error", code="custom", message="Too late", allow_retry=False), Wait(), Die())

    heard = ask(provider, "hello")

    assert heard.failed.failure is Failure.CONTENT
    assert only(heard.events, Notice) == [Notice("danger", "Too late")]


def test_break_after_the_declared_end_of_the_turn_is_no_break(
    host: ChatKitHost, provider: ChatKit
) -> None:
    end = event("thread.item.done", item=item("end_of_turn", "eot_1"))
    host.play(message("msg_a", "Hello"), end, Wait(), Die())

    heard = ask(provider, "hello")

    assert (heard.error, heard.text) == (None, "Hello")


def test_broken_framing_is_a_protocol_error(host: ChatKitHost, provider: ChatKit) -> None:
    host.play(opened("msg_a") + delta("msg_a", "Hel"), Wait(), Raw(b"zz\r\n"), Stall())

    assert isinstance(ask(provider, "hello").failed, UpstreamProtocolError)


def test_naive_times_disturb_nothing(host: ChatKitHost, provider: ChatKit) -> None:
    odd = {**item("assistant_message", "msg_a", content=[]), "created_at": "yesterday"}
    host.play(event("thread.item.added", item=odd), closed("msg_a", "Hello"))

    assert ask(provider, "hello").text == "Hello"


# -- stop


def _running(provider: ChatKit, text: str) -> Generator[RunEvent, None, None]:
    yield from provider.run(Turn(kind="send", text=text, visitor="vis_1"))


def _stop_after_text(provider: ChatKit, text: str) -> None:
    with closing(_running(provider, text)) as running:
        for one in running:
            if isinstance(one, TextDelta):
                return


def test_stop_closes_the_connection(host: ChatKitHost, provider: ChatKit) -> None:
    _stop_after_text(provider, "stall")

    assert host.requests[-1].gone.wait(5)


def test_stream_that_must_not_be_cancelled_is_read_to_its_end(
    host: ChatKitHost, provider: ChatKit
) -> None:
    options = event("stream_options", stream_options={"allow_cancel": False})
    go = threading.Event()
    host.play(options, opened("msg_a") + delta("msg_a", "Hel"), Until(go), closed("msg_a", "Hello"))

    _stop_after_text(provider, "hello")

    asked = host.requests[-1]
    (reading,) = [one for one in threading.enumerate() if one.name == "chatkit reads on"]
    go.set()
    reading.join(5)
    assert asked.ended.wait(5)
    assert not asked.gone.is_set()


# -- feedback


@pytest.mark.parametrize(("verdict", "kind"), [("like", "positive"), ("dislike", "negative")])
def test_verdict_names_every_item_of_the_answer(
    host: ChatKitHost, provider: ChatKit, verdict: str, kind: str
) -> None:
    host.play(message("msg_a", "One"), message("msg_b", "Two"))
    heard = ask(provider, "hello")
    items = only(heard.events, RunCompleted)[0].upstream_message

    assert provider.give_feedback(ref_of(heard), items, verdict=verdict, detail="fine")

    assert sent(host)["params"] == {
        "thread_id": thread_of(heard),
        "item_ids": ["msg_a", "msg_b"],
        "kind": kind,
    }


def test_verdict_cannot_be_withdrawn(host: ChatKitHost, provider: ChatKit) -> None:
    ref = UpstreamRef("vis_1", "thr_1", "msg_u", None)

    assert not provider.give_feedback(ref, "msg_a", verdict=None, detail="")
    assert host.requests == []


def test_verdict_on_what_has_no_thread_goes_nowhere(host: ChatKitHost, provider: ChatKit) -> None:
    ref = UpstreamRef("vis_1", None, None, None)

    assert not provider.give_feedback(ref, "msg_a", verdict="like", detail="")
    assert host.requests == []


def test_fake_refuses_what_the_protocol_does_not_name(provider: ChatKit, host: ChatKitHost) -> None:
    """The strictness that the tests above rely on."""
    body = {"type": "threads.create", "params": {"input": {}, "model": "x"}, "metadata": {}}
    headers = {"Authorization": f"Bearer {KEY}", "Accept": "x"}

    assert provider.client.post(host.url, json=body, headers=headers).status_code == 400
