"""A provider that follows a script, and a stage to let runs play on: real store, real journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import gevent
import msgspec
from gevent.event import Event

from tests.runs.frame import Screen
from widget.domain import events
from widget.domain.events import RunEvent
from widget.domain.options import parse_options
from widget.domain.sites import Caller, Limits, ProviderChoice, Site
from widget.domain.transcript import ShownConversation, ShownMessage
from widget.journal.base import Follower
from widget.journal.memory import MemoryJournal
from widget.providers.base import (
    Capabilities,
    Opening,
    Provider,
    ProviderSettings,
    Turn,
    UpstreamRef,
)
from widget.runs import opening, start
from widget.runs.engine import Engine, Timing
from widget.runs.opened import Accepted
from widget.store.database import Store
from widget.store.sites import SiteDirectory, save_site, set_paused

KEY = "sk-very-secret-key-0123456789"
FAST = Timing(checkpoint_s=0.02, lease_s=2, watch_s=0.02, cancel_s=0.2)

Script = Callable[[Turn], Iterable[RunEvent]]


class Scripted(Provider):
    """Says what its script says. ``turns`` and the rest record what it was asked."""

    kind = "scripted"
    Settings = ProviderSettings

    def __init__(self) -> None:
        super().__init__(ProviderSettings(), None)  # type: ignore[arg-type]
        self.script: Script = lambda turn: answer(f"You said {turn.text}.")
        self.join_script: Callable[[UpstreamRef], Iterable[RunEvent]] | None = None
        self.offers = Capabilities()
        self.greets: Callable[[], Opening] = Opening
        self.on_cancel: Callable[[], None] = lambda: None
        self.on_delete: Exception | None = None
        self.turns: list[Turn] = []
        self.joins: list[UpstreamRef] = []
        self.cancels: list[UpstreamRef] = []
        self.deleted: list[UpstreamRef] = []
        self.verdicts: list[tuple[UpstreamRef, str, str | None, str]] = []

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        self.turns.append(turn)
        yield from self.script(turn)

    def join(self, ref: UpstreamRef) -> Iterator[RunEvent]:
        self.joins.append(ref)
        assert self.join_script is not None
        yield from self.join_script(ref)

    def capabilities(self) -> Capabilities:
        return self.offers

    def opening(self) -> Opening:
        return self.greets()

    def cancel(self, ref: UpstreamRef) -> None:
        self.cancels.append(ref)
        self.on_cancel()

    def delete_conversation(self, ref: UpstreamRef) -> bool:
        self.deleted.append(ref)
        if self.on_delete is not None:
            raise self.on_delete
        return True

    def give_feedback(
        self, ref: UpstreamRef, message: str, *, verdict: str | None, detail: str
    ) -> bool:
        self.verdicts.append((ref, message, verdict, detail))
        return True


def answer(*texts: str) -> list[RunEvent]:
    """A plain answer in these deltas."""
    return [
        events.RunStarted("up-conversation", "up-run", "up-message"),
        *(events.TextDelta(text) for text in texts),
        events.RunCompleted(),
    ]


class Gate:
    """A place where a script waits until the test opens it, as for a silent platform."""

    def __init__(self) -> None:
        self._reached = Event()
        self._opened = Event()

    def wait(self) -> None:
        self._reached.set()
        self._opened.wait()

    def reached(self) -> None:
        assert self._reached.wait(5), "the script never came here"

    def open(self) -> None:
        self._opened.set()


class Stage:
    """One process: an engine on a database file. A second stage on it is another process."""

    def __init__(
        self,
        database: Path,
        *,
        owner: str = "",
        timing: Timing = FAST,
        lock_limit_s: float = 5.0,
    ) -> None:
        self.store = Store(f"sqlite:///{database}", secret_key=b"k" * 32, lock_limit_s=lock_limit_s)
        if not database.exists():
            self.store.migrate()
        self.site = make_site()
        self.provider = Scripted()
        self.journal = MemoryJournal()
        self.sites = SiteDirectory(self.store)
        self.engine = Engine(
            self.store,
            self.journal,
            lambda site: self.provider,
            self.sites,
            owner=owner,
            timing=timing,
        )
        self._sent = 0
        self.save_site()
        self.caller = make_caller(self.site)

    def save_site(self, **changes: Any) -> None:
        """Changes the site as ``apply`` would, seen at once."""
        self.site = msgspec.structs.replace(self.site, **changes)
        with self.store.begin() as tx:
            save_site(tx, self.site, self.store.cipher)
        self.forget_sites()

    def pause_site(self) -> None:
        with self.store.begin() as tx:
            set_paused(tx, self.site.key, True)
        self.forget_sites()

    def forget_sites(self) -> None:
        self.sites = self.engine.sites = SiteDirectory(self.store)

    def send(
        self, text: str = "Hello", *, conversation: str | None = None, name: str = ""
    ) -> Accepted:
        self._sent += 1
        name = name or f"client-no-{self._sent}"
        return start.send(self.engine, self.caller, conversation, name, text)

    def settle(self) -> None:
        """Waits until no run of this process is under way."""
        until(lambda: not self.engine.live)

    def ask(self, text: str = "Hello", *, conversation: str | None = None) -> Accepted:
        """Sends and waits for the end of the answer."""
        accepted = self.send(text, conversation=conversation)
        self.settle()
        return accepted

    def shown(self, conversation: str | None = None) -> ShownConversation:
        return opening.show(self.engine, self.caller, conversation)

    def shown_answer(self) -> ShownMessage:
        return self.shown().messages[-1]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.store.read() as tx:
            return [tuple(row) for row in tx.exec_driver_sql(query)]

    def close(self) -> None:
        self.engine.stop()
        gevent.killall([live.greenlet for live in self.engine.live.values()])
        self.store.close()


class Watcher:
    """A frame on one conversation, from its first event on."""

    def __init__(self, stage: Stage, conversation: str) -> None:
        self.screen = Screen()
        epoch, _ = stage.journal.position(conversation)
        self._follower: Follower = stage.journal.follow(conversation, epoch, 0, lambda: None)
        self.frames: list[str] = []
        self._since = 0

    def skip_to(self, seq: int) -> None:
        """The screen was sent whole at this number; what came before is not for it."""
        self._since = seq

    def look(self) -> Screen:
        for entry in self._follower.take():
            if entry.seq <= self._since:
                continue
            self.frames.append(entry.frame)
            self.screen.take(entry.frame)
        return self.screen


def make_site(**changes: Any) -> Site:
    feedback = {"ui": {"chatBot": {"feedback": {"isNeedFeedback": True}}}}
    site = Site(
        key="acme",
        name="Acme",
        origins=("https://acme.example",),
        provider=ProviderChoice("scripted", {"api_key": KEY}),
        options=parse_options(feedback),
        limits=Limits(message_chars=200),
    )
    return msgspec.structs.replace(site, **changes)


def make_caller(site: Site, *, visitor: str = "vis_ada") -> Caller:
    return Caller(
        site=site,
        visitor=visitor,
        key_hash=visitor.ljust(64, "0"),
        origin="https://acme.example",
        address="192.0.2.1",
        lang="en",
    )


def until(condition: Callable[[], object], limit_s: float = 5.0) -> None:
    """Lets the loop turn until the condition holds."""
    with gevent.Timeout(limit_s, AssertionError("this never came true")):
        while not condition():
            gevent.sleep(0.001)
