"""A message as the templates write it: steps in a row under one fold, sources at the end.

``static/frame/message.js`` builds the same from events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from markupsafe import Markup

from widget.domain.transcript import ShownFailure, ShownMessage, ShownPart
from widget.web.services import services

WEB_ADDRESS = re.compile(r"https?://([^/?#]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """One part in its place. ``host`` is empty when the part has no address of the web."""

    index: int
    part: ShownPart

    @property
    def host(self) -> str:
        found = WEB_ADDRESS.match(self.part.url or "")
        return found[1] if found else ""

    @property
    def label(self) -> str:
        return self.part.name or self.part.title or self.host


@dataclass(frozen=True)
class Block:
    """What stands between the beginning and the end of an answer; of ``steps`` several in one."""

    kind: str
    index: int
    part: ShownPart
    steps: list[Item] = field(default_factory=list)

    @property
    def html(self) -> Markup:
        return Markup(self.part.html or "")  # noqa: S704 - made and cleaned by the renderer

    def holding(self, html: str) -> Block:
        return Block(self.kind, self.index, msgspec.structs.replace(self.part, html=html))

    @property
    def host(self) -> str:
        return Item(self.index, self.part).host

    @property
    def label(self) -> str:
        return Item(self.index, self.part).label

    @property
    def now(self) -> str:
        """The step that is being taken."""
        running = [one.part.title or "" for one in self.steps if one.part.state == "running"]
        return running[-1] if running else ""


@dataclass(frozen=True)
class MessageView:
    """``is_asked_why``: the panel after a dislike stands open."""

    shown: ShownMessage
    lang: str
    is_asked_why: bool = False

    @property
    def id(self) -> str:
        return self.shown.id

    @property
    def role(self) -> str:
        return self.shown.role

    @property
    def state(self) -> str:
        return self.shown.state

    @property
    def client(self) -> str:
        return self.shown.client_message_id or ""

    @property
    def text(self) -> str:
        return "\n".join(part.text or "" for part in self.shown.parts)

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.shown.parts)

    @property
    def sources(self) -> list[Item]:
        return [Item(i, part) for i, part in enumerate(self.shown.parts) if part.kind == "source"]

    @property
    def verdict(self) -> str:
        return self.shown.feedback.verdict if self.shown.feedback else ""

    @property
    def can_retry(self) -> bool:
        failure = self.shown.failure
        return self.state != "failed" or failure is None or failure.retryable

    @property
    def ending(self) -> str:
        """What is said under an answer that did not end well."""
        if self.state in ("stopped", "interrupted"):
            return services().texts.say(self.lang, f"live.{self.state}")
        return _failure_words(self.shown.failure, self.lang) if self.state == "failed" else ""


def blocks_of(parts: Iterable[ShownPart]) -> list[Block]:
    found: list[Block] = []
    for index, part in enumerate(parts):
        if part.kind == "step":
            if not found or found[-1].kind != "steps":
                found.append(Block("steps", index, part))
            found[-1].steps.append(Item(index, part))
        elif part.kind != "source":
            found.append(Block(_kind(part.kind), index, part))
    return found


def _kind(kind: str) -> str:
    if kind in ("image", "file"):
        return "file"
    return kind if kind in ("text", "reasoning", "notice") else "other"


def _failure_words(failure: ShownFailure | None, lang: str) -> str:
    texts = services().texts
    words = texts.say(lang, f"live.failure.{failure.code if failure else 'unknown'}")
    if failure is None or failure.retry_after_s is None:
        return words
    return texts.say(lang, "live.retry_in", words=words, seconds=failure.retry_after_s)
