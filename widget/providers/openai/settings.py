"""What an owner may set for an OpenAI-compatible host."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from widget.providers.base import ProviderSettings, Secret
from widget.providers.http import normalise_base_url

_OURS = ("model", "messages", "stream", "input", "previous_response_id")


class OpenAISettings(ProviderSettings, frozen=True, kw_only=True):
    base_url: Annotated[
        str,
        Meta(
            description="Address of the API as the platform's documentation gives it, for example "
            "https://api.deepseek.com/v1 or http://127.0.0.1:11434/v1. Nothing is added but "
            "/chat/completions or /responses, and /models."
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
    api: Annotated[
        Literal["chat", "responses"],
        Meta(
            description="chat: chat completions, which every host has. responses: the Responses "
            "API, where the platform's own tools (web search, files, code, pictures) show as steps "
            "and sources; name them in extra_body.tools."
        ),
    ] = "chat"
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
            'refuse this field in chat put {"max_completion_tokens": 1000} into extra_body.'
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
    history: Annotated[
        Literal["sent", "kept"],
        Meta(
            description="sent: earlier messages travel with every question. kept: the platform "
            "keeps the conversation and is told its last answer (previous_response_id); for api = "
            "responses at OpenAI, xAI, Qwen. DeepSeek and others keep nothing."
        ),
    ] = "sent"
    vision: Annotated[
        bool, Meta(description="The model sees pictures: visitors may send PNG, JPEG, WebP, GIF.")
    ] = False
    documents: Annotated[
        bool,
        Meta(
            description="The model reads PDF, and with api = responses also Word, PowerPoint and "
            "Excel files: visitors may send them."
        ),
    ] = False
    text_files: Annotated[
        bool,
        Meta(
            description="Visitors may send plain text, Markdown, CSV and JSON files; their text is "
            "written into the message, so that any model reads them."
        ),
    ] = False
    max_file_mb: Annotated[
        int,
        Meta(ge=1, le=50, description="Largest file in MB. Platforms have their own limits."),
    ] = 5
    max_files: Annotated[int, Meta(ge=1, le=10, description="Most files in one message.")] = 4
    history_files_mb: Annotated[
        int,
        Meta(
            ge=0,
            le=50,
            description="How many MB of files from earlier messages are sent along at most, the "
            "newest first. 0: only those of the question.",
        ),
    ] = 8
    extra_body: Annotated[
        dict[str, Any],
        Meta(
            description="Further fields for the request, as the platform documents them, for "
            'example {"enable_thinking": false}. null takes a field out.'
        ),
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        base_of(self.base_url)
        if self.history == "kept" and self.api != "responses":
            raise ValueError('history: "kept" needs api = "responses"')
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            raise ValueError("temperature: a number from 0 to 2")
        if self.max_tokens is not None and self.max_tokens < 1:
            raise ValueError("max_tokens: a whole number from 1")
        for name in _OURS:
            if name in self.extra_body:
                raise ValueError(
                    f"extra_body.{name}: this field is made by the server, leave it out"
                )


def base_of(url: str) -> str:
    """The base that paths are appended to, also where the whole address of an API was pasted."""
    return normalise_base_url(url.strip().rstrip("/").removesuffix("/responses"))
