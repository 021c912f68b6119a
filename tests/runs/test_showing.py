"""What a frame is sent whole equals what it would have come to event by event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runs.frame import Screen
from tests.runs.stage import Gate, Stage, Watcher, answer, make_caller, until
from widget.domain import events
from widget.domain.errors import Failure, NotFound, UpstreamRejected
from widget.domain.events import RunEvent
from widget.domain.transcript import ShownConversation, ShownPart
from widget.providers.base import Turn
from widget.runs import conversations, opening, start, stop
from widget.store.database import Store, Transaction

FRAGMENTS = [
    "Hello ", "世界，", "**bold", "** ", "*", "`code`", "\n\n", "\n", "- item", "\n- [ ] task",
    "1. one\n", "> quote\n", "```python\n", "x = 1\n", "```\n", "| a | b |\n", "|---|---|\n",
    "| 1 | 2 |\n", "# Title\n", "[link](https://acme.example)", "<script>", "https://x.example ",
    "![cat](https://x.example/c.png)", "~~gone~~", "[^1]", "\n[^1]: note\n", "---\n", "&amp;", "\\",
]  # fmt: skip

TEXTS = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=4).map("".join)
IDS = st.sampled_from(["a", "b"])
EVENTS = st.one_of(
    TEXTS.map(events.TextDelta),
    TEXTS.map(events.TextDelta),
    TEXTS.map(events.ReasoningDelta),
    TEXTS.map(events.TextReplaced),
    st.builds(events.Step, IDS, st.just("Search"), st.sampled_from(["running", "done", "failed"])),
    st.builds(events.Source, IDS, st.just("Terms")),
    st.builds(events.WidgetChanged, IDS, st.just({"type": "Card"})),
    st.builds(events.Notice, st.just("info"), st.just("Busy.")),
    st.builds(events.Cursor, st.just("1")),
    st.builds(events.TitleChanged, TEXTS),
    st.builds(events.Suggestions, st.just(("More?",))),
)
ENDINGS = st.sampled_from(["done", "failed", "cut", "stopped"])


def play(stage: Stage, script: list[RunEvent], ending: str, pauses: Gate) -> Iterator[RunEvent]:
    for number, event in enumerate(script):
        if number == len(script) // 2:
            pauses.wait()
        yield event
    if ending == "done":
        yield events.RunCompleted()
    elif ending == "failed":
        raise UpstreamRejected("refused", status=402)
    elif ending == "stopped":
        (live,) = stage.engine.live.values()
        stage.engine.journal.send_command(live.id, "stop")
        Gate().wait()


def screen_of(conversation: ShownConversation) -> Screen:
    screen = Screen()
    screen.show(conversation)
    return screen


@pytest.fixture(scope="module")
def long_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("runs") / "chatdock.db")
    yield stage
    stage.close()


@settings(max_examples=200, deadline=None)
@given(script=st.lists(EVENTS, max_size=14), ending=ENDINGS)
def test_replay_and_the_whole_conversation_draw_the_same(
    long_stage: Stage, script: list[RunEvent], ending: str
) -> None:
    """One frame follows from the first event, one opens in the middle, one after the end."""
    stage = long_stage
    pause = Gate()
    stage.provider.script = lambda turn: play(stage, script, ending, pause)
    conversation = stage.send("Go").conversation
    follower = Watcher(stage, conversation)
    if script:
        pause.reached()
    middle = Watcher(stage, conversation)
    shown = stage.shown(conversation)
    middle.screen.show(shown)
    middle.skip_to(shown.seq)
    assert follower.look().picture() == middle.screen.picture()

    pause.open()
    stage.settle()
    assert follower.look().picture() == middle.look().picture()
    assert follower.screen.picture() == screen_of(stage.shown(conversation)).picture()


def test_an_empty_conversation_is_shown_to_a_visitor_without_one(stage: Stage) -> None:
    assert stage.shown() == ShownConversation("", "", "", 0, ())


def test_the_latest_conversation_is_shown_unless_one_is_named(stage: Stage) -> None:
    first, second = stage.ask("One"), stage.ask("Two")

    assert stage.shown().id == second.conversation
    assert stage.shown(first.conversation).id == first.conversation


def test_nobody_elses_conversation_is_shown(stage: Stage) -> None:
    conversation = stage.ask("Mine").conversation
    bob = make_caller(stage.site, visitor="vis_bob")

    with pytest.raises(NotFound):
        opening.show(stage.engine, bob, conversation)
    assert opening.show(stage.engine, bob, None).id == ""


def test_a_visitor_of_another_site_is_another_visitor(stage: Stage) -> None:
    conversation = stage.ask("Mine").conversation
    other_site = msgspec.structs.replace(stage.site, key="other")

    with pytest.raises(NotFound):
        opening.show(stage.engine, make_caller(other_site), conversation)


def test_a_running_answer_is_shown_as_it_stands(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("So far")
        gate.wait()

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()

    shown = stage.shown()

    assert shown.run is not None
    assert (shown.run.id, shown.run.message) == (accepted.run, accepted.answer)
    assert shown.messages[-1].state == "running"
    assert shown.messages[-1].parts == (ShownPart(kind="text", html="<p>So far</p>"),)


def test_the_numbers_of_a_whole_conversation_are_the_journals(stage: Stage) -> None:
    conversation = stage.ask().conversation

    shown = stage.shown()

    assert (shown.epoch, shown.seq) == stage.journal.position(conversation)


def test_after_a_restart_the_conversation_is_the_same_in_another_epoch(
    stage: Stage, tmp_path: Path
) -> None:
    stage.provider.script = lambda turn: [
        events.TextDelta("Some **text**"),
        events.Step("s", "Search", "done"),
        events.Suggestions(("More?",)),
        events.RunCompleted(),
    ]
    stage.ask()
    before = stage.shown()
    after_restart = Stage(tmp_path / "chatdock.db")
    try:
        after = after_restart.shown()
    finally:
        after_restart.close()

    assert msgspec.structs.replace(after, epoch="", seq=0) == msgspec.structs.replace(
        before, epoch="", seq=0
    )
    assert (after.epoch, after.seq) != (before.epoch, before.seq)


def test_a_failed_answer_is_shown_with_its_class(stage: Stage) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        raise UpstreamRejected("refused", status=402)
        yield

    stage.provider.script = script
    stage.ask()

    failure = stage.shown_answer().failure
    assert failure is not None
    assert (failure.code, failure.retryable) == (Failure.QUOTA, False)


def test_only_the_last_messages_are_shown_and_the_rest_is_history(stage: Stage) -> None:
    conversation = stage.ask("0").conversation
    for number in range(1, 60):
        stage.ask(str(number), conversation=conversation)

    shown = stage.shown()
    pages = [shown.messages]
    has_more = shown.has_more
    while has_more:
        older, has_more = conversations.history(
            stage.engine, stage.caller, conversation, pages[-1][0].id
        )
        pages.append(older)

    assert [len(page) for page in pages] == [50, 50, 20]
    asked = [m.parts[0].text for page in reversed(pages) for m in page if m.role == "visitor"]
    assert asked == [str(number) for number in range(60)]


def test_finished_blocks_of_a_running_answer_are_shown_alone(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("First.\n\nSecond, which is still")
        gate.wait()
        yield events.TextDelta(" growing.")
        yield events.RunCompleted()

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()

    running, is_growing = opening.finished_parts(stage.engine, stage.caller, accepted.answer)
    gate.open()
    stage.settle()
    ended, still = opening.finished_parts(stage.engine, stage.caller, accepted.answer)

    assert (running.parts[0].html, is_growing) == ("<p>First.</p>", True)
    assert (ended.parts[0].html, still) == (
        "<p>First.</p><p>Second, which is still growing.</p>",
        False,
    )


class SlowReads:
    """A store whose answers take a while to arrive, as those of a database server do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.begin = store.begin

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        with self._store.read() as tx:
            yield tx
        gevent.sleep(0.001)


