"""What the session endpoints take and give: our own shape, XpertAI's quick start, OpenAI ChatKit's.

The vendors' front ends send what they need themselves (who the user is, which tools there are):
what is not named here is passed over, and nothing that a page says goes to the platform.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct, field

from widget.runs.client_secrets import LIFE_S
from widget.web.errors import Trouble

if TYPE_CHECKING:
    from widget.providers.base import ClientSecret

LONGEST_S = 3_600


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    expires_in_s: Annotated[int, Meta(ge=60, le=LONGEST_S)] = LIFE_S

    @property
    def life_s(self) -> int:
        return self.expires_in_s

    @property
    def assistant(self) -> str:
        return ""


class Minted(Struct, frozen=True):
    """``details``: what else the vendor's front end has to be told, such as ``assistantId``."""

    client_secret: str
    expires_at: datetime
    expires_in_s: int
    details: dict[str, str] = field(default_factory=dict)


def minted(secret: ClientSecret) -> Minted:
    return Minted(
        client_secret=str(secret.secret),
        expires_at=secret.expires_at.replace(microsecond=0),
        expires_in_s=secret.life_s,
        details=dict(secret.details),
    )


class Named(Struct, frozen=True):
    id: str | None = None


class XpertAIAsked(Struct, frozen=True):
    """``expires_after`` in seconds; 600 for a number that is not positive, as the platform has it.

    The guides name the assistant in several ways; it only tells which site is meant.
    """

    expires_after: int | float | None = None
    assistantId: str | None = None
    xpertId: str | None = None
    assistant_id: str | None = None
    workflow: Named | None = None

    @property
    def life_s(self) -> int:
        asked = self.expires_after or 0
        return int(min(asked, LONGEST_S)) if asked >= 1 else LIFE_S

    @property
    def assistant(self) -> str:
        workflow = self.workflow.id if self.workflow else None
        return self.assistantId or self.xpertId or self.assistant_id or workflow or ""


class XpertAIMinted(Struct, frozen=True, omit_defaults=True):
    """Seconds as a number, and the moment as XpertAI writes it."""

    client_secret: str
    expires_at: str
    expires_after: int
    assistantId: str = ""
    xpertId: str = ""
    organizationId: str = ""


def xpertai_minted(secret: ClientSecret) -> XpertAIMinted:
    ends_at = secret.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.")
    millis = secret.expires_at.microsecond // 1_000
    return XpertAIMinted(
        str(secret.secret), f"{ends_at}{millis:03}Z", secret.life_s, **dict(secret.details)
    )


class XpertAIRefused(Struct, frozen=True):
    error: str


def xpertai_refused(trouble: Trouble, words: str) -> XpertAIRefused:
    return XpertAIRefused(words)


class ExpiresAfter(Struct, frozen=True):
    anchor: Literal["created_at"]
    seconds: Annotated[int, Meta(ge=1, le=LIFE_S)]


class ChatKitAsked(Struct, frozen=True):
    """The workflow, like XpertAI's assistant, only tells which site is meant."""

    expires_after: ExpiresAfter | None = None
    workflow: Named | None = None
    assistantId: str | None = None

    @property
    def life_s(self) -> int:
        return self.expires_after.seconds if self.expires_after else LIFE_S

    @property
    def assistant(self) -> str:
        return (self.workflow.id if self.workflow else None) or self.assistantId or ""


class ChatKitMinted(Struct, frozen=True, omit_defaults=True):
    """Of a ChatKit session what a browser needs: the secret, and when it ends (Unix seconds)."""

    client_secret: str
    expires_at: int
    assistantId: str = ""
    xpertId: str = ""
    organizationId: str = ""


def chatkit_minted(secret: ClientSecret) -> ChatKitMinted:
    ends_at = int(secret.expires_at.timestamp())
    return ChatKitMinted(str(secret.secret), ends_at, **dict(secret.details))


class ChatKitFault(Struct, frozen=True):
    message: str
    type: str
    param: str | None = None
    code: str | None = None


class ChatKitRefused(Struct, frozen=True):
    error: ChatKitFault


def chatkit_refused(trouble: Trouble, words: str) -> ChatKitRefused:
    kind = "server_error" if trouble.status >= 500 else "invalid_request_error"
    return ChatKitRefused(ChatKitFault(words, kind, None, trouble.code))
