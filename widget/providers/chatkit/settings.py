"""What an owner may set for a server that speaks the ChatKit server protocol."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, field

from widget.providers.base import ProviderSettings, Secret
from widget.providers.http import is_whole, normalise_base_url

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OURS = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "connection", "content-length"),
        *("content-type", "host", "transfer-encoding"),
    }
)


class ChatKitSettings(ProviderSettings, frozen=True, kw_only=True):
    url: Annotated[
        str,
        Meta(
            description="Address that takes the requests of your ChatKit server, for example "
            "https://agents.example.com/chatkit. Empty: this site has no chat of ours and only "
            "gives client secrets of the hosted workflow_id."
        ),
    ] = ""
    api_key: Annotated[
        Secret,
        Meta(description="Sent as Authorization: Bearer …; empty for a server without keys."),
    ] = Secret("")
    headers: Annotated[
        dict[str, Secret],
        Meta(
            description="Further headers that your server wants, for example "
            '{ X-Tenant = "acme" }. Their values are kept like keys.'
        ),
    ] = field(default_factory=dict)
    upload_strategy: Annotated[
        Literal["", "two_phase", "direct"],
        Meta(
            description="How your server takes files: two_phase (attachments.create, then the "
            "address that it names) or direct (upload_url). Empty: no files."
        ),
    ] = ""
    upload_url: Annotated[
        str, Meta(description="Where files go when upload_strategy is direct.")
    ] = ""
    upload_types: Annotated[
        tuple[str, ...],
        Meta(description='Media types that your server takes, for example ["image/*"].'),
    ] = ("image/*", "text/*", "audio/*", "video/*", "application/*")
    upload_max_bytes: Annotated[
        int, Meta(ge=1, description="Largest file that your server takes, in bytes.")
    ] = 100 * 1024 * 1024
    upload_max_count: Annotated[int, Meta(ge=1, description="Most files of one message.")] = 10
    workflow_id: Annotated[
        str,
        Meta(
            description="Session endpoints only: id (wf_…) of the Agent Builder workflow hosted by "
            "OpenAI that client secrets are for. Agent Builder ends on 2026-11-30."
        ),
    ] = ""
    workflow_key: Annotated[
        Secret, Meta(description="OpenAI API key of the project that the workflow belongs to.")
    ] = Secret("")
    workflow_uploads: Annotated[
        bool,
        Meta(
            description="Whether visitors of the hosted workflow may send files; the page then "
            "sets composer.attachments.enabled too."
        ),
    ] = False
    workflow_base_url: Annotated[
        str, Meta(description="Address of OpenAI's API, or of a gateway to it.")
    ] = "https://api.openai.com/v1"

    def __post_init__(self) -> None:
        if self.url or not self.workflow_id:
            _check_address("url", self.url)
        self._check_workflow()
        if self.upload_strategy == "direct":
            _check_address("upload_url", self.upload_url)
        elif self.upload_url:
            raise ValueError('upload_url: is for upload_strategy = "direct" only')
        for name, value in self.headers.items():
            _check_header(name, value)
        if self.api_key and any(name.lower() == "authorization" for name in self.headers):
            raise ValueError("headers: Authorization is made of api_key; leave one of them out")

    def _check_workflow(self) -> None:
        normalise_base_url(self.workflow_base_url, name="workflow_base_url")
        if self.workflow_id and not self.workflow_key:
            raise ValueError("workflow_key: is empty, and client secrets are minted with it")
        if self.workflow_key and not self.workflow_id:
            raise ValueError("workflow_id: is empty; which workflow is workflow_key for?")

    def credentials(self) -> dict[str, str]:
        """The headers that only the owner's own server may get."""
        named: dict[str, str] = dict(self.headers)
        return {**named, "Authorization": f"Bearer {self.api_key}"} if self.api_key else named


def _check_address(name: str, url: str) -> None:
    text = url.strip()
    if not text.isprintable() or " " in text:
        raise ValueError(f"{name}: holds characters that no address has; copy it again")
    if not is_whole(text):
        raise ValueError(f"{name}: write the whole address, as https://agents.example.com/chatkit")
    parts = urlsplit(text)
    if parts.username or parts.password:
        raise ValueError(f"{name}: put the credential into api_key or headers, not in here")
    if parts.fragment:
        raise ValueError(f"{name}: leave out what follows #")


def _check_header(name: str, value: str) -> None:
    if not _HEADER_NAME.fullmatch(name):
        raise ValueError(f"headers: {name!r} is no header's name")
    if name.lower() in _OURS:
        raise ValueError(f"headers.{name}: this header is made by the server, leave it out")
    if not value:
        raise ValueError(f"headers.{name}: is empty")
