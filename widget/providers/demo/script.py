"""What a demo answer is made of, and how it is played at a human pace."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Literal

from msgspec import Struct

from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamRejected,
    UpstreamTimeout,
)
from widget.domain.events import (
    ClientToolCalled,
    InputRequested,
    ReasoningDelta,
    RunEvent,
    TextDelta,
    Usage,
)

# A word with the blanks after it, or up to three Chinese characters: about what a model sends.
_PIECE = re.compile(
    r"[\u3000-\u9fff\uff00-\uffef]{1,3}|[^\s\u3000-\u9fff\uff00-\uffef]{1,12}\s*|\s+"
)


class Say(Struct, frozen=True):
    """Answer text (Markdown), played piece by piece."""

    text: str


class Think(Struct, frozen=True):
    """Thinking, played piece by piece."""

    text: str


class Pause(Struct, frozen=True):
    """A wait as long as ``pieces`` pieces of text."""

    pieces: int


class Fail(Struct, frozen=True):
    """Ends the run as a real platform would with this failure."""

    failure: Failure


class Stall(Struct, frozen=True):
    """Nothing comes until the visitor stops the answer or patience ends."""


class Cut(Struct, frozen=True):
    """The model's length limit is reached here."""


Beat = Say | Think | Pause | Fail | Stall | Cut | RunEvent
Script = tuple[Beat, ...]


def play(script: Script, *, delay_s: float, patience_s: float) -> Iterator[RunEvent]:
    """The script's events in order; ``delay_s`` before each piece of text."""
    said = 0
    for beat in script:
        match beat:
            case Say(text) | Think(text):
                make: Callable[[str], RunEvent] = (
                    TextDelta if isinstance(beat, Say) else ReasoningDelta
                )
                for piece in _PIECE.findall(text):
                    _sleep(delay_s)
                    said += 1
                    yield make(piece)
            case Pause(pieces):
                _sleep(delay_s * pieces)
            case Fail(failure):
                raise _ERRORS[failure]()
            case Stall():
                _sleep(patience_s)
                raise UpstreamTimeout(f"nothing came for {patience_s:g} s, as asked")
            case Cut():
                break
            case _:
                yield beat
    yield Usage(output_tokens=said)


def reason_of(script: Script) -> Literal["stop", "length", "tool"]:
    """Why an answer by this script ends."""
    if any(isinstance(beat, Cut) for beat in script):
        return "length"
    if any(isinstance(beat, InputRequested | ClientToolCalled) for beat in script):
        return "tool"
    return "stop"


def _sleep(seconds: float) -> None:
    if seconds > 0:
        time.sleep(seconds)


def _rejected(status: int, failure: Failure) -> Callable[[], UpstreamRejected]:
    return lambda: UpstreamRejected("the visitor asked for it", status=status, failure=failure)


_ERRORS: dict[Failure, Callable[[], Exception]] = {
    Failure.AUTH: _rejected(401, Failure.AUTH),
    Failure.QUOTA: _rejected(402, Failure.QUOTA),
    Failure.BUSY: lambda: UpstreamBusy("the visitor asked for it", retry_after_s=20),
    Failure.CONFIG: _rejected(400, Failure.CONFIG),
    Failure.CONTENT: _rejected(400, Failure.CONTENT),
    Failure.NOT_FOUND: _rejected(404, Failure.NOT_FOUND),
    Failure.TIMEOUT: lambda: UpstreamTimeout("the visitor asked for it"),
    Failure.UPSTREAM_DOWN: lambda: UpstreamInterrupted("the visitor asked for it"),
    Failure.UNKNOWN: lambda: UpstreamProtocolError("the visitor asked for it"),
}
