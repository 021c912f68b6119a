"""The few words that this provider itself says to visitors: buttons of a confirmation."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Words(Struct, frozen=True):
    confirm: str
    reject: str
    respond: str
    decision: str
    reason: str
    yes: str
    no: str

    def decisions(self) -> dict[str, str]:
        """By the platform's name of each."""
        return {
            "approve": self.confirm,
            "edit": self.confirm,
            "reject": self.reject,
            "respond": self.respond,
        }


_ZH = Words(
    confirm="同意",
    reject="不同意",
    respond="回复",
    decision="您的决定",
    reason="想说的话(选填)",
    yes="是",
    no="否",
)
_EN = Words(
    confirm="Approve",
    reject="Decline",
    respond="Reply",
    decision="Your decision",
    reason="What you want to say (optional)",
    yes="Yes",
    no="No",
)


def words_in(lang: str) -> Words:
    return _ZH if lang.lower().startswith("zh") else _EN


def said_in(value: Any, lang: str) -> str:
    """The platform's text: plain, or an object by language (``zh_Hans``, ``en_US``)."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    wanted = lang[:2].lower()
    own = [text for name, text in value.items() if name[:2].lower() == wanted]
    return next((text for text in [*own, *value.values()] if isinstance(text, str) and text), "")
