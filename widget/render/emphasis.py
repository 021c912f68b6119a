"""Runs of ``*``, ``_`` and ``~~``, and which of them pair up, as the parser has it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(slots=True)
class Run:
    """A run of emphasis marks."""

    char: str
    length: int
    start: int
    end: int
    can_open: bool
    can_close: bool


def pair(runs: list[Run], bottom: int) -> list[tuple[int, int]]:
    """Take out the runs from ``bottom`` on that pair up; returns what each pair encloses."""
    spans: list[tuple[int, int]] = []
    # From where on there may be an opener for a kind of closer: keeps long texts linear.
    floors: dict[tuple[str, bool, int], int] = {}
    at = bottom
    while at < len(runs):
        closer = runs[at]
        opener = _opener(runs, at, bottom, floors) if closer.can_close else None
        if opener is not None:
            at = _join(runs, opener, at, spans)
        elif closer.can_open:
            at += 1
        else:
            del runs[at]
    return spans


def _opener(
    runs: list[Run], at: int, bottom: int, floors: dict[tuple[str, bool, int], int]
) -> int | None:
    closer = runs[at]
    kind = closer.char, closer.can_open, closer.length % 3
    floor = floors.get(kind, -1)
    for index in range(at - 1, bottom - 1, -1):
        run = runs[index]
        if run.start < floor:
            break
        if run.char == closer.char and run.can_open and not _is_odd(run, closer):
            return index
    floors[kind] = closer.start
    return None


def _join(runs: list[Run], opener: int, closer: int, spans: list[tuple[int, int]]) -> int:
    """Use up one or two marks of both; returns where to read on."""
    first, last = runs[opener], runs[closer]
    used = min(2, first.length, last.length)
    spans.append((first.end - used, last.start + used))
    del runs[opener + 1 : closer]
    first.length, first.end = first.length - used, first.end - used
    last.length, last.start = last.length - used, last.start + used
    if not last.length:
        del runs[opener + 1]
    if not first.length:
        del runs[opener]
    return opener + (1 if first.length else 0)


def _is_odd(opener: Run, closer: Run) -> bool:
    """The rule of three: runs that could do both pair only when their lengths fit."""
    if opener.char == "~":
        return opener.length != closer.length
    both = closer.can_open or opener.can_close
    sum_of_three = (opener.length + closer.length) % 3 == 0
    return both and sum_of_three and (opener.length % 3 != 0 or closer.length % 3 != 0)


def flanked(mark: str, start: int, end: int, before: str, after: str) -> Run:
    left = not after.isspace() and (
        not _is_sign(after) or before.isspace() or _is_sign(before) or _is_wide(after + before)
    )
    right = not before.isspace() and (
        not _is_sign(before) or after.isspace() or _is_sign(after) or _is_wide(after + before)
    )
    if mark[0] == "_":
        can_open = left and (not right or _is_sign(before))
        can_close = right and (not left or _is_sign(after))
        return Run("_", len(mark), start, end, can_open, can_close)
    return Run(mark[0], len(mark), start, end, left, right)


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _is_wide(chars: str) -> bool:
    """Whether one of them is written without spaces around it."""
    return any(char >= "\u1100" and unicodedata.east_asian_width(char) in "WF" for char in chars)
