"""What a site offers to its owner's own code: which REST doors are open, who is told of what."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct, field

from widget.domain.patterns import END

WebhookEvent = Literal["conversation.started", "message.finished", "feedback.given"]
WEBHOOK_EVENTS: tuple[WebhookEvent, ...] = (
    "conversation.started",
    "message.finished",
    "feedback.given",
)


class ClientSecretsApi(Struct, frozen=True, forbid_unknown_fields=True):
    """Minting the platform's client secret for hosts that run the vendor's own front end.

    Off until the owner turns it on: such a secret leaves this server.
    """

    enabled: Annotated[
        bool,
        Meta(description="Give pages of the site's `origins` the platform's short-lived secret."),
    ] = False


class KefuApi(Struct, frozen=True, forbid_unknown_fields=True):
    """``/api/kefu/*`` for mini-programs."""

    enabled: Annotated[bool, Meta(description="Open `/api/kefu/*`.")] = False
    anonymous: Annotated[
        bool,
        Meta(description="Believe a plain `user_id`: whoever knows one reads that person's chat."),
    ] = False
    always_200: Annotated[
        bool, Meta(description="HTTP status 200 whatever the envelope's `code` says.")
    ] = False
    document_errors: Annotated[
        bool, Meta(description="Error codes as the contract's own document has them.")
    ] = False
    conversation_name: Annotated[
        str,
        Meta(min_length=1, max_length=100, description="Name of a conversation that has none yet."),
    ] = "智能客服会话"
    idle_days: Annotated[
        int,
        Meta(
            ge=0,
            le=3_650,
            description="A conversation that was silent for so many days is as good as none, and"
            " `chatdock purge` deletes it; 0 keeps it for ever.",
        ),
    ] = 30


class Apis(Struct, frozen=True, forbid_unknown_fields=True):
    client_secrets: ClientSecretsApi = field(default_factory=ClientSecretsApi)
    kefu: KefuApi = field(default_factory=KefuApi)


# ``whsec_`` and then base64 is how Standard Webhooks writes a key; its libraries read that alone.
_KEY = r"whsec_(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|(?!whsec_).+"
_WANTED = (
    "whsec_ and the base64 of at least 24 bytes (`openssl rand -base64 32` prints such), or any"
    " other text of at least 24 characters"
)


class Webhook(Struct, frozen=True, forbid_unknown_fields=True):
    """An address of the owner that is told of events, signed with ``secret``.

    ``previous_secret``, while it is there, signs too: so the owner can change the secret without
    losing a delivery.
    """

    url: Annotated[
        str,
        Meta(
            pattern=rf"^https?://[^\s/?#@]+(/[^\s]*)?{END}",
            max_length=2_000,
            extra={"wanted": "an address such as https://shop.example/hooks/chat"},
            description="Address on your own server, `https://` or, inside your network, `http://`.",
        ),
    ]
    secret: Annotated[
        str,
        Meta(
            pattern=rf"^(?=.{{24}})(?:{_KEY}){END}",
            max_length=200,
            extra={"wanted": _WANTED},
            description="Signs every request: `whsec_` and the base64 of 24 bytes or more (`openssl"
            " rand -base64 32`), or another text of 24 characters or more. Kept encrypted.",
        ),
    ]
    previous_secret: Annotated[
        str,
        Meta(
            pattern=rf"^(?:(?=.{{24}})(?:{_KEY}))?{END}",
            max_length=200,
            extra={"wanted": f"empty, or {_WANTED}"},
            description="Signs beside `secret` while you change from one to the other.",
        ),
    ] = ""
    events: Annotated[
        tuple[WebhookEvent, ...],
        Meta(min_length=1, description="What it is told of; all, unless you name some."),
    ] = WEBHOOK_EVENTS

    def __repr__(self) -> str:
        return f"Webhook({urlsplit(self.url).netloc!r}, …)"  # a path may be a password too
