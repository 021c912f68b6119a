"""What a host page says without a signature, of itself and of its visitor, and what it hears back.

Anybody can make a page say anything, so nothing of it opens a door or selects a history.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

from widget.domain.patterns import END

MOST_NAMES = 32
PREFIX = "page_"

ContextName = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Za-z0-9_]{{1,40}}{END}",
        extra={"wanted": "one word of 1 to 40 of A-Z, a-z, 0-9 and _"},
    ),
]
PageContext = Annotated[
    dict[ContextName, Annotated[str, Meta(max_length=1_000)]], Meta(max_length=MOST_NAMES)
]


class Label(Struct, frozen=True, forbid_unknown_fields=True):
    """Who the page says its visitor is. For the owner to read: it selects nothing."""

    id: Annotated[str, Meta(max_length=200)] = ""
    nickname: Annotated[str, Meta(max_length=100)] = ""


class HostPage(Struct, frozen=True, forbid_unknown_fields=True):
    """What the owner lets the pages of a site say and hear."""

    shares_text: Annotated[
        bool,
        Meta(
            description="Give the page the words of questions and answers, in the events `message`"
            " and `answer`. Every script on the page can read them then."
        ),
    ] = False
    inputs: Annotated[
        tuple[ContextName, ...],
        Meta(
            max_length=MOST_NAMES,
            description="Names of the page's context that go to the platform as they are; all"
            " others as `page_<name>`. Nobody signs them, so name none that grants anything.",
        ),
    ] = ()

    def named(self, context: Mapping[str, str]) -> dict[str, str]:
        """The page's context by the names that the platform gets: plainly marked as unsigned, but
        for those that the owner chose."""
        marked = {
            f"{PREFIX}{name}": value for name, value in context.items() if name not in self.inputs
        }
        return marked | {name: context[name] for name in self.inputs if name in context}
