"""What the option tree is declared with: its fields' types, and help in both languages."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from widget.domain.patterns import END

CHINESE = "x-zh-CN"


class OptionGroup(Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """A table of the tree; its names are camelCase outside, as Coze's are."""


def told(english: str, chinese: str) -> Meta:
    """What the option does, for the reference page and the console."""
    return Meta(description=english, extra_json_schema={CHINESE: chinese})


Colour = Annotated[
    str,
    Meta(
        pattern=rf"^(#([0-9a-fA-F]{{3}}|[0-9a-fA-F]{{6}}))?{END}",
        extra={"wanted": "a colour such as #3157e0, or empty"},
    ),
]
Link = Annotated[
    str,
    Meta(
        max_length=500,
        pattern=rf"^((https?://|mailto:|tel:)\S+)?{END}",
        extra={"wanted": "an https://, http://, mailto: or tel: address, or empty"},
    ),
]
# What we store is a picture that we made ourselves; a page may name one of its own origin or ours.
Picture = Annotated[
    str,
    Meta(
        max_length=2_200,
        pattern=rf"^(data:image/(png|webp|jpeg);base64,[A-Za-z0-9+/=]+|(https?://|/)[^\s\"'<>\\]*)?{END}",
        extra={"wanted": "a picture file, or empty"},
    ),
]
FontList = Annotated[
    str,
    Meta(
        max_length=200,
        pattern=rf"^[\w ,'\"-]*{END}",
        extra={"wanted": "font names separated by commas"},
    ),
]
Offset = Annotated[int, Meta(ge=0, le=400)]
Line = Annotated[str, Meta(max_length=200)]
Name = Annotated[
    str,
    Meta(pattern=rf"^\w{{1,40}}{END}", extra={"wanted": "one word of letters, digits and _"}),
]
