"""What a list shows of a text in which something was found: one plain line around the hit."""

from __future__ import annotations

import re
from collections.abc import Sequence

BEFORE, LONGEST = 24, 120
MORE = "…"

# Marks that a reader of an answer does not see. What it says of code, links and pictures stays.
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)")
_LINE_MARKS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]|>[ \t]?|[-*+][ \t]|```.*$|\|?[\s:|-]+\|$)", re.M)
_MARKS = re.compile(r"\*\*|__|`+|~~|\|")


def excerpt(text: str, words: Sequence[str]) -> str:
    """A line of the text with the first of the words that is there, whatever their case; as it is
    read, or as it was written where only that has the word; empty where nothing has."""
    found = (_around(line, words) for line in (_read(text), _flat(text)))
    return next(filter(None, found), "")


def _around(line: str, words: Sequence[str]) -> str:
    hits = [re.search(re.escape(word), line, re.IGNORECASE) for word in words]
    starts = [hit.start() for hit in hits if hit]
    if not starts:
        return ""
    start = _start(line, min(starts))
    piece = line[start : start + LONGEST].rstrip()
    is_whole_end = start + LONGEST >= len(line)
    return f"{MORE if start else ''}{piece}{'' if is_whole_end else MORE}"


def _start(line: str, hit: int) -> int:
    """A little before the hit, where a word begins if the language parts them."""
    earliest = hit - BEFORE
    if earliest <= 0:
        return 0
    gap = line.find(" ", earliest, hit)
    if gap < 0:
        gap = line.rfind(" ", max(earliest - BEFORE, 0), earliest)
    return gap + 1 if gap >= 0 else earliest


def _read(text: str) -> str:
    return _flat(_MARKS.sub("", _LINE_MARKS.sub("", _LINK.sub(r"\1", text))))


def _flat(text: str) -> str:
    return " ".join(text.split())
