"""What an owner may set for Coze: the cloud in China, the one elsewhere, or a Coze Studio."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from msgspec import Meta, field

from widget.providers.base import ProviderSettings, Secret
from widget.providers.coze.keys import load_private_key
from widget.providers.http import normalise_base_url

_CLOUDS = ("coze.cn", "coze.com")
_OAUTH = ("oauth_app_id", "oauth_private_key", "oauth_fingerprint")
_HEADER_FREE = ("bot_id", "workflow_id", "app_id", "connector_id", "oauth_account_id")


class CozeSettings(ProviderSettings, frozen=True, kw_only=True):
    base_url: Annotated[
        str,
        Meta(
            description="Address of the API: https://api.coze.cn, https://api.coze.com, or that of "
            "your own Coze Studio. Keys of one are worth nothing at another."
        ),
    ] = "https://api.coze.cn"
    edition: Annotated[
        Literal["auto", "cloud", "studio"],
        Meta(
            description="What answers at base_url: `cloud`, or `studio` for a self-hosted Coze "
            "Studio. `auto` takes hosts of coze.cn and coze.com for the cloud, all others for a "
            "Studio."
        ),
    ] = "auto"
    bot_id: Annotated[
        str,
        Meta(
            description="Id of the agent: the number after /bot/ in the address of its page. With "
            "workflow_id: the agent whose variables and data a chatflow of the library uses."
        ),
    ] = ""
    workflow_id: Annotated[
        str,
        Meta(
            description="Id of a chatflow, in place of an agent. Give app_id or bot_id beside it."
        ),
    ] = ""
    app_id: Annotated[
        str,
        Meta(
            description="Id of the app that the chatflow belongs to: the number after /project-ide/"
            " in the address of its page."
        ),
    ] = ""
    api_key: Annotated[
        Secret,
        Meta(
            description="Personal or service access token. Leave it empty when OAuth is set. A "
            "personal one ends after 30 days at most."
        ),
    ] = Secret("")
    oauth_app_id: Annotated[
        str, Meta(description="OAuth app of type JWT: its id. In place of api_key.")
    ] = ""
    oauth_private_key: Annotated[
        Secret, Meta(description="Its private key, the whole PEM file as downloaded.")
    ] = Secret("")
    oauth_fingerprint: Annotated[
        str, Meta(description="The fingerprint that its page shows for the public key.")
    ] = ""
    oauth_account_id: Annotated[
        str,
        Meta(description="Account id, for an OAuth app that serves several organisations."),
    ] = ""
    connector_id: Annotated[
        str,
        Meta(
            description="Publishing channel: 999 for Chat SDK, or that of your own channel. Empty: "
            "the API channel, 1024."
        ),
    ] = ""
    publish_status: Annotated[
        Literal["published_online", "unpublished_draft"],
        Meta(description="Whether the published agent answers, or its draft. Agents only."),
    ] = "published_online"
    parameters: Annotated[
        dict[str, Any],
        Meta(
            description="Inputs of the chatflow's start node, or of an agent in dialog-flow mode. "
            "What your backend signs for a visitor is added to them."
        ),
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._check_place()
        self._check_agent()
        self._check_credential()

    @property
    def address(self) -> str:
        """Where the API answers. Of a cloud only the host counts, whatever page was pasted."""
        base = normalise_base_url(self.base_url)
        parts = urlsplit(base)
        cloud = _cloud_of(parts.hostname or "")
        return f"{parts.scheme}://api.{cloud}" if cloud else base

    @property
    def is_studio(self) -> bool:
        if self.edition == "auto":
            return not _cloud_of(urlsplit(self.address).hostname or "")
        return self.edition == "studio"

    @property
    def is_flow(self) -> bool:
        return bool(self.workflow_id)

    @property
    def uses_oauth(self) -> bool:
        return bool(self.oauth_app_id)

    def _check_place(self) -> None:
        normalise_base_url(self.base_url)
        for name in _HEADER_FREE:
            value = getattr(self, name)
            if value and not value.isdecimal():
                raise ValueError(f"{name}: is a number, copy it from the page's address")

    def _check_agent(self) -> None:
        if not self.workflow_id:
            if self.app_id:
                raise ValueError("workflow_id: an app answers through a chatflow, give its id")
            if not self.bot_id:
                raise ValueError("bot_id: give the agent's id, or workflow_id and app_id")
        elif bool(self.app_id) == bool(self.bot_id):
            raise ValueError("app_id: beside workflow_id give either app_id or bot_id")

    def _check_credential(self) -> None:
        given = [name for name in _OAUTH if getattr(self, name)]
        if self.api_key and given:
            raise ValueError(f"api_key: there is {given[0]} too; give one or the other")
        if not self.api_key and not given:
            raise ValueError("api_key: give a token, or an OAuth app by its oauth_ settings")
        if "\n" in self.api_key:
            raise ValueError("api_key: is a private key; set it as oauth_private_key")
        if not given:
            return
        for name in _OAUTH:
            if name not in given:
                raise ValueError(f"{name}: is missing beside {given[0]}")
        if self.is_studio:
            raise ValueError(f"{given[0]}: Coze Studio takes personal tokens only, as api_key")
        load_private_key(self.oauth_private_key)


def _cloud_of(host: str) -> str:
    return next((cloud for cloud in _CLOUDS if host == cloud or host.endswith(f".{cloud}")), "")
