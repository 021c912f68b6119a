"""The seam to a platform: a provider turns one ``Turn`` into typed run events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

import httpx
from msgspec import Meta, Struct, field

from widget.domain.conversations import Message, TurnKind
from widget.domain.errors import NotOffered
from widget.domain.events import RunEvent


class Secret(str):
    """A platform key: a string whose ``repr`` hides it, so that no log or traceback shows it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


class ProviderSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that every platform has."""

    proxy: Annotated[
        str,
        Meta(
            description="http:// or socks5:// address, for a platform that this machine cannot "
            "reach directly."
        ),
    ] = ""


class Attachment(Struct, frozen=True):
    name: str
    content_type: str
    url: str


class Turn(Struct, frozen=True):
    """One question for the platform.

    ``visitor`` is pseudonymous and safe to send upstream. ``history`` holds the shown thread
    before this question, oldest first. ``target_message`` is the platform's id of the message that
    a retry, edit or answer is about; ``target_run`` the platform's run that wrote it.
    """

    kind: TurnKind
    text: str
    visitor: str
    history: tuple[Message, ...] = ()
    upstream_conversation: str | None = None
    attachments: tuple[Attachment, ...] = ()
    locale: str = "en"
    context: Mapping[str, str] = field(default_factory=dict)
    target_message: str | None = None
    target_run: str | None = None


class UpstreamRef(Struct, frozen=True):
    """What the store knows of a run on the platform, enough to join or cancel it."""

    visitor: str
    upstream_conversation: str | None
    upstream_run: str | None
    cursor: str | None


class Opening(Struct, frozen=True):
    """What the platform itself says first; empty where it says nothing.

    ``translations`` holds the same by language (``zh-CN``, ``en``), where the platform speaks more
    than one.
    """

    greeting: str = ""
    starters: tuple[str, ...] = ()
    translations: Mapping[str, Opening] = field(default_factory=dict)

    def in_lang(self, lang: str) -> Opening:
        return self.translations.get(lang, self)


class Capabilities(Struct, frozen=True):
    """What a visitor is offered. ``follow_up``: a second send while a run is running is taken."""

    retry: bool = True
    edit: bool = True
    feedback: bool = True
    join: bool = False
    follow_up: Literal["", "queue", "steer"] = ""


class Finding(Struct, frozen=True):
    """One line of ``chatdock doctor``: whether it is well, and in plain words what to do."""

    is_ok: bool
    text: str


class Provider(ABC):
    """An adapter for one platform with one site's settings. Safe for many concurrent runs.

    ``client`` comes with explicit time-outs and the site's proxy set (``providers.http``); a
    provider adds its credentials per request and never stores them on the client.
    """

    kind: ClassVar[str]
    Settings: ClassVar[type[ProviderSettings]]

    def __init__(self, settings: Any, client: httpx.Client) -> None:
        self.settings = settings
        self.client = client

    @abstractmethod
    def run(self, turn: Turn) -> Iterator[RunEvent]:
        """Yields the run's events, then exactly one ``RunCompleted``; raises ``UpstreamError``."""

    def opening(self) -> Opening:
        return Opening()

    def capabilities(self) -> Capabilities:
        return Capabilities()

    def join(self, ref: UpstreamRef) -> Iterator[RunEvent]:
        """Yields what came after ``ref.cursor``, as ``run`` would have."""
        raise NotOffered(f"{self.kind} cannot join a run")

    def cancel(self, ref: UpstreamRef) -> None:  # noqa: B027 - nothing is a fine default
        """Tells the platform to stop; the closed connection does the rest. Blocks at most 5 s."""

    def check(self) -> list[Finding]:
        """Asks the platform whether this configuration works."""
        return []

    def give_feedback(
        self, ref: UpstreamRef, message: str, *, verdict: str | None, detail: str
    ) -> bool:
        """Passes a verdict on (None withdraws it); False when the platform takes none."""
        return False
