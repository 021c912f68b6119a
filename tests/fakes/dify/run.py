"""Conversations and runs of the fake: a run plays its scenario in a thread of its own, and goes on
when its reader has left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.dify.scenarios import Scenario
from tests.fakes.dify.stage import Stage, Step
from tests.fakes.dify.wire import PING, Drop, Gate, Pause, Pieces, Raw, Stay, frame, now
from tests.fakes.upstream import Die, Wait
from tests.fakes.upstream import Step as Sent

GATE_LIMIT_S = 20.0
FOLLOWED = "followed"


@dataclass
class Conversation:
    id: str
    user: str
    name: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    is_completed: bool = False


class Run:
    """``line`` is all that the run has said; every reader has a place in it."""

    def __init__(
        self,
        stage: Stage,
        user: str,
        *,
        row: dict[str, Any],
        gate: Callable[[str], threading.Event],
        ending: threading.Event,
    ) -> None:
        self.stage, self.user, self.row = stage, user, row
        self.status = "running"
        self.line: list[Step] = []
        self._resumed = threading.Event()
        self._stopped = threading.Event()
        self._gate, self._ending = gate, ending
        self._changed = threading.Condition()

    @property
    def is_over(self) -> bool:
        return self.status not in ("running", "paused")

    def start(self, scenario: Scenario) -> None:
        threading.Thread(target=self._play, args=(scenario,), daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self.wake()

    def resume(self, answered: dict[str, Any]) -> None:
        self.stage.answered = answered
        self.status = "running"
        self._resumed.set()

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def wait_over(self, limit_s: float = 10) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self.is_over, limit_s):
                raise TimeoutError(f"run {self.stage.task} is still {self.status}")

    def wait_said(self, count: int, limit_s: float = 10) -> None:
        """Until it has said so many things."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.line) >= count, limit_s)

    # -- playing

    def _play(self, scenario: Scenario) -> None:
        for step in scenario(self.stage):
            if isinstance(step, Gate):
                self._wait(self._gate(step.name))
            elif isinstance(step, Pause):
                self._add(step, status="paused")
                self._wait(self._resumed)
                self._resumed.clear()
            else:
                self._add(step)
            if self._stopped.is_set():
                self._add(self.stage.message_end())
                self._add(None, status="stopped")
                return
        self._add(None, status="succeeded")

    def _add(self, step: Step | None, *, status: str = "") -> None:
        event = step.event if isinstance(step, Pieces) else step
        if isinstance(event, dict):
            self._keep(event)
        with self._changed:
            if step is not None:
                self.line.append(step)
            self.status = status or self.status
            if self.is_over:
                self.row["status"] = "normal"
            self._changed.notify_all()

    def _keep(self, event: dict[str, Any]) -> None:
        """The stored message follows the stream."""
        name, words = event.get("event"), event.get("answer")
        if name == "message_replace" or (name == "message" and self.stage.mode == "agent"):
            self.row["answer"] = words
        elif name in ("message", "agent_message", "message_file") and isinstance(words, str):
            self.row["answer"] += words
        elif name == "error":
            self.row.update(status="error", error=event["message"])

    def _wait(self, event: threading.Event) -> None:
        ends_at = time.monotonic() + GATE_LIMIT_S
        while not (event.wait(0.01) or self._stopped.is_set() or self._ending.is_set()):
            if time.monotonic() > ends_at:
                raise TimeoutError("nobody opened the gate")

    # -- reading

    def creators_view(self, ping_s: float) -> Iterator[Sent]:
        if self.stage.is_flow and self.stage.version == "1.13.0":
            yield PING
        yield from self._view(ping_s, 0, ends_at_pause=True)

    def snapshot_view(self, ping_s: float, *, ends_at_pause: bool) -> Iterator[Sent]:
        """What the platform has stored, a pending form too, and what comes from now on."""
        at, answer = len(self.line), self.row["answer"]
        if self.status == "paused":
            at -= 3  # the form, the pause, and our own mark for it
        self._gate(FOLLOWED).set()
        yield frame(self.stage.resumed())
        yield frame(self.stage.event("message_replace", answer=answer, reason=""))
        yield from self._view(ping_s, at, ends_at_pause=ends_at_pause)

    def live_view(self, ping_s: float, *, ends_at_pause: bool) -> Iterator[Sent]:
        yield from self._view(ping_s, len(self.line), ends_at_pause=ends_at_pause)

    def _view(self, ping_s: float, at: int, *, ends_at_pause: bool) -> Iterator[Sent]:
        while not self._ending.is_set():
            fresh, is_over = self._after(at, ping_s)
            at += len(fresh)
            if not fresh and not is_over:
                yield PING
            for step in fresh:
                yield from _sent(step)
                if ends_at_pause and _is_pause(step):
                    return
                if isinstance(step, Drop) or self._is_lost_here(step):
                    return
            if is_over and Stay() not in self.line:
                return
            if is_over:
                self._ending.wait(ping_s)
                yield PING

    def _is_lost_here(self, step: Step) -> bool:
        """At 1.13.0 the reader stops at ``workflow_finished``, whatever comes after it."""
        is_end = isinstance(step, dict) and step["event"] == "workflow_finished"
        return is_end and self.stage.version == "1.13.0" and Stay() not in self.line

    def _after(self, at: int, limit_s: float) -> tuple[list[Step], bool]:
        def has_news() -> bool:
            return len(self.line) > at or self.is_over or self._ending.is_set()

        with self._changed:
            self._changed.wait_for(has_news, limit_s)
            return self.line[at:], self.is_over


def _is_pause(step: Step) -> bool:
    return isinstance(step, dict) and step["event"] == "workflow_paused"


def _sent(step: Step) -> Iterator[Sent]:
    match step:
        case dict():
            yield frame(step)
        case Raw():
            yield step.data
        case Pieces():
            for piece in step.pieces:
                yield piece
                yield Wait(0.005)
        case Drop(how="die"):
            yield Die()
        case _:
            return


def new_row(conversation: Conversation, message: str, body: dict[str, Any]) -> dict[str, Any]:
    """Question and answer are one row."""
    return {
        "id": message,
        "conversation_id": conversation.id,
        "parent_message_id": "00000000-0000-0000-0000-000000000000",
        "inputs": body["inputs"],
        "query": body["query"],
        "answer": "",
        "status": "normal",
        "error": None,
        "feedback": None,
        "message_files": [],
        "agent_thoughts": [],
        "retriever_resources": [],
        "extra_contents": [],
        "created_at": now(),
    }
