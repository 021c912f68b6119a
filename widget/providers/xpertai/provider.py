"""XpertAI: threads and runs of one assistant, streamed, joined again and cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import ClassVar

import httpx

from widget.domain.errors import UpstreamInterrupted
from widget.domain.events import RunEvent
from widget.providers.base import (
    SECRET_LIFE_S,
    Attachment,
    Capabilities,
    ClientSecret,
    Finding,
    Opening,
    Provider,
    ProviderSettings,
    Turn,
    UpstreamRef,
)
from widget.providers.http import normalise_base_url
from widget.providers.paths import segment
from widget.providers.xpertai import check, feedback, files, threads
from widget.providers.xpertai.api import AT_ONCE, Api
from widget.providers.xpertai.assistant import Assistant
from widget.providers.xpertai.minting import Minting
from widget.providers.xpertai.place import parse_place
from widget.providers.xpertai.settings import XpertAISettings
from widget.providers.xpertai.stream import Pace
from widget.providers.xpertai.turns import Turns


class XpertAI(Provider):
    kind: ClassVar[str] = "xpertai"
    Settings: ClassVar[type[ProviderSettings]] = XpertAISettings
    settings: XpertAISettings

    def __init__(
        self,
        settings: XpertAISettings,
        client: httpx.Client,
        *,
        clock: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        super().__init__(settings, client)
        self._pace = pace or Pace()
        self._api = Api(
            client,
            base_url=normalise_base_url(settings.base_url),
            api_key=settings.api_key,
            session_assistant=settings.assistant_id.strip(),
            scope=settings.scope(),
            clock=clock,
        )
        self._assistant = Assistant(
            self._api,
            assistant_id=settings.assistant_id.strip(),
            slug=settings.slug.strip(),
            clock=clock,
        )
        self._minting = Minting(self._api, self._assistant, settings, clock=clock)
        self._turns = Turns(self._api, self._assistant, settings, clock=clock, pace=self._pace)

    def opening(self) -> Opening:
        return self._assistant.opening()

    def capabilities(self) -> Capabilities:
        return Capabilities(
            join=True,
            follow_up=self.settings.follow_up,
            uploads=files.UPLOADS if self.settings.uploads else None,
        )

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        if turn.kind == "follow_up":
            yield from self._turns.follow_up(turn)
        elif turn.kind == "answer":
            yield from self._turns.answer(turn)
        else:
            yield from self._turns.ask(turn)

    def join(self, ref: UpstreamRef) -> Iterator[RunEvent]:
        if not ref.upstream_conversation or not ref.upstream_run:
            raise UpstreamInterrupted("the platform had not named the run yet")
        stream = self._turns.stream(ref.visitor, ref.upstream_conversation)
        yield from stream.resume(ref.upstream_run, parse_place(ref.cursor))

    def cancel(self, ref: UpstreamRef) -> None:
        """Closing the connection stops nothing there, so the platform is told."""
        thread, run = ref.upstream_conversation, ref.upstream_run
        if thread and not run:
            run = self._turns.running(ref.visitor, thread, timeout=AT_ONCE)
        if thread and run:
            path = f"/threads/{segment(thread)}/runs/{segment(run)}/cancel"
            self._api.call(ref.visitor, "POST", path, {}, timeout=AT_ONCE)

    def upload(self, file: Attachment, *, visitor: str) -> str:
        return files.upload(self._api, file, visitor, self._pace.pauses_s)

    def give_feedback(
        self, ref: UpstreamRef, message: str, *, verdict: str | None, detail: str
    ) -> bool:
        return feedback.give(self._api, ref, message, verdict=verdict, detail=detail)

    def delete_conversation(self, ref: UpstreamRef) -> bool:
        thread = ref.upstream_conversation
        return thread is not None and threads.delete(self._api, ref.visitor, thread)

    def mint(self, visitor: str, *, user: str = "", life_s: int = SECRET_LIFE_S) -> ClientSecret:
        """The platform knows no visitors, so only ``user`` counts."""
        return self._minting.mint(user=user, life_s=life_s)

    def minting_fault(self) -> str:
        return self._minting.fault()

    def check(self) -> list[Finding]:
        return check.check(self._api, self._turns, self.settings)
