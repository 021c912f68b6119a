"""What a site sets for XpertAI."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from widget.providers.base import ProviderSettings, Secret
from widget.providers.http import normalise_base_url


class XpertAISettings(ProviderSettings, frozen=True, kw_only=True):
    base_url: Annotated[
        str, Meta(description="Address of the API, e.g. https://api.xpertai.cn/api/ai")
    ] = "https://api.xpertai.cn/api/ai"
    api_key: Annotated[
        Secret, Meta(description="API key (sk-x-…), best one that is bound to this assistant.")
    ]
    assistant_id: Annotated[str, Meta(description="Id of the assistant; or give its slug.")] = ""
    slug: Annotated[str, Meta(description="Slug of the assistant, in place of its id.")] = ""
    organization_id: Annotated[
        str, Meta(description="Organisation, for assistants that belong to one.")
    ] = ""
    principal_user_id: Annotated[
        str,
        Meta(description="User of your tenant on whose behalf runs are made; empty: the key's."),
    ] = ""
    principal_from_user_token: Annotated[
        bool,
        Meta(
            description="Session endpoints only: every visitor comes with a user token whose sub "
            "is the id of a user of your tenant, and each client secret acts for that user. "
            "Visitors without one get none. Without it the key must be bound to the assistant."
        ),
    ] = False
    follow_up: Annotated[
        Literal["", "queue", "steer"],
        Meta(
            description="What becomes of a message sent while an answer is being written: queue "
            "answers it next, steer hands it to the running agent at once, empty refuses it."
        ),
    ] = "queue"
    uploads: Annotated[
        bool, Meta(description="Whether visitors may send files along with a message.")
    ] = True

    def __post_init__(self) -> None:
        normalise_base_url(self.base_url)
        if not self.api_key:
            raise ValueError("api_key: is empty")
        for name in ("organization_id", "principal_user_id"):
            value = getattr(self, name)
            if not (value.isascii() and value.isprintable()):
                raise ValueError(f"{name}: holds characters that no such value has; copy it again")
        if not self.assistant_id.strip() and not self.slug.strip():
            raise ValueError("assistant_id: give the assistant's id, or its slug as slug")

    def scope(self) -> dict[str, str]:
        """Headers that scope a chat; they never change in its course."""
        named = {
            "organization-id": self.organization_id.strip(),
            "x-principal-user-id": self.principal_user_id.strip(),
        }
        return {name: value for name, value in named.items() if value}
