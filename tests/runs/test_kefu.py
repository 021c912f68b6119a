"""The kefu use cases on a real engine: pages of a thread, idle ends, and an answer as it grows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import gevent
import pytest
from msgspec.structs import replace

from tests.runs.conftest import MakeStage
from tests.runs.stage import Gate, Script, Stage, answer, until
from widget.domain import events
from widget.domain.apis import Apis, KefuApi
from widget.domain.conversations import FilePart, ImagePart, NoticePart, ReasoningPart, TextPart
from widget.domain.errors import (
    Failure,
    NotFound,
    RunActive,
    UpstreamInterrupted,
    UpstreamRejected,
)
from widget.domain.events import RunEvent, TextDelta, TextReplaced
from widget.providers.base import Capabilities, Turn
from widget.runs import kefu, start
from widget.runs.engine import Timing
from widget.runs.kefu_answer import Answering, Written
from widget.runs.kefu_text import markdown_of
from widget.runs.opened import Accepted
from widget.runs.stop import stop_run
from widget.store.runs import unfinished_run


@pytest.fixture
def stage(stage: Stage) -> Stage:
    return at_the_door(stage)


def at_the_door(stage: Stage) -> Stage:
    stage.caller = replace(stage.caller, channel="kefu")
    return stage


def ask(stage: Stage, text: str = "Hello", conversation: str | None = None) -> Accepted:
    return stage.ask(text, conversation=conversation)


def reading(stage: Stage, accepted: Accepted) -> Answering:
    return Answering(
        stage.engine, stage.caller, accepted, address_of=lambda file: f"https://us.example/{file}"
    )


def ended(stage: Stage, accepted: Accepted) -> Written:
    found = reading(stage, accepted).end(5)
    assert found is not None
    return found


def said(stage: Stage, conversation: str) -> tuple[list[str], int]:
    page = kefu.said(
        stage.engine, stage.caller, conversation, limit=20, offset=0, newest_first=False
    )
    texts = [markdown_of(message.parts, lambda file: file) for message in page.messages]
    return texts, page.total


# -- conversations


def test_conversation_begins_empty_under_the_sites_name(stage: Stage) -> None:
    stage.save_site(apis=Apis(kefu=KefuApi(conversation_name="小店")))

    made = kefu.begin(stage.engine, stage.caller)

    assert (made.title, made.channel, made.upstream_conversation) == ("小店", "kefu", None)
    assert said(stage, made.id) == ([], 0)


def test_question_goes_on_in_its_conversation(stage: Stage) -> None:
    made = kefu.begin(stage.engine, stage.caller)

    accepted = kefu.ask(stage.engine, stage.caller, made.id, "client-1", "Hello")
    stage.settle()

    assert accepted.conversation == made.id
    assert said(stage, made.id) == (["Hello", "You said Hello."], 2)


def test_each_door_has_conversations_of_its_own(stage: Stage) -> None:
    """Also those of one and the same person."""
    here = ask(stage).conversation
    stage.caller = replace(stage.caller, channel="chat")
    there = ask(stage).conversation

    assert stage.shown().id == there
    with pytest.raises(NotFound):
        stage.shown(here)
    stage.caller = replace(stage.caller, channel="kefu")
    with pytest.raises(NotFound):
        said(stage, there)


@pytest.mark.parametrize(("days", "is_over"), [(30, False), (29, True), (1, True), (0, False)])
def test_idle_conversation_is_as_good_as_none(stage: Stage, days: int, is_over: bool) -> None:
    conversation = ask(stage).conversation
    stage.save_site(apis=Apis(kefu=KefuApi(idle_days=days)))
    stage.caller = replace(stage.caller, site=stage.site)
    later = datetime.now(UTC) + timedelta(days=29, hours=1)
    stage.engine.clock = lambda: later

    for use in (
        lambda: said(stage, conversation),
        lambda: kefu.ask(stage.engine, stage.caller, conversation, "client-9", "Again"),
    ):
        if is_over:
            with pytest.raises(NotFound):
                use()
        else:
            use()


def test_follow_up_is_refused_also_where_the_platform_takes_one(stage: Stage) -> None:
    """Who asks here waits for an answer of his own."""
    stage.provider.offers = Capabilities(follow_up="queue")
    gate = Gate()
    stage.provider.script = gated(gate, answer("Done"))
    first = stage.send()
    gate.reached()

    with pytest.raises(RunActive):
        stage.send("And?", conversation=first.conversation)

    gate.open()
    stage.settle()
    assert said(stage, first.conversation) == (["Hello", "Done"], 2)


# -- the same message again


def again(stage: Stage, accepted: Accepted) -> Accepted:
    """What a client sends that does not know whether it was heard."""
    return kefu.ask(stage.engine, stage.caller, accepted.conversation, "client-1", "Hello")


def failing(turn: Turn) -> Iterator[RunEvent]:
    yield TextDelta("So far")
    raise UpstreamInterrupted("gone")


def test_repeat_finds_the_first_answer(stage: Stage) -> None:
    first = kefu.ask(stage.engine, stage.caller, None, "client-1", "Hello")
    stage.settle()

    second = again(stage, first)

    assert (second.is_repeat, second.answer) == (True, first.answer)
    assert len(stage.provider.turns) == 1


def test_repeat_of_what_failed_is_another_try(stage: Stage) -> None:
    stage.provider.script = failing
    first = kefu.ask(stage.engine, stage.caller, None, "client-1", "Hello")
    stage.settle()
    second = again(stage, first)
    stage.settle()
    stage.provider.script = lambda turn: answer("At last.")
    third = again(stage, first)
    stage.settle()
    fourth = again(stage, first)

    assert len({first.answer, second.answer, third.answer}) == 3
    assert (third.is_repeat, fourth.is_repeat) == (False, True)
    assert fourth.answer == third.answer
    assert [turn.kind for turn in stage.provider.turns] == ["send", "retry", "retry"]
    assert said(stage, first.conversation) == (["Hello", "At last."], 2)


def test_repeat_takes_nothing_back_that_came_later(stage: Stage) -> None:
    stage.provider.script = failing
    first = kefu.ask(stage.engine, stage.caller, None, "client-1", "Hello")
    stage.settle()
    stage.provider.script = lambda turn: answer("Later.")
    stage.ask("And?", conversation=first.conversation)

    second = again(stage, first)

    assert (second.is_repeat, second.answer) == (True, first.answer)
    assert said(stage, first.conversation) == (["Hello", "So far", "And?", "Later."], 4)


def test_repeat_finds_a_failure_where_there_is_no_second_try(stage: Stage) -> None:
    stage.provider.offers = Capabilities(retry=False)
    stage.provider.script = failing
    first = kefu.ask(stage.engine, stage.caller, None, "client-1", "Hello")
    stage.settle()

    second = again(stage, first)

    assert (second.is_repeat, second.answer) == (True, first.answer)


# -- what was said


def test_superseded_messages_are_not_counted(stage: Stage) -> None:
    accepted = ask(stage)
    stage.provider.script = lambda turn: answer("Better.")
    start.retry(stage.engine, stage.caller, accepted.answer)
    stage.settle()

    assert said(stage, accepted.conversation) == (["Hello", "Better."], 2)


def test_answer_in_the_making_is_not_told_as_the_whole(stage: Stage) -> None:
    gate = Gate()
    stage.provider.script = gated(gate, answer("Half", " whole"))
    accepted = stage.send()
    gate.reached()
    stage.engine.checkpoints.save_all()

    assert said(stage, accepted.conversation) == (["Hello"], 1)

    gate.open()
    stage.settle()
    assert said(stage, accepted.conversation) == (["Hello", "Half whole"], 2)


def test_empty_answer_is_not_told(stage: Stage) -> None:
    stage.provider.script = lambda turn: answer()

    accepted = ask(stage)

    assert said(stage, accepted.conversation) == (["Hello"], 1)


def test_picture_alone_is_an_answer(stage: Stage) -> None:
    picture = events.ImageReady("one", "https://cdn.example/a(1).png", "A [red] lamp")
    stage.provider.script = lambda turn: [picture, events.RunCompleted()]

    accepted = ask(stage)

    whole = "![A (red) lamp](https://cdn.example/a%281%29.png)"
    assert said(stage, accepted.conversation) == (["Hello", whole], 2)
    assert ended(stage, accepted).text == whole


# -- the text


def test_text_is_what_can_be_read_without_html() -> None:
    parts = (
        ReasoningPart("Hm."),
        TextPart("**One**"),
        TextPart(""),
        NoticePart("info", "Careful"),
        ImagePart("1", "javascript:alert(1)", "no"),
        ImagePart("2", "", "kept\none", attachment="att_1"),
        FilePart("3", "https://cdn.example/a b.pdf", "a b.pdf"),
        TextPart("Two"),
    )

    text = markdown_of(parts, lambda file: f"https://us.example/{file}")

    assert text == (
        "**One**\n\n![kept one](https://us.example/att_1)\n\n"
        "[a b.pdf](https://cdn.example/a%20b.pdf)\n\nTwo"
    )


# -- the end of an answer


def test_end_waits_for_the_whole_answer(stage: Stage) -> None:
    gate = Gate()
    stage.provider.script = gated(gate, answer("Half", " whole"))
    accepted = stage.send()
    waiting = gevent.spawn(ended, stage, accepted)
    gate.reached()

    gate.open()

    assert waiting.get(timeout=5) == Written("Half whole", "done")


def test_end_waits_no_longer_than_it_may(stage: Stage) -> None:
    gate = Gate()
    stage.provider.script = gated(gate, answer("Half", " whole"))
    accepted = stage.send()
    gate.reached()

    assert reading(stage, accepted).end(0.05) is None

    gate.open()
    stage.settle()
    assert ended(stage, accepted).text == "Half whole"


def test_end_tells_usage_and_a_cut(stage: Stage) -> None:
    usage = events.Usage(10, 20, 30)
    stage.provider.script = lambda turn: [
        TextDelta("Half"),
        usage,
        events.RunCompleted("length"),
    ]

    assert ended(stage, ask(stage)) == Written("Half", "done", is_cut=True, usage=usage)


def test_end_tells_why_it_failed(stage: Stage) -> None:
    def refused(turn: Turn) -> Iterator[RunEvent]:
        yield TextDelta("So far")
        raise UpstreamRejected("no", status=400, failure=Failure.CONTENT)

    stage.provider.script = refused

    assert ended(stage, ask(stage)) == Written("So far", "failed", failure=Failure.CONTENT)


def test_end_tells_that_it_was_stopped(stage: Stage) -> None:
    gate = Gate()
    stage.provider.script = gated(gate, answer("Half", " whole"))
    accepted = stage.send()
    gate.reached()
    with stage.store.read() as tx:
        run = unfinished_run(tx, accepted.conversation)
    assert run is not None

    stop_run(stage.engine, run)

    assert ended(stage, accepted) == Written("Half", "stopped")


# -- an answer as it grows


def test_looks_show_the_text_as_it_grows(stage: Stage) -> None:
    gate = Gate()
    stage.provider.script = gated(gate, answer("Half", " whole"))
    accepted = stage.send()
    gate.reached()
    looks = reading(stage, accepted).looks(patience_s=5)

    assert next(looks) == Written("Half", "running")
    gate.open()
    assert [one.text for one in looks][-1] == "Half whole"


def test_looks_come_also_when_nothing_does(stage: Stage) -> None:
    gate = Gate()
    stage.provider.script = gated(gate, answer("Half", " whole"))
    accepted = stage.send()
    gate.reached()
    looks = reading(stage, accepted).looks(patience_s=0)

    assert [next(looks).text for _ in range(3)] == ["Half"] * 3

    gate.open()
    stage.settle()


def test_looks_show_a_replaced_text(stage: Stage) -> None:
    gate = Gate()
    script: list[RunEvent] = [TextDelta("Wrong"), TextReplaced("Right"), events.RunCompleted()]
    stage.provider.script = gated(gate, script)
    accepted = stage.send()
    gate.reached()
    looks = reading(stage, accepted).looks(patience_s=5)

    assert next(looks).text == "Wrong"
    gate.open()
    assert list(looks)[-1] == Written("Right", "done")


def test_answer_that_another_process_finishes_is_found(make_stage: MakeStage) -> None:
    """The live run is not here: its checkpoints tell, and then its end."""
    here, there = at_the_door(make_stage()), at_the_door(make_stage(owner="there"))
    there.caller = here.caller
    gate = Gate()
    there.provider.script = gated(gate, answer("Half", " whole"))
    accepted = there.send()
    gate.reached()
    there.engine.checkpoints.save_all()
    looks = reading(here, accepted).looks(patience_s=5)

    assert next(looks) == Written("Half", "running")
    gate.open()
    there.settle()
    assert list(looks)[-1] == Written("Half whole", "done")
    assert ended(here, accepted).text == "Half whole"


def test_end_waits_for_another_process_no_longer_than_it_may(make_stage: MakeStage) -> None:
    here, there = at_the_door(make_stage()), at_the_door(make_stage(owner="there"))
    there.caller = here.caller
    gate = Gate()
    there.provider.script = gated(gate, answer("Half", " whole"))
    accepted = there.send()
    gate.reached()

    assert reading(here, accepted).end(0.05) is None

    gate.open()
    there.settle()


@pytest.mark.parametrize("can_join", [True, False])
def test_process_that_ends_leaves_its_answers(make_stage: MakeStage, can_join: bool) -> None:
    stage = at_the_door(make_stage(timing=Timing(checkpoint_s=0.02)))
    stage.provider.offers = Capabilities(join=can_join)
    gate = Gate()
    stage.provider.script = gated(gate, answer("Half", " whole"))
    accepted = stage.send()
    gate.reached()
    waiting = gevent.spawn(ended, stage, accepted)
    until(lambda: bool(stage.engine.live))

    stage.engine.drain(0)

    assert waiting.get(timeout=5).state == "left"


def gated(gate: Gate, script: Iterable[RunEvent]) -> Script:
    """The script, with a wait at the gate after its first text."""

    def play(turn: Turn) -> Iterator[RunEvent]:
        is_open = False
        for event in script:
            yield event
            if isinstance(event, TextDelta) and not is_open:
                gate.wait()
                is_open = True

    return play
