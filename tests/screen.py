"""A screen in Python: a small DOM on the standard library, and the patches applied to it.

It does what ``static/frame/patches.js`` does in a browser, so that what a stream sends can be
checked without one. It parses only what the cleaner writes, which is always well formed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from widget.domain.transcript import Append, Graft, Patch, Swap

_VOID = frozenset({"br", "hr", "input"})


@dataclass
class Element:
    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    kids: list[Node] = field(default_factory=list)

    def html(self) -> str:
        start = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes)
        if self.name in _VOID:
            return f"<{self.name}{start}>"
        return f"<{self.name}{start}>{inner_html(self)}</{self.name}>"


Node = Element | str


def inner_html(element: Element) -> str:
    parts = (
        escape(kid, quote=False) if isinstance(kid, str) else kid.html() for kid in element.kids
    )
    return "".join(parts)


def parsed(html: str) -> Element:
    """A root element with this inner HTML."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert len(parser.path) == 1, f"not closed: {parser.path[-1].name} in {html!r}"
    return parser.path[0]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.path = [Element("root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, tuple((name, value or "") for name, value in attrs))
        self.path[-1].kids.append(element)
        if tag not in _VOID:
            self.path.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.path.pop().name == tag

    def handle_data(self, data: str) -> None:
        _append_text(self.path[-1], data)


def apply(root: Element, patch: Patch) -> None:
    """Change the part on screen as the patch says."""
    match patch:
        case Append(depth, text):
            _append_text(_at(root, depth), text)
        case Graft(depth, drop, html):
            element = _at(root, depth)
            assert drop <= len(element.kids), f"{patch} drops more than {len(element.kids)}"
            del element.kids[len(element.kids) - drop :]
            for kid in parsed(html).kids:
                _append(element, kid)
        case Swap(block, html):
            places = [at for at, kid in enumerate(root.kids) if isinstance(kid, Element)]
            root.kids[places[block] : places[block] + 1] = parsed(html).kids


def _at(root: Element, depth: int) -> Element:
    element = root
    for _ in range(depth):
        element = [kid for kid in element.kids if isinstance(kid, Element)][-1]
    return element


def _append(element: Element, kid: Node) -> None:
    if isinstance(kid, str):
        _append_text(element, kid)
    else:
        element.kids.append(kid)


def _append_text(element: Element, text: str) -> None:
    if element.kids and isinstance(element.kids[-1], str):
        element.kids[-1] += text
    elif text:
        element.kids.append(text)
