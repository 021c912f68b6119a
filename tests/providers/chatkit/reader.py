"""The reader of the event stream without a network: packets in, events out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fakes.chatkit.wire import event
from widget.domain.events import RunEvent, TextDelta, TextReplaced
from widget.providers.chatkit.events import Reader
from widget.providers.chatkit.failures import Refusals
from widget.providers.chatkit.images import Domains, Images
from widget.providers.sse import Parser

BASE = "https://agents.example.com/chatkit"


def new_reader(ask: Callable[[], Domains] = lambda: None, **more: Any) -> Reader:
    return Reader(Images(BASE, ask), Refusals(["Bearer ck-secret"]), **{"thread": "thr_1", **more})


def read(*packets: bytes, reader: Reader | None = None, is_whole: bool = True) -> list[RunEvent]:
    """The events of these packets and, unless told otherwise, of the stream's polite end; without
    the names that every run begins with."""
    reader = reader or new_reader()
    parser = Parser()
    events = [one for packet in packets for one in reader.read(parser.feed(packet))]
    return [*events, *(reader.finish() if is_whole else [])]


def done(item: dict[str, Any]) -> bytes:
    return event("thread.item.done", item=item)


def added(item: dict[str, Any]) -> bytes:
    return event("thread.item.added", item=item)


def replaced(item: dict[str, Any]) -> bytes:
    return event("thread.item.replaced", item=item)


def removed(item_id: str) -> bytes:
    return event("thread.item.removed", item_id=item_id)


def text_of(events: list[RunEvent]) -> str:
    text = ""
    for one in events:
        if isinstance(one, TextDelta):
            text += one.text
        elif isinstance(one, TextReplaced):
            text = one.text
    return text
