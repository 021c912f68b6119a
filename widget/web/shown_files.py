"""An attachment as the templates write it: a picture or a name, and the way to its bytes.

The templates ask for it by ``file_of``; whose page it is stands in the request's context, because
an address is good for one visitor only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import g

from widget.domain.media import PICTURES
from widget.domain.sites import Caller
from widget.domain.transcript import ShownMessage, ShownPart
from widget.domain.uploads import megabytes
from widget.web.uploads import file_address


@dataclass(frozen=True)
class ShownFile:
    """``address`` is empty in the templates that the modules clone."""

    id: str
    name: str
    size: str
    is_picture: bool
    address: str


def show_files_to(caller: Caller) -> None:
    """From here on this request's page is this visitor's."""
    g.files_of = caller


def file_of(part: ShownPart) -> ShownFile:
    attachment = part.attachment or ""
    return ShownFile(
        id=attachment,
        name=part.name or part.title or "",
        size=size_words(part.size or 0),
        is_picture=part.kind == "image" or part.content_type in PICTURES,
        address=file_address(g.files_of, attachment) if attachment else "",
    )


def has_files(messages: Iterable[ShownMessage]) -> bool:
    return any(part.attachment for message in messages for part in message.parts)


def size_words(size: int) -> str:
    """As ``static/frame/files.js`` has it; the units are the same in every language."""
    if not size:
        return ""
    return f"{max(1, round(size / 1000))} KB" if size < 100_000 else f"{megabytes(size)} MB"
