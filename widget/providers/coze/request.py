"""What Coze is sent: the question, and the thread before it where the platform knows none.

A retry or an edit takes back what was said, which the platform cannot: so they, like a conversation
that it has lost, go on in a new one that begins with the thread as the visitor sees it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from widget.domain.conversations import AttachmentPart, Message, TextPart
from widget.domain.inputs import FormAnswered, ToolAnswered
from widget.providers.base import Attachment, Turn
from widget.providers.coze.api import Ask
from widget.providers.coze.questions import answer_text
from widget.providers.coze.settings import CozeSettings
from widget.providers.coze.texts import texts

MOST_MESSAGES = {"agent": 100, "flow": 50}
NAME = "CONVERSATION_NAME"
_Row = dict[str, str]


class Request:
    """The calls of one turn, made again when its conversation has to be another one."""

    def __init__(self, settings: CozeSettings, turn: Turn, timeout: Any) -> None:
        self._settings = settings
        self._turn = turn
        self._timeout = timeout
        is_taken_back = turn.kind in ("retry", "edit")
        self.conversation = "" if is_taken_back else turn.upstream_conversation or ""
        self._is_new = not self.conversation

    @property
    def needs_conversation(self) -> bool:
        """An app's chatflow makes its own, by name; all others are made first."""
        return not self.conversation and not self._settings.app_id

    def forget_conversation(self) -> None:
        self.conversation, self._is_new = "", True

    def note_begun(self) -> None:
        """The platform took the question: asked again, a new conversation would hold it twice."""
        if self._is_new:
            self.conversation = ""

    def drop_history(self) -> bool:
        """A new conversation with nothing before the question; False when this is one already."""
        if self._is_new and not self._history():
            return False
        self._turn = msgspec.structs.replace(self._turn, history=())
        self.forget_conversation()
        return True

    def creation(self) -> Ask:
        fields = {"bot_id": self._settings.bot_id, "connector_id": self._settings.connector_id}
        body = {name: value for name, value in fields.items() if value}
        return Ask("POST", "/v1/conversation/create", body, lang=self._turn.locale)

    def ask(self) -> Ask:
        """The call that this turn is: its tools' answers where a run still waits for them."""
        reply = self._turn.reply
        if not isinstance(reply, tuple) or not self._turn.target_run or self._is_new:
            return self._question()
        has_no_such_call = self._settings.is_flow or self._settings.is_studio
        return self._question() if has_no_such_call else self._tool_outputs(reply)

    def _question(self) -> Ask:
        rows = [*(self._history() if self._is_new else ()), self._asked()]
        body = self._flow_body(rows) if self._settings.is_flow else self._agent_body(rows)
        path = "/v1/workflows/chat" if self._settings.is_flow else "/v3/chat"
        query = {} if self._settings.is_flow else {"conversation_id": self.conversation}
        return Ask("POST", path, body, query, self._turn.locale, self._timeout)

    def _tool_outputs(self, answers: Iterable[ToolAnswered]) -> Ask:
        outputs = [{"tool_call_id": a.call, "output": _output(a)} for a in answers]
        query = {"conversation_id": self.conversation, "chat_id": self._turn.target_run or ""}
        body = {"tool_outputs": outputs, "stream": True}
        path = "/v3/chat/submit_tool_outputs"
        return Ask("POST", path, body, query, self._turn.locale, self._timeout)

    def _agent_body(self, rows: list[_Row]) -> dict[str, Any]:
        settings, facts = self._settings, self._turn.facts
        fields = {
            "bot_id": settings.bot_id,
            "user_id": self._turn.visitor,
            "stream": True,
            "auto_save_history": True,
            "additional_messages": rows,
            "custom_variables": facts,
            "parameters": {**settings.parameters, **facts},
            "connector_id": settings.connector_id,
        }
        if settings.publish_status != "published_online":
            fields["publish_status"] = settings.publish_status
        return {name: value for name, value in fields.items() if value}

    def _flow_body(self, rows: list[_Row]) -> dict[str, Any]:
        settings = self._settings
        parameters = {**settings.parameters, **self._turn.facts}
        parameters.pop(NAME, None)
        if not self.conversation and settings.app_id:
            # Left out it is "Default", which everyone who comes by one token would share.
            parameters[NAME] = f"chatdock-{secrets.token_hex(12)}"
        fields = {
            "workflow_id": settings.workflow_id,
            "app_id": settings.app_id,
            "bot_id": settings.bot_id,
            "conversation_id": self.conversation,
            "connector_id": settings.connector_id,
            "ext": {"user_id": self._turn.visitor},
        }
        named = {name: value for name, value in fields.items() if value}
        return {**named, "additional_messages": rows, "parameters": parameters}

    # -- messages

    def _asked(self) -> _Row:
        turn = self._turn
        match turn.reply:
            case FormAnswered() as reply:
                text = answer_text(reply) or turn.text
            case tuple() as answers:
                text = "\n".join(_output(answer) for answer in answers)
            case _:
                text = turn.text
        return _row("user", text, self._files(turn.attachments), turn.locale)

    def _history(self) -> list[_Row]:
        """The newest messages that fit beside the question."""
        most = MOST_MESSAGES["flow" if self._settings.is_flow else "agent"] - 1
        rows = [row for message in self._turn.history if (row := self._past(message))]
        return rows[-most:]

    def _past(self, message: Message) -> _Row | None:
        text = "\n\n".join(part.text for part in message.parts if isinstance(part, TextPart))
        if message.role == "assistant":
            return _row("assistant", text, [], "") if text.strip() else None
        files = self._files(self._earlier(message))
        return _row("user", text, files, self._turn.locale) if text.strip() or files else None

    def _earlier(self, message: Message) -> Iterator[Attachment]:
        known = self._turn.earlier_attachments
        for part in message.parts:
            if isinstance(part, AttachmentPart) and part.id in known:
                yield known[part.id]

    def _files(self, attachments: Iterable[Attachment]) -> list[dict[str, str]]:
        """Chatflows take text alone."""
        if self._settings.is_flow:
            return []
        return [
            {"type": _kind(file.content_type), "file_id": file.upstream}
            for file in attachments
            if file.upstream
        ]


def _row(role: str, text: str, files: list[dict[str, str]], lang: str) -> _Row:
    """Files travel with a text beside them: alone they are refused."""
    type_ = "question" if role == "user" else "answer"
    if not files:
        return {"role": role, "type": type_, "content": text, "content_type": "text"}
    items = [{"type": "text", "text": text.strip() or texts(lang).attached}, *files]
    content = msgspec.json.encode(items).decode()
    return {"role": role, "type": type_, "content": content, "content_type": "object_string"}


def _kind(content_type: str) -> str:
    return "image" if content_type.startswith("image/") else "file"


def _output(answer: ToolAnswered) -> str:
    if isinstance(answer.result, str):
        return answer.result
    return msgspec.json.encode(answer.result).decode()
