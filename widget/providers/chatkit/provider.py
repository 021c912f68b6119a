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
    SecretWithheld,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamRejected,
)
from widget.domain.events import RunCompleted, RunEvent, RunStarted, WidgetChanged
from widget.providers.base import (
    SECRET_LIFE_S,
    Attachment,
    Capabilities,
    ClientSecret,
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
from widget.providers.chatkit.hosted import NOT_SET, Hosted
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


class MessageNotTaken(NothingHeard):
    """The thread was made, and then the connection broke before the visitor's message was in."""


class ChatKit(Provider):
    kind: ClassVar[str] = "chatkit"
    Settings: ClassVar[type[ProviderSettings]] = ChatKitSettings
    settings: ChatKitSettings

    def __init__(self, settings: ChatKitSettings, client: httpx.Client) -> None:
        super().__init__(settings, client)
        self._api = Api(client, settings)
        self._hosted = Hosted(client, settings)

    def capabilities(self) -> Capabilities:
        """No edit: nothing in the protocol takes a message back."""
        return Capabilities(edit=False, uploads=uploads.offered(self.settings))

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        if turn.kind in ("edit", "follow_up"):
            raise NotOffered(f"{self.kind} takes no {turn.kind}")
        if turn.kind == "answer":
            yield from self._answer(turn)
            return
        # Before a thread is made: a file that is refused would leave an empty one behind.
        files = tuple(f.upstream or self.upload(f, visitor=turn.visitor) for f in turn.attachments)
        if turn.upstream_conversation:
            try:
                yield from self._continue(turn, turn.upstream_conversation, files)
                return
            except NothingHeard as silence:
                if not threads.is_gone(self._api, turn, turn.upstream_conversation):
                    raise _forgotten(files) or silence.error from None
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

    def delete_conversation(self, ref: UpstreamRef) -> bool:
        thread = ref.upstream_conversation
        turn = Turn(kind="send", text="", visitor=ref.visitor)
        return thread is not None and threads.delete(self._api, turn, thread)

    def mint(self, visitor: str, *, user: str = "", life_s: int = SECRET_LIFE_S) -> ClientSecret:
        if fault := self.minting_fault():
            raise SecretWithheld(fault)
        return self._hosted.mint(visitor, life_s)

    def minting_fault(self) -> str:
        """A session is tied to its workflow and to one visitor, so nothing more is to be asked."""
        return "" if self.settings.workflow_id else NOT_SET

    def check(self) -> list[Finding]:
        found = check.check(self._api, self.settings) if self.settings.url else [check.NO_CHAT]
        return [*found, self._hosted.check()] if self.settings.workflow_id else found

    # -- how a turn becomes requests

    def _begin(self, turn: Turn, files: tuple[str, ...]) -> Iterator[RunEvent]:
        """A new thread. A server that knows a file no more breaks off once the thread is there:
        nobody hears of that thread, and it is cleared away."""
        thread = ""
        try:
            for event in self._play(turn, requests.question(turn, None, files)):
                if isinstance(event, RunStarted):
                    thread = event.upstream_conversation or thread
                    if files and event.upstream_run is None:
                        continue
                yield event
        except MessageNotTaken as lost:
            threads.clear_away(self._api, turn, thread if files else None)
            raise _forgotten(files) or lost.error from None
        except NothingHeard as silence:
            raise silence.error from None

    def _continue(self, turn: Turn, thread: str, files: tuple[str, ...]) -> Iterator[RunEvent]:
        if turn.kind == "retry" and turn.target_run:
            try:
                again = requests.retry(turn, thread, turn.target_run)
                yield from self._play(turn, again, thread, turn.target_run)
                return
            except NothingHeard:
                pass  # the message is not there (any more), so it is asked as a new one
        if requests.may_wait_for_page(turn):
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


def _judged(error: UpstreamError, request: Request, reader: Reader) -> Exception:
    """What may be asked again, since the server has taken nothing of it."""
    if isinstance(error, UpstreamRejected) and error.status not in (404, 410, 500):
        return error
    if not reader.heard:
        return NothingHeard(error)
    if request.type == "threads.create" and reader.question is None and not reader.trouble:
        return MessageNotTaken(error)
    return error


def _forgotten(files: tuple[str, ...]) -> UpstreamError | None:
    """The likeliest reason why a message with files is not taken; they can be handed over again."""
    if not files:
        return None
    return UpstreamRejected("the server took no message with these files", status=404)


def _read_on(body: ByteStream, stack: ExitStack) -> None:
    """The server wants its stream read to the end (``allow_cancel: false``), whoever listens: a
    closed connection would stop it half-way."""

    def read() -> None:
        with stack, suppress(UpstreamError, httpx.HTTPError, httpx.StreamError):
            for _ in body:
                pass

    threading.Thread(target=read, name="chatkit reads on", daemon=True).start()
