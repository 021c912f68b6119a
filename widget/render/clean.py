"""The allow-list that every piece of an answer's HTML passes before a browser gets it."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urlsplit

import nh3

from widget.domain.transcript import CALLOUTS

_cleaner = nh3.Cleaner(
    tags={
        *("a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("hr", "i", "input", "li", "ol", "p", "pre", "section", "strong", "sup"),
        *("table", "tbody", "td", "th", "thead", "tr", "ul"),
    },
    clean_content_tags=set(),
    attributes={
        "a": {"href", "title"},
        "code": {"class"},
        "i": {"class"},
        "input": {"checked", "disabled"},
        "ol": {"start"},
        "td": {"align"},
        "th": {"align"},
    },
    tag_attribute_values={
        "a": {"class": {"image"}},
        "div": {"class": {"table", *(f"callout {kind}" for kind in CALLOUTS)}},
        "p": {"class": {"callout-title"}},
        "input": {"type": {"checkbox"}},
    },
    # A task's box would else have no name; one for readers of every language.
    set_tag_attribute_values={"a": {"target": "_blank"}, "input": {"aria-label": "✓"}},
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)

_ALLOWED_LINK = re.compile(r"(?i)(?:https?://[^/]|mailto:[^/])")
_LINK_TAGS = re.compile(r'<a href="([^"]*)"([^>]*)>|</a>|<img src="([^"]*)" alt="([^"]*)"[^>]*>')
# What the cleaner leaves of a link whose address no browser could read.
_NO_LINK = re.compile(
    r'<a(?: (?:class|title)="[^"]*")* target="[^"]*" rel="[^"]*">(.*?)</a>', re.DOTALL
)


def cleaned(html: str) -> str:
    """HTML of the Markdown parser with nothing in it that runs, loads or posts."""
    if "<a " not in html and "<img " not in html:
        return _cleaner.clean(html)
    html = _Links().rewritten(html)
    return _NO_LINK.sub(r"\1", _cleaner.clean(html))


class _Links:
    """One walk over a piece's links: bad targets leave their text, pictures become links."""

    def __init__(self) -> None:
        self._is_linked = False

    def rewritten(self, html: str) -> str:
        return _LINK_TAGS.sub(self._tag, html)

    def _tag(self, found: re.Match[str]) -> str:
        if found[0] == "</a>":
            return self._end()
        if found[3] is not None:
            return self._picture(found[3], found[4])
        self._is_linked = _ALLOWED_LINK.match(unescape(found[1])) is not None
        return found[0] if self._is_linked else ""

    def _end(self) -> str:
        was_linked, self._is_linked = self._is_linked, False
        return "</a>" if was_linked else ""

    def _picture(self, source: str, label: str) -> str:
        """A link that names the picture. Inside a link only the name: links cannot nest."""
        address = unescape(source)
        is_allowed = _ALLOWED_LINK.match(address) is not None
        label = label.strip() or (escape(_name_of(address)) if is_allowed else "")
        if self._is_linked or not is_allowed:
            return label
        return f'<a class="image" href="{source}">{label}</a>'


def _name_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return parts.path.rstrip("/").rpartition("/")[2] or parts.netloc or address
