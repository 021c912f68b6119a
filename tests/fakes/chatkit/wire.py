"""Events and items of the ChatKit server protocol as they stand on the wire."""

from __future__ import annotations

import json
from typing import Any

STREAM_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8"}
# Local time without a zone, as the reference library writes it.
NAIVE_TIME = "2026-11-20T04:47:59.997332"


def frame(event: dict[str, Any]) -> bytes:
    """One ``data:`` line and a blank line; no name, no id."""
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def event(type_: str, /, **fields: Any) -> bytes:
    return frame({"type": type_, **fields})


def item(type_: str, id_: str, /, **fields: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "thread_id": "thr_x",
        "created_at": NAIVE_TIME,
        "type": type_,
        **fields,
    }


def updated(item_id: str, type_: str, /, **fields: Any) -> bytes:
    return event("thread.item.updated", item_id=item_id, update={"type": type_, **fields})


def part(text: str, *annotations: dict[str, Any]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": list(annotations)}


def url_note(title: str, url: str, **more: Any) -> dict[str, Any]:
    source = {"type": "url", "title": title, "url": url, **more}
    return {"type": "annotation", "source": source, "index": 3}


def thread_json(id_: str, **more: Any) -> dict[str, Any]:
    """Without ``title`` while untitled: fields that are null are left out."""
    return {
        "id": id_,
        "created_at": NAIVE_TIME,
        "status": {"type": "active"},
        "metadata": {},
        "items": {"data": [], "has_more": False},
        **more,
    }


def delta(item_id: str, text: str, index: int = 0) -> bytes:
    kind = "assistant_message.content_part.text_delta"
    return updated(item_id, kind, content_index=index, delta=text)


def opened(item_id: str) -> bytes:
    """A message begins, with its first content part."""
    begun = item("assistant_message", item_id, content=[])
    kind = "assistant_message.content_part.added"
    return event("thread.item.added", item=begun) + updated(
        item_id, kind, content_index=0, content=part("")
    )


def closed(item_id: str, text: str, *annotations: dict[str, Any]) -> bytes:
    """It ends: first the part, as the reference library does with no annotations at all."""
    kind = "assistant_message.content_part.done"
    whole = item("assistant_message", item_id, content=[part(text, *annotations)])
    return updated(item_id, kind, content_index=0, content=part(text)) + event(
        "thread.item.done", item=whole
    )


def message(item_id: str, *pieces: str) -> bytes:
    """A whole message, piece by piece."""
    middle = b"".join(delta(item_id, piece) for piece in pieces)
    return opened(item_id) + middle + closed(item_id, "".join(pieces))
