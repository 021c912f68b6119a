"""Calls to one Dify app: where they go, by which key, and what a refusal means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec

from widget.domain.errors import UpstreamProtocolError
from widget.providers.base import Secret
from widget.providers.bodies import error_text
from widget.providers.dify.failures import refusal, scrub

QUICK = httpx.Timeout(10.0, connect=5.0, pool=5.0)
AT_ONCE = httpx.Timeout(2.0)
UPLOAD = httpx.Timeout(60.0, connect=10.0, pool=10.0)


class Api:
    """``chat_path`` is where questions go; everything else has its one place."""

    def __init__(
        self, client: httpx.Client, *, base_url: str, api_key: Secret, chat_path: str
    ) -> None:
        self._client = client
        self._base = base_url
        self._key = api_key
        self.chat_path = chat_path

    @property
    def base(self) -> str:
        return self._base

    @property
    def key(self) -> str:
        return self._key

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, str] | None = None,
        timeout: httpx.Timeout = QUICK,
    ) -> dict[str, Any]:
        """The object that the platform answers; raises ``UpstreamError``."""
        with self.open(method, path, body, query=query, timeout=timeout) as response:
            content = response.read()
        return self._object(content, f"{method} {path}") if content else {}

    @contextmanager
    def open(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, str] | None = None,
        timeout: httpx.Timeout | None = None,
    ) -> Iterator[httpx.Response]:
        """A 2xx answer, its body still to be read; raises ``UpstreamError`` for any other."""
        with self._client.stream(
            method,
            self._base + path,
            json=body,
            params=query,
            headers=self._credential(),
            timeout=timeout or self._client.timeout,
        ) as response:
            yield self._accepted(response)

    def send_file(self, name: str, content: bytes, kind: str, *, user: str) -> dict[str, Any]:
        with self._client.stream(
            "POST",
            f"{self._base}/files/upload",
            files={"file": (name, content, kind)},
            data={"user": user},
            headers=self._credential(),
            timeout=UPLOAD,
        ) as response:
            return self._object(self._accepted(response).read(), "POST /files/upload")

    @contextmanager
    def open_own_file(self, url: str) -> Iterator[httpx.Response]:
        """A signed address of the platform's own host: it needs no key, and gets none."""
        with self._client.stream("GET", url, timeout=QUICK) as response:
            yield response

    def absolute(self, url: str) -> str:
        """The platform leaves its host out where nobody has told it; empty for what is no
        address."""
        try:
            return urljoin(f"{self._base}/", url)
        except ValueError:
            return ""

    def is_own(self, url: str) -> bool:
        """Whether an absolute address leads to the platform itself."""
        own, other = urlsplit(self._base), urlsplit(url)
        return (own.scheme, own.netloc) == (other.scheme, other.netloc)

    def _credential(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"}

    def _accepted(self, response: httpx.Response) -> httpx.Response:
        if not response.is_success:
            raise refusal(response, key=self._key)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            said = scrub(error_text(response)[:80], self._key)
            raise UpstreamProtocolError(
                f"a web page answers at {self._base} ({said!r}); is base_url that of the API?"
            )
        return response

    def _object(self, content: bytes, what: str) -> dict[str, Any]:
        try:
            return msgspec.json.decode(content, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            started = scrub(content[:80].decode(errors="replace"), self._key)
            raise UpstreamProtocolError(
                f"{what} is answered with no object ({started!r})"
            ) from None
