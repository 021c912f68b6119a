"""Files on their way to a ChatKit server, by either strategy."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from widget.domain.errors import NotOffered, UpstreamProtocolError
from widget.providers.base import Attachment, Uploads
from widget.providers.chatkit.api import Api, Request
from widget.providers.chatkit.settings import ChatKitSettings
from widget.providers.chatkit.shapes import fields_of, text_of, web_address

METHODS = ("POST", "PUT")
FRAMING = frozenset(
    {"connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding"}
    | {"keep-alive", "proxy-authorization", "proxy-connection", "upgrade"}
)
_NAME = re.compile(r"[!#$%&'*+.^_`|~\w-]{1,100}", re.ASCII)
_VALUE = re.compile(r"[\t -~]{0,8000}")


def offered(settings: ChatKitSettings) -> Uploads | None:
    if not settings.upload_strategy:
        return None
    return Uploads(
        accept=settings.upload_types,
        max_bytes=settings.upload_max_bytes,
        max_count=settings.upload_max_count,
    )


def upload(api: Api, settings: ChatKitSettings, file: Attachment, visitor: str) -> str:
    """The attachment's id over there, once the server has the whole file."""
    if settings.upload_strategy == "two_phase":
        return _announce_and_send(api, file, visitor)
    if settings.upload_strategy == "direct":
        return _send(api, settings, file)
    raise NotOffered("this site's ChatKit server takes no files (upload_strategy is empty)")


def announced(api: Api, name: str, size: int, kind: str, *, visitor: str) -> dict[str, Any]:
    """The attachment that the server has made room for."""
    params = {"name": name, "size": size, "mime_type": kind}
    made = fields_of(api.ask(Request("attachments.create", params, visitor)))
    _id_of(made, "attachments.create")
    return made


def _announce_and_send(api: Api, file: Attachment, visitor: str) -> str:
    """The reference samples take a form by POST; storage services sign a PUT of the bare bytes."""
    made = announced(api, file.name, file.size, file.content_type, visitor=visitor)
    descriptor = fields_of(made.get("upload_descriptor"))
    method = str(descriptor.get("method", "POST")).upper()
    url = _target(api, descriptor)
    if not url or method not in METHODS:
        raise UpstreamProtocolError(
            "attachments.create: upload_descriptor must name an http(s) url and POST or PUT"
        )
    headers = _headers_of(descriptor)
    api.send_file(url, _bytes_of(file), method=method, headers=headers)
    return _id_of(made, "attachments.create")


def _send(api: Api, settings: ChatKitSettings, file: Attachment) -> str:
    answer = api.send_file(settings.upload_url.strip(), _bytes_of(file), is_named_by_owner=True)
    try:
        made = msgspec.json.decode(answer)
    except (msgspec.DecodeError, RecursionError):
        raise api.refusals.nonsense("upload_url", answer) from None
    return _id_of(fields_of(made), "upload_url")


def _target(api: Api, descriptor: dict[str, Any]) -> str:
    return web_address(api.address(text_of(descriptor.get("url"))))


def _headers_of(descriptor: dict[str, Any]) -> dict[str, str]:
    """What the server wants told to its storage; not where a request ends and whom it is for."""
    return {
        name: value
        for name, value in fields_of(descriptor.get("headers")).items()
        if isinstance(value, str)
        and _NAME.fullmatch(name)
        and _VALUE.fullmatch(value)
        and name.lower() not in FRAMING
    }


def _bytes_of(file: Attachment) -> tuple[str, bytes, str]:
    return file.name, file.read(), file.content_type


def _id_of(made: dict[str, Any], what: str) -> str:
    if not (id_ := text_of(made.get("id"))):
        raise UpstreamProtocolError(f"{what}: the answer names no id of the attachment")
    return id_
