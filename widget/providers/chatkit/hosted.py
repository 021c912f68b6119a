"""Client secrets of a workflow that OpenAI hosts, for pages with OpenAI's own ChatKit element.

``POST /chatkit/sessions`` takes no field that its schema does not name: no ``domain_key`` (the page
gives that to the element), and ``user`` is required, distinct per person and never the page's word.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec

from widget.domain.errors import UpstreamError, UpstreamProtocolError, UpstreamRejected
from widget.providers.base import ClientSecret, Finding, Secret
from widget.providers.chatkit.api import QUICK
from widget.providers.chatkit.failures import Refusals
from widget.providers.chatkit.settings import ChatKitSettings
from widget.providers.chatkit.shapes import fields_of
from widget.providers.http import normalise_base_url
from widget.providers.paths import segment

BETA = "chatkit_beta=v1"
LONGEST_S = 600
FAR_AHEAD_S = 86_400
VISITOR = "chatdock-doctor"
NOT_SET = (
    "workflow_id is empty: set it and workflow_key to the hosted workflow that client secrets are "
    "for. Pages whose ChatKit element speaks to a server of yours need none"
)
_COUNTRY = "unsupported_country_region_territory"
_CAUSES = {
    401: "OpenAI refuses workflow_key: it is wrong or was deleted",
    403: "workflow_key may not do this: it must belong to the workflow's own project and have the "
    "right to write ChatKit sessions",
    404: "OpenAI knows no workflow of this id in the key's project, or only a draft: publish it in "
    "Agent Builder, which ends on 30 November 2026",
}


class Hosted:
    """OpenAI's sessions for one site's workflow."""

    def __init__(self, client: httpx.Client, settings: ChatKitSettings) -> None:
        self._client = client
        self._settings = settings
        self._refusals = Refusals([settings.workflow_key])

    def mint(self, user: str, life_s: int) -> ClientSecret:
        asked_s = max(1, min(life_s, LONGEST_S))
        session = self._open(user, asked_s)
        secret, ends_at = session.get("client_secret"), session.get("expires_at")
        if not isinstance(secret, str) or not secret:
            raise UpstreamProtocolError("POST /chatkit/sessions gave no client_secret")
        now = time.time()
        if not isinstance(ends_at, int) or abs(ends_at - now) > FAR_AHEAD_S:
            ends_at = int(now) + asked_s
        return ClientSecret(
            secret=Secret(secret),
            expires_at=datetime.fromtimestamp(ends_at, UTC),
            life_s=max(0, round(ends_at - now)),
        )

    def check(self) -> Finding:
        """Opens a session for nobody, and cancels it."""
        workflow = self._settings.workflow_id
        try:
            session = self._open(VISITOR, 60)
        except UpstreamError as error:
            return Finding(False, f"No client secret is given: {error.detail}.")
        with suppress(UpstreamError):
            self._post(f"/chatkit/sessions/{segment(str(session.get('id')))}/cancel")
        return Finding(True, f"A client secret is given for the hosted workflow {workflow}.")

    def _open(self, user: str, life_s: int) -> dict[str, Any]:
        body: dict[str, Any] = {
            "workflow": {"id": self._settings.workflow_id.strip()},
            "user": user,
            "expires_after": {"anchor": "created_at", "seconds": life_s},
        }
        if self._settings.workflow_uploads:
            body["chatkit_configuration"] = {"file_upload": {"enabled": True}}
        return fields_of(self._post("/chatkit/sessions", body))

    def _post(self, path: str, body: Any = None) -> Any:
        base = normalise_base_url(self._settings.workflow_base_url)
        headers = {
            "Authorization": f"Bearer {self._settings.workflow_key}",
            "OpenAI-Beta": BETA,
        }
        with self._client.stream(
            "POST", base + path, json=body, headers=headers, timeout=QUICK
        ) as response:
            if not response.is_success:
                raise _explained(self._refusals.of_response(response, f"POST {path}"))
            return self._json(path, response.read())

    def _json(self, path: str, body: bytes) -> Any:
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            started = self._refusals.scrub(body[:80].decode(errors="replace"))
            raise UpstreamProtocolError(
                f"POST {path} answered with something that is not JSON ({started!r}); is "
                "workflow_base_url right?"
            ) from None


def _explained(error: UpstreamError) -> UpstreamError:
    """With what the owner has to look at."""
    if not isinstance(error, UpstreamRejected):
        return error
    words = _CAUSES.get(error.status, "")
    if _COUNTRY in error.detail:
        words = "OpenAI does not serve the country that this machine asks from: set proxy"
    detail = f"{words} ({error.detail})" if words else error.detail
    return UpstreamRejected(detail, status=error.status, failure=error.failure, log_id=error.log_id)
