"""What an owner may set for Dify."""

from __future__ import annotations

import re
from typing import Annotated, Any

from msgspec import Meta, field

from widget.providers.base import ProviderSettings, Secret
from widget.providers.http import normalise_base_url

CLOUD = "https://api.dify.ai/v1"
CHAT_PATH = "/chat-messages"
_VERSION = re.compile(r"/v\d+$")


class DifySettings(ProviderSettings, frozen=True, kw_only=True):
    base_url: Annotated[
        str,
        Meta(
            description="Address of the service API: https://api.dify.ai/v1, or your own server's, "
            "for example https://dify.example.com/v1. /v1 is added where it is missing."
        ),
    ] = CLOUD
    api_key: Annotated[
        Secret, Meta(description="API key of the app (app-…); one key belongs to one app.")
    ]
    chat_path: Annotated[
        str,
        Meta(description="Path of the chat call under base_url, for gateways that moved it."),
    ] = CHAT_PATH
    inputs: Annotated[
        dict[str, Any],
        Meta(
            description="Values for the app's input variables, by name. What the signed user token "
            "says under the same name goes first."
        ),
    ] = field(default_factory=dict)
    titles: Annotated[
        bool,
        Meta(
            description="Let the app title a conversation after its first answer. One more, short "
            "model call."
        ),
    ] = True

    def __post_init__(self) -> None:
        api_address(self.base_url)
        chat_address(self.chat_path)
        if not self.api_key:
            raise ValueError("api_key: is empty")


def api_address(base_url: str) -> str:
    """The base that paths are appended to, from what owners paste: with and without /v1, with a
    slash at the end, or with the whole path of the chat call."""
    base = normalise_base_url(base_url.strip().rstrip("/").removesuffix(CHAT_PATH))
    return base if _VERSION.search(base) else f"{base}/v1"


def chat_address(chat_path: str) -> str:
    path = "/" + chat_path.strip().strip("/")
    if path == "/" or not path.isprintable() or not path.isascii() or re.search(r"[\s?#]", path):
        raise ValueError("chat_path: write it as /chat-messages")
    return path
