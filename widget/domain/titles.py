"""What a conversation is called in its visitor's list."""

from __future__ import annotations

TITLE_CHARS = 100


def default_title(text: str) -> str:
    """The first question on one line, cut where a title ends."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1].rstrip() + "…"
