"""Calls to Coze: by which token, in what envelope, and what a refusal means.

Every answer but a stream is ``{code, msg, data, detail}``, also with HTTP 200 and also where a
stream was asked for: so the content type decides, then the code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, BinaryIO

import httpx
from msgspec import Struct

from widget.domain.errors import UpstreamError, UpstreamProtocolError
from widget.providers.bodies import error_text
from widget.providers.coze.failures import EXPIRED, code_of, refusal, scrub
from widget.providers.coze.oauth import OAuth
from widget.providers.coze.parsing import parse
from widget.providers.coze.settings import CozeSettings
from widget.providers.coze.tokens import Tokens

QUICK = httpx.Timeout(30.0, connect=10.0, pool=10.0)
SLOW = httpx.Timeout(120.0, connect=10.0, pool=10.0)
AT_ONCE = httpx.Timeout(2.0)
SITE = ""
"""The visitor of calls that are the site's own."""

File = tuple[str, BinaryIO, str]


class Ask(Struct, frozen=True):
    """One request before it has an address and a token."""

    method: str
    path: str
    body: Any = None
    query: Mapping[str, str] = {}
    lang: str = ""
    timeout: httpx.Timeout = QUICK


class Api:
    """One site's account on the platform."""

    def __init__(
        self, settings: CozeSettings, client: httpx.Client, clock: Callable[[], float]
    ) -> None:
        self._client = client
        self._base = settings.address
        self.key = settings.api_key
        self.streaming = client.timeout
        self._tokens: Tokens | None = None
        if settings.uses_oauth:
            self._tokens = Tokens(OAuth(settings, client, clock).mint, clock)

    def call(self, visitor: str, ask: Ask) -> Any:
        """The ``data`` of the answer."""
        return self._renewing(visitor, lambda token: self._called(ask, token))

    def upload(self, visitor: str, path: str, open_file: Callable[[], File]) -> Any:
        """The ``data`` of the answer to one file."""

        def send(token: str) -> Any:
            name, stream, kind = open_file()
            with stream:
                request = self._client.build_request(
                    "POST",
                    self._base + path,
                    files={"file": (name, stream, kind)},
                    headers={"Authorization": f"Bearer {token}"},
                    timeout=SLOW,
                )
                with closing(self._client.send(request, stream=True)) as response:
                    return self._data(response)

        return self._renewing(visitor, send)

    @contextmanager
    def stream(self, visitor: str, ask: Ask) -> Iterator[httpx.Response]:
        """An event stream, its body still to be read; ``UpstreamError`` for anything else."""
        with closing(self._renewing(visitor, lambda token: self._streamed(ask, token))) as response:
            yield response

    def renewal(self, visitor: str) -> Callable[[], None] | None:
        """Forgets the visitor's token, which was refused where no call could notice: inside a
        stream. None where there is no other to be had."""
        tokens = self._tokens
        return None if tokens is None else lambda: tokens.forget(visitor)

    def refusal(self, response: httpx.Response, body: bytes | str) -> UpstreamError:
        """The error that an answer's body is."""
        request = response.request
        return refusal(
            parse(body),
            where=f"{request.method} {request.url.path}",
            key=self.key,
            status=response.status_code,
            log_id=response.headers.get("X-Tt-Logid"),
            retry_after_s=_retry_after_s(response),
        )

    def _renewing(self, visitor: str, send: Callable[[str], Any]) -> Any:
        """What ``send`` brings; a token that ended or was revoked is replaced once."""
        if self._tokens is None:
            return send(self.key)
        token = self._tokens.get(visitor)
        try:
            return send(token)
        except UpstreamError as error:
            if code_of(error) not in EXPIRED and getattr(error, "status", 0) != 401:
                raise
        self._tokens.drop(visitor, token)
        return send(self._tokens.get(visitor))

    def _called(self, ask: Ask, token: str) -> Any:
        with closing(self._send(ask, token)) as response:
            return self._data(response)

    def _data(self, response: httpx.Response) -> Any:
        if not response.is_success:
            raise self.refusal(response, error_text(response))
        body = response.read()
        answer = parse(body)
        if not isinstance(answer, dict) or "code" not in answer:
            raise UpstreamProtocolError(self._no_envelope(response, body))
        if answer["code"] != 0:
            raise self.refusal(response, body)
        return answer.get("data")

    def _streamed(self, ask: Ask, token: str) -> httpx.Response:
        response = self._send(ask, token)
        kind = response.headers.get("Content-Type", "")
        if response.is_success and kind.startswith("text/event-stream"):
            return response
        with closing(response):
            if response.is_success and not kind.startswith("application/json"):
                raise UpstreamProtocolError(self._no_envelope(response, error_text(response)))
            raise self.refusal(response, error_text(response))

    def _send(self, ask: Ask, token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        if ask.lang:
            headers["Accept-Language"] = "zh" if ask.lang.startswith("zh") else "en"
        request = self._client.build_request(
            ask.method,
            self._base + ask.path,
            json=ask.body,
            params=dict(ask.query) or None,
            headers=headers,
            timeout=ask.timeout,
        )
        return self._client.send(request, stream=True)

    def _no_envelope(self, response: httpx.Response, body: bytes | str) -> str:
        text = body if isinstance(body, str) else body[:80].decode(errors="replace")
        return (
            f"{response.request.method} {response.request.url.path} answered with something that "
            f"is not the API ({scrub(text[:80], self.key)!r}); is base_url right?"
        )


def _retry_after_s(response: httpx.Response) -> float | None:
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return None
