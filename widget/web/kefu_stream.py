"""An answer piece by piece over one long HTTP answer: ``stream=true`` of the kefu door.

Each frame is ``data: `` and one JSON object with its ``event``: ``start``, then ``delta`` with more
text or, rarely, ``replace`` with all of it so far, at the end ``end`` with what the call without
streaming gives, or ``error``. The frames are plain ASCII: a mini-program gets bytes cut anywhere,
and may have nothing that decodes UTF-8.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import structlog

from widget.domain.errors import ChatdockError
from widget.runs.kefu_answer import Answering, Written

log = structlog.get_logger(__name__)

HEARTBEAT_S = 12.0
COMMENT = ":\n\n"

Said = dict[str, Any]


def frames(
    answering: Answering,
    *,
    start: Said,
    end: Callable[[Written], Said],
    error: Callable[[Exception], Said],
    heartbeat_s: float = HEARTBEAT_S,
) -> Iterator[str]:
    """Whatever happens, the last frame is an end or an error; a comment goes out when nothing else
    has for ``heartbeat_s``."""
    yield _frame("start", start)
    try:
        last = yield from _growth(answering, heartbeat_s)
        final = _frame("end", end(last))
    except ChatdockError as failure:
        final = _frame("error", error(failure))
    except Exception as failure:
        log.exception("a streamed answer broke off")
        final = _frame("error", error(failure))
    yield final


def _growth(answering: Answering, heartbeat_s: float) -> Generator[str, None, Written]:
    """Returns what there is at the end."""
    sent = ""
    spoke_at = time.monotonic()
    for written in answering.looks(heartbeat_s):
        if written.text != sent:
            yield _change(sent, written.text)
            sent, spoke_at = written.text, time.monotonic()
        elif time.monotonic() - spoke_at >= heartbeat_s:
            yield COMMENT
            spoke_at = time.monotonic()
    return written


def _change(sent: str, text: str) -> str:
    if text.startswith(sent):
        return _frame("delta", {"text": text[len(sent) :]})
    return _frame("replace", {"text": text})


def _frame(event: str, said: Said) -> str:
    return f"data: {json.dumps({'event': event, **said}, separators=(',', ':'))}\n\n"
