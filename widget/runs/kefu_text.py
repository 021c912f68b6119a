"""A message as Markdown source: what a mini-program, which has no place for HTML, is given.

Words as the platform wrote them; a picture or file as a link. Thoughts, steps, sources and forms
are left out: the contract has no word for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from widget.domain.conversations import FilePart, ImagePart, Part, TextPart
from widget.runs.shown import web_address

AddressOf = Callable[[str], str]

BETWEEN = "\n\n"
# What would end a link, or the name of one, too early.
_IN_NAMES = str.maketrans({"[": "(", "]": ")", "\n": " ", "\r": " "})
_IN_ADDRESSES = str.maketrans({" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E"})


def markdown_of(parts: Iterable[Part], address_of: AddressOf) -> str:
    """``address_of`` tells where a file that we keep is found."""
    return BETWEEN.join(filter(None, (_piece(part, address_of) for part in parts)))


def _piece(part: Part, address_of: AddressOf) -> str:
    match part:
        case TextPart():
            return part.text
        case ImagePart():
            address = address_of(part.attachment) if part.attachment else part.url
            return _link(part.alt, address, mark="!")
        case FilePart():
            return _link(part.name, part.url)
        case _:
            return ""


def _link(name: str, address: str, mark: str = "") -> str:
    if not web_address(address):
        return ""
    return f"{mark}[{name.translate(_IN_NAMES)}]({address.translate(_IN_ADDRESSES)})"
