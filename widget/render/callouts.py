"""Callouts (``> [!NOTE]``, GitHub's and the parser's «alerts»), as the allow-list and the style
sheet know them."""

from __future__ import annotations

import re

CALLOUT = '<div class="markdown-alert '

_START = re.compile(
    r'<div class="markdown-alert markdown-alert-(\w+)"><p class="markdown-alert-title">(.*?)</p>'
)


def called_out(html: str) -> str:
    """The parser's HTML with our classes. A title that the writer did not choose is left empty:
    the style sheet says it in the language of the page."""
    return _START.sub(_start, html)


def _start(found: re.Match[str]) -> str:
    title = "" if found[2] == found[1].capitalize() else found[2]
    return f'<div class="callout {found[1]}"><p class="callout-title">{title}</p>'
