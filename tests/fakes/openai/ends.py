"""Scenarios of the end: good ends by many names, and answers that end badly in mid stream."""

from __future__ import annotations

from typing import Any

from tests.fakes.openai.scenarios import (
    PIECES,
    SCENARIOS,
    Scenario,
    ending,
    frame,
    opening,
    plain,
    scenario,
    stream,
    text,
)
from tests.fakes.upstream import Die, Raw, Reply, Stall, Wait


def _finishing(word: str | None) -> Scenario:
    return lambda body, tries: stream(opening(), text(), ending(word or "stop"))


for _word in ("length", "content_filter", "function_call", "error", "insufficient_system_resource"):
    SCENARIOS[f"finish-{_word}"] = _finishing(_word)


@scenario("gate")
def gate(body: dict[str, Any], tries: int) -> Reply:
    """Half an answer, then nothing until the client goes."""
    return stream(opening(), text(*PIECES[:2]), Stall(), text(*PIECES[2:]), ending())


@scenario("silent")
def silent(body: dict[str, Any], tries: int) -> Reply:
    """The head comes, then not one byte."""
    return stream(Stall())


@scenario("die")
def die(body: dict[str, Any], tries: int) -> Reply:
    return stream(opening(), text(*PIECES[:2]), Wait(), Die())


@scenario("die-in-tag")
def die_in_tag(body: dict[str, Any], tries: int) -> Reply:
    return stream(opening(), text("a </thi"), Wait(), Die())


@scenario("late-end")
def late_end(body: dict[str, Any], tries: int) -> Reply:
    """The body ends a moment after the end mark."""
    return stream(opening(), text(), ending(), Wait())


@scenario("reset")
def reset(body: dict[str, Any], tries: int) -> Reply:
    return stream(opening(), text(*PIECES[:2]), Wait(), Die(is_reset=True))


@scenario("broken-chunk")
def broken_chunk(body: dict[str, Any], tries: int) -> Reply:
    return stream(opening(), text(*PIECES[:2]), Raw(b"zz\r\n"), Stall())


@scenario("broken-json-once")
def broken_json_once(body: dict[str, Any], tries: int) -> Reply:
    return stream(text(*PIECES[:2]), b'data: {"choices": [{\n\n', text(*PIECES[2:]), ending())


@scenario("broken-json")
def broken_json(body: dict[str, Any], tries: int) -> Reply:
    broken = b'data: {"choices": [{"delta": {"content": "secret words\n\n'
    return stream(text(*PIECES[:2]), [broken] * 4, text(*PIECES[2:]), ending())


@scenario("wrong-shape")
def wrong_shape(body: dict[str, Any], tries: int) -> Reply:
    """JSON that is no chunk: a text where a list is due."""
    return stream(text(*PIECES[:2]), [frame({"choices": "secret words"})] * 4, ending())


@scenario("error-in-stream")
def error_in_stream(body: dict[str, Any], tries: int) -> Reply:
    inside = {"message": "The server had an error", "type": "server_error", "code": "500"}
    return stream(opening(), text(*PIECES[:2]), frame({"error": inside}))


@scenario("flat-error-in-stream")
def flat_error_in_stream(body: dict[str, Any], tries: int) -> Reply:
    flat = {"object": "error", "message": "EngineCore died", "type": "InternalServerError"}
    return stream(opening(), text(*PIECES[:2]), frame({**flat, "param": None, "code": 500}))


@scenario("error-first-in-stream")
def error_first_in_stream(body: dict[str, Any], tries: int) -> Reply:
    """HTTP 200, and the refusal as the first frame; the second try is answered."""
    if tries > 1:
        return plain(body, tries)
    return stream(frame({"error": {"message": "overloaded", "code": 503}}))


@scenario("busy-in-stream")
def busy_in_stream(body: dict[str, Any], tries: int) -> Reply:
    inside = {"message": "Rate limit reached", "type": "rate_limit_error", "code": 429}
    return stream(opening(), text(*PIECES[:2]), frame({"error": inside}))


@scenario("text-error-in-stream")
def text_error_in_stream(body: dict[str, Any], tries: int) -> Reply:
    return stream(opening(), text(*PIECES[:2]), frame({"error": "out of memory"}))
