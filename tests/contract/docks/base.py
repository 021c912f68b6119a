"""A provider of the registry at its fake platform, and how to bring about each case there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

from widget.domain.conversations import Message
from widget.domain.events import RunStarted
from widget.domain.sites import ProviderChoice
from widget.providers.base import Provider
from widget.providers.http import Patience, make_client
from widget.providers.registry import parse_settings

FACTS = {"plan": "gold", "sku": "A-7", "page_url": "/lamps"}
QUICK = Patience(connect_s=2, first_byte_s=0.5, between_bytes_s=0.5, free_connection_s=2)


class Dock(ABC):
    """One provider at its platform; ``variant`` tells docks of one provider apart. ``questions``
    maps a case to the question that plays it, ``answers`` a case to what is then answered where it
    differs from ``answer``. ``tells_usage``: the platform counts tokens."""

    kind: ClassVar[str]
    variant: ClassVar[str] = ""
    secret: ClassVar[str] = ""
    answer: ClassVar[str]
    questions: ClassVar[dict[str, str]]
    answers: ClassVar[dict[str, str]] = {}
    tells_usage: ClassVar[bool] = True

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Dock:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    @abstractmethod
    def choice(self) -> ProviderChoice:
        """The site's settings for the fake."""

    def provider(self) -> Provider:
        """With little patience, so that a stall is over soon."""
        settings = parse_settings(self.kind, self.choice.settings)
        return self._make(settings, self._stack.enter_context(make_client(patience=QUICK)))

    def facts(self) -> dict[str, str] | None:
        """What the platform was told of visitor and page with the last question; None where it has
        no place for that."""
        return None

    @abstractmethod
    def _make(self, settings: Any, client: Any) -> Provider: ...

    def prepare(self, case: str) -> None:  # noqa: B027 - most need nothing
        """Sets the fake up for a case that no question brings about."""

    def go_on(self) -> None:  # noqa: B027 - most do not wait
        """The platform waits for this in the case ``gated``, after the first piece of text."""

    def answer_of(self, case: str) -> str:
        return self.answers.get(case, self.answer)

    def was_stopped(self) -> bool:
        """Waits until the platform knows that the run was stopped."""
        return True

    def kept_conversation(self, started: Sequence[RunStarted], history: Sequence[Message]) -> bool:
        """Whether the second of two runs went on with the first one's conversation."""
        return True
