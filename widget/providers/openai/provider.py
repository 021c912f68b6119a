"""Any OpenAI-compatible host: DeepSeek, Qwen, Kimi, GLM, OpenAI, Ollama, vLLM, gateways, …

Chat completions, or the Responses API where the owner chose it.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import httpx
import msgspec
from msgspec import Struct

from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamRejected,
)
from widget.domain.events import RunEvent, RunStarted
from widget.providers.base import Capabilities, Finding, Provider, ProviderSettings, Turn
from widget.providers.bodies import ByteStream, stream_bytes
from widget.providers.deltas import merged
from widget.providers.openai.check import check
from widget.providers.openai.chunks import ChunkReader
from widget.providers.openai.failures import (
    ContextTooLong,
    FieldRefused,
    FilesRefused,
    Refusals,
    of_files,
)
from widget.providers.openai.files import uploads_of
from widget.providers.openai.reader import AnswerReader
from widget.providers.openai.request import ChatRequest, Request, ResponsesRequest
from widget.providers.openai.responses import ResponseReader
from widget.providers.openai.settings import OpenAISettings, base_of
from widget.providers.sse import batches

# After the finish reason only usage and the end mark can come; some hosts send neither and stay.
AFTER_FINISH_S = 2.0
# A host that asks for more patience than this is busy; the visitor decides.
LONGEST_RETRY_PAUSE_S = 5.0
_WHOLE = re.compile("json|html")


class Api(Struct, frozen=True):
    """One of the two ways in. ``limit`` is its field for the longest answer, ``least`` the
    smallest value that hosts take there."""

    path: str
    request: type[Request]
    reader: type[AnswerReader[Any]]
    limit: str
    least: int


_APIS = {
    "chat": Api("/chat/completions", ChatRequest, ChunkReader, "max_tokens", 1),
    "responses": Api("/responses", ResponsesRequest, ResponseReader, "max_output_tokens", 16),
}


class OpenAI(Provider):
    kind: ClassVar[str] = "openai"
    Settings: ClassVar[type[ProviderSettings]] = OpenAISettings
    settings: OpenAISettings

    def __init__(self, settings: OpenAISettings, client: httpx.Client) -> None:
        super().__init__(settings, client)
        self._base_url = base_of(settings.base_url)
        self.api = _APIS[settings.api]
        self._refusals = Refusals(settings.api_key)
        self._takes_stream_options = True

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        request = self.api.request(self.settings, turn, asks_usage=self._takes_stream_options)
        mending = _Mending(request)
        started: RunStarted | None = None
        while True:
            has_spoken = False
            try:
                for event in self._attempt(request, turn.locale):
                    if not isinstance(event, RunStarted):
                        has_spoken = True
                    elif event == started:
                        continue
                    else:
                        started = event
                    yield event
                return
            except UpstreamError as error:
                if has_spoken or not mending.mend(error):
                    raise
                self._takes_stream_options = request.asks_usage

    def capabilities(self) -> Capabilities:
        return Capabilities(uploads=uploads_of(self.settings))

    def check(self) -> list[Finding]:
        return check(self)

    @contextmanager
    def post(self, body: dict[str, Any]) -> Iterator[httpx.Response]:
        """One question; raises its refusal."""
        url = f"{self._base_url}{self.api.path}"
        # httpx's own JSON takes a quarter of a second for the files that one message may hold.
        content = msgspec.json.encode(body)
        headers = {**self._headers(), "Content-Type": "application/json"}
        with self.client.stream("POST", url, content=content, headers=headers) as response:
            if response.status_code != 200:
                raise self._refusals.of_response(response)
            yield response

    def get_models(self) -> Any:
        """The parsed answer of ``GET /models``; raises its refusal."""
        with self.client.stream(
            "GET", f"{self._base_url}/models", headers=self._headers()
        ) as response:
            if response.status_code != 200:
                raise self._refusals.of_response(response)
            return _parsed(response.read())

    def read(self, response: httpx.Response, locale: str = "en") -> Iterator[list[RunEvent]]:
        """The events of an answer, those of one network packet together."""
        reader = self.api.reader(self._refusals, locale)
        try:
            if _WHOLE.search(response.headers.get("Content-Type", "")):
                yield from reader.read_whole(response.read())
            else:
                yield from _read_stream(reader, stream_bytes(response))
            yield reader.release()
            yield reader.finish()
        except UpstreamError:
            yield reader.abandon()
            raise

    def _attempt(self, request: Request, locale: str) -> Iterator[RunEvent]:
        body = request.body()
        try:
            with self.post(body) as response:
                yield RunStarted()
                yield from merged(self.read(response, locale))
        except UpstreamRejected as error:
            raise (of_files(error) if request.has_files else error) from None

    def _headers(self) -> dict[str, str]:
        key = self.settings.api_key
        return {"Authorization": f"Bearer {key}"} if key else {}


def _parsed(listing: bytes) -> Any:
    try:
        return msgspec.json.decode(listing)
    except (msgspec.DecodeError, RecursionError):
        raise UpstreamProtocolError("GET /models is answered with no JSON") from None


def _read_stream(reader: AnswerReader[Any], body: ByteStream) -> Iterator[list[RunEvent]]:
    try:
        for records in batches(body):
            yield from reader.read(records)
            if reader.is_done:
                body.drain()
                return
            if reader.is_finished:
                body.wait_at_most(AFTER_FINISH_S)
    except UpstreamError:
        if not reader.is_finished:
            raise


class _Mending:
    """What may be tried again before the first word: each thing once."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._has_shortened = False
        self._has_retried = False

    def mend(self, error: UpstreamError) -> bool:
        """Whether another attempt is worth it; waits as long as it should."""
        match error:
            case FieldRefused() if self._request.asks_usage:
                self._request.asks_usage = False
                return True
            case UpstreamRejected() if _may_be_forgotten(error) and self._request.forget_previous():
                return True
            case ContextTooLong() if not self._has_shortened:
                self._has_shortened = True
                return self._request.shorten()
            case FilesRefused():
                return self._request.drop_earlier_files()
        if self._has_retried or not _is_passing(error):
            return False
        self._has_retried = True
        time.sleep(_jitter_s() if error.retry_after_s is None else error.retry_after_s)
        return True


def _may_be_forgotten(error: UpstreamRejected) -> bool:
    """What a host says that does not have the last answer any more, or never kept one: OpenAI 400
    with a code, OpenRouter 400 without, others 404. A conversation that got too long over there
    may be sent anew, too."""
    return error.failure in (Failure.CONFIG, Failure.NOT_FOUND)


def _is_passing(error: UpstreamError) -> bool:
    """Overload, trouble over there or a broken connection, and no wish that we stay away longer."""
    kinds = UpstreamBusy | UpstreamInterrupted | UpstreamRejected
    is_short = (error.retry_after_s or 0) <= LONGEST_RETRY_PAUSE_S
    return isinstance(error, kinds) and error.retryable and is_short


def _jitter_s() -> float:
    return random.uniform(0.3, 0.8)  # noqa: S311 - spreads retries, guards nothing
