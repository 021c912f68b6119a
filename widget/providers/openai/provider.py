"""Chat completions of any OpenAI-compatible host: DeepSeek, Qwen, Kimi, GLM, Ollama, vLLM, …"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import httpx
import msgspec

from widget.domain.errors import (
    UpstreamBusy,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamRejected,
)
from widget.domain.events import RunEvent, RunStarted
from widget.providers.base import Finding, Provider, ProviderSettings, Turn
from widget.providers.bodies import ByteStream, stream_bytes
from widget.providers.deltas import merged
from widget.providers.http import normalise_base_url
from widget.providers.openai.check import check
from widget.providers.openai.chunks import ChunkReader
from widget.providers.openai.failures import ContextTooLong, FieldRefused, Refusals
from widget.providers.openai.request import Request
from widget.providers.openai.settings import OpenAISettings
from widget.providers.sse import batches

# After the finish reason only usage and the end mark can come; some hosts send neither and stay.
AFTER_FINISH_S = 2.0
# A host that asks for more patience than this is busy; the visitor decides.
LONGEST_RETRY_PAUSE_S = 5.0
_WHOLE = re.compile("json|html")


class OpenAI(Provider):
    kind: ClassVar[str] = "openai"
    Settings: ClassVar[type[ProviderSettings]] = OpenAISettings
    settings: OpenAISettings

    def __init__(self, settings: OpenAISettings, client: httpx.Client) -> None:
        super().__init__(settings, client)
        self._base_url = normalise_base_url(settings.base_url)
        self._refusals = Refusals(settings.api_key)
        self._takes_stream_options = True

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        request = Request(self.settings, turn, asks_usage=self._takes_stream_options)
        mending = _Mending(request)
        is_started = has_spoken = False
        while True:
            try:
                for event in self._attempt(request):
                    if not isinstance(event, RunStarted):
                        has_spoken = True
                    elif is_started:
                        continue
                    is_started = True
                    yield event
                return
            except UpstreamError as error:
                if has_spoken or not mending.mend(error):
                    raise
                self._takes_stream_options = request.asks_usage

    def check(self) -> list[Finding]:
        return check(self)

    @contextmanager
    def post(self, body: dict[str, Any]) -> Iterator[httpx.Response]:
        """One call of chat completions; raises its refusal."""
        url = f"{self._base_url}/chat/completions"
        with self.client.stream("POST", url, json=body, headers=self._headers()) as response:
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

    def read(self, response: httpx.Response) -> Iterator[list[RunEvent]]:
        """The events of an answer, those of one network packet together."""
        reader = ChunkReader(self._refusals)
        try:
            if _WHOLE.search(response.headers.get("Content-Type", "")):
                yield from reader.read_whole(response.read())
            else:
                yield from _read_stream(reader, stream_bytes(response))
        except UpstreamError:
            yield reader.release()
            raise
        yield reader.release()
        yield reader.finish()

    def _attempt(self, request: Request) -> Iterator[RunEvent]:
        with self.post(request.body()) as response:
            yield RunStarted()
            yield from merged(self.read(response))

    def _headers(self) -> dict[str, str]:
        key = self.settings.api_key
        return {"Authorization": f"Bearer {key}"} if key else {}


def _parsed(listing: bytes) -> Any:
    try:
        return msgspec.json.decode(listing)
    except msgspec.DecodeError:
        raise UpstreamProtocolError("GET /models is answered with no JSON") from None


def _read_stream(reader: ChunkReader, body: ByteStream) -> Iterator[list[RunEvent]]:
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
            case ContextTooLong() if not self._has_shortened:
                self._has_shortened = True
                return self._request.shorten()
        if self._has_retried or not _is_passing(error):
            return False
        self._has_retried = True
        time.sleep(_jitter_s() if error.retry_after_s is None else error.retry_after_s)
        return True


def _is_passing(error: UpstreamError) -> bool:
    """Overload, trouble over there or a broken connection, and no wish that we stay away longer."""
    kinds = UpstreamBusy | UpstreamInterrupted | UpstreamRejected
    is_short = (error.retry_after_s or 0) <= LONGEST_RETRY_PAUSE_S
    return isinstance(error, kinds) and error.retryable and is_short


def _jitter_s() -> float:
    return random.uniform(0.3, 0.8)  # noqa: S311 - spreads retries, guards nothing
