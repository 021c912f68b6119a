"""What a scripted platform is asked and what it replies: a list of steps on the wire."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

PATIENCE_S = 20.0


@dataclass(frozen=True)
class Wait:
    """The platform's own pace: long enough that what was sent before arrives in its own packet."""

    seconds: float = 0.03


@dataclass(frozen=True)
class Stall:
    """Nothing more comes until the client hangs up or the fake is closed."""


@dataclass(frozen=True)
class Die:
    """The connection breaks without the end of the body; ``is_reset`` sends RST instead of FIN."""

    is_reset: bool = False


@dataclass(frozen=True)
class Until:
    """Goes on when the test sets ``event`` (or the client hangs up)."""

    event: threading.Event


@dataclass(frozen=True)
class Raw:
    """Bytes on the wire as they are, outside the chunked coding."""

    data: bytes


Step = bytes | Wait | Stall | Die | Until | Raw


@dataclass
class Asked:
    """One request as it came. Header names are lower case; ``connection`` numbers the TCP link."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    connection: int
    gone: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """``framing``: chunked, length (one body with Content-Length) or close (ends with the link)."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    script: Iterable[Step] = ()
    framing: str = "chunked"


def json_reply(status: int, value: object, headers: dict[str, str] | None = None) -> Reply:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(
        status, {"Content-Type": "application/json", **(headers or {})}, [body], framing="length"
    )
