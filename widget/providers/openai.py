"""Chat completions of any OpenAI-compatible host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from msgspec import Meta, field

from widget.domain.events import RunEvent
from widget.providers.base import Provider, ProviderSettings, Secret, Turn
from widget.providers.http import normalise_base_url


class OpenAISettings(ProviderSettings, frozen=True, kw_only=True):
    base_url: Annotated[
        str,
        Meta(
            description="Address up to the part before /chat/completions, e.g. https://api.deepseek.com/v1"
        ),
    ]
    api_key: Annotated[Secret, Meta(description="Key of the platform.")] = Secret("")
    model: Annotated[str, Meta(min_length=1, description="Model name as the platform lists it.")]
    system_prompt: Annotated[
        str, Meta(description="What the model is told before each conversation.")
    ] = ""
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    extra_body: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        normalise_base_url(self.base_url)


class OpenAI(Provider):
    kind: ClassVar[str] = "openai"
    Settings: ClassVar[type[ProviderSettings]] = OpenAISettings

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        raise NotImplementedError
