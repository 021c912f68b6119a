"""What only the page knows, put into the drawn HTML: where forms go, the token, and own words.

Drawn HTML is journalled once for every reader, whatever their language, so it holds these places
empty. The frame's script fills them by ``data-say`` and ``form.answer-form``; pages made by the
server are filled here. Text in drawn HTML has no ``<`` and attributes no quote of their own, so
the places below are always ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

FORM = '<form class="answer-form" method="post"'
TOKEN = '<input type="hidden" name="token" value="">'  # noqa: S105 - the place of one
_SAID = re.compile(r'( data-say="(frame\.[a-z.]+)"[^<>"]*>)</')


def with_door(html: str, *, action: str, token: str, say: Callable[[str], str]) -> str:
    """The HTML with its forms' address, their token and the texts of our own."""
    html = html.replace(FORM, f'{FORM} action="{escape(action)}"')
    html = html.replace(TOKEN, TOKEN.replace('value=""', f'value="{escape(token)}"'))
    return _SAID.sub(lambda found: f"{found[1]}{escape(say(found[2]))}</", html)
