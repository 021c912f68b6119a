"""Files of an answer: each once, under an address that leads somewhere.

Addresses are signed and end after minutes, and the same file comes again at the end under another
signature, so the path says which one it is.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from widget.domain.errors import UpstreamError
from widget.domain.events import FileReady, ImageReady, RunEvent
from widget.providers.bodies import stream_bytes
from widget.providers.dify.api import Api

KEPT_BYTES = 5 * 1024 * 1024
KEPT_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")


class Files:
    """The assistant's files of one answer."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._seen: set[str] = set()

    def read(self, file: Any) -> list[RunEvent]:
        """A ``message_file`` event, or a row of ``files``; the visitor's own are no news."""
        if not isinstance(file, dict) or file.get("belongs_to") == "user":
            return []
        url = self._api.absolute(_first(file, "url", "remote_url"))
        parts = urlsplit(url)
        key = f"{parts.netloc}{parts.path}"
        if not _first(file, "url", "remote_url") or parts.scheme not in ("http", "https"):
            return []
        if key in self._seen:
            return []
        self._seen.add(key)
        name = _first(file, "filename", "name") or unquote(parts.path.rpartition("/")[2]) or "file"
        if file.get("type") == "image":
            return [ImageReady(key, self._kept(url), _first(file, "filename", "name"))]
        size = file.get("size")
        return [FileReady(key, url, name, size if isinstance(size, int) and size > 0 else None)]

    def read_all(self, files: Any) -> list[RunEvent]:
        rows = files if isinstance(files, list) else []
        return [event for row in rows for event in self.read(row)]

    def _kept(self, url: str) -> str:
        """A picture of the platform's own as data, so that it outlives its signature; any other
        one, and one that cannot be had, stays an address."""
        if not self._api.is_own(url):
            return url
        try:
            return self._fetch(url) or url
        except (UpstreamError, httpx.InvalidURL):
            return url

    def _fetch(self, url: str) -> str:
        with self._api.open_own_file(url) as response:
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
            if response.status_code != 200 or kind not in KEPT_TYPES:
                return ""
            content = bytearray()
            for piece in stream_bytes(response):
                content += piece
                if len(content) > KEPT_BYTES:
                    return ""
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _first(file: dict[str, Any], *names: str) -> str:
    return next((v for n in names if isinstance(v := file.get(n), str) and v), "")
