"""What a frame is sent whole equals what it would have come to event by event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import gevent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runs.acts import (
    screen_of,
)
from tests.runs.stage import Gate, Stage, Watcher, answer, until
from widget.domain import events
from widget.domain.errors import UpstreamRejected
from widget.domain.events import RunEvent
from widget.providers.base import Turn
from widget.runs import start, stop
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
