"""LaTeX as MathML: read by latex2mathml, written again by us from a closed set of elements.

Nothing of the library's own markup reaches a page: it keeps attributes such as ``href`` as they
came (``\\href{javascript:…}``) and writes text unescaped. What it cannot read, or what would grow
out of proportion, stands as its source.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element

import structlog
from latex2mathml.converter import convert_to_element

from widget.render.highlight import escaped

LONGEST = 2_000
MOST_NODES = 1_500
DEEPEST = 40

_ELEMENTS = frozenset(
    {
        *("math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded"),
        *("mphantom", "mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub"),
        *("msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none"),
    }
)
_ATTRIBUTES = frozenset(
    {
        *("accent", "accentunder", "columnalign", "columnlines", "columnspacing", "depth"),
        *("display", "displaystyle", "fence", "form", "height", "linethickness", "lspace"),
        *("mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowlines"),
        *("rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric"),
        "width",
    }
)
# No length of three digits or more: a formula must not push itself off the page.
_VALUE = re.compile(r"(?!.*(?<![.\d])\d{3})[\w.%+\- ]{1,40}", re.ASCII)
# "运费$12元,公式$x$" has a price and a formula, not one formula of Chinese words.
_WIDE = re.compile("[\u3000-\u9fff\uff00-\uffef]")
# How the parser's formulas pass the allow-list: no Markdown can write this class.
_PARSED = re.compile(r'<span data-math-style="(inline|display)">(.*?)</span>', re.DOTALL)
_PASSED = re.compile(r'<code class="formula(| display)">(.*?)</code>', re.DOTALL)

log = structlog.get_logger()


class Unreadable(Exception):
    """This is no formula, or one too large to show."""


def carried(html: str) -> str:
    """The parser's HTML with each formula in an element that the allow-list lets through."""
    return _PARSED.sub(_carry, html)


def set_out(html: str) -> str:
    """Cleaned HTML with the carried formulas as MathML, each beside its source for browsers that
    show none (and for those who copy it)."""
    return _PASSED.sub(_set, html)


def _carry(found: re.Match[str]) -> str:
    if found[1] == "inline" and _WIDE.search(found[2]) and "\\" not in found[2]:
        return f"${found[2]}$"
    display = " display" if found[1] == "display" else ""
    return f'<code class="formula{display}">{found[2]}</code>'


def _set(found: re.Match[str]) -> str:
    source = unescape(found[2]).strip()
    markup = mathml(source, is_display=bool(found[1]))
    if markup is None:
        return f"<code>{escaped(source)}</code>"
    return f'<span class="formula{found[1]}">{markup}<code>{escaped(source)}</code></span>'


@lru_cache(maxsize=1024)
def mathml(source: str, *, is_display: bool) -> str | None:
    """The ``math`` element of a formula; None when it cannot be read."""
    if not source or len(source) > LONGEST:
        return None
    try:
        display = "block" if is_display else "inline"
        return _Writer().written(convert_to_element(source, display=display))
    except Unreadable:
        return None
    except (Exception, RecursionError) as error:
        # The library names some faults and stumbles over others; its text quotes the visitor.
        log.debug("a formula could not be read", error=type(error).__name__, chars=len(source))
        return None


class _Writer:
    """Counts what it writes."""

    def __init__(self) -> None:
        self._nodes = 0

    def written(self, element: Element, depth: int = 0) -> str:
        self._nodes += 1
        if element.tag not in _ELEMENTS or depth > DEEPEST or self._nodes > MOST_NODES:
            raise Unreadable
        kids = "".join(self.written(kid, depth + 1) for kid in element)
        text = escaped(unescape(element.text or ""))
        return f"<{element.tag}{_attributes(element)}>{text}{kids}</{element.tag}>"


def _attributes(element: Element) -> str:
    return "".join(
        f' {name}="{value}"'
        for name, value in element.attrib.items()
        if name in _ATTRIBUTES and _VALUE.fullmatch(value)
    )
