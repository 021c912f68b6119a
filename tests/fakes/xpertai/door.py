"""The door of the fake XpertAI: who asks, client secrets, and the assistants that a key sees."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.fakes.upstream import Asked, Reply, json_reply
from tests.fakes.xpertai import rules
from tests.fakes.xpertai.rules import Refused
from tests.fakes.xpertai.wire import nest, now

if TYPE_CHECKING:
    from tests.fakes.xpertai.platform import XpertAI

NOT_FOUND = "The requested record was not found"
PRINCIPAL = "user-of-the-tenant"


@dataclass
class ClientSecret:
    key: str
    organization: str | None
    principal: str | None
    ends_at: float


def refuse(status: int, text: Any, error: str | None = None) -> Reply:
    return json_reply(status, nest(text, status, error))


def credential_of(asked: Asked) -> str | None:
    """In the guard's order; a secret that comes as ``x-api-key`` only is no secret."""
    bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
    if secret := asked.headers.get("x-client-secret"):
        return secret
    if bearer.startswith("cs-x-"):
        return bearer
    return asked.headers.get("x-api-key") or bearer or None


class Door:
    """One request, and whether it is let in."""

    def __init__(self, platform: XpertAI, asked: Asked) -> None:
        self.platform, self.asked = platform, asked
        is_json = asked.headers.get("content-type", "").startswith("application/json")
        self.body: Any = asked.json if asked.body and is_json else None
        self.state, self.behaviour = platform.state, platform.behaviour
        self.is_late = platform.behaviour.dialect == "late"

    # -- who asks

    def refuse_credential(self) -> Reply | None:
        given = credential_of(self.asked)
        if given in self.platform.keys:
            principal = self.asked.headers.get("x-principal-user-id")
            known = principal in (None, PRINCIPAL)
            return None if known else refuse(401, "Unauthorized")
        secret = self.state.secrets.get(given or "")
        came_as_secret = (given or "").startswith("cs-x-") and (
            self.asked.headers.get("x-client-secret") == given
            or self.asked.headers.get("authorization") == f"Bearer {given}"
        )
        if not came_as_secret:
            return refuse(401, "Unauthorized")
        if secret is None:
            return refuse(401, "Unauthorized", NOT_FOUND)
        if time.monotonic() >= secret.ends_at:
            return refuse(401, "Unauthorized", "Token expired")
        return self._refuse_organization(secret)

    def _refuse_organization(self, secret: ClientSecret) -> Reply | None:
        asked = self.asked.headers.get("organization-id")
        if asked == secret.organization:
            return None
        return refuse(403, "Organization context changed.", "Forbidden")

    def _key(self) -> str:
        given = credential_of(self.asked) or ""
        secret = self.state.secrets.get(given)
        return secret.key if secret else given

    def check_assistant(self, assistant_id: str) -> None:
        bound = self.platform.keys[self._key()]
        if bound and bound != assistant_id:
            raise Refused(403, "API key is not allowed to access this assistant.")
        if self.behaviour.needs_organization and not self.asked.headers.get("organization-id"):
            raise Refused(403, "Organization context is required to access published assistants.")
        if assistant_id not in {a["assistant_id"] for a in self.state.assistants}:
            raise Refused(404, NOT_FOUND)

    # -- sessions and assistants

    def mint(self) -> Reply:
        self.platform.minting.wait(10)
        rules.check_session(self.body, self.behaviour.dialect)
        if self.behaviour.refuses_assistant_in_session and "assistant" in self.body:
            raise Refused(400, "assistant: not supported with an API key")
        from_key = credential_of(self.asked)
        if from_key not in self.platform.keys:
            raise Refused(403, "A client secret cannot mint another one.")
        asked = self.body.get("expires_after")
        seconds: float = asked if isinstance(asked, int) and asked > 0 else 600
        seconds = self.behaviour.secret_life_s or seconds
        token = f"cs-x-{uuid4().hex}{uuid4().hex}"
        self.state.secrets[token] = self._secret(from_key, seconds)
        body = {"client_secret": token, "expires_at": now(seconds), "expires_after": seconds}
        return json_reply(201, body)

    def _secret(self, key: str, seconds: float) -> ClientSecret:
        headers = self.asked.headers
        return ClientSecret(
            key,
            headers.get("organization-id"),
            headers.get("x-principal-user-id"),
            time.monotonic() + seconds,
        )

    def search_assistants(self) -> Reply:
        rules.only(self.body, {"limit", "offset", "metadata", "graph_id"})
        wanted = self.body.get("metadata", {})
        rules.only(wanted, {"slug", "workspaceId", "type", "latest", "version"})
        if self.behaviour.needs_organization and not self.asked.headers.get("organization-id"):
            raise Refused(403, "Organization context is required to access published assistants.")
        slug = wanted.get("slug")
        found = [a for a in self.state.assistants if slug in (None, a["metadata"]["slug"])]
        return json_reply(201, found[: self.body.get("limit", 10)])

    def assistant(self, id: str) -> Reply:  # noqa: A002
        for assistant in self.state.assistants:
            if assistant["assistant_id"] == id:
                return json_reply(200, assistant)
        raise Refused(404, NOT_FOUND)
