"""Threads and runs of the fake: a run plays its scenario in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.fakes.upstream import Die
from tests.fakes.upstream import Step as Sent
from tests.fakes.xpertai.stage import Scenario, Stage
from tests.fakes.xpertai.wire import (
    KEEP_ALIVE,
    Drop,
    Entry,
    Gate,
    Raw,
    Reframed,
    Steer,
    Vanish,
    merge,
    now,
)


@dataclass
class Thread:
    id: str
    conversation: str
    assistant: str | None
    title: str | None = None
    status: str = "idle"
    operation: dict[str, Any] | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        meta = {"id": self.conversation, "title": self.title, "assistant_id": self.assistant}
        return {"thread_id": self.id, "status": self.status, "metadata": meta, "values": {}}

    def row(self) -> dict[str, Any]:
        """As a conversation, which is the same row under another id."""
        return {
            "id": self.conversation,
            "threadId": self.id,
            "title": self.title,
            "status": self.status,
            "operation": self.operation,
        }

    def pending(self) -> list[dict[str, Any]]:
        return [m for m in self.messages if m.get("followUpStatus") == "pending"]


class Run:
    """``line`` is what the creator reads; the entries among it are what a join replays."""

    def __init__(
        self,
        thread: Thread,
        *,
        run_id: str,
        question: str,
        message: dict[str, Any],
        ids: Iterator[str],
        gate: Callable[[str], threading.Event],
        ending: threading.Event,
        limit_s: float,
    ) -> None:
        self.id = run_id
        self.thread = thread
        self.message = message
        self.question = question
        self.status = "running"
        self.line: list[Entry | Raw | Reframed | Drop] = []
        self.begins_at = 0
        self.is_over = False
        self.is_forgotten = False
        self._cancelled = threading.Event()
        self._ids, self._gate, self._ending, self._limit_s = ids, gate, ending, limit_s
        self._changed = threading.Condition()

    def start(self, scenario: Scenario, stage: Stage) -> None:
        """Begins, or goes on after an interrupt: then its new reader gets only what is new."""
        stage.entry = lambda data: Entry(next(self._ids), data)
        self.begins_at, self.is_over, self.status = len(self.line), False, "running"
        self.thread.status, self.thread.operation = "busy", None
        threading.Thread(target=self._play, args=(scenario, stage), daemon=True).start()

    def cancel(self) -> None:
        self._cancelled.set()
        self.wake()

    def wait_over(self, limit_s: float = 10) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self.is_over, limit_s):
                raise TimeoutError(f"run {self.id} is still {self.status}")

    def shown(self) -> dict[str, Any]:
        return {
            "run_id": self.id,
            "thread_id": self.thread.id,
            "assistant_id": self.thread.assistant,
            "created_at": now(),
            "updated_at": now(),
            "status": self.status,
            "metadata": None,
        }

    def _play(self, scenario: Scenario, stage: Stage) -> None:
        for step in scenario(stage):
            if isinstance(step, Vanish):
                self._end("error")
                return
            if isinstance(step, Steer):
                self._steer(stage, step.limit_s)
                continue
            if isinstance(step, Gate):
                self._wait(step)
            if self._cancelled.is_set():
                self._add_all(stage.ending("interrupted", "Canceled by user"))
                break
            if not isinstance(step, Gate):
                self._add(step)
        self._add({"type": "complete"}, is_last=True)

    def _steer(self, stage: Stage, limit_s: float) -> None:
        """One message ends and a fresh one begins, in the same run."""
        taken = self._take_steered(limit_s)
        if not taken or self._cancelled.is_set():
            return
        self._add_all(stage.steered(taken))
        self.message = {**self.message, "id": str(uuid4()), "content": [], "reasoning": []}
        self.message["status"] = "thinking"
        self.thread.messages.append(self.message)
        stage.message = self.message["id"]
        self._add_all(stage.message_start())

    def _take_steered(self, limit_s: float) -> list[dict[str, Any]]:
        """What visitors said meanwhile: the running graph picks it up."""
        with self._changed:
            self._changed.wait_for(
                lambda: self.thread.pending() or self._ending.is_set() or self._cancelled.is_set(),
                limit_s,
            )
        taken = self.thread.pending()
        for message in taken:
            message["followUpStatus"] = "consumed"
        return taken

    def _add_all(self, steps: Iterator[Any]) -> None:
        for step in steps:
            self._add(step)

    def _add(self, step: Any, *, is_last: bool = False) -> None:
        item = Entry(next(self._ids), step) if isinstance(step, dict) else step
        entry = item.entry if isinstance(item, Reframed) else item
        if isinstance(entry, Entry):
            self._keep(entry.data)
        with self._changed:
            self.line.append(item)
            if is_last:
                self._end("success" if self.status == "running" else self.status)
            self._changed.notify_all()

    def _keep(self, data: Any) -> None:
        """The message row and the run's status follow the stream."""
        if data.get("type") == "message" and data.get("data"):
            merge(self.message["content"], self.message["reasoning"], data["data"])
        elif data.get("event") == "on_message_end":
            self.message.update(status=data["data"].get("status"), error=data["data"].get("error"))
        elif data.get("event") == "on_agent_end" and not data["data"].get("parentId"):
            self.status = data["data"].get("status") or "success"
        elif data.get("event") == "on_interrupt":
            self.thread.operation = data["data"]
        elif data.get("event") == "on_error":
            self.status = "error"

    def _end(self, status: str) -> None:
        with self._changed:
            self.status = status
            self.thread.status = "interrupted" if self.thread.operation else "idle"
            self.is_over = True
            self._changed.notify_all()

    def _wait(self, gate: Gate) -> None:
        """Polls two events, since a gate belongs to the server and a cancel to the run."""
        ends_at = time.monotonic() + self._limit_s
        opened = self._gate(gate.name)
        while not (opened.wait(0.01) or self._cancelled.is_set() or self._ending.is_set()):
            if time.monotonic() > ends_at:
                raise TimeoutError(f"nobody opened the gate {gate.name!r}")

    def creators_view(self, keep_alive_s: float) -> Iterator[Sent]:
        yield b"\n"
        for item in self._follow(keep_alive_s, self.begins_at):
            if isinstance(item, Drop):
                if item.how == "die":
                    yield Die()
                return
            if isinstance(item, Reframed):
                yield from item.pieces
            elif isinstance(item, bytes):
                yield item
            else:
                yield item.data if isinstance(item, Raw) else item.frame()

    def joiners_view(self, after: str | None, keep_alive_s: float) -> Iterator[Sent]:
        yield b"\n"
        for item in self._follow(keep_alive_s, self._after_id(after)):
            if isinstance(item, bytes):
                yield item
            entry = item.entry if isinstance(item, Reframed) else item
            if isinstance(entry, Entry) and (after is None or entry.id > after):
                yield entry.frame()

    def _after_id(self, after: str | None) -> int:
        for at, item in enumerate(self.line):
            entry = item.entry if isinstance(item, Reframed) else item
            if isinstance(entry, Entry) and (after is None or entry.id > after):
                return at
        return len(self.line) if after else 0

    def _follow(self, keep_alive_s: float, at: int) -> Iterator[Any]:
        """Items as they come, a keep-alive when none does; ends after ``complete`` alone."""
        while not self._ending.is_set():
            fresh = self._after(at, keep_alive_s)
            at += len(fresh)
            if fresh:
                yield from fresh
            else:
                yield KEEP_ALIVE
            if fresh and self.is_over and at == len(self.line) and _is_complete(fresh[-1]):
                return

    def _after(self, at: int, limit_s: float) -> list[Entry | Raw | Reframed | Drop]:
        with self._changed:
            self._changed.wait_for(lambda: len(self.line) > at or self._ending.is_set(), limit_s)
            return self.line[at:]

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


def _is_complete(item: Any) -> bool:
    return isinstance(item, Entry) and item.data == {"type": "complete"}
