"""The assistant that a site has chosen: found by id or slug, asked once in a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from widget.domain.errors import Failure, UpstreamRejected
from widget.providers.base import Opening
from widget.providers.paths import segment
from widget.providers.xpertai.api import Api

FRESH_S = 300.0
GREETING_CHARS = 1_000
STARTER_CHARS = 200
STARTERS = 8


class Assistant:
    """``id`` needs no request when the owner named one; a slug is looked up."""

    def __init__(
        self, api: Api, *, assistant_id: str, slug: str, clock: Callable[[], float]
    ) -> None:
        self._api = api
        self._id = assistant_id
        self._slug = slug
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Mapping[str, Any] = {}
        self._known_until = 0.0

    def id(self) -> str:
        return self._id or str(self.row()["assistant_id"])

    def opening(self) -> Opening:
        return opening_of(self.row())

    def row(self) -> Mapping[str, Any]:
        """The platform's description, at most five minutes old; concurrent callers ask once."""
        with self._lock:
            if not self._known or self._clock() >= self._known_until:
                self._known = self._by_id() if self._id else self._by_slug()
                self._known_until = self._clock() + FRESH_S
            return self._known

    def _by_id(self) -> Mapping[str, Any]:
        found = self._api.call(None, "GET", f"/assistants/{segment(self._id)}")
        return _checked([found], f"assistant {self._id}")

    def _by_slug(self) -> Mapping[str, Any]:
        """Newest version first: builds differ in whether older ones are listed beside it."""
        asked = {"limit": 20, "offset": 0, "metadata": {"slug": self._slug}}
        found = self._api.call(None, "POST", "/assistants/search", asked)
        named = [row for row in found or [] if slug_of(row) == self._slug]
        named.sort(key=lambda row: row.get("version") or 0, reverse=True)
        return _checked(named, f"assistant with slug {self._slug!r}")


def _checked(found: list[Any], what: str) -> Mapping[str, Any]:
    for row in found:
        if isinstance(row, dict) and isinstance(row.get("assistant_id"), str):
            return row
    raise UpstreamRejected(
        f"the platform shows this key no {what}; is it published, and is organization_id right?",
        status=404,
        failure=Failure.NOT_FOUND,
    )


def slug_of(row: Any) -> str:
    metadata = row.get("metadata") if isinstance(row, dict) else None
    return str(metadata.get("slug", "")) if isinstance(metadata, dict) else ""


def opening_of(row: Mapping[str, Any]) -> Opening:
    """``config.features.opener`` when it is switched on."""
    opener: Any = row
    for name in ("config", "features", "opener"):
        opener = opener.get(name) if isinstance(opener, dict) else None
    if not isinstance(opener, dict) or opener.get("enabled") is not True:
        return Opening()
    questions = opener.get("questions")
    starters = [q.strip() for q in questions or [] if isinstance(q, str) and q.strip()]
    greeting = opener.get("message")
    return Opening(
        greeting=greeting.strip()[:GREETING_CHARS] if isinstance(greeting, str) else "",
        starters=tuple(starter for starter in starters if len(starter) <= STARTER_CHARS)[:STARTERS],
    )
