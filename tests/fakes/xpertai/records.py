"""What the fake XpertAI keeps: conversations, their messages, verdicts on them, and files."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from werkzeug.datastructures import FileStorage
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from tests.fakes.upstream import Asked, Reply, json_reply
from tests.fakes.xpertai import rules
from tests.fakes.xpertai.door import NOT_FOUND, Door
from tests.fakes.xpertai.rules import Refused
from tests.fakes.xpertai.run import Thread

HIDDEN = ("followUpStatus", "clientMessageId", "files")


class Records(Door):
    """One request for a row."""

    def _of_conversation(self, id: str) -> Thread:  # noqa: A002
        _check_uuid(id)
        for thread in self.state.threads.values():
            if thread.conversation == id:
                return thread
        raise Refused(404, NOT_FOUND)

    def conversation(self, id: str) -> Reply:  # noqa: A002
        return json_reply(200, self._of_conversation(id).row())

    def search_conversations(self) -> Reply:
        rules.check_search(self.body)
        wanted = self.body.get("where", {}).get("threadId")
        found = [t.row() for t in self.state.threads.values() if wanted in (None, t.id)]
        return json_reply(200, {"items": found, "total": len(found)})

    def messages(self, id: str) -> Reply:  # noqa: A002
        messages = self._of_conversation(id).messages
        if self.asked.method == "POST":
            rules.check_search(self.body)
            where = self.body.get("where", {})
            messages = [m for m in messages if self._is_wanted(m, where)]
            if self.body.get("order") == {"createdAt": "DESC"}:
                messages.reverse()
            messages = messages[: self.body.get("limit", 100)]
        if self.behaviour.unfinished_reads:
            self.behaviour.unfinished_reads -= 1
            messages = [{**m, "status": "answering", "content": []} for m in messages]
        shown = [{k: v for k, v in m.items() if k not in HIDDEN} for m in messages]
        return json_reply(200, {"items": shown, "total": len(shown)})

    def _is_wanted(self, message: dict[str, Any], where: dict[str, Any]) -> bool:
        """By any column, also one that no answer shows; a build may not know the newest."""
        if self.behaviour.ignores_follow_up_status:
            where = {name: value for name, value in where.items() if name != "followUpStatus"}
        return all(message.get(name) == value for name, value in where.items())

    # -- verdicts

    def feedbacks(self, id: str, message: str) -> Reply:  # noqa: A002
        self._of_conversation(id)
        _check_uuid(message)
        if self.asked.method == "GET":
            items = [f for f in self.state.feedback.values() if f["messageId"] == message]
            return json_reply(200, {"items": items, "total": len(items)})
        rules.check_feedback(self.body)
        given = {"id": self.platform.new_id(), "conversationId": id, "messageId": message}
        self.state.feedback[given["id"]] = {**given, **self.body}
        return json_reply(201, self.state.feedback[given["id"]])

    def feedback(self, id: str, message: str, feedback: str) -> Reply:  # noqa: A002
        if self.asked.method == "DELETE":
            self.state.feedback.pop(feedback)
            return Reply(202, framing="length")
        rules.check_feedback(self.body)
        self.state.feedback[feedback].update(self.body)
        return json_reply(200, self.state.feedback[feedback])

    # -- files

    def upload(self) -> Reply:
        fields, file = _multipart(self.asked)
        rules.only(fields, rules.UPLOAD_FIELDS)
        if file is None:
            raise Refused(400, "file: Required")
        data = file.read()
        own = self.platform.new_id()
        self.state.files[own] = {
            "id": own,
            "fileId": own,
            "storageFileId": self.platform.new_id(),
            "originalName": file.filename,
            "mimeType": file.content_type,
            "size": len(data),
            "status": self.behaviour.parsing[0],
            "parseStatus": self.behaviour.parsing[0],
            "purpose": fields.get("purpose", "chat_attachment"),
            "parseMode": fields.get("parseMode", "auto"),
            "capabilities": [],
        }
        self.state.contents[own] = data
        self.state.parsing[own] = list(self.behaviour.parsing[1:])
        return json_reply(201, self.state.files[own])

    def file_status(self, id: str) -> Reply:  # noqa: A002
        known = self.state.files.get(id)
        if known is None:
            raise Refused(404, NOT_FOUND)
        if self.state.parsing[id]:
            known["status"] = known["parseStatus"] = self.state.parsing[id].pop(0)
        error = "cannot be read" if known["status"] == "failed" else None
        shown = {"fileId": id, "status": known["status"], "error": error, "parsedAt": None}
        return json_reply(200, shown)


def _multipart(asked: Asked) -> tuple[dict[str, str], FileStorage | None]:
    kind, options = parse_options_header(asked.headers["content-type"])
    if kind != "multipart/form-data":
        raise Refused(400, "Multipart: Boundary not found")
    parser = FormDataParser(stream_factory=lambda *_, **__: io.BytesIO())
    _, form, files = parser.parse(io.BytesIO(asked.body), kind, len(asked.body), options)
    return form.to_dict(), files.get("file")


def _check_uuid(value: str) -> None:
    try:
        UUID(value)
    except ValueError:
        raise Refused(400, "Validation failed (uuid is expected)") from None
