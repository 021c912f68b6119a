"""XpertAI: threads and runs of one assistant, streamed, joined again and cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar

import httpx
from msgspec import Meta

from widget.domain.errors import (
    Failure,
    NotOffered,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamRejected,
)
from widget.domain.events import RunEvent, RunStarted
from widget.providers.base import (
    Capabilities,
    Finding,
    Opening,
    Provider,
    ProviderSettings,
    Secret,
    Turn,
    UpstreamRef,
)
from widget.providers.http import normalise_base_url
from widget.providers.xpertai import check, feedback
from widget.providers.xpertai.api import AT_ONCE, Api
from widget.providers.xpertai.assistant import Assistant
from widget.providers.xpertai.place import parse_place
from widget.providers.xpertai.stream import ALIVE, NotStarted, Pace, RunStream


class XpertAISettings(ProviderSettings, frozen=True, kw_only=True):
    base_url: Annotated[
        str, Meta(description="Address of the API, e.g. https://api.xpertai.cn/api/ai")
    ] = "https://api.xpertai.cn/api/ai"
    api_key: Annotated[
        Secret, Meta(description="API key (sk-x-…), best one that is bound to this assistant.")
    ]
    assistant_id: Annotated[str, Meta(description="Id of the assistant; or give its slug.")] = ""
    slug: Annotated[str, Meta(description="Slug of the assistant, in place of its id.")] = ""
    organization_id: Annotated[
        str, Meta(description="Organisation, for assistants that belong to one.")
    ] = ""
    principal_user_id: Annotated[
        str,
        Meta(description="User of your tenant on whose behalf runs are made; empty: the key's."),
    ] = ""

    def __post_init__(self) -> None:
        normalise_base_url(self.base_url)
        if not self.api_key:
            raise ValueError("api_key: is empty")
        for name in ("organization_id", "principal_user_id"):
            value = getattr(self, name)
            if not (value.isascii() and value.isprintable()):
                raise ValueError(f"{name}: holds characters that no such value has; copy it again")
        if not self.assistant_id.strip() and not self.slug.strip():
            raise ValueError("assistant_id: give the assistant's id, or its slug as slug")


class XpertAI(Provider):
    kind: ClassVar[str] = "xpertai"
    Settings: ClassVar[type[ProviderSettings]] = XpertAISettings

    def __init__(
        self,
        settings: XpertAISettings,
        client: httpx.Client,
        *,
        clock: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        super().__init__(settings, client)
        self._clock = clock
        self._pace = pace or Pace()
        self._api = Api(
            client,
            base_url=normalise_base_url(settings.base_url),
            api_key=settings.api_key,
            session_assistant=settings.assistant_id.strip(),
            scope=_scope(settings),
            clock=clock,
        )
        self._assistant = Assistant(
            self._api,
            assistant_id=settings.assistant_id.strip(),
            slug=settings.slug.strip(),
            clock=clock,
        )

    def opening(self) -> Opening:
        return self._assistant.opening()

    def capabilities(self) -> Capabilities:
        return Capabilities(join=True)

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        if turn.kind in ("answer", "follow_up"):
            raise NotOffered(f"{self.kind} takes no {turn.kind}")
        thread = turn.upstream_conversation or self._new_thread(turn.visitor)
        yield RunStarted(thread)
        try:
            yield from self._play_first(turn, thread)
        except NotStarted as refused:
            if not turn.upstream_conversation or not self._is_empty(turn.visitor, thread):
                raise refused.error from None
            # The thread is gone, or never held a run: nothing is lost by a new one.
            thread = self._new_thread(turn.visitor)
            yield RunStarted(thread)
            yield from self._play_at_last(turn, thread)

    def join(self, ref: UpstreamRef) -> Iterator[RunEvent]:
        if not ref.upstream_conversation or not ref.upstream_run:
            raise UpstreamInterrupted("the platform had not named the run yet")
        stream = self._stream(ref.visitor, ref.upstream_conversation)
        yield from stream.resume(ref.upstream_run, parse_place(ref.cursor))

    def cancel(self, ref: UpstreamRef) -> None:
        """Closing the connection stops nothing there, so the platform is told."""
        thread, run = ref.upstream_conversation, ref.upstream_run
        if thread and not run:
            run = self._running(ref.visitor, thread)
        if thread and run:
            path = f"/threads/{thread}/runs/{run}/cancel"
            self._api.call(ref.visitor, "POST", path, {}, timeout=AT_ONCE)

    def give_feedback(
        self, ref: UpstreamRef, message: str, *, verdict: str | None, detail: str
    ) -> bool:
        return feedback.give(self._api, ref, message, verdict=verdict, detail=detail)

    def check(self) -> list[Finding]:
        return check.check(self._api, self.settings)

    # -- starting a run

    def _new_thread(self, visitor: str) -> str:
        created = self._api.call(
            visitor, "POST", "/threads", {"assistant_id": self._assistant.id()}
        )
        thread = created.get("thread_id") if isinstance(created, dict) else None
        if not isinstance(thread, str):
            raise UpstreamProtocolError("POST /threads named no thread_id")
        return thread

    def _play_first(self, turn: Turn, thread: str) -> Iterator[RunEvent]:
        """A retry as the platform has it where it can be one; else the question once more."""
        if source := _source_of(turn):
            try:
                yield from self._play(turn, thread, {"action": "retry", "source": source})
                return
            except NotStarted:
                pass  # nothing to go back to, as after a run that failed before its first step
        yield from self._play(turn, thread, _question(turn))

    def _play_at_last(self, turn: Turn, thread: str) -> Iterator[RunEvent]:
        try:
            yield from self._play(turn, thread, _question(turn))
        except NotStarted as refused:
            raise refused.error from None

    def _play(self, turn: Turn, thread: str, asked: dict[str, Any]) -> Iterator[RunEvent]:
        body: dict[str, Any] = {"assistant_id": self._assistant.id(), "input": asked}
        if turn.context:
            body["context"] = {"env": dict(turn.context)}
        headers = {"Language": turn.locale, "Accept-Language": turn.locale}
        yield from self._stream(turn.visitor, thread).start(body, headers)

    def _stream(self, visitor: str, thread: str) -> RunStream:
        return RunStream(
            self._api,
            visitor,
            thread,
            key=self.settings.api_key,
            clock=self._clock,
            pace=self._pace,
        )

    def _is_empty(self, visitor: str, thread: str) -> bool:
        """Whether the thread is gone or holds no run: for some builds an unknown one is empty."""
        try:
            return not self._api.call(visitor, "GET", f"/threads/{thread}/runs?limit=1")
        except UpstreamRejected as error:
            return error.failure is Failure.NOT_FOUND

    def _running(self, visitor: str, thread: str) -> str | None:
        """The run to cancel when it was stopped before it had told its name."""
        runs = self._api.call(visitor, "GET", f"/threads/{thread}/runs?limit=5", timeout=AT_ONCE)
        alive = [run for run in runs or [] if isinstance(run, dict) and run.get("status") in ALIVE]
        return str(alive[0]["run_id"]) if alive else None


def _scope(settings: XpertAISettings) -> dict[str, str]:
    """Headers that scope a chat; they never change in its course."""
    named = {
        "organization-id": settings.organization_id.strip(),
        "x-principal-user-id": settings.principal_user_id.strip(),
    }
    return {name: value for name, value in named.items() if value}


def _question(turn: Turn) -> dict[str, Any]:
    """An edit too is a new question: the platform keeps what was said before it."""
    return {"action": "send", "message": {"input": {"input": turn.text}}}


def _source_of(turn: Turn) -> dict[str, str]:
    if turn.kind != "retry" or not turn.target_message:
        return {}
    source = {"aiMessageId": turn.target_message}
    return {**source, "executionId": turn.target_run} if turn.target_run else source
