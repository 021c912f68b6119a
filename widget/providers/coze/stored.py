"""A run as the platform keeps it: its state, and its messages when it is over.

A run goes on when nobody reads, so an answer whose stream was lost is fetched when it is whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from widget.domain.errors import UpstreamProtocolError, UpstreamRejected, UpstreamTimeout
from widget.providers.coze.api import Api, Ask
from widget.providers.coze.events import CANCELLED, WAITING
from widget.providers.coze.pace import Pace
from widget.providers.coze.parsing import objects

OVER = frozenset({"completed", "failed"}) | CANCELLED | WAITING
_NO_SUCH_VERB = (404, 405)


class StoredRun:
    """One run of one visitor. The platform asks for at most one question a second."""

    def __init__(self, api: Api, visitor: str, conversation: str, chat: str, pace: Pace) -> None:
        self._api = api
        self._visitor = visitor
        self._query = {"conversation_id": conversation, "chat_id": chat}
        self._pace = pace

    def wait(self, sleep: Callable[[float], None]) -> dict[str, Any]:
        """The run when it is over; raises ``UpstreamTimeout`` when that takes too long."""
        waited_s = 0.0
        while True:
            chat = self._retrieve()
            if chat.get("status") in OVER:
                return chat
            if waited_s >= self._pace.patience_s:
                raise UpstreamTimeout("the run goes on, but its stream is lost")
            sleep(self._pace.poll_s)
            waited_s += self._pace.poll_s

    def messages(self) -> list[Any]:
        """Oldest first; the platform promises no order."""
        listed = self._api.call(
            self._visitor, Ask("GET", "/v3/chat/message/list", query=self._query)
        )
        return sorted(objects(listed), key=_made_at)

    def _retrieve(self) -> dict[str, Any]:
        """The documents say GET, the platform's own libraries send POST."""
        ask = Ask("GET", "/v3/chat/retrieve", query=self._query)
        try:
            chat = self._api.call(self._visitor, ask)
        except UpstreamRejected as error:
            if error.status not in _NO_SUCH_VERB:
                raise
            ask = Ask("POST", "/v3/chat/retrieve", query=self._query)
            chat = self._api.call(self._visitor, ask)
        if not isinstance(chat, dict):
            raise UpstreamProtocolError("/v3/chat/retrieve told nothing of the run")
        return chat


def _made_at(row: dict[str, Any]) -> float:
    made_at = row.get("created_at")
    return float(made_at) if isinstance(made_at, int | float) else 0.0
