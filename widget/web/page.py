"""Renders the chat page: one conversation of one visitor, in one look."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Literal

import msgspec
from flask import render_template, stream_template
from markupsafe import Markup

from widget.domain.conversations import new_id
from widget.domain.options import FeedbackTag
from widget.domain.sites import Caller
from widget.domain.transcript import ShownConversation, ShownMessage, ShownPart
from widget.runs import uploads
from widget.runs.listed import Listed, ListedConversation
from widget.runs.uploads import Stored, Uploads
from widget.web.admit import identity_left_s, token_lasts_s
from widget.web.door import Door
from widget.web.edited import Edited
from widget.web.first_words import first_words
from widget.web.live_answer import FLUSH, LiveAnswer
from widget.web.look import Look
from widget.web.message_view import Block, Item, MessageView, has_asked
from widget.web.services import services
from widget.web.shown_files import ShownFile, has_files, show_files_to

STYLES = ("palette", "roles", "frame", "thread")
ANSWER_STYLES = ("parts", "prose")
MODULES = ("main", "page", "token", "host", "composer")
# What a conversation takes: with the page where one stands, else with the visitor's first sign.
TALK = (
    *("talk", "wire", "connection", "thread", "transcript", "message", "patches", "scroll"),
    *("sending", "announcer", "drafts", "focus", "socket"),
)
BLOCK_KINDS = (
    *("text", "reasoning", "steps", "notice", "picture", "file", "asked", "call", "gone", "other"),
)


@dataclass(frozen=True)
class Page:
    """``has_cookie``: the browser sent our visitor cookie. ``alert`` and ``draft``: what went wrong
    with the last form, and the text it held; ``kept``: files that came with it and wait to be sent.
    ``asks_why``: the answer whose panel is open. ``listed``: the visitor's conversations, where a
    form asked for them. ``edited``: the question that a new wording is written of."""

    look: Look
    caller: Caller
    nonce: str
    conversation: ShownConversation
    has_cookie: bool
    door: Door
    alert: str = ""
    draft: str = ""
    kept: tuple[Stored, ...] = ()
    asks_why: str = ""
    listed: Listed | None = None
    edited: Edited | None = None
    live: LiveAnswer | None = None

    def render(self) -> str:
        return render_template("frame.html", **self._context())

    def stream(self) -> Iterator[str]:
        """The page up to the running answer at once, the answer as its blocks finish, the rest."""
        return _whole_pieces(stream_template("frame.html", **self._context()))

    def _context(self) -> dict[str, object]:
        words = first_words(self.look)
        run = self.conversation.run
        show_files_to(self.caller)
        return {
            "look": self.look,
            "nonce": self.nonce,
            "styles": _inlined(STYLES),
            "answer_styles": _inlined(ANSWER_STYLES),
            "modules": _addresses(MODULES if self._is_quiet else (*MODULES, *TALK)),
            "data": _json(self._data()),
            "conversation": self.conversation,
            "client_message_id": new_id("cm"),
            "messages": [self._view(message) for message in self.conversation.messages],
            "run": run.id if run else "",
            "greeting": words.greeting,
            "starters": words.starters,
            "suggestions": self._suggestions,
            "blanks": _blanks(self.look.lang),
            "alert": self.alert,
            "draft": self.draft,
            "kept": self.kept,
            "uploads": self._uploads,
            "uploads_css": services().assets.url("css/uploads.css") if self._has_files else "",
            "live": self.live,
            "ended": self._ended,
            "listed": self.listed,
            "widgets_css": services().assets.url("css/widgets.css") if self._may_ask else "",
            "access": self._access,
            "follow_up": self._offers("follow_up"),
            "offers_retry": self._offers("retry"),
            "edited": self._edited,
            "host_origin": self._host_origin,
            "plain_address": self._plain_address,
        }

    @property
    def _is_quiet(self) -> bool:
        """Whether a visitor may have come to look only: nothing to go on from, as far as we see."""
        is_known = self.conversation.id or self.caller.identity is not None
        return not (is_known or self.look.is_direct or self.live)

    @property
    def _uploads(self) -> Uploads | None:
        return uploads.offered(services().engine, self.caller.site)

    def _offers(self, what: Literal["edit", "follow_up", "retry"]) -> bool:
        """Whether the platform can do it."""
        return bool(getattr(services().engine.capabilities(self.caller.site), what))

    @property
    def _edited(self) -> Edited | None:
        """Of a question that stands here, and not of one of another conversation."""
        here = {message.id for message in self.conversation.messages}
        return self.edited if self.edited and self.edited.message in here else None

    @property
    def _has_files(self) -> bool:
        """Elsewhere their sheet comes with the first file."""
        return bool(self.kept) or has_files(self.conversation.messages)

    @property
    def _may_ask(self) -> bool:
        """Whether there is a form or a widget here; who knows what a running answer brings."""
        return self.live is not None or any(map(has_asked, self.conversation.messages))

    @property
    def _access(self) -> SimpleNamespace:
        """Whether the conversation takes messages, and the words for why not."""
        shown = self.conversation
        words = shown.access_reason if shown.access != "open" else ""
        return SimpleNamespace(
            state=shown.access, words=words or _access_words(shown.access, self.look)
        )

    @property
    def _host_origin(self) -> str:
        """Whom the page may speak to; empty on a direct visit."""
        return "" if self.look.is_direct else self.caller.origin

    @property
    def _plain_address(self) -> str:
        """What is to stand in the address bar in place of a code or a form's address, where the tab
        has to remember the person; else empty."""
        is_brought = self.look.is_direct and self.caller.identity is not None
        return self.look.address("") if is_brought else ""

    def _view(self, message: ShownMessage) -> MessageView:
        is_running = self.conversation.run is not None and self.live is None
        is_shut = is_running or self.conversation.access != "open"
        return MessageView(
            message,
            self.look.lang,
            is_asked_why=message.id == self.asks_why,
            door=self.door,
            offers_edit=self._offers("edit") and not is_shut,
            offers_retry=self._offers("retry") and not is_shut,
        )

    def _ended(self) -> MessageView:
        """The live answer, when all of it has come."""
        assert self.live is not None  # noqa: S101 - asked for behind its pieces
        return self._view(self.live.message().shown)

    def _suggestions(self) -> tuple[str, ...]:
        """Asked for after the answer: a live one brings its own."""
        return self.live.suggestions() if self.live else self.conversation.suggestions

    def _data(self) -> dict[str, object]:
        """What the modules need and cannot read off the page."""
        shown, look = self.conversation, self.look
        key = self.caller.site.key
        return {
            "site": key,
            "lang": look.lang,
            "origin": self._host_origin,
            "token": look.token,
            "expires_in_s": token_lasts_s(self.caller),
            "identity_ends_in_s": identity_left_s(self.caller),
            "has_cookie": self.has_cookie,
            "uploads": msgspec.to_builtins(self._uploads),
            "has_close": look.options.ui.header.is_need_close,
            "conversation": {"id": shown.id, "epoch": shown.epoch, "seq": shown.seq},
            "has_more": shown.has_more,
            "run": msgspec.to_builtins(shown.run),
            "is_streaming": self.live is not None,
            "context": {},
            "label": msgspec.to_builtins(look.options.user_info),
            "site_label": msgspec.to_builtins(look.site.options.user_info),
            "shares_text": look.site.page.shares_text,
            "overrides": look.overrides,
            "theme": look.told_outside,
            "warnings": look.warnings,
            "later": _addresses(TALK) if self._is_quiet else [],
            "paths": {
                "socket": f"/frame/{key}/socket",
                "token": f"/frame/{key}/token",
                "look": look.changes_address(self.caller.origin),
                "page": look.address(self.caller.origin),
            },
            "strings": {
                name: text
                for prefix in ("live.", "frame.form.")
                for name, text in services().texts.catalogue(look.lang, prefix).items()
            },
        }


def _addresses(modules: tuple[str, ...]) -> list[str]:
    return [services().assets.url(f"frame/{name}.js") for name in modules]


def _blanks(lang: str) -> SimpleNamespace:
    """Nothing of every kind: what the templates that the modules clone are made of."""
    part = ShownPart(kind="")
    at = datetime.now(UTC)
    return SimpleNamespace(
        question=MessageView(ShownMessage("", "visitor", "done", at), lang),
        answer=MessageView(ShownMessage("", "assistant", "running", at), lang),
        blocks=[Block(kind, 0, part) for kind in BLOCK_KINDS],
        item=Item(0, part),
        file=ShownFile("", "", "", is_picture=False, address=""),
        row=ListedConversation("", "", at),
        tag=FeedbackTag(label=""),
    )


def _access_words(access: str, look: Look) -> str:
    return "" if access == "open" else look.say(f"live.access.{access}")


def _inlined(styles: tuple[str, ...]) -> Markup:
    text = "".join(services().assets.text(f"css/{name}.css") for name in styles)
    return Markup(text)  # noqa: S704 - our own files


def _json(data: dict[str, object]) -> Markup:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704


def _whole_pieces(pieces: Iterator[str]) -> Iterator[str]:
    """A template comes in crumbs; a packet is worth sending when a live answer has said more."""
    held: list[str] = []
    for piece in pieces:
        held.append(piece)
        if piece.endswith(FLUSH):
            yield "".join(held)
            held = []
    yield "".join(held)
