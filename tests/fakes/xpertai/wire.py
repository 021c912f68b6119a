"""Frames and bodies of XpertAI, as ``docs`` of the platform and its sources have them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

KEEP_ALIVE = b": keep-alive\n\n"
# JavaScript counts text in UTF-16, so a piece may end in half a character; JSON escapes that.
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Entry:
    """One item of the run's Redis stream; ``id`` is the cursor."""

    id: str
    data: Any

    def frame(self) -> bytes:
        name = b"event: complete\n" if self.data == {"type": "complete"} else b""
        text = json.dumps(without_nulls(self.data), ensure_ascii=False, separators=(",", ":"))
        text = _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)
        return name + f"id: {self.id}\ndata: {text}\n\n".encode()


@dataclass(frozen=True)
class Raw:
    """Bytes that only the reader who created the run gets: they stand in no Redis stream."""

    data: bytes


@dataclass(frozen=True)
class Reframed:
    """One entry that reaches its creator in another framing, cut into these pieces."""

    entry: Entry
    pieces: tuple[bytes, ...]


@dataclass(frozen=True)
class Gate:
    """The run waits here until the test opens the gate, or somebody cancels the run."""

    name: str


@dataclass(frozen=True)
class Drop:
    """The creator's connection ends: politely, or in the middle of a chunk. The run goes on."""

    how: Literal["close", "die"]


@dataclass(frozen=True)
class Vanish:
    """The run ends without writing anything further: no end event, no ``complete``."""


@dataclass(frozen=True)
class Steer:
    """The running graph takes up what was said meanwhile; waits a while for it."""

    limit_s: float = 10.0


def error_frame(text: str) -> bytes:
    """Plain text, and a counter for an id: neither JSON nor a cursor."""
    return f"event: error\nid: 1\ndata: {text}\n\n".encode()


def message(part: Any) -> dict[str, Any]:
    return {"type": "message", "data": part}


def event(name: str, /, **data: Any) -> dict[str, Any]:
    return {"type": "event", "event": name, "data": data}


def text(words: str, part_id: str | None = "text-1", **more: Any) -> dict[str, Any]:
    part = {"type": "text", "text": words, "created_date": now(), **more}
    return message(part if part_id is None else {**part, "id": part_id})


def reasoning(words: str, part_id: str = "think-1") -> dict[str, Any]:
    return message({"type": "reasoning", "text": words, "id": part_id, "created_date": now()})


def component(part_id: str, /, **data: Any) -> dict[str, Any]:
    return message({"type": "component", "id": part_id, "data": data})


def without_nulls(value: Any) -> Any:
    """The platform removes empty members of ``data`` before it writes."""
    if not isinstance(value, dict) or not isinstance(value.get("data"), dict):
        return value
    return {**value, "data": {k: v for k, v in value["data"].items() if v is not None}}


def nest(text: Any, status: int, error: str | None = None) -> dict[str, Any]:
    """An error body as NestJS makes it."""
    body: dict[str, Any] = {"message": text, "statusCode": status}
    return body if error is None else {**body, "error": error}


def now(after_s: float = 0) -> str:
    moment = datetime.now(UTC) + timedelta(seconds=after_s)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def joined(text: str) -> str:
    """Halves that stand side by side are one character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def merge(content: list[dict[str, Any]], reasoned: list[dict[str, Any]], part: Any) -> None:
    """The platform's own rules for the stored message (facts §3.5)."""
    if isinstance(part, str):
        part = {"type": "text", "text": part}
    if part.get("type") == "reasoning":
        _merge_reasoning(reasoned, part)
    elif part.get("type") == "text":
        _merge_text(content, part)
    elif part.get("type") == "component":
        _merge_component(content, part)
    else:
        content.append(dict(part))


def _merge_reasoning(reasoned: list[dict[str, Any]], part: Mapping[str, Any]) -> None:
    if reasoned and reasoned[-1].get("id") == part.get("id"):
        reasoned[-1]["text"] = joined(reasoned[-1]["text"] + part["text"])
    else:
        reasoned.append(dict(part))


def _merge_text(content: list[dict[str, Any]], part: Mapping[str, Any]) -> None:
    last = content[-1] if content else {}
    for known in content:
        if part.get("id") and known["type"] == "text" and known.get("id") == part["id"]:
            known["text"] = joined(known["text"] + part["text"])
            return
    if last.get("type") != "text":
        content.append(dict(part))
    elif not part.get("id") and _stream(last) == _stream(part):
        last["text"] = joined(last["text"] + part["text"])
    else:
        gap = "" if last["text"][-1:].isspace() or part["text"][:1].isspace() else "\n"
        content.append({**part, "text": gap + part["text"]})


def _stream(part: Mapping[str, Any]) -> Any:
    return part.get("id"), part.get("agentKey"), part.get("executionId")


def _merge_component(content: list[dict[str, Any]], part: Mapping[str, Any]) -> None:
    for known in content:
        if known["type"] == "component" and known.get("id") == part.get("id"):
            fresh = {k: v for k, v in part["data"].items() if v is not None}
            known["data"] = {**known["data"], **fresh}
            return
    content.append({**part, "data": dict(part["data"])})
