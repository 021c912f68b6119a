"""OAuth by JWT: the site's private key vouches for one visitor at a time.

The ``session_name`` in the JWT is what keeps visitors apart on the platform: conversations, history
and variables belong to it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt

from widget.domain.errors import UpstreamError, UpstreamProtocolError
from widget.providers.base import Secret
from widget.providers.bodies import error_text
from widget.providers.coze.failures import TokenRefused, scrub
from widget.providers.coze.keys import load_private_key
from widget.providers.coze.parsing import parse_object
from widget.providers.coze.settings import CozeSettings
from widget.providers.coze.tokens import Minted

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
JWT_LIFE_S = 3600
TOKEN_LIFE_S = 3600
# A moment in unix seconds is far above, a duration of at most a day far below.
_FIRST_MOMENT = 1_000_000_000
_QUICK = httpx.Timeout(30.0, connect=10.0, pool=10.0)


class OAuth:
    """The token endpoint of one OAuth app."""

    def __init__(
        self, settings: CozeSettings, client: httpx.Client, clock: Callable[[], float]
    ) -> None:
        self._client = client
        self._clock = clock
        self._app_id = settings.oauth_app_id
        self._fingerprint = settings.oauth_fingerprint
        self._audience = urlsplit(settings.address).hostname or ""
        self._url = settings.address + _path(settings.oauth_account_id)
        self._key = load_private_key(settings.oauth_private_key)

    def mint(self, session: str) -> Minted:
        """A token for one session; ``""`` is the site itself."""
        body = {"grant_type": GRANT, "duration_seconds": TOKEN_LIFE_S}
        headers = {"Authorization": f"Bearer {self._sign(session)}"}
        with self._client.stream(
            "POST", self._url, json=body, headers=headers, timeout=_QUICK
        ) as response:
            return self._read(response)

    def _sign(self, session: str) -> str:
        """Good for one exchange: ``jti`` must never repeat."""
        now = int(self._clock())
        claims: dict[str, Any] = {
            "iss": self._app_id,
            "aud": self._audience,
            "iat": now,
            "exp": now + JWT_LIFE_S,
            "jti": secrets.token_hex(32),
        }
        if session:
            claims["session_name"] = session
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._fingerprint})

    def _read(self, response: httpx.Response) -> Minted:
        answer = parse_object(error_text(response))
        token, ends_at = answer.get("access_token"), answer.get("expires_in")
        if response.status_code != 200 or not isinstance(token, str) or not token:
            raise self._refusal(response, answer)
        moment = float(ends_at) if isinstance(ends_at, int | float) else 0.0
        if moment < _FIRST_MOMENT:
            moment += self._clock()
        return Minted(Secret(token), moment)

    def _refusal(self, response: httpx.Response, answer: dict[str, Any]) -> UpstreamError:
        """Its words are ``error_code`` and ``error_message``; a gateway's may be anything."""
        word = str(answer.get("error_code") or answer.get("code") or "")
        said = str(answer.get("error_message") or answer.get("msg") or "")
        detail = scrub(f"POST {_path('')}: {response.status_code} {word} {said}")
        log_id = response.headers.get("X-Tt-Logid")
        if response.status_code == 200 and not word:
            return UpstreamProtocolError(f"{detail}: no access_token", log_id=log_id)
        return TokenRefused(detail, word=word, status=response.status_code, log_id=log_id)


def _path(account: str) -> str:
    middle = f"/account/{account}" if account else ""
    return f"/api/permission/oauth2{middle}/token"
