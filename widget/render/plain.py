"""The words of a Markdown text, for announcements and titles."""

from __future__ import annotations

import re
from html import unescape

from widget.render.markdown import render

_BREAK = re.compile(r"<(?:br|hr|/p|/h[1-6]|/li|/tr|/pre|/t[dh])>")
_MATH = re.compile(r"<math .*?</math>", re.DOTALL)  # its source stands beside it
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")


def plain_text(markdown: str) -> str:
    """One line of text without marks; a picture stands as its label."""
    words = _TAG.sub("", _BREAK.sub(" ", _MATH.sub("", render(markdown))))
    return _SPACES.sub(" ", unescape(words)).strip()
