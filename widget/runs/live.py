"""A run while this process answers it: where its events go, and how it is ended from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import assert_never

import gevent
import msgspec

from widget.domain import events, transcript
from widget.domain.conversations import Conversation, Part, Run, ToolCallPart
from widget.domain.events import AccessChanged, RunEvent
from widget.domain.sites import Site
from widget.domain.titles import TITLE_CHARS
from widget.domain.transcript import ShownRun, body
from widget.journal.base import Journal
from widget.providers.base import Provider, UpstreamRef
from widget.runs.answer import Answer
from widget.runs.asked import Asked
from widget.runs.clean import clean, clean_tree
from widget.runs.event_parts import CUT_BY_LENGTH, part_of
from widget.runs.pictures import Pictures, is_inline
from widget.runs.redact import redacted
from widget.store.checkpoints import RunSave
from widget.store.parts import PartRow

REASON_CHARS = 500


class RunLost(Exception):
    """The run is not ours any more: taken over after its lease ended, or deleted."""


class HandedOver(Exception):
    """This process ends and leaves the run to the next one."""


class LiveRun:
    """``verdict`` is why the run was ended from outside; the first one counts.
    ``visitor`` is whose it is, ``pseudonym`` who that is to the platform.

    ``accepts_title`` is off where the visitor has chosen a title. ``asked``: what a reply is about.
    """

    def __init__(
        self,
        run: Run,
        conversation: Conversation,
        site: Site | None,
        journal: Journal,
        parts: tuple[Part, ...] = (),
    ) -> None:
        self.id = run.id
        self.site = conversation.site
        self.redact = partial(redacted, site=site)
        self.visitor = conversation.visitor
        self.pseudonym = conversation.pseudonym
        self.conversation = conversation.id
        self.answer = Answer(run.answer, self.emit, parts)
        self.provider: Provider | None = None
        self.is_joined = False
        self.upstream_conversation = conversation.upstream_conversation
        self.upstream_run = run.upstream_run
        self.upstream_message: str | None = None
        self.cursor = run.cursor
        self.title: str | None = None
        self.accepts_title = True
        self._has_news = self._has_new_access = False
        self.usage = events.Usage()
        self.suggestions: tuple[str, ...] = ()
        self.access = AccessChanged(conversation.access, conversation.access_reason)
        self.asked: Asked | None = None
        self.pictures: Pictures | None = None
        self.appended = 0
        self.began_at = self.heard_at = time.monotonic()
        self.verdict: Exception | None = None
        self.is_streaming = False
        self.greenlet: gevent.Greenlet | None = None
        self.on_ids: Callable[[LiveRun], None] = lambda live: None
        self._append = journal.append

    def emit(self, event_body: str) -> None:
        self.appended += 1
        self._append(self.conversation, event_body)

    def take(self, event: RunEvent) -> bool:  # noqa: C901 - one case per event of the closed union
        """Does what one event of the provider says; True when it was the last."""
        match event:
            case events.TextDelta():
                self.answer.add("text", event.text)
            case events.Cursor():
                self.cursor = event.value
                self.answer.mark()
            case events.ReasoningDelta():
                self.answer.add("reasoning", event.text)
            case events.TextReplaced():
                self.answer.replace_text(event.text)
            case events.Step() | events.WidgetChanged() | events.PartRemoved():
                self._change(event)
            case events.ImageReady() if is_inline(event) and self.pictures:
                self.answer.put(self.pictures.part(event))
            case (
                events.Source()
                | events.ImageReady()
                | events.FileReady()
                | events.InputRequested()
                | events.Notice()
            ):
                self.answer.put(part_of(event))
            case events.RunStarted():
                self._learn(event)
            case (
                events.TitleChanged()
                | events.AccessChanged()
                | events.ClientEffect()
                | events.ClientToolCalled()
            ):
                self._announce(event)
            case events.Suggestions():
                self.suggestions = tuple(clean(item) for item in event.items)
            case events.Usage():
                self.usage = event
            case events.RunCompleted():
                self._complete(event)
                return True
            case _:
                assert_never(event)
        return False

    def interrupt(self, verdict: Exception) -> bool:
        """Ends the stream with this exception, at once also when nothing arrives; once only."""
        if self.verdict is not None:
            return False
        self.verdict = verdict
        gevent.get_hub().loop.run_callback(self._throw)
        return True

    def ref(self) -> UpstreamRef:
        return UpstreamRef(
            visitor=self.pseudonym,
            upstream_conversation=self.upstream_conversation,
            upstream_run=self.upstream_run,
            cursor=self.cursor,
        )

    def shown(self) -> ShownRun:
        return ShownRun(self.id, self.answer.message)

    def checkpoint(self) -> RunSave:
        """What changed since the last one. It never yields, so text and cursor belong together."""
        has_news, self._has_news = self._has_news, False
        return self._save(self.answer.take_changes(), has_news=has_news)

    def whole(self) -> RunSave:
        """Everything, for the end."""
        return self._save(self.answer.rows(), has_news=True)

    def put_back(self, save: RunSave) -> None:
        """That checkpoint was not stored: the next one has it again."""
        self.answer.put_back(save.parts)
        if self.asked is not None:
            self.asked.put_back(save.asked_parts)
        self._has_news = True

    def _save(self, parts: list[PartRow], *, has_news: bool) -> RunSave:
        """Names and titles change once in a run and are written then, and at the end."""
        return RunSave(
            run=self.id,
            conversation=self.conversation,
            answer=self.answer.message,
            parts=parts,
            cursor=self.cursor,
            upstream_conversation=self.upstream_conversation if has_news else None,
            upstream_run=self.upstream_run,
            upstream_message=self.upstream_message if has_news else None,
            title=self.title if has_news else None,
            access=self.access if has_news and self._has_new_access else None,
            asked=self.asked.message if self.asked else None,
            asked_parts=self.asked.take_changes() if self.asked else (),
        )

    def _change(self, event: events.Step | events.WidgetChanged | events.PartRemoved) -> None:
        """What may have begun in the message that a reply is about goes on there."""
        elsewhere = self.asked.take(event) if self.asked else None
        if elsewhere is not None:
            self.emit(body(elsewhere))
        elif isinstance(event, events.PartRemoved):
            self.answer.remove(event.id)
        else:
            self.answer.put(part_of(event))

    def _complete(self, event: events.RunCompleted) -> None:
        self.upstream_message = event.upstream_message or self.upstream_message
        if event.reason == "length":
            self.answer.put(CUT_BY_LENGTH)

    def _learn(self, event: events.RunStarted) -> None:
        """Many platforms have no ids to tell: nothing is to be stored at once then."""
        known = self._upstream_ids()
        self.upstream_conversation = event.upstream_conversation or self.upstream_conversation
        self.upstream_run = event.upstream_run or self.upstream_run
        self.upstream_message = event.upstream_message or self.upstream_message
        if self._upstream_ids() != known:
            self._has_news = True
            self.on_ids(self)

    def _upstream_ids(self) -> tuple[str | None, ...]:
        return self.upstream_conversation, self.upstream_run, self.upstream_message

    def _announce(
        self,
        event: events.TitleChanged
        | events.AccessChanged
        | events.ClientEffect
        | events.ClientToolCalled,
    ) -> None:
        """What is no part of the answer."""
        match event:
            case events.TitleChanged():
                self._retitle(event.title)
            case events.AccessChanged():
                self._restrict(event)
            case events.ClientEffect():
                self._fire(event)
            case events.ClientToolCalled():
                self._call(event)
            case _:
                assert_never(event)

    def _retitle(self, title: str) -> None:
        title = " ".join(clean(title).split())[:TITLE_CHARS]
        if title and title != self.title and self.accepts_title:
            self.title = title
            self._has_news = True
            self.emit(body(transcript.TitleChanged(title)))

    def _restrict(self, event: events.AccessChanged) -> None:
        access = AccessChanged(event.access, clean(event.reason).strip()[:REASON_CHARS])
        if access != self.access:
            self.access = access
            self._has_news = self._has_new_access = True
            self.emit(body(transcript.AccessChanged(access.access, access.reason)))

    def _fire(self, event: events.ClientEffect) -> None:
        self.emit(_plain_body(transcript.EffectFired(event.name, event.data)))

    def _call(self, event: events.ClientToolCalled) -> None:
        self.answer.put(ToolCallPart(event.id, event.name, event.arguments))
        self.emit(
            _plain_body(
                transcript.ToolCalled(self.answer.message, event.id, event.name, event.arguments)
            )
        )

    def _throw(self) -> None:
        """Runs in the hub. Only a greenlet that is inside the stream is thrown at: what comes
        after it (storing the end) must not be torn."""
        if self.is_streaming and self.greenlet is not None and not self.greenlet.dead:
            self.greenlet.throw(self.verdict)


def _plain_body(event: transcript.EffectFired | transcript.ToolCalled) -> str:
    try:
        return body(event)
    except UnicodeEncodeError:
        return body(msgspec.convert(clean_tree(msgspec.to_builtins(event)), type(event)))
