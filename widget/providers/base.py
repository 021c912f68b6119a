"""The seam to a platform: a provider turns one ``Turn`` into typed run events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import httpx
from msgspec import Meta, Struct, field

from widget.domain.conversations import Message, TurnKind
from widget.domain.errors import NotOffered, SecretWithheld
from widget.domain.events import RunEvent
from widget.domain.inputs import Reply
from widget.domain.languages import known

SECRET_LIFE_S = 600


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
    """A file that we keep, checked and sniffed. ``upstream`` is what ``upload`` returned for it."""

    id: str
    name: str
    content_type: str
    size: int
    path: Path
    upstream: str = ""

    def read(self) -> bytes:
        return self.path.read_bytes()


class Turn(Struct, frozen=True):
    """One question for the platform.

    ``visitor`` is pseudonymous and safe to send upstream. ``history`` holds the shown thread
    before this question, oldest first. ``target_message`` is the platform's id of the message that
    a retry, edit or answer is about; ``target_run`` the platform's run that wrote it. ``reply`` is
    what a turn of kind ``answer`` brings. ``attachments`` came with this question;
    ``earlier_attachments``, by id, with those of the history. ``context`` is what the owner signed
    for this visitor; ``page`` what the host page said of itself, unsigned, by the names that the
    platform gets.
    """

    kind: TurnKind
    text: str
    visitor: str
    history: tuple[Message, ...] = ()
    upstream_conversation: str | None = None
    attachments: tuple[Attachment, ...] = ()
    earlier_attachments: Mapping[str, Attachment] = field(default_factory=dict)
    reply: Reply | None = None
    locale: str = "en"
    context: Mapping[str, str] = field(default_factory=dict)
    page: Mapping[str, str] = field(default_factory=dict)
    target_message: str | None = None
    target_run: str | None = None

    @property
    def facts(self) -> dict[str, str]:
        """What the agent may know of visitor and page; no page says otherwise than the owner."""
        return {**self.page, **self.context}


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
        """In that language, or one that its readers can read: Chinese in the other script."""
        return self.translations.get(known(lang, tuple(self.translations)), self)


class Uploads(Struct, frozen=True):
    """Which files the platform takes: media types (``image/png``, ``image/*``), bytes a file,
    files a message."""

    accept: tuple[str, ...]
    max_bytes: int
    max_count: int


class Capabilities(Struct, frozen=True):
    """What a visitor is offered. ``follow_up``: a second send while a run is running is taken.
    Feedback is kept by us, so it works on every platform. Asked at every opening, so it answers
    from memory."""

    retry: bool = True
    edit: bool = True
    join: bool = False
    follow_up: Literal["", "queue", "steer"] = ""
    uploads: Uploads | None = None


class ClientSecret(Struct, frozen=True):
    """The platform's short-lived credential, for the vendor's own front end in a browser.

    ``details`` is what else that front end has to be told (``assistantId``), in its own words.
    """

    secret: Secret
    expires_at: datetime
    life_s: int
    details: Mapping[str, str] = field(default_factory=dict)


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

    def upload(self, file: Attachment, *, visitor: str) -> str:
        """Hands a checked file to the platform and returns its id there; raises ``UpstreamError``.

        The default keeps it here: a turn brings the bytes along.
        """
        return ""

    def give_feedback(
        self, ref: UpstreamRef, message: str, *, verdict: str | None, detail: str
    ) -> bool:
        """Passes a verdict on (None withdraws it); False when the platform takes none."""
        return False

    def delete_conversation(self, ref: UpstreamRef) -> bool:
        """Deletes what the platform keeps of a conversation that is deleted here; False when there
        was nothing to delete or the platform offers no way. Raises ``UpstreamError``."""
        return False

    def mint(self, visitor: str, *, user: str = "", life_s: int = SECRET_LIFE_S) -> ClientSecret:
        """A fresh client secret for ``visitor``, of ``life_s`` seconds or as near as may be.

        ``user`` is the owner's own id of a person whom a user token vouched for. Raises
        ``SecretWithheld``, ``Unauthorized`` when only such persons get one, ``UpstreamError``.
        """
        raise SecretWithheld(self.minting_fault())

    def minting_fault(self) -> str:
        """Why no client secret may leave the server with these settings, and what to do; empty
        when one may. May ask the platform, so it raises ``UpstreamError``."""
        return f"{self.kind} has no client secrets that a browser could use"
