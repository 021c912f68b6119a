"""How each platform words a plain answer on the wire: the least that its adapter needs, so that the
row measures the stream. Shapes as in the providers' facts and fakes.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from itertools import count
from typing import Any, ClassVar
from uuid import UUID

RUN = "3f0d2c1e-7a55-4c0b-9d7e-5a1f00000001"


class Platform(ABC):
    """``settings`` is the body of ``[sites.provider]``; ``{base}`` stands for the upstream."""

    name: ClassVar[str]
    settings: ClassVar[str]
    numbers = count(1)

    @abstractmethod
    def opening(self) -> bytes:
        """The records before the first delta."""

    @abstractmethod
    def delta(self, text: str) -> bytes: ...

    @abstractmethod
    def closing(self, text: str) -> bytes:
        """The records after the last delta. ``text`` is the whole answer."""

    def reply(self, path: str) -> dict[str, Any]:
        """The JSON answer to everything that is not the question."""
        return {}

    def new_id(self) -> str:
        return str(UUID(int=next(self.numbers)))


def _data(value: object) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


class OpenAI(Platform):
    name = "openai"
    settings = 'kind = "openai"\nbase_url = "{base}/v1"\napi_key = "sk-bench"\nmodel = "bench"'

    def opening(self) -> bytes:
        return b""

    def delta(self, text: str) -> bytes:
        return self._chunk({"content": text}, None)

    def closing(self, text: str) -> bytes:
        return self._chunk({}, "stop") + b"data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, str], finish: str | None) -> bytes:
        return _data(
            {
                "id": "chatcmpl-bench0000000000000000000000",
                "object": "chat.completion.chunk",
                "created": 1790000000,
                "model": "bench",
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
            }
        )


class Responses(Platform):
    name = "responses"
    settings = f'{OpenAI.settings}\napi = "responses"'

    def opening(self) -> bytes:
        return self._event("response.created", response={"id": "resp_1", "status": "in_progress"})

    def delta(self, text: str) -> bytes:
        return self._event("response.output_text.delta", delta=text)

    def closing(self, text: str) -> bytes:
        done = {"id": "resp_1", "status": "completed", "output": []}
        return self._event("response.completed", response=done)

    def _event(self, kind: str, **fields: object) -> bytes:
        place = {"sequence_number": 1, "item_id": "msg_1", "output_index": 0, "content_index": 0}
        return f"event: {kind}\n".encode() + _data({"type": kind, **place, **fields})


class XpertAI(Platform):
    name = "xpertai"
    settings = (
        'kind = "xpertai"\nbase_url = "{base}/api/ai"\napi_key = "sk-x-bench"\n'
        f'assistant_id = "{RUN}"'
    )

    def __init__(self) -> None:
        self._records = count(1)

    def opening(self) -> bytes:
        named = {"id": RUN, "executionId": RUN, "conversationId": RUN, "status": "thinking"}
        return self._event("on_conversation_start", {"id": RUN, "status": "busy"}) + self._event(
            "on_message_start", {"role": "ai", "content": "", **named}
        )

    def delta(self, text: str) -> bytes:
        part = {"type": "text", "text": text, "created_date": "2026-11-20T10:03:39Z", "id": "t-1"}
        return self._record({"type": "message", "data": part})

    def closing(self, text: str) -> bytes:
        ends = self._event("on_message_end", {"id": RUN, "status": "success"})
        ends += self._event("on_conversation_end", {"id": RUN, "status": "idle"})
        return ends + b"event: complete\ndata: {}\n\n"

    def reply(self, path: str) -> dict[str, Any]:
        if path.endswith("/sessions"):
            return {
                "client_secret": "cs-x-bench",
                "expires_at": "2099-01-01T00:00:00Z",
                "expires_after": 600,
            }
        if path.endswith("/search"):
            return {"items": [], "total": 0}
        if "/assistants/" in path:
            return {"assistant_id": RUN, "name": "Bench", "metadata": {}, "config": {}}
        metadata = {"id": RUN, "title": None}
        return {"thread_id": self.new_id(), "status": "idle", "metadata": metadata, "values": {}}

    def _event(self, name: str, data: dict[str, object]) -> bytes:
        return self._record({"type": "event", "event": name, "data": data})

    def _record(self, value: object) -> bytes:
        return f"id: 1720000000000-{next(self._records)}\n".encode() + _data(value)


class Coze(Platform):
    name = "coze"
    settings = 'kind = "coze"\nbase_url = "{base}"\nbot_id = "74"\napi_key = "pat_bench"'

    def opening(self) -> bytes:
        return self._chat("created") + self._chat("in_progress")

    def delta(self, text: str) -> bytes:
        return self._message("delta", text)

    def closing(self, text: str) -> bytes:
        return (
            self._message("completed", text)
            + self._chat("completed")
            + b'event:done\ndata:"[DONE]"\n\n'
        )

    def reply(self, path: str) -> dict[str, Any]:
        return {"code": 0, "msg": "", "data": {"id": str(75 * 10**17 + next(self.numbers))}}

    def _chat(self, status: str) -> bytes:
        chat = {"id": "76", "conversation_id": "75", "bot_id": "74", "status": status}
        return self._event(f"conversation.chat.{status}", {**chat, "created_at": 1735000000})

    def _message(self, kind: str, text: str) -> bytes:
        ids = {"id": "77", "conversation_id": "75", "bot_id": "74", "chat_id": "76"}
        said = {"role": "assistant", "type": "answer", "content": text, "content_type": "text"}
        return self._event(f"conversation.message.{kind}", {**ids, **said})

    def _event(self, name: str, value: object) -> bytes:
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return f"event:{name}\ndata:{data}\n\n".encode()


class Dify(Platform):
    name = "dify"
    settings = 'kind = "dify"\nbase_url = "{base}/v1"\napi_key = "app-bench"'

    def opening(self) -> bytes:
        return b""

    def delta(self, text: str) -> bytes:
        return self._event("message", id=RUN, answer=text)

    def closing(self, text: str) -> bytes:
        usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
        metadata = {"usage": usage, "retriever_resources": []}
        return self._event("message_end", id=RUN, metadata=metadata, files=None)

    def reply(self, path: str) -> dict[str, Any]:
        return {"mode": "chat", "name": "Bench"}

    def _event(self, name: str, **fields: object) -> bytes:
        common = {"conversation_id": RUN, "message_id": RUN, "created_at": 1795169019}
        return _data({"event": name, **common, "task_id": RUN, **fields})


class ChatKit(Platform):
    name = "chatkit"
    settings = 'kind = "chatkit"\nurl = "{base}/chatkit"'

    def opening(self) -> bytes:
        thread = {"id": "thr_1", "created_at": "2026-11-20T04:47:59", "status": {"type": "active"}}
        item = {"id": "msg_a", "type": "assistant_message", "content": []}
        part = {"type": "output_text", "text": "", "annotations": []}
        return (
            _data({"type": "thread.created", "thread": thread})
            + _data({"type": "stream_options", "stream_options": {"allow_cancel": True}})
            + _data({"type": "thread.item.added", "item": item})
            + self._update("content_part.added", content=part)
        )

    def delta(self, text: str) -> bytes:
        return self._update("content_part.text_delta", delta=text)

    def closing(self, text: str) -> bytes:
        part = {"type": "output_text", "text": text, "annotations": []}
        item = {"id": "msg_a", "type": "assistant_message", "content": [part]}
        return self._update("content_part.done", content=part) + _data(
            {"type": "thread.item.done", "item": item}
        )

    def _update(self, kind: str, **fields: object) -> bytes:
        update = {"type": f"assistant_message.{kind}", "content_index": 0, **fields}
        return _data({"type": "thread.item.updated", "item_id": "msg_a", "update": update})


PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (OpenAI(), Responses(), XpertAI(), Coze(), Dify(), ChatKit())
}
