"""Code blocks: plain text while open, in colours once closed."""

from __future__ import annotations

import re

from widget.domain.transcript import Append, Graft, Patch
from widget.render.blocks import Leaf
from widget.render.clean import cleaned
from widget.render.highlight import escaped
from widget.render.lines import CODE_INDENT, Cursor, Undecided
from widget.render.markdown import code_html, html_of
from widget.render.pile import Pile

_CLASS = re.compile(r'class="language-([^"]*)"')
_BREAK = re.compile("[\r\n\0\ud800-\udfff\ufdd0-\ufdd2]")
# Quotation marks cost twice in JSON; these are not needed.
_QUOTED = re.compile(r'<i class="([a-z0-9]+)">')
_FENCE_END = re.compile(r"(`+|~+)[ \t]*\n?")


class Code(Leaf):
    """``depth`` is that of the ``pre`` element; the text stands in the ``code`` element in it.

    A line's end waits for the next line: that saves a patch for most lines.
    """

    def __init__(self, depth: int, language: str) -> None:
        super().__init__(depth)
        self.language = language
        self._text = Pile()
        self._unsent: list[str] = []
        self._ends = ""
        self._final: str | None = None

    def add(self, text: str) -> None:
        if text:
            self._text.add(self._ends + text)
            self._unsent.append(self._ends + text)
            self._ends = ""

    def end_line(self, blanks: str = "") -> None:
        """The line is complete, or a blank line that holds this."""
        self._ends += blanks + "\n"

    def grow(self, text: str) -> list[Patch] | None:
        """More of a line, the short way, if that can be."""
        if not self.is_sent or _BREAK.search(text):
            return None
        self._text.add(text)
        return [Append(self.depth + 1, text)]

    def html(self) -> str:
        if self._final is not None:
            return self._final
        opening = f'<code class="language-{self.language}">' if self.language else "<code>"
        return f"<pre>{opening}{escaped(self._text.text())}</code></pre>"

    def sent(self) -> None:
        self.is_sent = True
        self._unsent.clear()

    def close(self) -> None:
        ends = self._last_ends()
        self._text.add(ends)
        self._unsent.append(ends)
        self._final = cleaned(code_html(self._text.text(), self.language))

    def changes(self) -> list[Patch]:
        text = "".join(self._unsent)
        self._unsent.clear()
        if self._final is None or "<i " not in self._final:
            return [Append(self.depth + 1, text)] if text else []
        inner = self._final[self._final.index(">", len("<pre>")) + 1 : -len("</code></pre>")]
        is_text_on_screen = len(text) < len(self._text)
        return [Graft(self.depth + 1, int(is_text_on_screen), _QUOTED.sub(r"<i class=\1>", inner))]

    def forget(self) -> None:
        self._text = Pile()

    def _last_ends(self) -> str:
        return self._ends


class Fence(Code):
    """Code between two fences."""

    def __init__(self, depth: int, line: str, fence: str, indent: int) -> None:
        super().__init__(depth, _language(line))
        self._fence = fence
        self._indent = indent

    def goes_on(self, cursor: Cursor) -> bool:
        return True

    def is_closed_by(self, cursor: Cursor) -> bool:
        """Whether the line is the closing fence."""
        if cursor.indent >= CODE_INDENT or cursor.line[cursor.nonspace] != self._fence[0]:
            return False
        end = _FENCE_END.fullmatch(cursor.line, cursor.nonspace)
        if end and not cursor.line.endswith("\n"):
            raise Undecided
        return end is not None and len(end[1]) >= len(self._fence)

    def skip_indent(self, cursor: Cursor) -> None:
        for _ in range(self._indent):
            if not cursor.is_at_space():
                break
            cursor.skip_columns(1)

    def may_end_blank(self) -> bool:
        return False


class Indented(Code):
    """Code by indentation. Blank lines belong to it only when code follows them."""

    def __init__(self, depth: int) -> None:
        super().__init__(depth, "")

    def goes_on(self, cursor: Cursor) -> bool:
        char = cursor.look()
        if cursor.indent >= CODE_INDENT:
            cursor.skip_columns(CODE_INDENT)
        elif char == "\n":
            cursor.skip_to_text()
        else:
            return False
        return True

    def _last_ends(self) -> str:
        return "\n"


def _language(line: str) -> str:
    """The language class that one rendering gives a fence with this first line."""
    found = _CLASS.search(html_of(line.strip(" \t\n") + "\n"))
    return found[1] if found else ""
