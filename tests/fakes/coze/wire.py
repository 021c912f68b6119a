"""Records and objects of Coze as they are on the wire: two colon styles, three ways to end."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.upstream import Reply, json_reply

Style = Literal["chat", "flow", "studio", "studio_flow"]
ENDS: dict[Style, bytes] = {
    "chat": b'event:done\ndata:"[DONE]"\n\n',
    "flow": b'event: done\ndata: {"debug_url":"https://www.coze.cn/work_flow?execute_id=1"}\n\n',
    "studio": b"event: conversation.stream.done\n\n",
    "studio_flow": b'id: 99\nevent: done\ndata: {"debug_url":"http://127.0.0.1/work_flow"}\n\n',
}
USAGE = {"token_count": 33, "output_count": 22, "input_count": 11}
NO_USAGE = {"token_count": 0, "output_count": 0, "input_count": 0}
NO_ERROR = {"code": 0, "msg": ""}
LOG_ID = "20260101000000FAKELOG"


@dataclass(frozen=True)
class Event:
    """One record of a stream; text is sent as it is, anything else as JSON."""

    name: str
    data: Any


@dataclass
class Chat:
    """The object that a run is to its callers; much of it is there from the first event on."""

    id: str
    conversation_id: str
    bot_id: str
    status: str = "created"
    last_error: dict[str, Any] = field(default_factory=lambda: dict(NO_ERROR))
    usage: dict[str, int] = field(default_factory=lambda: dict(NO_USAGE))
    required_action: dict[str, Any] | None = None

    def shown(self) -> dict[str, Any]:
        """A created run has ``completed_at`` already, as recorded."""
        shown = {
            "id": self.id,
            "conversation_id": self.conversation_id,
            "created_at": 1735000000,
            "completed_at": 1735000001,
            "last_error": self.last_error,
            "status": self.status,
            "usage": self.usage,
            "section_id": self.conversation_id,
        }
        if self.bot_id:
            shown["bot_id"] = self.bot_id
        if self.required_action:
            shown["required_action"] = self.required_action
        return shown


def frame(event: Event, style: Style, number: int = 0) -> bytes:
    """A record in the colon style of its endpoint."""
    data = event.data if isinstance(event.data, str) else dumps(event.data)
    if style == "chat":
        return f"event:{event.name}\ndata:{data}\n\n".encode()
    start = f"id: {number}\n" if style == "studio_flow" else ""
    return f"{start}event: {event.name}\ndata: {data}\n\n".encode()


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def envelope(code: int, msg: str = "", data: Any = None, *, status: int = 200) -> Reply:
    """What every answer but a stream is wrapped in."""
    body: dict[str, Any] = {"code": code, "msg": msg, "detail": {"logid": LOG_ID}}
    if data is not None:
        body["data"] = data
    return json_reply(status, body, {"X-Tt-Logid": LOG_ID})
