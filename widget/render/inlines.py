"""How to show a paragraph that is still being written.

Three things are asked of its source: how much of it may be shown (a half-written link is held
back), which marks must be added so that what is open looks as it will (``**bo`` is bold at once),
and up to where it can be taken as settled, so that no later text makes it be rendered again.

None of this decides what an answer finally looks like: a paragraph that closes is compared with
one rendering of it. It only decides how calm the way there is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import punctuation

from widget.render.emphasis import Run, flanked, pair
from widget.render.source import CUT_ADDRESS

# Text without any of these is its own rendering.
MARK = re.compile(r"[\\`*_~\[\]<&@$\t]|[ \t]\n|://|www\.")
# Further text that changes nothing in what is there, tried on the last characters and the new ones.
BREAK = re.compile(
    "[^\\S ]|[\\\\`*_~\\[\\]<&@$\0\ud800-\udfff\ufdd0-\ufdd2]|!$|://|www\\.|(?:https?|ftp|www|:|/)$"
)
PROBE = 5

# How long something half-written is held back, or shown as if it were complete, in characters.
_HELD_LABEL, _HELD_TARGET, _HELD_TAG, _HELD_WORD, _EAGER = 80, 800, 80, 300, 400
_HELD_FORMULA = 600

_TOKEN = re.compile(r"\\|`+|\$+|\*+|_+|~+|!?\[|\]|<|https?://|ftp://|www\.")
_ANGLED = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>]+|/?[A-Za-z][^<>]*|!--.*?--)>",
    re.DOTALL,
)
# A formula's end by its beginning. What stands between dollars touches them, and no digit follows.
_FORMULA_ENDS = {
    "$": re.compile(r"(?<![\s\\])\$(?!\d)"),
    "$$": re.compile(r"\$\$"),
    "\\(": re.compile(r"\\\)"),
    "\\[": re.compile(r"\\\]"),
}
# "$5" and "$20.50 each" are prices; "$2x$" and "$10^3$" are not.
_PRICE = re.compile(r"\d[\d,.]*(?=[^\w\\^+\-*/=$<>(]|[\u3000-\uffff])")
_ADDRESS = re.compile(r"[^\s<]*")
_ADDRESS_AT_END = re.compile(r"(?:://|www\.)[^\s<]*$")
_TARGET = re.compile(
    r"\(\s*(?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)
_OPEN_END = re.compile(
    r"&#?[A-Za-z0-9]{0,31}$|!$|(?<![A-Za-z])(?:https?|ftp|www)(?::/?)?$|@[\w.\-]*$"
)
# Between two words, and between two characters of a script that sets no spaces.
_SEAM = re.compile(
    r"(?<=[\w,;]) (?=\w)"
    r"|(?<=[\u3001-\u9fff\uac00-\ud7a3\uff01-\uff5e])(?=[\u4e00-\u9fff\uac00-\ud7a3])"
)
_TAGS = {"*": 1, "**": 1, "***": 2, "_": 1, "__": 1, "___": 2, "~~": 1, "`": 1}


@dataclass(slots=True)
class View:
    """``shown`` with ``closers`` after it is to be rendered; its last ``nested`` elements are open.

    ``room`` is how many plain characters may follow before the view has to be made again; 0 when
    something is held back.
    """

    shown: str
    closers: str
    nested: int
    room: int


class Scan:
    """One reading of a paragraph's source."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs: list[Run] = []
        self._brackets: list[tuple[int, int]] = []
        # Where something that is complete stands, and where something that is not begins.
        self._spans: list[tuple[int, int]] = []
        self._open_from = len(text)
        self._cut = len(text)
        self._code: tuple[int, str] | None = None
        self._room = 10_000
        self._read()
        self._runs = [run for run in self._runs if run.start < self._cut]
        self._spans += pair(self._runs, 0)

    def view(self) -> View:
        shown, openers = self._shown()
        closers = "".join(
            self._text[run.start : run.start + run.length] for run in reversed(openers)
        )
        nested = sum(_TAGS[run.char * run.length] for run in openers)
        if self._code and self._code[0] < len(shown):
            closers, nested = self._code[1] + closers, nested + 1
        is_whole = len(shown) == len(self._text.rstrip(" "))
        if closers and _ADDRESS_AT_END.search(shown):
            # A bare link may take the marks for a part of it.
            is_whole = False
        return View(shown, closers, nested, self._room if is_whole else 0)

    def settled(self) -> int:
        """Up to where no later text changes anything; 0 when that is nowhere."""
        limit = min([self._open_from, *(run.start for run in self._runs)])
        best = 0
        for seam in _SEAM.finditer(self._text, 0, limit):
            at = seam.end()
            if not any(start < at < end for start, end in self._spans):
                best = at
        return best

    # Reading

    def _read(self) -> None:
        text, at = self._text, 0
        while (token := _TOKEN.search(text, at)) and at < self._cut:
            at = self._take(token)
        self._hold_brackets()
        if tail := _OPEN_END.search(text, max(at, len(text) - _HELD_WORD)):
            self._hold(tail.start())

    def _take(self, token: re.Match[str]) -> int:
        """Deal with one mark; returns where to read on."""
        mark, start, end = token[0], token.start(), token.end()
        match mark[0]:
            case "\\":
                return self._escape(start)
            case "`":
                return self._code_span(mark, start, end)
            case "$":
                return self._dollars(mark, start, end)
            case "*" | "_" | "~":
                return self._run(mark, start, end)
            case "[" | "!":
                self._brackets.append((start, len(self._runs)))
                return end
            case "]":
                return self._bracket(end)
            case "<":
                return self._angle(start)
            case _:
                return self._link(start, end)

    def _escape(self, start: int) -> int:
        if start + 1 == len(self._text):
            self._hold(start)
        follows = self._text[start + 1 : start + 2]
        if follows in ("(", "["):
            return self._formula("\\" + follows, start)
        return start + 2 if follows in punctuation else start + 1

    def _dollars(self, mark: str, start: int, end: int) -> int:
        if end == len(self._text):
            self._hold(start)
            return end
        is_single = mark == "$"
        if len(mark) > 2 or (is_single and self._text[end].isspace()):
            return end
        if is_single and _PRICE.match(self._text, end):
            return end
        return self._formula(mark, start)

    def _formula(self, mark: str, start: int) -> int:
        """Half a formula is held back: its source would be read as emphasis and the like."""
        begin = start + len(mark)
        found = _FORMULA_ENDS[mark].search(self._text, begin + 1)
        if found is None:
            self._hold_from(start, _HELD_FORMULA)
            return begin
        if found.end() == len(self._text) and mark == "$":
            self._hold_from(start, _HELD_FORMULA)  # a digit may follow, and then it is none
        self._spans.append((start, found.end()))
        return found.end()

    def _code_span(self, mark: str, start: int, end: int) -> int:
        if end == len(self._text):
            self._hold(start)
            return end
        closing = re.compile(rf"(?<!`){mark}(?!`)").search(self._text, end)
        if closing and closing.end() < len(self._text):
            self._spans.append((start, closing.end()))
            return closing.end()
        self._open_from = min(self._open_from, start)
        if len(self._text) - end < _EAGER:
            self._eager(end)
            self._code = (start, mark)
            if trailing := re.compile(r"`+$").search(self._text, end):
                self._hold(trailing.start())
            return len(self._text)
        return end

    def _run(self, mark: str, start: int, end: int) -> int:
        if end == len(self._text):
            self._hold(start)
            return end
        if mark == "~":
            return end
        before = self._text[start - 1] if start else " "
        self._runs.append(flanked(mark, start, end, before, self._text[end]))
        return end

    def _bracket(self, end: int) -> int:
        if not self._brackets:
            return end
        start, below = self._brackets.pop()
        follows = self._text[end : end + 1]
        if not follows:
            self._hold_from(start, _HELD_TARGET)
        elif follows == "(":
            return self._target(start, below, end)
        elif follows == "[" and "]" not in self._text[end:]:
            self._hold_from(start, _HELD_TARGET)
        return end

    def _target(self, start: int, below: int, end: int) -> int:
        found = _TARGET.match(self._text, end)
        if found:
            self._spans.append((start, found.end()))
            self._spans += pair(self._runs, below)
            del self._runs[below:]
            return found.end()
        if ")" not in self._text[end:] or len(self._text) - end < _HELD_LABEL:
            self._hold_from(start, _HELD_TARGET)
        return end

    def _angle(self, start: int) -> int:
        found = _ANGLED.match(self._text, start)
        if found:
            self._spans.append((start, found.end()))
            return found.end()
        follows = self._text[start + 1 : start + 2]
        if not follows or (follows.isascii() and (follows.isalpha() or follows in "/!?")):
            self._hold_from(start, _HELD_TAG)
        return start + 1

    def _link(self, start: int, end: int) -> int:
        found = CUT_ADDRESS.match(self._text, start) or _ADDRESS.match(self._text, end)
        stop = found.end() if found else end
        if stop == len(self._text):
            self._hold_from(start, _HELD_TARGET)
        stop -= len(self._text[end:stop]) - len(self._text[end:stop].rstrip("?!.,:*_~'\")"))
        self._spans.append((start, stop))
        return max(stop, end)

    # Holding back

    def _hold(self, at: int) -> None:
        self._cut = min(self._cut, at)
        self._open_from = min(self._open_from, at)

    def _hold_from(self, at: int, longest: int) -> None:
        """Hold back what may become a link, but not for ever: then it is shown as it stands."""
        self._open_from = min(self._open_from, at)
        if len(self._text) - at < longest:
            self._cut = min(self._cut, at)
        else:
            self._room = 0

    def _hold_brackets(self) -> None:
        for start, _ in reversed(self._brackets):
            self._hold_from(start, _HELD_LABEL)

    def _eager(self, end: int) -> None:
        self._room = min(self._room, _EAGER - (len(self._text) - end))

    def _shown(self) -> tuple[str, list[Run]]:
        """What may be shown, and the marks in it that wait for their end."""
        shown = self._text[: self._cut].rstrip()
        openers = [run for run in self._runs if run.can_open and run.end <= len(shown)]
        openers = [run for run in openers if self._is_eager(run)][-4:]
        while openers and openers[-1].end == len(shown):
            shown = shown[: openers.pop().start].rstrip()
        return shown, openers

    def _is_eager(self, run: Run) -> bool:
        waited = len(self._text) - run.end
        if run.char * run.length not in _TAGS or waited >= _EAGER:
            return False
        self._eager(run.end)
        return True