def test_showing_while_everything_changes_is_consistent(stage: Stage) -> None:
    """Frames that open at any moment all come to the same end."""
    stage.engine.store = SlowReads(stage.store)  # type: ignore[assignment]

    def script(turn: Turn) -> Iterator[RunEvent]:
        for number in range(50):
            yield events.TextDelta(f"word {number} ")
            gevent.sleep(0)
        yield events.RunCompleted()

    stage.provider.script = script
    conversation = stage.ask("First").conversation
    screens: list[Watcher] = []

    def look_in() -> None:
        shown = stage.shown(conversation)
        watcher = Watcher(stage, conversation)
        watcher.screen.show(shown)
        watcher.skip_to(shown.seq)
        screens.append(watcher)

    def keep_looking() -> None:
        while True:
            looking.append(gevent.spawn(look_in))
            gevent.sleep(0)

    looking: list[gevent.Greenlet] = []
    looker = gevent.spawn(keep_looking)
    accepted = stage.send("Second", conversation=conversation)
    stage.settle()
    start.retry(stage.engine, stage.caller, accepted.answer)
    stage.settle()
    looker.kill()
    gevent.joinall(looking, raise_error=True)

    final = screen_of(stage.shown(conversation)).picture()
    assert len(screens) > 20
    assert all(watcher.look().picture() == final for watcher in screens)


def test_a_stop_in_the_middle_draws_the_same(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("| a |\n|--|\n| half")
        gate.wait()

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()
    watcher = Watcher(stage, accepted.conversation)

    stop.stop(stage.engine, stage.caller, accepted.run)
    until(lambda: not stage.engine.live)

    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def test_an_edit_and_a_retry_draw_the_same(stage: Stage) -> None:
    first = stage.ask("One")
    stage.ask("Two", conversation=first.conversation)
    start.edit(stage.engine, stage.caller, first.message, "client-edit", "Better one")
    stage.settle()
    stage.provider.script = lambda turn: answer("Best.")
    start.retry(stage.engine, stage.caller, stage.shown_answer().id)
    stage.settle()

    follower = Watcher(stage, first.conversation)

    assert follower.look().picture() == screen_of(stage.shown()).picture()
