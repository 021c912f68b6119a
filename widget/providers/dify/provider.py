"""Dify: chatbots, agents and chatflows, each behind its app key, on the cloud or self-hosted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import ClassVar

import httpx

from widget.domain.errors import NotOffered, UpstreamProtocolError
from widget.domain.events import RunEvent
from widget.domain.inputs import FormAnswered
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
from widget.providers.dify import check
from widget.providers.dify.account import Account
from widget.providers.dify.answering import Answering
from widget.providers.dify.api import Api
from widget.providers.dify.app import App, opening_of
from widget.providers.dify.asking import Asking
from widget.providers.dify.following import Following
from widget.providers.dify.place import parse_place
from widget.providers.dify.recent import Recent
from widget.providers.dify.settings import DifySettings, api_address, chat_address
from widget.providers.dify.stream import Pace


class Dify(Provider):
    kind: ClassVar[str] = "dify"
    Settings: ClassVar[type[ProviderSettings]] = DifySettings
    settings: DifySettings

    def __init__(
        self,
        settings: DifySettings,
        client: httpx.Client,
        *,
        clock: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        super().__init__(settings, client)
        self.clock = clock
        self.pace = pace or Pace()
        self.api = Api(
            client,
            base_url=api_address(settings.base_url),
            api_key=settings.api_key,
            chat_path=chat_address(settings.chat_path),
        )
        self.app = App(self.api, clock)
        self.account = Account(self.api)
        self.recent = Recent()

    def opening(self) -> Opening:
        told = self.app.parameters() or self.app.read_parameters()
        return opening_of(told, self.settings.inputs)

    def capabilities(self) -> Capabilities:
        told = self.app.known()
        return Capabilities(join=True, uploads=told.limits.offered() if told else None)

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        if turn.kind == "follow_up":
            raise NotOffered(f"{self.kind} takes no follow_up")
        if turn.kind == "answer":
            if not isinstance(turn.reply, FormAnswered):
                raise NotOffered(f"{self.kind} asks by forms alone")
            return Answering(self, turn, turn.reply).events()
        return Asking(self, turn).events()

    def join(self, ref: UpstreamRef) -> Iterator[RunEvent]:
        return Following(self, ref).events()

    def cancel(self, ref: UpstreamRef) -> None:
        """Closing the connection does not stop every kind of run there."""
        if task := parse_place(ref.upstream_run).task:
            self.account.stop(ref.visitor, task)

    def check(self) -> list[Finding]:
        return check.check(self)

    def upload(self, file: Attachment, *, visitor: str) -> str:
        if told := self.app.parameters():
            told.limits.check(file)
        # A path in the name is refused there, and so is a file without a type.
        name = PurePath(file.name.replace("\\", "/")).name or "file"
        kind = file.content_type or "application/octet-stream"
        made = self.api.send_file(name, file.read(), kind, user=visitor)
        id_ = made.get("id")
        if not isinstance(id_, str) or not id_:
            raise UpstreamProtocolError("POST /files/upload named no id")
        return id_

    def give_feedback(
        self, ref: UpstreamRef, message: str, *, verdict: str | None, detail: str
    ) -> bool:
        return bool(message) and self.account.rate(ref.visitor, message, verdict, detail)

    def delete_conversation(self, ref: UpstreamRef) -> bool:
        known = ref.upstream_conversation
        return known is not None and self.account.delete(ref.visitor, known)
