"""A platform that needs no key and no network: a made-up shop's assistant for the first minute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Annotated, ClassVar, TypeVar

from msgspec import Meta

from widget.domain.errors import Failure
from widget.domain.events import ImageReady, RunCompleted, RunEvent, RunStarted
from widget.providers.base import (
    Attachment,
    Capabilities,
    Finding,
    Opening,
    Provider,
    ProviderSettings,
    Turn,
)
from widget.providers.demo import asking_en, asking_zh, en, zh
from widget.providers.demo.files import UPLOADS, described, drawn, take
from widget.providers.demo.replies import quotable, replied
from widget.providers.demo.script import Fail, Say, Script, Stall, play, reason_of

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
# Whoever writes so reads no Chinese, though Japanese has its characters too.
_KANA_OR_HANGUL = re.compile(r"[\u3041-\u30ff\uac00-\ud7a3]")
# A failure that real platforms answer at once, before any text.
_AT_ONCE = frozenset(
    {Failure.AUTH, Failure.QUOTA, Failure.BUSY, Failure.CONFIG, Failure.CONTENT, Failure.NOT_FOUND}
)
_ASKING: dict[str, ModuleType] = {en.__name__: asking_en, zh.__name__: asking_zh}
_Found = TypeVar("_Found")


class DemoSettings(ProviderSettings, frozen=True, kw_only=True):
    delay_ms: Annotated[
        int, Meta(ge=0, le=10_000, description="Milliseconds before each word of an answer.")
    ] = 40


class Demo(Provider):
    kind: ClassVar[str] = "demo"
    Settings: ClassVar[type[ProviderSettings]] = DemoSettings
    settings: DemoSettings

    def opening(self) -> Opening:
        english, chinese = en.OPENING, zh.OPENING
        return Opening(
            english.greeting, english.starters, translations={"en": english, "zh-CN": chinese}
        )

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        yield RunStarted()
        patience_s = self.client.timeout.read or 0.0
        delay_s = self.settings.delay_ms / 1000
        script = script_for(turn)
        yield from play(script, delay_s=delay_s, patience_s=patience_s)
        yield RunCompleted(reason_of(script))

    def capabilities(self) -> Capabilities:
        return Capabilities(uploads=UPLOADS)

    def upload(self, file: Attachment, *, visitor: str) -> str:
        return take(file)

    def check(self) -> list[Finding]:
        return [Finding(is_ok=True, text="The built-in demo answers without a key or a network.")]


def script_for(turn: Turn) -> Script:
    """What is answered to this question, in its language."""
    words = _language(turn)
    if turn.reply is not None:
        return replied(turn.reply, turn.attachments, _ASKING[words.__name__])
    text = turn.text.strip()
    if turn.attachments:
        about_files = Say(described(turn.attachments, words))
        return (about_files, *_script(turn, words, text)) if text else (about_files,)
    return _script(turn, words, text)


def _script(turn: Turn, words: ModuleType, text: str) -> Script:
    if re.search(words.FAIL_WORDS, text, re.IGNORECASE):
        return _failing(words, text, is_retry=turn.kind == "retry")
    if re.search(words.STALL_WORDS, text, re.IGNORECASE):
        return (Say(words.BEFORE_STALL), Stall())
    if re.search(words.DRAW_WORDS, text, re.IGNORECASE):
        return (Say(words.DRAWN), ImageReady("drawing", drawn(), words.DRAWING))
    topics = (*_ASKING[words.__name__].ASKING_TOPICS, *words.TOPICS)
    script: Script | None = _first_match(topics, text)
    return script or (Say(words.ELSE.format(text=quotable(text))), words.ELSE_SUGGESTIONS)


def _language(turn: Turn) -> ModuleType:
    """The question's own language, or English where we do not speak it; the visitor's where a
    question has none (an emoji, a number)."""
    if _KANA_OR_HANGUL.search(turn.text):
        return en
    if _CHINESE.search(turn.text):
        return zh
    if _LATIN.search(turn.text):
        return en
    return zh if turn.locale.lower().startswith("zh") else en


def _failing(words: ModuleType, text: str, *, is_retry: bool) -> Script:
    """A failure of the asked-for class; a retry works, unless the visitor said always."""
    if is_retry and not re.search(words.ALWAYS_WORDS, text, re.IGNORECASE):
        return (Say(words.AFTER_RETRY),)
    failure = _first_match(words.FAILURES, text) or Failure.UPSTREAM_DOWN
    return (Fail(failure),) if failure in _AT_ONCE else (Say(words.BEFORE_FAILURE), Fail(failure))


def _first_match(rows: Sequence[tuple[str, _Found]], text: str) -> _Found | None:
    return next((what for words, what in rows if re.search(words, text, re.IGNORECASE)), None)
