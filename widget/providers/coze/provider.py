"""Coze: agents and chatflows of both clouds, and of a self-hosted Coze Studio."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import ClassVar

import httpx

from widget.domain.errors import NotOffered, UpstreamError, UpstreamInterrupted
from widget.domain.events import RunEvent
from widget.domain.inputs import ActionTaken
from widget.providers.base import (
    Attachment,
    Capabilities,
    Finding,
    Opening,
    Provider,
    ProviderSettings,
    Turn,
    UpstreamRef,
)
from widget.providers.coze import check, conversations, feedback, files
from widget.providers.coze.api import Api
from widget.providers.coze.asking import Asking, cancel_run
from widget.providers.coze.events import Reader
from widget.providers.coze.opening import about, opening_of
from widget.providers.coze.pace import Pace
from widget.providers.coze.settings import CozeSettings
from widget.providers.coze.stored import StoredRun
from widget.providers.coze.texts import CHINESE, ENGLISH, Texts
from widget.providers.coze.unfinished import Unfinished


class Coze(Provider):
    kind: ClassVar[str] = "coze"
    Settings: ClassVar[type[ProviderSettings]] = CozeSettings
    settings: CozeSettings

    def __init__(
        self,
        settings: CozeSettings,
        client: httpx.Client,
        *,
        clock: Callable[[], float] = time.time,
        pace: Pace | None = None,
    ) -> None:
        super().__init__(settings, client)
        self._pace = pace or Pace()
        self._api = Api(settings, client, clock)
        self._unfinished = Unfinished()

    def capabilities(self) -> Capabilities:
        """A chatflow takes text alone, and its runs cannot be looked at afterwards."""
        is_agent = not self.settings.is_flow
        return Capabilities(
            join=is_agent,
            uploads=files.UPLOADS if is_agent else None,
        )

    def opening(self) -> Opening:
        return opening_of(about(self._api, self.settings))

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        if turn.kind == "follow_up" or isinstance(turn.reply, ActionTaken):
            raise NotOffered(f"{self.kind} takes no {turn.kind}")
        asking = Asking(self._api, self.settings, turn, self._pace, self._unfinished)
        yield from asking.events()

    def join(self, ref: UpstreamRef) -> Iterator[RunEvent]:
        """The platform replays no stream: the answer comes whole, when the run is over."""
        if self.settings.is_flow:
            raise NotOffered("the run of a chatflow cannot be joined")
        if not ref.upstream_conversation or not ref.upstream_run:
            raise UpstreamInterrupted("the platform had not named the run yet")
        stored = StoredRun(
            self._api, ref.visitor, ref.upstream_conversation, ref.upstream_run, self._pace
        )
        reader = Reader(self._site_texts, key=self._api.key, replaces=True)
        reader.conversation, reader.chat = ref.upstream_conversation, ref.upstream_run
        chat = stored.wait(time.sleep)
        yield from reader.read_stored(stored.messages(), chat)
        try:
            yield from reader.finish()
        except UpstreamError:
            yield from reader.release()
            raise

    @property
    def _site_texts(self) -> Texts:
        """Which language a run spoke is not known any more when it is joined."""
        return CHINESE if self.settings.address.endswith(".cn") else ENGLISH

    def cancel(self, ref: UpstreamRef) -> None:
        """The status flips; the closed connection does the rest."""
        if ref.upstream_conversation and ref.upstream_run:
            cancel_run(self._api, ref.visitor, ref.upstream_conversation, ref.upstream_run)
            self._unfinished.take(ref.upstream_conversation)

    def upload(self, file: Attachment, *, visitor: str) -> str:
        return files.upload(self._api, file, visitor=visitor)

    def give_feedback(
        self, ref: UpstreamRef, message: str, *, verdict: str | None, detail: str
    ) -> bool:
        if self.settings.is_studio:
            return False
        return feedback.give(self._api, ref, message, verdict=verdict, detail=detail)

    def delete_conversation(self, ref: UpstreamRef) -> bool:
        known = ref.upstream_conversation
        return known is not None and conversations.delete(self._api, ref.visitor, known)

    def check(self) -> list[Finding]:
        return check.check(self, self._api)
