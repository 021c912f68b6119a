"""Replies, retries, verdicts, files and stops at the real ``openai-chatkit`` package."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.peers.chatkit_peer import ChatKitPeer
from tests.providers.chatkit.kit import (
    Heard,
    again,
    answer,
    ask,
    docked,
    file,
    go_on,
    message,
    only,
    question_of,
    ref_of,
    thread_of,
)
from tests.serving import wait_until
from widget.domain.conversations import ToolCallPart
from widget.domain.errors import Failure, UpstreamRejected
from widget.domain.events import (
    ClientToolCalled,
    InputRequested,
    RunCompleted,
    RunEvent,
    WidgetChanged,
)
from widget.domain.inputs import (
    ActionTaken,
    Choice,
    Field,
    Form,
    FormAnswered,
    ToolAnswered,
)
from widget.providers.base import Turn
from widget.providers.chatkit.provider import ChatKit

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def peer() -> Iterator[ChatKitPeer]:
    with ChatKitPeer() as started:
        yield started


@pytest.fixture
def provider(peer: ChatKitPeer) -> Iterator[ChatKit]:
    with docked(peer.settings()) as made:
        yield made


def test_action_is_answered(provider: ChatKit) -> None:
    shown = ask(provider, "widget")
    (widget, *_) = only(shown.events, WidgetChanged)

    heard = answer(provider, shown, ActionTaken(widget.id, "go", {"n": 1}))

    assert heard.text == f"action go {{'n': 1}} from {widget.id} "
    assert question_of(heard) == question_of(shown)


def test_quiet_action_brings_the_widget_alone(provider: ChatKit) -> None:
    shown = ask(provider, "widget")
    widget = only(shown.events, WidgetChanged)[-1]

    heard = answer(provider, shown, ActionTaken(widget.id, "mark", {}, is_quiet=True))

    assert [type(event).__name__ for event in heard.events] == [
        "RunStarted",
        "WidgetChanged",
        "RunCompleted",
    ]
    assert heard.events[1] == widget


def test_action_on_what_is_no_widget_is_not_tried_again(provider: ChatKit) -> None:
    shown = ask(provider, "hello")

    heard = answer(provider, shown, ActionTaken(question_of(shown), "go"))

    assert heard.failed.failure is Failure.CONFIG


def test_tool_is_called_and_answered(provider: ChatKit) -> None:
    asked = ask(provider, "tool")
    (call,) = only(asked.events, ClientToolCalled)

    heard = answer(provider, asked, (ToolAnswered(call.id, call.name, {"html": "x"}),))

    assert (call.name, call.arguments) == ("get_page", {"a": 1})
    assert asked.events[-1] == RunCompleted("tool")
    assert heard.text == "You said: (resumed) "


def test_tool_call_left_behind_is_closed_before_the_next_question(provider: ChatKit) -> None:
    asked = ask(provider, "tool")
    (call,) = only(asked.events, ClientToolCalled)
    left = message("assistant", ToolCallPart(call.id, call.name, call.arguments, state="failed"))

    heard = go_on(provider, asked, "never mind", history=(left,))

    assert heard.text == "You said: never mind "
    items = _items(provider, thread_of(asked))
    assert items[call.id]["status"] == "completed"
    assert items[call.id]["output"] == {
        "error": "The page did not answer before the visitor wrote again."
    }


def test_form_is_asked_and_answered(provider: ChatKit) -> None:
    asked = ask(provider, "ask")
    (request,) = only(asked.events, InputRequested)

    heard = answer(provider, asked, FormAnswered(request.id, values={"q1": ("B",)}))

    assert request.form == Form(
        fields=(
            Field(
                "q1", "Which?", "choice", (Choice("A", "A"), Choice("B", "B")), is_required=False
            ),
        ),
        may_skip=True,
    )
    assert asked.events[-1] == RunCompleted("tool")
    assert heard.text == "You said: (resumed) "
    item = _items(provider, thread_of(asked))[request.id]
    assert (item["status"], item["inputs"][0]["answer"]["values"]) == ("answered", ["B"])


def test_form_can_be_skipped(provider: ChatKit) -> None:
    asked = ask(provider, "ask")
    (request,) = only(asked.events, InputRequested)

    heard = answer(provider, asked, FormAnswered(request.id, is_skipped=True))

    assert heard.text == "You said: (resumed) "
    assert _items(provider, thread_of(asked))[request.id]["status"] == "skipped"


def test_retry_takes_the_answer_back_and_gives_another(provider: ChatKit) -> None:
    first = ask(provider, "hello")

    second = again(provider, first, "hello")

    assert second.text == "You said: hello "
    assert question_of(second) == question_of(first)
    assert len(_items(provider, thread_of(first))) == 2


def test_retry_of_an_unknown_message_asks_once_more(provider: ChatKit) -> None:
    first = ask(provider, "hello")

    second = again(provider, first, "hello", target_run="msg_gone")

    assert second.text == "You said: hello "
    assert thread_of(second) == thread_of(first)
    assert len(_items(provider, thread_of(first))) == 4


def test_server_that_lost_its_threads_gets_the_question_in_a_new_one(
    peer: ChatKitPeer, provider: ChatKit
) -> None:
    first = ask(provider, "hello")
    peer.forget()

    second = go_on(provider, first, "are you there")
    third = again(provider, first, "hello")

    assert (second.text, third.text) == ("You said: are you there ", "You said: hello ")
    assert thread_of(second) != thread_of(first)


def test_answer_to_a_lost_thread_is_not_found(peer: ChatKitPeer, provider: ChatKit) -> None:
    asked = ask(provider, "ask")
    (request,) = only(asked.events, InputRequested)
    peer.forget()

    heard = answer(provider, asked, FormAnswered(request.id, values={"q1": ("B",)}))

    assert heard.failed.failure is Failure.NOT_FOUND


def test_feedback_reaches_the_server(peer: ChatKitPeer, provider: ChatKit) -> None:
    heard = ask(provider, "hello")
    item = only(heard.events, RunCompleted)[-1].upstream_message

    assert provider.give_feedback(ref_of(heard), item, verdict="like", detail="fine")

    line = f"feedback {thread_of(heard)} {item} positive"
    wait_until(lambda: line in peer.said(), line)


@pytest.mark.parametrize("strategy", ["two_phase", "direct"])
def test_file_goes_along(peer: ChatKitPeer, tmp_path: Path, strategy: str) -> None:
    url = {"upload_url": peer.files_url} if strategy == "direct" else {}
    with docked(peer.settings(upload_strategy=strategy, **url)) as provider:
        note = file(tmp_path, "运费.txt")
        sent = provider.upload(note, visitor="vis_1")
        heard = ask(provider, "look", attachments=(file(tmp_path, "运费.txt", upstream=sent),))

    assert heard.text == "You said: look with 运费.txt "


def test_file_that_the_server_lost_leaves_no_thread_behind(
    peer: ChatKitPeer, tmp_path: Path
) -> None:
    with docked(peer.settings(upload_strategy="two_phase")) as provider:
        before = _threads(provider)
        heard = ask(provider, "look", attachments=(file(tmp_path, "a.txt", upstream="atc_gone"),))

        assert isinstance(heard.failed, UpstreamRejected)
        assert heard.failed.failure is Failure.NOT_FOUND
        assert heard.events == []
        assert _threads(provider) == before


def test_stop_keeps_what_was_said(provider: ChatKit) -> None:
    heard = Heard()
    with closing(_running(provider, "slow one two three four five six")) as running:
        for event in running:
            heard.events.append(event)
            if heard.text:
                break

    thread = thread_of(heard)
    wait_until(lambda: len(_items(provider, thread)) == 2, "the half answer is stored")


def test_check_is_content(peer: ChatKitPeer) -> None:
    with docked(peer.settings(upload_strategy="two_phase")) as provider:
        before = _threads(provider)
        findings = provider.check()

        assert [(f.is_ok, f.text) for f in findings] == [
            (True, f"{peer.url} is a ChatKit server and takes the credentials."),
            (True, "It answers a question."),
            (True, "It takes files."),
        ]
        assert _threads(provider) == before


def _running(provider: ChatKit, text: str) -> Generator[RunEvent, None, None]:
    yield from provider.run(Turn(kind="send", text=text, visitor="vis_1"))


def _items(provider: ChatKit, thread: Any) -> dict[str, Any]:
    listed = _asked(provider, "items.list", thread_id=thread, limit=50, order="asc")
    return {item["id"]: item for item in listed["data"]}


def _threads(provider: ChatKit) -> list[str]:
    return [t["id"] for t in _asked(provider, "threads.list", limit=1000)["data"]]


def _asked(provider: ChatKit, kind: str, **params: Any) -> Any:
    """What the server itself says."""
    body = {"type": kind, "params": params}
    return provider.client.post(provider.settings.url, json=body).json()
