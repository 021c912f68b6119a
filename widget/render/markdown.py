"""One rendering of a whole Markdown text: the document that every stream ends in."""

from __future__ import annotations

import re
from html import unescape

import comrak

from widget.render.callouts import CALLOUT, called_out
from widget.render.clean import cleaned
from widget.render.footnotes import MARK, bare, linked
from widget.render.highlight import coloured, escaped
from widget.render.mathematics import carried, set_out
from widget.render.source import normalised, prepared, restored

_CODE = re.compile(
    r"<pre><code(?: class=\"language-([^\"]*)\")?(?: data-math-style=\"display\")?>"
    r"(.*?)</code></pre>",
    re.DOTALL,
)
_EMPTY_HEAD = re.compile(r"<th( align=\"\w+\")?></th>")
_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.\-]{1,40}")
_NESTING = re.compile(r"<(/?)(?:blockquote|div|ul|ol|em|strong|del)[ >]")
# Browsers flatten what is nested some 500 deep, each parser in its own way.
DEEPEST = 100
# comrak lets link definitions expand to the size of the text, at most 100,000 bytes. A leading
# blank line of that length makes the limit the same for a piece and for the whole.
_ROOM = " " * 100_000 + "\n"


def _extensions(*, footnotes: bool = False) -> comrak.ExtensionOptions:
    options = comrak.ExtensionOptions()
    options.alerts = True
    options.autolink = True
    options.cjk_friendly_emphasis = True
    options.footnotes = footnotes
    options.math_dollars = True
    options.math_latex = True
    options.strikethrough = True
    options.table = True
    options.tasklist = True
    return options


def _rendering() -> comrak.RenderOptions:
    options = comrak.RenderOptions()
    options.compact_html = True
    options.escape = True
    return options


_EXTENSIONS, _PARSING, _RENDERING = _extensions(), comrak.ParseOptions(), _rendering()
# Only a whole text has footnotes: a piece of it shows their marks as they are written.
_WITH_FOOTNOTES = _extensions(footnotes=True)


def render(text: str) -> str:
    """Safe HTML of a whole Markdown text."""
    text = normalised(text).removeprefix("\ufeff")
    source = prepared(text if text.endswith("\n") else text + "\n")
    if "[^" not in source:
        return finished(source)
    return linked(finished(source, _WITH_FOOTNOTES), source)


def html_of(source: str) -> str:
    """Safe HTML of normalised Markdown that ends in a line end."""
    return finished(prepared(source))


def finished(source: str, extensions: comrak.ExtensionOptions = _EXTENSIONS) -> str:
    """Safe HTML of prepared Markdown."""
    if "]:" in source:
        source = _ROOM + source
    html = comrak.render_markdown(source, extensions, _PARSING, _RENDERING)
    if _is_deep(html):
        html = f"<p>{escaped(source.strip())}</p>"
    html = restored(html)
    if "<pre>" in html:
        html = _CODE.sub(_code, html)
    if MARK in html:
        html = bare(html)
    if CALLOUT in html:
        html = called_out(html)
    if "<table>" in html:
        html = _EMPTY_HEAD.sub(r"<td\1></td>", html)  # a corner is the heading of nothing
        html = html.replace("<table>", '<div class="table"><table>').replace(
            "</table>", "</table></div>"
        )
    if "<span " in html:
        return set_out(cleaned(carried(html)))
    return cleaned(html)


def _is_deep(html: str) -> bool:
    """Whether elements stand deeper in each other than a browser's parser cares to follow."""
    if html.count("<") < 2 * DEEPEST:
        return False
    depth = 0
    for tag in _NESTING.finditer(html):
        depth += -1 if tag[1] else 1
        if depth > DEEPEST:
            return True
    return False


def language_of(info: str) -> str:
    """The language that a fence names, or nothing when it is no plain name."""
    first = info.split()[0] if info.strip() else ""
    return first if _LANGUAGE.fullmatch(first) else ""


def code_html(code: str, language: str) -> str:
    """A finished code block."""
    opening = f'<code class="language-{language}">' if language else "<code>"
    inner = coloured(code, language)
    return f"<pre>{opening}{escaped(code) if inner is None else inner}</code></pre>"


def _code(found: re.Match[str]) -> str:
    return code_html(unescape(found[2]), language_of(unescape(found[1] or "")))
