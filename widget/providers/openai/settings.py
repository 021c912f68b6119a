"""What an owner may set for an OpenAI-compatible host."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, field

from widget.providers.base import ProviderSettings, Secret
from widget.providers.http import normalise_base_url

_OURS = ("model", "messages", "stream")


class OpenAISettings(ProviderSettings, frozen=True, kw_only=True):
    base_url: Annotated[
        str,
        Meta(
            description="Address of the API as the platform's documentation gives it, for example "
            "https://api.deepseek.com/v1 or http://127.0.0.1:11434/v1. Nothing is added but "
            "/chat/completions and /models."
        ),
    ]
    api_key: Annotated[
        Secret,
        Meta(description="Key of the platform. Leave it empty for a local server without keys."),
    ] = Secret("")
    model: Annotated[
        str,
        Meta(
            min_length=1, description="Model as the platform names it, for example deepseek-chat."
        ),
    ]
    system_prompt: Annotated[
        str,
        Meta(
            description="What the model is told before every conversation; visitors never see it."
        ),
    ] = ""
    temperature: Annotated[
        float | None,
        Meta(description="How freely the model words things, 0 to 2. Empty: the platform's own."),
    ] = None
    max_tokens: Annotated[
        int | None,
        Meta(
            description="Longest answer in tokens. Empty: the platform's own. For models that "
            'refuse this field put {"max_completion_tokens": 1000} into extra_body.'
        ),
    ] = None
    history_turns: Annotated[
        int, Meta(ge=0, le=200, description="How many earlier questions are sent along at most.")
    ] = 20
    history_chars: Annotated[
        int,
        Meta(
            ge=0,
            le=2_000_000,
            description="How many characters of earlier messages are sent along at most. Halved "
            "once by itself when the model finds the conversation too long.",
        ),
    ] = 24_000
    extra_body: Annotated[
        dict[str, Any],
        Meta(
            description="Further fields for the request, as the platform documents them, for "
            'example {"enable_thinking": false}. null takes a field out.'
        ),
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        normalise_base_url(self.base_url)
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            raise ValueError("temperature: a number from 0 to 2")
        if self.max_tokens is not None and self.max_tokens < 1:
            raise ValueError("max_tokens: a whole number from 1")
        for name in _OURS:
            if name in self.extra_body:
                raise ValueError(
                    f"extra_body.{name}: this field is made by the server, leave it out"
                )
