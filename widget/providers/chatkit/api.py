"""Requests of the ChatKit server protocol: one address, JSON in, JSON or an event stream out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
from msgspec import Struct, field

from widget.domain.errors import Failure, UpstreamProtocolError, UpstreamRejected
from widget.providers.bodies import ByteStream, stream_bytes
from widget.providers.chatkit.failures import Refusals
from widget.providers.chatkit.settings import ChatKitSettings
from widget.providers.chatkit.shapes import joined

QUICK = httpx.Timeout(30.0, connect=10.0, pool=10.0)
SENDING = httpx.Timeout(120.0, connect=10.0, pool=10.0)


class Request(Struct, frozen=True):
    """One request. ``visitor`` and what is known of visitor and page ride in ``metadata``, the
    envelope's own place for what an integration wants to say: the protocol itself knows no user.
    """

    type: str
    params: dict[str, Any]
    visitor: str
    locale: str = ""
    context: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        metadata: dict[str, Any] = {"visitor": self.visitor}
        if self.context:
            metadata["context"] = dict(self.context)
        return {"type": self.type, "params": self.params, "metadata": metadata}


class Api:
    """One site's server, by one address and one set of credentials."""

    def __init__(self, client: httpx.Client, settings: ChatKitSettings) -> None:
        self._client = client
        self.url = settings.url.strip()
        self._credentials = settings.credentials()
        self.refusals = Refusals(self._credentials.values())

    def address(self, url: str) -> str:
        """The whole address of what the server names relative to its own."""
        return joined(self.url, url)

    def ask(self, request: Request) -> Any:
        """The JSON that answers a request which does not stream."""
        with self._open(request, "application/json", QUICK) as response:
            body = response.read()
            try:
                return msgspec.json.decode(body)
            except (msgspec.DecodeError, RecursionError):
                raise self.refusals.nonsense(request.type, body) from None

    @contextmanager
    def stream(self, request: Request) -> Iterator[ByteStream]:
        """The event stream that answers a request, its bytes still to come."""
        with self._open(request, "text/event-stream", self._client.timeout) as response:
            kind = response.headers.get("Content-Type", "")
            if not kind.lower().startswith("text/event-stream"):
                body = self.refusals.scrub(response.read()[:80].decode(errors="replace"))
                raise UpstreamProtocolError(
                    f"{request.type}: answered with {kind or 'no type'}, not with an event stream "
                    f"({body!r}); is url right?"
                )
            yield stream_bytes(response)

    def send_file(
        self,
        url: str,
        file: tuple[str, bytes, str],
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        is_named_by_owner: bool = False,
    ) -> bytes:
        """Sends name, content and type of a file: as field ``file`` of a form, or bare by PUT.

        An address that the server names at another host, as storage services sign them, gets none
        of our credentials.
        """
        name, content, kind = file
        is_ours = is_named_by_owner or _origin(url) == _origin(self.url)
        own = self._credentials if is_ours else {}
        given = {**own, **(headers or {})}
        if method == "PUT":
            given = {"Content-Type": kind, **given}
            request = self._client.build_request(
                "PUT", url, headers=given, content=content, timeout=SENDING
            )
        else:
            request = self._client.build_request(
                "POST", url, headers=given, files={"file": file}, timeout=SENDING
            )
        return self._sent(request, f"upload of {name}")

    def _sent(self, request: httpx.Request, what: str) -> bytes:
        response = self._client.send(request, stream=True)
        try:
            if not response.is_success:
                raise self.refusals.of_response(response, what)
            return response.read()
        finally:
            response.close()

    @contextmanager
    def _open(
        self, request: Request, accept: str, timeout: httpx.Timeout
    ) -> Iterator[httpx.Response]:
        if not self.url:
            raise UpstreamRejected(
                "url is empty: a hosted workflow answers OpenAI's own front end alone, so set url "
                "to a ChatKit server of your own",
                status=0,
                failure=Failure.CONFIG,
            )
        headers = {"Accept": accept, **self._credentials}
        if request.locale:
            headers["Accept-Language"] = request.locale
        with self._client.stream(
            "POST", self.url, json=request.body(), headers=headers, timeout=timeout
        ) as response:
            if not response.is_success:
                raise self.refusals.of_response(response, request.type)
            yield response


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = httpx.URL(url)
    return parts.scheme, parts.host, parts.port
