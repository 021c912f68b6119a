"""ChatKit: threads of any server that speaks the ChatKit server protocol.

The protocol has no resume and no cancel call: an answer lives as long as its connection. The
visitor's message over there (its item id is what a retry names) is kept as the run's id.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any, ClassVar

import httpx

from widget.domain.errors import (
    NotOffered,
    RunStopped,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamRejected,
)
from widget.domain.events import RunCompleted, RunEvent, RunStarted, WidgetChanged
from widget.providers.base import (
    Attachment,
    Capabilities,
    Finding,
    Provider,
    ProviderSettings,
    Turn,
    UpstreamRef,
)
from widget.providers.bodies import ByteStream
from widget.providers.chatkit import check, requests, threads, uploads
from widget.providers.chatkit.api import Api, Request
from widget.providers.chatkit.events import Reader
from widget.providers.chatkit.images import Images
from widget.providers.chatkit.settings import ChatKitSettings
from widget.providers.chatkit.shapes import fields_of
from widget.providers.deltas import merged
from widget.providers.sse import batches

VERDICTS = {"like": "positive", "dislike": "negative"}


class NothingHeard(Exception):
    """The answer ended before its first event; ``error`` says how."""

    def __init__(self, error: UpstreamError) -> None:
        super().__init__(error.detail)
        self.error = error


class ChatKit(Provider):
    kind: ClassVar[str] = "chatkit"
    Settings: ClassVar[type[ProviderSettings]] = ChatKitSettings
    settings: ChatKitSettings

    def __init__(self, settings: ChatKitSettings, client: httpx.Client) -> None:
        super().__init__(settings, client)
        self._api = Api(client, settings)

    def capabilities(self) -> Capabilities:
        """No edit: nothing in the protocol takes a message back."""
        return Capabilities(edit=False, uploads=uploads.offered(self.settings))

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        if turn.kind in ("edit", "follow_up"):
            raise NotOffered(f"{self.kind} takes no {turn.kind}")
        if turn.kind == "answer":
            yield from self._answer(turn)
            return
        files = self._files(turn)
        if turn.upstream_conversation:
            try:
                yield from self._continue(turn, turn.upstream_conversation, files)
                return
            except NothingHeard as silence:
                if not threads.is_gone(self._api, turn, turn.upstream_conversation):
                    raise silence.error from None
            files = self._files(turn, anew=True)  # what forgot the thread forgot its files too
        yield from self._begin(turn, files)

    def upload(self, file: Attachment, *, visitor: str) -> str:
        return uploads.upload(self._api, self.settings, file, visitor)

    def give_feedback(
        self, ref: UpstreamRef, message: str, *, verdict: str | None, detail: str
    ) -> bool:
        """A verdict cannot be withdrawn over there, and has no words."""
        if verdict not in VERDICTS or not ref.upstream_conversation:
            return False
        params = {
            "thread_id": ref.upstream_conversation,
            "item_ids": message.split(),
            "kind": VERDICTS[verdict],
        }
        self._api.ask(Request("items.feedback", params, ref.visitor))
        return True

    def check(self) -> list[Finding]:
        return check.check(self._api, self.settings)

    # -- how a turn becomes requests

    def _files(self, turn: Turn, *, anew: bool = False) -> tuple[str, ...]:
        """Ids of the files over there, all of them before a thread is made: one that is refused
        would leave an empty thread behind."""
        return tuple(
            file.upstream if file.upstream and not anew else self.upload(file, visitor=turn.visitor)
            for file in turn.attachments
        )

    def _begin(self, turn: Turn, files: tuple[str, ...]) -> Iterator[RunEvent]:
        """A new thread. When the server has lost a file meanwhile, it breaks off once the thread
        is there: that thread is cleared away, and the file sent again."""
        thread = ""
        try:
            for event in self._play(turn, requests.question(turn, None, files)):
                if isinstance(event, RunStarted):
                    thread = event.upstream_conversation or thread
                    if files and event.upstream_run is None:
                        continue  # not told before the server has taken the message
                yield event
            return
        except _MessageNotTaken as lost:
            if not files:
                raise lost.error from None
        except NothingHeard as silence:
            raise silence.error from None
        threads.delete(self._api, turn, thread)
        yield from self._begin_at_last(turn)

    def _begin_at_last(self, turn: Turn) -> Iterator[RunEvent]:
        files = self._files(turn, anew=True)
        try:
            yield from self._play(turn, requests.question(turn, None, files))
        except (NothingHeard, _MessageNotTaken) as lost:
            raise lost.error from None

    def _continue(self, turn: Turn, thread: str, files: tuple[str, ...]) -> Iterator[RunEvent]:
        if turn.kind == "retry" and turn.target_run:
            try:
                again = requests.retry(turn, thread, turn.target_run)
                yield from self._play(turn, again, thread, turn.target_run)
                return
            except NothingHeard:
                pass  # the message is not there (any more), so it is asked as a new one
        if requests.has_open_call(turn):
            threads.close_calls(self._api, turn, thread)
        yield from self._play(turn, requests.question(turn, thread, files), thread)

    def _answer(self, turn: Turn) -> Iterator[RunEvent]:
        """What a form, a widget or the host page brought."""
        thread = turn.upstream_conversation
        if not thread or not turn.reply:
            raise NotOffered(f"{self.kind} has nothing that this could answer")
        request = requests.answer(turn, thread, turn.reply)
        if request.type == "threads.sync_custom_action":
            yield from self._act_apart(request, thread, turn.target_run)
            return
        try:
            yield from self._play(turn, request, thread, turn.target_run)
        except NothingHeard as silence:
            if threads.is_gone(self._api, turn, thread):
                raise UpstreamRejected(f"{request.type}: no such thread", status=404) from None
            raise silence.error from None

    def _act_apart(self, request: Request, thread: str, run: str | None) -> Iterator[RunEvent]:
        """An action whose answer is one item, and no stream."""
        yield RunStarted(thread, run)
        item = fields_of(fields_of(self._api.ask(request)).get("updated_item"))
        if isinstance(item.get("widget"), dict):
            images = Images(self._api.url, lambda: threads.domains(self._api, request, thread))
            yield WidgetChanged(str(item.get("id")), images.cleaned(item["widget"]))
        yield RunCompleted()

    # -- one stream

    def _play(
        self, turn: Turn, request: Request, thread: str | None = None, run: str | None = None
    ) -> Iterator[RunEvent]:
        """One answer to its end; raises ``NothingHeard``."""
        reader = self._reader(request, thread, run)
        try:
            yield from self._read(request, reader)
            if not reader.heard:
                raise UpstreamInterrupted(f"{request.type}: the stream ended without an event")
            yield from reader.finish()
        except (UpstreamInterrupted, UpstreamRejected) as error:
            yield from reader.end("failed")
            raise _judged(error, request, reader) from None
        except UpstreamError:
            yield from reader.end("failed")
            raise

    def _reader(self, request: Request, thread: str | None, run: str | None) -> Reader:
        def ask() -> Any:
            return threads.domains(self._api, request, reader.thread)

        reader = Reader(Images(self._api.url, ask), self._api.refusals, thread=thread, question=run)
        return reader

    def _read(self, request: Request, reader: Reader) -> Iterator[RunEvent]:
        with ExitStack() as stack:
            body = stack.enter_context(self._api.stream(request))
            try:
                yield from merged(reader.read(records) for records in batches(body))
            except UpstreamInterrupted:
                if not reader.is_over:
                    raise
            except (RunStopped, GeneratorExit):
                if not reader.allows_cancel:
                    _read_on(body, stack.pop_all())
                raise


class _MessageNotTaken(NothingHeard):
    """The thread was made, and then the connection broke before the visitor's message was in."""


def _judged(error: UpstreamError, request: Request, reader: Reader) -> Exception:
    """What may be asked again, since the server has taken nothing of it."""
    if isinstance(error, UpstreamRejected) and error.status not in (404, 410, 500):
        return error
    if not reader.heard:
        return NothingHeard(error)
    if request.type == "threads.create" and reader.question is None and not reader.trouble:
        return _MessageNotTaken(error)
    return error


def _read_on(body: ByteStream, stack: ExitStack) -> None:
    """The server wants its stream read to the end (``allow_cancel: false``), whoever listens: a
    closed connection would stop it half-way."""

    def read() -> None:
        with stack, suppress(UpstreamError, httpx.HTTPError, httpx.StreamError):
            for _ in body:
                pass

    threading.Thread(target=read, daemon=True).start()
