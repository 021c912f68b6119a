"""Pieces of a document rendered by themselves, each exactly as it comes out inside the whole.

A piece is set so that the parser cannot take it for anything else: a paragraph follows a word, and
its further lines are indented too far to begin a block.
"""

from __future__ import annotations

from widget.render.markdown import finished
from widget.render.source import prepared

_INDENT = "\n" + " " * 8


def inline(source: str, definitions: str, *, is_start: bool) -> str:
    """The inner HTML of a paragraph or of a piece out of it.

    ``is_start`` says that the piece begins where a line of the text begins.
    """
    text = prepared(source) if is_start else prepared("a " + source)[2:]
    html = _after(definitions, "a " + text.replace("\n", _INDENT))
    return html[len("<p>a ") : -len("</p>")]


def task(source: str, definitions: str) -> tuple[str, str]:
    """A list item's first paragraph: its checkbox, if it has one, and the rest."""
    html = _after(definitions, "- " + prepared(source).replace("\n", _INDENT))
    html = html[len("<ul><li>") : -len("</li></ul>")]
    if not html.startswith("<input "):
        return "", html
    end = html.index("> ") + 2
    return html[:end], html[end:]


def paragraph(source: str, definitions: str) -> str | None:
    """The inner HTML of a paragraph that may begin with definitions; None when nothing is left."""
    html = _after(definitions, prepared(source).replace("\n", _INDENT))
    return html[len("<p>") : -len("</p>")] if html else None


def table(header: str, delimiter: str, definitions: str) -> str:
    """A table without rows."""
    source = "a" + _INDENT + prepared(header.strip(" \t")) + "\n" + delimiter.strip(" \t\n")
    return _after(definitions, source)[len("<p>a</p>") :]


def callout(line: str) -> str:
    """The start tag and title of the callout that this line begins."""
    return finished(prepared(line) + "\n")[: -len("</div>")]


def rows(columns: int, delimiter: str, lines: list[str], definitions: str) -> str:
    """The ``tr`` elements of some lines of a table."""
    source = "|a" * columns + "|\n" + delimiter.strip(" \t\n") + "\n" + prepared("\n".join(lines))
    html = _after(definitions, source)
    return html.partition("<tbody>")[2].partition("</tbody>")[0]


def _after(definitions: str, source: str) -> str:
    """The piece's HTML when these definitions stand before it."""
    if not definitions:
        return finished(source + "\n")
    html = finished(f"{prepared(definitions)}\n\n***\n\n{source}\n")
    return html.rpartition("<hr>")[2]
