"""What an empty conversation opens with, as this page's visitor is addressed."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from widget.domain.address_by_name import addressed, as_markdown
from widget.runs import opening
from widget.runs.shown import rendered
from widget.web.look import Look
from widget.web.services import services


@dataclass(frozen=True)
class FirstWords:
    greeting: Markup
    starters: tuple[str, ...]


def first_words(look: Look) -> FirstWords:
    """The site's, else the platform's. The name is the page's word, and a label like all of it."""
    said = opening.greeting(services().engine, look.site, look.lang)
    name = look.options.user_info.nickname
    greeting = addressed(said.greeting or look.say("frame.greeting"), as_markdown(name))
    starters = (addressed(one, name).strip() for one in said.starters)
    html = rendered(greeting)
    return FirstWords(
        greeting=Markup(html),  # noqa: S704 - made and cleaned by the renderer
        starters=tuple(one for one in starters if one),
    )
