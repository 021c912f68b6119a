"""Messages sent while an answer is being written.

The platform keeps them: *steer* gives one to the running agent, *queue* lets it wait until whoever
reads the run sends it again under the same id. A build that knows neither leaves them to us.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import Any

from widget.domain.errors import UpstreamError
from widget.providers.paths import segment
from widget.providers.xpertai.api import Api
from widget.providers.xpertai.asking import question, waiting_id

MOST = 20


class Waiting:
    """What the platform would not keep, by thread, for the run that this process reads there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: dict[str, int] = defaultdict(int)
        self._asked: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def begin(self, thread: str) -> None:
        with self._lock:
            self._readers[thread] += 1

    def leave(self, thread: str) -> None:
        with self._lock:
            self._readers[thread] -= 1
            if self._readers[thread] <= 0:
                del self._readers[thread]
                self._asked.pop(thread, None)

    def keep(self, thread: str, asked: dict[str, Any]) -> bool:
        """False when nobody here reads a run of the thread, so that nobody would send it."""
        with self._lock:
            if thread not in self._readers:
                return False
            self._asked[thread].append(asked)
            return True

    def take(self, thread: str) -> dict[str, Any] | None:
        with self._lock:
            asked = self._asked.get(thread)
            return asked.pop(0) if asked else None


class FollowUps:
    """Those of one answer, in the order in which they are to be sent."""

    def __init__(self, api: Api, visitor: str, waiting: Waiting, thread: str, text: str) -> None:
        self._api = api
        self._visitor = visitor
        self._waiting = waiting
        self._thread = thread
        self._sent = {text}

    def next(self, conversation: str | None, runs: tuple[str, ...]) -> dict[str, Any] | None:
        """The ``input`` of the next run of this answer; None when nothing waits any more.

        Some builds send all that wait with the first of them and some only that one, so the
        platform is asked each time.
        """
        if asked := self._waiting.take(self._thread):
            return asked
        for row in pending(self._api, self._visitor, conversation):
            text, run = row.get("content"), row.get("executionId")
            # A build that does not filter by the state would give the question itself.
            if isinstance(text, str) and run in runs and text not in self._sent:
                self._sent.add(text)
                return question(text, client_message=waiting_id(self._thread, text))
        return None


def pending(api: Api, visitor: str, conversation: str | None) -> list[dict[str, Any]]:
    """Messages that wait for their turn, oldest first; none where a build cannot tell."""
    if not conversation:
        return []
    wanted = {"role": "human", "followUpStatus": "pending"}
    asked = {"where": wanted, "order": {"createdAt": "ASC"}, "limit": MOST}
    try:
        found = api.call(
            visitor, "POST", f"/conversations/{segment(conversation)}/messages/search", asked
        )
    except UpstreamError:
        return []
    items = found.get("items") if isinstance(found, dict) else None
    return [item for item in items or [] if isinstance(item, dict)]
