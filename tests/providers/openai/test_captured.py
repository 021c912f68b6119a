"""Streams of the Responses API as real servers sent them, byte by byte and all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.providers.openai.kit import Heard
from widget.domain.errors import Failure, UpstreamError
from widget.domain.events import RunCompleted
from widget.providers.base import Secret
from widget.providers.openai.failures import Refusals
from widget.providers.openai.responses import ResponseReader
from widget.providers.sse import Parser

CAPTURED = Path(__file__).parents[2] / "fixtures/upstream/openai"


def _read(name: str, size: int) -> Heard:
    """The stream, cut into packets of this size."""
    body = (CAPTURED / f"responses-{name}.sse").read_bytes()
    heard, parser, reader = Heard(), Parser(), ResponseReader(Refusals(Secret("")))
    try:
        for at in range(0, len(body), size):
            for events in reader.read(parser.feed(body[at : at + size])):
                heard.events += events
        heard.events += reader.release() + reader.finish()
    except UpstreamError as error:
        heard.error = error
    return heard


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("name", ["aimock-reasoning", "litellm-reasoning", "litellm-bridged"])
def test_answer_and_thinking_of_a_real_server(name: str, size: int) -> None:
    heard = _read(name, size)

    assert (heard.thinking, heard.text) == ("Let me count.", "Forty-two.")
    assert isinstance(heard.events[-1], RunCompleted)


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("name", "text"), [("litellm-broken-off", ""), ("litellm-bridged-broken-off", "abcdefghij")]
)
def test_upstream_that_died_behind_litellm_is_a_failure(name: str, text: str, size: int) -> None:
    heard = _read(name, size)

    assert heard.text == text
    assert heard.failed.failure is Failure.UPSTREAM_DOWN
    assert "Response payload is not completed" in heard.failed.detail
