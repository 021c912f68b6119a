"""What a site is to pages that were written for another vendor's script."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from widget.domain.patterns import END

BotId = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Za-z0-9_-]{{1,64}}{END}",
        extra={"wanted": "an id as the page has it, in quotes"},
    ),
]


class CozePages(Struct, frozen=True, forbid_unknown_fields=True):
    """Pages with ``new CozeWebSDK.WebChatClient(…)``."""

    bots: Annotated[
        tuple[BotId, ...],
        Meta(
            max_length=100,
            description="Ids of the Coze agents, apps or chatflows whose pages show this site."
            " Those of `[sites.provider]` count without being named here.",
        ),
    ] = ()


class Compat(Struct, frozen=True, forbid_unknown_fields=True):
    coze: CozePages = field(default_factory=CozePages)
