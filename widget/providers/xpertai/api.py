"""Calls to XpertAI: where they go, by which credential, and what a refusal means.

The API key mints client secrets and reads assistants. Everything about a conversation is asked
with the visitor's client secret, so that a leak of one is a leak of ten minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from msgspec import Struct

from widget.domain.errors import UpstreamProtocolError, UpstreamRejected
from widget.providers.base import SECRET_LIFE_S, Secret
from widget.providers.xpertai.failures import refusal, scrub
from widget.providers.xpertai.secrets import ClientSecrets, Minted

PREFIX = "/api/ai"
PRINCIPAL = "x-principal-user-id"
QUICK = httpx.Timeout(30.0, connect=10.0, pool=10.0)
AT_ONCE = httpx.Timeout(2.0)
PATIENT = httpx.Timeout(120.0, connect=10.0, pool=10.0)


class Form(Struct, frozen=True):
    """A file and the fields that go with it."""

    fields: dict[str, str]
    name: str
    content: bytes
    content_type: str


class _Ask(Struct, frozen=True):
    """One request before it has an address and a credential."""

    method: str
    path: str
    body: Any
    headers: dict[str, str]
    timeout: httpx.Timeout
    form: Form | None = None


class Api:
    """One site's account on the platform. ``visitor`` None asks with the API key itself."""

    def __init__(
        self,
        client: httpx.Client,
        *,
        base_url: str,
        api_key: Secret,
        session_assistant: str,
        scope: dict[str, str],
        clock: Callable[[], float],
    ) -> None:
        self._client = client
        self._bases = candidates(base_url)
        self._key = api_key
        self._scope = scope
        self._secrets = ClientSecrets(self.mint, clock)
        self._session_assistant = session_assistant

    @property
    def base(self) -> str:
        """The address that answers, or the likeliest while none has."""
        return self._bases[0]

    def call(
        self,
        visitor: str | None,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        form: Form | None = None,
        timeout: httpx.Timeout = QUICK,
    ) -> Any:
        """The JSON that the platform answers, None for an answer without any."""
        with self.open(
            visitor, method, path, body, headers=headers, form=form, timeout=timeout
        ) as response:
            content = response.read()
            if response.status_code in (202, 204) or not content:
                return None
            return self._json(content, f"{method} {path}")

    @contextmanager
    def open(
        self,
        visitor: str | None,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        form: Form | None = None,
        timeout: httpx.Timeout | None = None,
    ) -> Iterator[httpx.Response]:
        """A 2xx answer, its body still to be read; raises ``UpstreamError`` for any other."""
        ask = _Ask(method, path, body, headers or {}, timeout or self._client.timeout, form)
        with closing(self._admitted(visitor, ask)) as response:
            if not response.is_success:
                raise refusal(response, key=self._key)
            yield response

    def _admitted(self, visitor: str | None, ask: _Ask) -> httpx.Response:
        """The answer; a client secret that ended or was revoked is replaced once."""
        if visitor is None:
            return self._send(ask, {"x-api-key": self._key})
        secret = self._secrets.get(visitor)
        response = self._send(ask, {"Authorization": f"Bearer {secret}"})
        if response.status_code != 401:
            return response
        response.close()
        self._secrets.drop(visitor, secret)
        return self._send(ask, {"Authorization": f"Bearer {self._secrets.get(visitor)}"})

    def _send(self, ask: _Ask, credential: dict[str, str]) -> httpx.Response:
        """Asks each address that the owner can have meant until one is the platform's."""
        for base in self._bases[:-1]:
            response = self._send_to(base, ask, credential)
            if _is_platform(response):
                self._bases = (base,)
                return response
            response.close()
        response = self._send_to(self._bases[-1], ask, credential)
        if len(self._bases) > 1 and _is_platform(response):
            self._bases = self._bases[-1:]
        return response

    def _send_to(self, base: str, ask: _Ask, credential: dict[str, str]) -> httpx.Response:
        form = ask.form
        request = self._client.build_request(
            ask.method,
            base + ask.path,
            json=ask.body,
            data=form.fields if form else None,
            files={"file": (form.name, form.content, form.content_type)} if form else None,
            headers={**self._scope, **ask.headers, **credential},
            timeout=ask.timeout,
        )
        return self._client.send(request, stream=True)

    def mint(self, life_s: int = SECRET_LIFE_S, *, principal: str = "") -> Minted:
        """A fresh client secret; ``principal`` in place of the one that the site acts for."""
        try:
            return self._minted(life_s, principal)
        except UpstreamRejected as error:
            if error.status != 400 or not self._session_assistant:
                raise
        # A build that refuses the assistant beside an API key; the key's own binding counts there.
        self._session_assistant = ""
        return self._minted(life_s, principal)

    def _minted(self, life_s: int, principal: str) -> Minted:
        body: dict[str, Any] = {"expires_after": life_s}
        if self._session_assistant:
            body["assistant"] = {"id": self._session_assistant}
        headers = {PRINCIPAL: principal} if principal else {}
        answer = self.call(None, "POST", "/v1/chatkit/sessions", body, headers=headers)
        secret = answer.get("client_secret") if isinstance(answer, dict) else None
        if not isinstance(secret, str) or not secret:
            raise UpstreamProtocolError("POST /v1/chatkit/sessions gave no client_secret")
        granted = answer.get("expires_after")
        granted_s = float(granted) if isinstance(granted, int | float) else float(life_s)
        return Minted(Secret(secret), granted_s)

    def _json(self, content: bytes, what: str) -> Any:
        try:
            return msgspec.json.decode(content)
        except (msgspec.DecodeError, RecursionError):
            started = scrub(content[:80].decode(errors="replace"), self._key)
            raise UpstreamProtocolError(
                f"{what} answered with something that is not JSON ({started!r}); "
                f"is base_url right? It ends in {PREFIX}"
            ) from None


def candidates(base_url: str) -> tuple[str, ...]:
    """Where the API may be: vendors' samples name the host alone, the API hangs under /api/ai."""
    if base_url.endswith(PREFIX):
        return (base_url,)
    completed = base_url + PREFIX
    return (base_url, completed) if urlsplit(base_url).path else (completed, base_url)


def _is_platform(response: httpx.Response) -> bool:
    """Whether the platform's API answered, and not a web page or a path that does not exist."""
    kind = response.headers.get("Content-Type", "")
    has_body = response.status_code not in (202, 204)
    is_api = not has_body or kind.startswith(("application/json", "text/event-stream"))
    return is_api and response.status_code not in (404, 405)
