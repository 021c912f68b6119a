"""A site: a customer property with its own look, origins and platform."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from widget.domain.apis import Apis, Webhook
from widget.domain.compat import Compat
from widget.domain.conversations import Channel
from widget.domain.host_page import HostPage
from widget.domain.languages import LangTag
from widget.domain.options import Options


class ProviderChoice(Struct, frozen=True):
    """Which platform answers, and its settings as the owner gave them (secrets in plain text here,
    so never log or encode this value; the store encrypts it)."""

    kind: str
    settings: dict[str, Any]

    def __repr__(self) -> str:
        return f"ProviderChoice(kind={self.kind!r}, settings=…)"


Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """How much is let in; 0 switches one off. Messages count when accepted, not when refused."""

    visitor_per_minute: Count = 10
    address_per_minute: Count = 60
    site_per_minute: Count = 600
    site_per_day: Count = 20_000
    sockets_per_visitor: Count = 10
    message_chars: Count = 8_000
    upload_mb: Count = 10
    uploads_per_message: Count = 6
    visitor_uploads_per_day: Count = 100
    site_uploads_per_day: Count = 5_000
    site_secrets_per_day: Count = 20_000


class Site(Struct, frozen=True):
    """``languages``: what its pages speak, the first one to everybody else; empty is all that there
    are. ``texts`` by language and key stand in place of ours."""

    key: str
    name: str
    origins: tuple[str, ...]
    provider: ProviderChoice
    options: Options
    limits: Limits = field(default_factory=Limits)
    apis: Apis = field(default_factory=Apis)
    webhooks: tuple[Webhook, ...] = ()
    page: HostPage = field(default_factory=HostPage)
    compat: Compat = field(default_factory=Compat)
    languages: tuple[LangTag, ...] = ()
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    is_paused: bool = False
    token_generation: int = 1
    updated_at: datetime | None = None


class Identity(Struct, frozen=True):
    """Who a visitor is, as the site's owner vouched for with a user token.

    ``user`` is the owner's own id of the person. ``context`` goes to the platform with every
    message, so it holds what the agent may know. ``ends_at`` is when the user token ends, in
    seconds since the epoch: no embed token outlives it.
    """

    user: str
    name: str = ""
    context: dict[str, str] = field(default_factory=dict)
    ends_at: int = 0


class EmbedToken(Struct, frozen=True):
    """The claims of an embed token: one visitor of one site on one host origin.

    ``origin`` is the host page's origin, or our own for a direct visit. ``key_hash`` is SHA-256 hex
    of the visitor key. Signed for 15 minutes; authority for everything a frame asks.
    """

    site: str
    visitor: str
    key_hash: str
    origin: str
    generation: int
    identity: Identity | None = None  # of a visitor whom the owner vouched for


class Caller(Struct, frozen=True):
    """Who stands at which door: made there alone, taken by every use case.

    Each ``channel`` has conversations of its own, also those of the same person.
    """

    site: Site
    visitor: str
    key_hash: str
    origin: str
    address: str
    lang: str
    identity: Identity | None = None
    channel: Channel = "chat"

    @property
    def context(self) -> dict[str, str]:
        """What the owner signed for the platform to know of this visitor."""
        return self.identity.context if self.identity else {}


def allows(origins: tuple[str, ...], origin: str) -> bool:
    """Whether a host origin (``scheme://host[:port]``, lower case) is on the list.

    ``https://*.acme.example`` matches any depth of subdomain, never ``acme.example`` itself; a port
    counts; the scheme must be equal.
    """
    return any(_matches(pattern, origin) for pattern in origins)


def _matches(pattern: str, origin: str) -> bool:
    scheme, _, rest = pattern.partition("://")
    if not rest.startswith("*."):
        return pattern == origin
    other_scheme, _, host = origin.partition("://")
    return scheme == other_scheme and host.endswith(rest[1:]) and len(host) > len(rest[1:])
