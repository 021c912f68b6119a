"""A platform that needs no key and no network: a small shop's assistant for the first minute."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated, ClassVar

from msgspec import Meta

from widget.domain.events import RunCompleted, RunEvent, RunStarted, TextDelta
from widget.providers.base import Opening, Provider, ProviderSettings, Turn


class DemoSettings(ProviderSettings, frozen=True, kw_only=True):
    delay_ms: Annotated[
        int, Meta(ge=0, le=10_000, description="Pause before each piece of text.")
    ] = 40


class Demo(Provider):
    kind: ClassVar[str] = "demo"
    Settings: ClassVar[type[ProviderSettings]] = DemoSettings

    def opening(self) -> Opening:
        return Opening(
            greeting="你好! Hello!", starters=("怎么退货?", "How do I return something?")
        )

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        yield RunStarted()
        for word in f"You asked: **{turn.text}**".split(" "):
            time.sleep(self.settings.delay_ms / 1000)
            yield TextDelta(word + " ")
        yield RunCompleted()
