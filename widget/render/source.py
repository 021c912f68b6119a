"""What is done to Markdown before the parser sees it, the same for a whole text and for a piece.

Every rule here looks at one line at most, so preparing a line alone or inside its text comes out
the same. That is what lets a stream render a paragraph by itself and still end up with what one
rendering of the whole text gives.
"""

from __future__ import annotations

import re

# Unicode noncharacters: no text may contain them, so they can stand for a character that must
# not mean anything to the parser. ``restored`` puts the real one back.
ANGLE = "\ufdd0"
TILDE = "\ufdd1"
# The space ends a bare link; both characters are taken out again.
LINK_END = " \ufdd2"

_FOREIGN = re.compile("[\0\ufdd0-\ufdd2]")
_SURROGATE = re.compile("[\ud800-\udfff]")

# A line whose first character (after quote and list marks) opens a tag, a comment or a
# declaration would begin an HTML block; <https://…> and <a@b.example> are links and stay.
_BLOCK_ANGLE = re.compile(
    r"^((?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*)<"
    r"(?![A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*>|[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]+@[^\s<>]+>)"
    r"(?=[A-Za-z/!?])",
    re.MULTILINE,
)
# "10~20" and "好的~" are everyday Chinese; only a pair of tildes strikes through.
_LONE_TILDE = re.compile(r"(?<![~\\])~(?!~)")
# Chinese sets no space after an address. A definition line keeps its address whole, and so does
# an address in brackets, which is a link's target.
_DEFINITION = r"^(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*\[[^\]\n]+\]:.*$"
_ADDRESS = (
    r"(?<!\]\()(?<![<A-Za-z0-9])(?:https?://|ftp://|www\.)"
    r"[!-;=-~]{0,600}[A-Za-z0-9/#&=+%$@)\-](?=[*_~?!.,:;'\"]*[^\x00-\x7f\ufdd0])"
)
CUT_ADDRESS = re.compile(_ADDRESS)
_BARE_LINK = re.compile(f"{_DEFINITION}|{_ADDRESS}", re.MULTILINE)


def normalised(text: str) -> str:
    """Text with one kind of line end and without characters that no document may hold."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _FOREIGN.sub("\ufffd", text)


class Normaliser:
    """``normalised`` for a text that comes in pieces, cut anywhere."""

    def __init__(self) -> None:
        self._kept = ""
        self._is_start = True

    def take(self, text: str) -> str:
        """What can be passed on; a character that may be half of something waits for the next."""
        text, self._kept = self._kept + text, ""
        if text and (text[-1] == "\r" or "\ud800" <= text[-1] <= "\udbff"):
            text, self._kept = text[:-1], text[-1]
        if text and self._is_start:
            self._is_start = False
            text = text.removeprefix("\ufeff")
        return normalised(text)

    def is_waiting(self) -> bool:
        return bool(self._kept)

    def rest(self) -> str:
        kept, self._kept = self._kept, ""
        return normalised(kept)


def prepared(text: str) -> str:
    """Normalised Markdown with everything that must not reach the parser hidden."""
    if "<" in text:
        text = _BLOCK_ANGLE.sub(rf"\1{ANGLE}", text)
    if "://" in text or "www." in text:
        text = _BARE_LINK.sub(_with_link_end, text)
    if "~" in text:
        text = _LONE_TILDE.sub(TILDE, text)
    return text


def restored(html: str) -> str:
    """The parser's HTML with what ``prepared`` hid put back."""
    if ANGLE in html:
        html = html.replace(ANGLE, "&lt;")
    if TILDE in html or "%EF%B7%91" in html:
        html = html.replace(TILDE, "~").replace("%EF%B7%91", "~")
    return html.replace(LINK_END, "")


def _with_link_end(found: re.Match[str]) -> str:
    return found[0] if "]:" in found[0] else found[0] + LINK_END
