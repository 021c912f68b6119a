"""A message as the templates write it: steps in a row under one fold, sources at the end.

``static/frame/message.js`` builds the same from events.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
from markupsafe import Markup

from widget.domain.transcript import ShownFailure, ShownMessage, ShownPart
from widget.web.door import Door
from widget.web.services import services

# What an agent asks for, or shows by HTML of its own.
ASKED = ("widget", "input_request")
# The template of every other kind; steps and sources have places of their own.
KINDS = {
    "text": "text",
    "reasoning": "reasoning",
    "notice": "notice",
    "image": "file",
    "file": "file",
    "tool_call": "call",
    "removed": "gone",
}
# Lines that begin with ``> ``, an empty one, and words: as ``static/frame/cite.js`` writes them.
QUOTED = re.compile(r"((?:> ?[^\n]*\n)+)\n(.*\S.*)", re.DOTALL)
MARK = re.compile(r"^> ?", re.MULTILINE)
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
    message: str = ""
    door: Door | None = None

    @property
    def html(self) -> Markup:
        html = self.part.html or ""
        if self.kind == "asked" and self.door:
            html = self.door.on(self.message, self.index, html)
        return Markup(html)  # noqa: S704 - made and cleaned by the renderer

    @property
    def call(self) -> str:
        """What the modules tell the host page, as JSON."""
        called = {"id": self.part.id, "name": self.part.name, "arguments": self.part.data}
        return json.dumps(called, ensure_ascii=False)

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
    """``is_asked_why``: the panel after a dislike stands open. ``door``: of a page that may be
    without scripts."""

    shown: ShownMessage
    lang: str
    is_asked_why: bool = False
    door: Door | None = None
    offers_edit: bool = False
    offers_retry: bool = False

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
    def at(self) -> str:
        """For ``datetime``; the modules write it in the visitor's zone and language."""
        return self.shown.created_at.astimezone(UTC).isoformat(timespec="seconds")

    @property
    def at_words(self) -> str:
        return stamp(self.shown.created_at)

    @property
    def client(self) -> str:
        return self.shown.client_message_id or ""

    @property
    def quoted(self) -> str:
        """What a question quotes, without its marks; empty where it quotes nothing."""
        found = QUOTED.match(self._text)
        return MARK.sub("", found[1]).strip() if found else ""

    @property
    def text(self) -> str:
        """The words, without what they quote."""
        found = QUOTED.match(self._text)
        return found[2] if found else self._text

    @property
    def _text(self) -> str:
        return "\n".join(part.text for part in self.shown.parts if part.text)

    @property
    def can_be_quoted(self) -> bool:
        return any(part.kind in ("text", "image") for part in self.shown.parts)

    @property
    def files(self) -> list[ShownPart]:
        """What the visitor sent along."""
        return [part for part in self.shown.parts if part.kind == "attachment"]

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.shown, self.door)

    @property
    def sources(self) -> list[Item]:
        return [Item(i, part) for i, part in enumerate(self.shown.parts) if part.kind == "source"]

    @property
    def verdict(self) -> str:
        return self.shown.feedback.verdict if self.shown.feedback else ""

    @property
    def remedy(self) -> str:
        failure = self.shown.failure
        return (failure.remedy if failure else None) or ""

    @property
    def can_edit(self) -> bool:
        return self.offers_edit and bool(self._text)

    @property
    def can_ask_again(self) -> bool:
        """Whether another answer may be asked for instead of one that ended well; the others bring
        a button of their own."""
        return self.offers_retry and self.state == "done"

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


def stamp(at: datetime) -> str:
    """A time that reads the same everywhere: nobody told the server of the reader's zone."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def has_asked(message: ShownMessage) -> bool:
    return any(part.kind in ASKED for part in message.parts)


def blocks_of(message: ShownMessage, door: Door | None) -> list[Block]:
    found: list[Block] = []
    for index, part in enumerate(message.parts):
        if part.kind == "step":
            if not found or found[-1].kind != "steps":
                found.append(Block("steps", index, part))
            found[-1].steps.append(Item(index, part))
        elif part.kind != "source":
            found.append(Block(_kind(part), index, part, message=message.id, door=door))
    return found


def _kind(part: ShownPart) -> str:
    if part.kind in ASKED and part.html is not None:
        return "asked"
    if part.kind == "image" and not part.url:
        return "picture" if part.attachment else "other"
    return KINDS.get(part.kind, "other")


def _failure_words(failure: ShownFailure | None, lang: str) -> str:
    texts = services().texts
    words = texts.say(lang, f"live.failure.{failure.code if failure else 'unknown'}")
    if failure is None or failure.retry_after_s is None:
        return words
    return texts.say(lang, "live.retry_in", words=words, seconds=failure.retry_after_s)
