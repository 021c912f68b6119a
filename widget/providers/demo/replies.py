"""What the demo says to a reply: to a form, a widget's button, a word from the host page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from widget.domain.events import WidgetChanged
from widget.domain.inputs import ActionTaken, FormAnswered, Reply, ToolAnswered
from widget.providers.base import Attachment
from widget.providers.demo.card import CARD, card
from widget.providers.demo.script import Say, Script

SHOWN_CHARS = 200


def replied(reply: Reply, files: Sequence[Attachment], words: ModuleType) -> Script:
    match reply:
        case FormAnswered(request="cancel"):
            return (Say(words.CANCELLED if reply.action == "cancel" else words.KEPT),)
        case FormAnswered(is_skipped=True):
            return (Say(words.SKIPPED),)
        case FormAnswered():
            seen = [words.PICTURED.format(name=quotable(file.name)) for file in files]
            return (Say(words.BOOKED.format(rows=_rows(reply, words)) + "".join(seen)),)
        case ActionTaken(type="lamp.colour"):
            return _recoloured(reply.payload, words)
        case ActionTaken():
            return (Say(_ordered(reply.payload, words)),)
        case _:
            return (Say(_told(reply[0], words)),)


def _rows(reply: FormAnswered, words: ModuleType) -> str:
    return "\n".join(
        f"| {words.FIELD_NAMES[name]} | {_cell(words, values)} |"
        for name, values in reply.values.items()
        if name in words.FIELD_NAMES
    )


def _cell(words: ModuleType, values: tuple[str, ...]) -> str:
    joined: str = words.AND.join(words.CHOICE_NAMES.get(one, quotable(one)) for one in values)
    return joined


def _recoloured(payload: dict[str, Any], words: ModuleType) -> Script:
    colour = str(payload.get("colour"))
    if colour not in words.CARD_WORDS.colours:
        return ()
    return (WidgetChanged(CARD, card(words.CARD_WORDS, colour)),)


def _ordered(payload: dict[str, Any], words: ModuleType) -> str:
    colour, _ = words.CARD_WORDS.colours[payload["colour"]]
    engraving = quotable(str(payload.get("engraving") or ""))
    said: str = words.ORDERED.format(colour=colour)
    return said + (words.ENGRAVED.format(text=engraving) if engraving else "")


def _told(answered: ToolAnswered, words: ModuleType) -> str:
    if answered.is_error or not isinstance(answered.result, dict):
        silent: str = words.PAGE_SILENT
        return silent
    title = quotable(str(answered.result.get("title", "")))
    told: str = words.PAGE_TOLD.format(title=title)
    return told


def quotable(text: str) -> str:
    """One line of it, short, and without Markdown of its own."""
    short = " ".join(text.split())[:SHOWN_CHARS]
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~$])", r"\\\1", short)
