"""Frames and bodies of Dify, as its documentation and sources have them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Literal

from tests.fakes.upstream import Reply, json_reply

KEY = "app-Kq4wVdZs8fake"
PING = b"event: ping\n\n"
# Routing hints that some versions glue to the text of a 404.
HINTS = " You have requested this URI [/v1/chat-messages] but did you mean /v1/workflows/run ?"
STREAM_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
USAGE = {
    "prompt_tokens": 11,
    "prompt_unit_price": "0.001",
    "prompt_price_unit": "0.001",
    "prompt_price": "0.0000110",
    "completion_tokens": 22,
    "completion_unit_price": "0.002",
    "completion_price_unit": "0.001",
    "completion_price": "0.0000440",
    "total_tokens": 33,
    "total_price": "0.0000550",
    "currency": "USD",
    "latency": 1.25,
}


@dataclass(frozen=True)
class Raw:
    """Bytes that stand in the stream as they are."""

    data: bytes


@dataclass(frozen=True)
class Pieces:
    """One event that arrives cut into these packets."""

    event: dict[str, Any]
    pieces: tuple[bytes, ...]


@dataclass(frozen=True)
class Gate:
    """The run waits here until the test opens the gate, or somebody stops the run."""

    name: str


@dataclass(frozen=True)
class Drop:
    """The reader's connection ends: politely, or in the middle of a chunk. The run goes on."""

    how: Literal["close", "die"]


@dataclass(frozen=True)
class Stay:
    """The reader's connection is kept open with pings after the run's end."""


@dataclass(frozen=True)
class Pause:
    """The run waits for a form; readers are sent home."""


def frame(event: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


def now() -> int:
    return int(time.time())


def refuse(
    status: int, code: str, message: str = "", headers: dict[str, str] | None = None
) -> Reply:
    """The platform's envelope. ``code`` and ``status`` are for machines, ``message`` is not."""
    said = message or f"What the platform says about {code}"
    if status == 404:
        said += HINTS
    return json_reply(status, {"code": code, "message": said, "status": status}, headers)


class Refused(Exception):
    """A request that the platform would not take."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.status = status
        self.code = code
        self.message = message
