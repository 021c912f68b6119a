"""What the platform keeps of one visitor: conversations and their messages.

``user`` goes with every call: another one gets 404, and none at all would be a user whom all
callers share.
"""

from __future__ import annotations

from typing import Any

from widget.domain.errors import Failure, UpstreamRejected
from widget.providers.dify.api import AT_ONCE, Api
from widget.providers.dify.failures import code_of
from widget.providers.paths import segment

LOOKED_AT = 20


class Account:
    def __init__(self, api: Api) -> None:
        self._api = api

    def knows(self, visitor: str, conversation: str) -> bool:
        """Whether the conversation is there for this visitor; raises when that cannot be told."""
        try:
            self._messages(visitor, conversation, limit=1)
        except UpstreamRejected as error:
            if error.failure is Failure.NOT_FOUND or code_of(error) == "invalid_param":
                return False
            raise
        return True

    def stored(self, visitor: str, conversation: str, message: str) -> dict[str, Any]:
        """One row of the conversation, {} where there is none. It is looked for by id: versions
        differ in which end of a page is the newest."""
        rows = self._messages(visitor, conversation, limit=LOOKED_AT)
        found = [row for row in rows if row.get("id") == message]
        return found[0] if found else {}

    def stop(self, visitor: str, task: str) -> None:
        """Always answered with success, also where nothing was stopped for another user."""
        path = f"{self._api.chat_path}/{segment(task)}/stop"
        self._api.call("POST", path, {"user": visitor}, timeout=AT_ONCE)

    def rate(self, visitor: str, message: str, verdict: str | None, detail: str) -> bool:
        """False when there is no such message for this visitor."""
        body = {"rating": verdict, "user": visitor, **({"content": detail} if detail else {})}
        try:
            self._api.call("POST", f"/messages/{segment(message)}/feedbacks", body)
        except UpstreamRejected as error:
            if verdict is None and code_of(error) == "invalid_param":
                return True  # there was nothing to take back
            if error.failure is not Failure.NOT_FOUND:
                raise
            return False
        return True

    def delete(self, visitor: str, conversation: str) -> bool:
        """False when there is no such conversation for this visitor. That is asked first: some
        releases delete by id alone, whoever asks (1.13.0 does)."""
        if not self.knows(visitor, conversation):
            return False
        path = f"/conversations/{segment(conversation)}"
        self._api.call("DELETE", path, {"user": visitor})
        return True

    def _messages(self, visitor: str, conversation: str, *, limit: int) -> list[dict[str, Any]]:
        query = {"conversation_id": conversation, "user": visitor, "limit": str(limit)}
        rows = self._api.call("GET", "/messages", query=query).get("data")
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
