"""The ``chatkit`` provider against the real ``openai-chatkit`` package, one test per scenario."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers.chatkit_peer import ChatKitPeer
from tests.providers.chatkit.kit import (
    ask,
    docked,
    go_on,
    only,
    question_of,
    thread_of,
)
from widget.domain.errors import Failure
from widget.domain.events import (
    AccessChanged,
    ClientEffect,
    ImageReady,
    Notice,
    ReasoningDelta,
    Source,
    Step,
    TextDelta,
    TitleChanged,
    WidgetChanged,
)
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


def test_answer_comes_word_by_word_with_its_source(provider: ChatKit) -> None:
    heard = ask(provider, "slow and steady")

    assert heard.error is None
    assert heard.text == "You said: slow and steady "
    assert len(only(heard.events, TextDelta)) > 1
    assert [(s.title, s.url) for s in only(heard.events, Source)] == [
        ("Example", "https://example.com")
    ]


def test_second_question_goes_to_the_same_thread(provider: ChatKit) -> None:
    first = ask(provider, "one")

    second = go_on(provider, first, "two")

    assert second.text == "You said: two "
    assert thread_of(second) == thread_of(first)
    assert question_of(second) != question_of(first)


def test_title_is_told(provider: ChatKit) -> None:
    assert only(ask(provider, "title Red shoes").events, TitleChanged) == [
        TitleChanged("Red shoes")
    ]


def test_lock_closes_the_composer_and_says_why(provider: ChatKit) -> None:
    assert only(ask(provider, "lock").events, AccessChanged) == [
        AccessChanged("locked", "locked by test")
    ]


def test_failure_has_the_words_that_its_author_wrote(provider: ChatKit) -> None:
    heard = ask(provider, "fail")

    assert only(heard.events, Notice) == [Notice("danger", "custom failure")]
    assert heard.failed.failure is Failure.UNKNOWN
    assert heard.failed.retryable


def test_crash_can_be_tried_again(provider: ChatKit) -> None:
    heard = ask(provider, "crash")

    assert heard.failed.retryable
    assert only(heard.events, Notice) == []


def test_progress_ends_with_the_next_item(provider: ChatKit) -> None:
    heard = ask(provider, "progress")

    assert [(s.title, s.state) for s in only(heard.events, Step)] == [
        ("Looking", "running"),
        ("Looking", "done"),
    ]
    last_step = max(i for i, e in enumerate(heard.events) if isinstance(e, Step))
    first_text = min(i for i, e in enumerate(heard.events) if isinstance(e, TextDelta))
    assert last_step < first_text


def test_effect_goes_to_the_page(provider: ChatKit) -> None:
    assert only(ask(provider, "effect").events, ClientEffect) == [
        ClientEffect("toast", {"text": "hi"})
    ]


def test_notice_is_shown(provider: ChatKit) -> None:
    assert only(ask(provider, "notice").events, Notice) == [
        Notice("warning", "Note\n\n**careful**")
    ]


def test_hidden_item_is_not_shown(provider: ChatKit) -> None:
    heard = ask(provider, "hidden")

    assert heard.text == "You said: hidden "
    assert only(heard.events, Step, WidgetChanged, ImageReady, Notice) == []


def test_task_is_a_step(provider: ChatKit) -> None:
    (step,) = only(ask(provider, "task").events, Step)

    assert (step.title, step.state, step.detail) == ("One", "done", "body")


def test_workflow_is_steps_and_thoughts(provider: ChatKit) -> None:
    heard = ask(provider, "workflow")

    assert [(s.title, s.state) for s in only(heard.events, Step)] == [
        ("Search", "running"),
        ("Search", "done"),
    ]
    assert only(heard.events, ReasoningDelta) == [ReasoningDelta("**Think**\n\nc")]


def test_generated_image_is_told_once(provider: ChatKit, peer: ChatKitPeer) -> None:
    (image,) = only(ask(provider, "image").events, ImageReady)

    assert image.url == f"{peer.files_url}/img_1"


def test_widget_ends_as_its_last_state(provider: ChatKit) -> None:
    widgets = only(ask(provider, "widget").events, WidgetChanged)

    assert len({widget.id for widget in widgets}) == 1
    assert widgets[-1].tree["type"] == "Card"
    assert widgets[-1].tree["children"][0] == {
        "type": "Text",
        "id": "t1",
        "value": "Hello",
        "streaming": False,
    }
