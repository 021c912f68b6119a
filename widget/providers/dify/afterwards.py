"""What a finished answer may bring besides: a title and questions to ask next.

Both are live model calls of the platform, so they run side by side and only for so long: a visitor
does not wait for them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import structlog

from widget.domain.errors import UpstreamError
from widget.domain.events import RunEvent, Suggestions, TitleChanged
from widget.providers.dify.api import Api
from widget.providers.dify.app import questions
from widget.providers.paths import segment

SUGGESTIONS = 5

log = structlog.get_logger(__name__)


class Afterwards:
    def __init__(self, api: Api, visitor: str) -> None:
        self._api = api
        self._visitor = visitor
        self._events: list[RunEvent] = []
        self._calls: list[threading.Thread] = []

    def suggest(self, message: str) -> None:
        path = f"/messages/{segment(message)}/suggested"
        self._start(
            lambda: self._api.call("GET", path, query={"user": self._visitor}), _suggestions
        )

    def name(self, conversation: str) -> None:
        path = f"/conversations/{segment(conversation)}/name"
        body = {"auto_generate": True, "user": self._visitor}
        self._start(lambda: self._api.call("POST", path, body), _title)

    def events(self, limit_s: float) -> list[RunEvent]:
        """What came within the limit; a late one is let go."""
        ends_at = time.monotonic() + limit_s
        for call in self._calls:
            call.join(max(0.0, ends_at - time.monotonic()))
        return list(self._events)

    def _start(
        self,
        ask: Callable[[], dict[str, Any]],
        read: Callable[[dict[str, Any]], list[RunEvent]],
    ) -> None:
        call = threading.Thread(target=self._run, args=(ask, read), daemon=True)
        self._calls.append(call)
        call.start()

    def _run(
        self,
        ask: Callable[[], dict[str, Any]],
        read: Callable[[dict[str, Any]], list[RunEvent]],
    ) -> None:
        try:
            self._events += read(ask())
        except UpstreamError as error:
            log.info("the platform gave no title or suggestions", failure=error.failure)
        except Exception as error:  # the client may have been closed meanwhile
            log.info("no title or suggestions", error=type(error).__name__)


def _suggestions(told: dict[str, Any]) -> list[RunEvent]:
    found = questions(told.get("data"), limit=SUGGESTIONS)
    return [Suggestions(found)] if found else []


def _title(told: dict[str, Any]) -> list[RunEvent]:
    name = told.get("name")
    return [TitleChanged(name.strip())] if isinstance(name, str) and name.strip() else []
