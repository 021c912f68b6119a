"""XpertAI runs that go on after an interrupt, where something is missing or was lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.providers.xpertai.kit import (
    answered,
    asked_of,
    docked,
    fails,
    only,
    play,
    ref_of,
    text_of,
    turn,
    until,
)
from widget.domain.errors import BadInput, Failure, UpstreamRejected
from widget.domain.events import (
    Cursor,
    InputRequested,
    RunCompleted,
    RunEvent,
    TextDelta,
)
from widget.domain.inputs import (
    FormAnswered,
)
from widget.providers.xpertai.place import parse_place
from widget.providers.xpertai.provider import XpertAI


@pytest.fixture(params=["aug", "late"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with Platform(dialect=request.param, keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


def request_of(events: list[RunEvent]) -> InputRequested:
    (asked,) = only(events, InputRequested)
    assert isinstance(asked, InputRequested)
    return asked


def test_plain_answer_reaches_a_platform_that_shows_no_question(
    platform: Platform, provider: XpertAI
) -> None:
    """A build may not tell its ``operation``; a yes or no needs nothing of it."""
    before = play(provider, "confirm")
    for _ in range(2):
        platform.answer_next(
            f"/conversations/{platform.only_run().thread.conversation}",
            200,
            '{"operation":null}',
            Content_Type="application/json",
        )

    after = list(answered(provider, before, FormAnswered("i-1", "confirm")))

    assert text_of(after) == "All done."


def test_answer_goes_on_where_the_conversation_cannot_be_found(
    platform: Platform, provider: XpertAI
) -> None:
    before = play(provider, "confirm")
    path = f"/threads/{platform.only_thread().id}"
    platform.answer_next(path, 200, "{}", Content_Type="application/json")

    after = list(answered(provider, before, FormAnswered("i-1", "confirm")))

    assert text_of(after) == "All done."


def test_answer_goes_on_where_the_message_cannot_be_read(
    platform: Platform, provider: XpertAI
) -> None:
    before = play(provider, "confirm")
    platform.answer_next("/messages/search", 500, '{"message":"no"}')

    after = list(answered(provider, before, FormAnswered("i-1", "confirm")))

    assert text_of(after) == "All done."


def test_answer_needs_no_run_id(platform: Platform, provider: XpertAI) -> None:
    """The platform finds the run by its message."""
    play(provider, "confirm")
    run = platform.only_run()

    after = list(
        provider.run(
            turn(
                "",
                kind="answer",
                reply=FormAnswered("i-1", "confirm"),
                upstream_conversation=run.thread.id,
                target_message=run.message["id"],
            )
        )
    )

    assert asked_of(platform)["target"] == {"aiMessageId": run.message["id"]}
    assert text_of(after) == "All done."


@pytest.mark.parametrize(
    "reply",
    [
        FormAnswered("i-9", "approve"),
        FormAnswered("i-9", "confirm", {"parameter.0.order": ("B8",)}),
    ],
)
def test_answer_to_a_question_that_is_gone_changes_nothing(
    platform: Platform, provider: XpertAI, reply: FormAnswered
) -> None:
    """A changed argument must not be confirmed unchanged."""
    before = play(provider, "confirm")

    with pytest.raises(BadInput, match="does not wait for this answer"):
        list(answered(provider, before, reply))
    assert len(platform.asked("POST", "/runs/stream")) == 1


@pytest.mark.parametrize("lost", [{"upstream_conversation": None}, {"target_message": None}])
def test_answer_needs_the_message_that_asked(provider: XpertAI, lost: dict[str, None]) -> None:
    known = {"upstream_conversation": "t", "target_message": "m", **lost}
    reply = FormAnswered("i-1", "confirm")

    _, error = fails(provider.run(turn("", kind="answer", reply=reply, **known)))

    assert error.failure is Failure.NOT_FOUND


def test_answer_that_the_platform_refuses_fails(platform: Platform, provider: XpertAI) -> None:
    before = play(provider, "confirm")
    platform.only_run().message["id"] = "another"

    _, error = fails(answered(provider, before, FormAnswered("i-1", "confirm")))

    assert isinstance(error, UpstreamRejected)
    assert "Missing resume target" in error.detail


def test_message_in_place_of_an_answer_is_a_new_question(
    platform: Platform, provider: XpertAI
) -> None:
    """The platform drops what was waiting."""
    before = play(provider, "confirm")
    thread = ref_of(before).upstream_conversation

    after = play(provider, "never mind", upstream_conversation=thread)

    assert text_of(after) == "never mind"
    assert asked_of(platform)["action"] == "send"
    assert platform.only_thread().operation is None


def test_join_of_an_interrupted_run_asks_again(platform: Platform, provider: XpertAI) -> None:
    """The question came while nobody listened; it stands in the conversation."""
    events = play(provider, "confirm", locale="zh-CN")
    first = next(event for event in events if isinstance(event, Cursor))

    after = list(provider.join(ref_of(events, first.value)))

    assert request_of(after) == request_of(events)
    assert only(after, RunCompleted)[0].reason == "tool"


def test_join_of_an_interrupted_run_without_a_question_ends(
    platform: Platform, provider: XpertAI
) -> None:
    events = play(provider, "odd interrupt")
    platform.only_thread().operation = None

    after = list(provider.join(ref_of(events)))

    assert only(after, RunCompleted)[0].reason == "stop"


def test_answer_whose_stream_breaks_repeats_nothing(platform: Platform, provider: XpertAI) -> None:
    """The platform's message holds what was said before the question, which stands in another of
    our messages."""
    before = play(provider, "confirm slowly")
    running = answered(provider, before, FormAnswered("i-1", "confirm"))
    seen = until(running, TextDelta) + until(running, Cursor)
    platform.forget_streams()
    platform.gate("go").set()
    platform.only_run().wait_over()

    with docked(platform) as other:
        after = list(other.join(ref_of(seen)))

    assert text_of(after, text_of(seen)) == "All done."


def test_answer_whose_process_dies_at_once_repeats_nothing(
    platform: Platform, provider: XpertAI
) -> None:
    """A join from the start would replay what came before the question, and end there."""
    before = play(provider, "confirm slowly")
    running = answered(provider, before, FormAnswered("i-1", "confirm"))
    seen = until(running, Cursor)
    place = parse_place(only(seen, Cursor)[-1].value)
    assert place
    assert (place.at, place.skip, place.runs) == (
        "",
        len("One moment"),
        (platform.only_run().id,),
    )
    platform.gate("go").set()
    list(running)

    with docked(platform) as other:
        after = list(other.join(ref_of(seen)))

    assert text_of(after) == "All done."
    assert platform.asked("GET", "/stream") == []
