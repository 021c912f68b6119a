"""The other half of the scenarios: thinking dialects, refusals before the stream, odd bodies."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.openai.rules import text_of
from tests.fakes.openai.scenarios import (
    ANSWER,
    DONE,
    PIECES,
    SCENARIOS,
    THINKING,
    THOUGHTS,
    USAGE,
    Scenario,
    chunk,
    ending,
    error,
    frame,
    opening,
    plain,
    scenario,
    stream,
    text,
)
from tests.fakes.upstream import Reply, Step, Wait, json_reply

KEY = "fake4f9c2e7ab81d0c55"


def _thinking(name: str) -> Scenario:
    def play(body: dict[str, Any], tries: int) -> Reply:
        first = frame(chunk({"role": "assistant", "content": "", name: THOUGHTS[0]}))
        rest = frame(chunk({"content": None, name: THOUGHTS[1]}))
        return stream(first, rest, text(), ending())

    return play


SCENARIOS["reasoning_content"] = _thinking("reasoning_content")
SCENARIOS["reasoning"] = _thinking("reasoning")


@scenario("reasoning-both")
def reasoning_both(body: dict[str, Any], tries: int) -> Reply:
    """vLLM sends the old name still."""
    both = [frame(chunk({"reasoning": t, "reasoning_content": t})) for t in THOUGHTS]
    return stream(both, text(), ending())


@scenario("reasoning-details")
def reasoning_details(body: dict[str, Any], tries: int) -> Reply:
    parts = [
        frame(chunk({"reasoning_details": [{"type": "reasoning.text", "text": t}]}))
        for t in THOUGHTS
    ]
    odd = frame(chunk({"reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}]}))
    return stream(parts, odd, text(), ending())


@scenario("reasoning-and-details")
def reasoning_and_details(body: dict[str, Any], tries: int) -> Reply:
    """OpenRouter sends both; the thought is one."""
    parts = [frame(chunk({"reasoning": t, "reasoning_details": [{"text": t}]})) for t in THOUGHTS]
    return stream(parts, text(), ending())


@scenario("tags-after-reasoning")
def tags_after_reasoning(body: dict[str, Any], tries: int) -> Reply:
    """Thinking in its field, and an answer that begins with the tag it is about."""
    first = frame(chunk({"reasoning_content": THINKING}))
    return stream(first, text("<think>", " is a tag.\n</think>\n"), ending())


def _cut(words: str, size: int) -> list[bytes]:
    return list(text(*[words[i : i + size] for i in range(0, len(words), size)]))


for _size in (1, 2, 3, 5, 1000):
    SCENARIOS[f"think-{_size}"] = lambda body, tries, size=_size: stream(  # type: ignore[misc]
        opening(), _cut(f"<think>\n{THINKING}\n</think>\n\n{ANSWER}", size), ending()
    )
    SCENARIOS[f"think-unopened-{_size}"] = lambda body, tries, size=_size: stream(  # type: ignore[misc]
        opening(), _cut(f"{THINKING}\n</think>\n\n{ANSWER}", size), ending()
    )


@scenario("think-unclosed")
def think_unclosed(body: dict[str, Any], tries: int) -> Reply:
    return stream(_cut(f"<think>{THINKING}", 4), ending("length"))


@scenario("think-in-prose")
def think_in_prose(body: dict[str, Any], tries: int) -> Reply:
    """Tags and less-than signs later in an answer are the answer's."""
    return stream(_cut("Use `<think>` if 1 <2 </thinking", 3), ending())


@scenario("stream-options-refused")
def stream_options_refused(body: dict[str, Any], tries: int) -> Reply:
    if "stream_options" in body:
        return error(400, "Unrecognized request argument supplied: stream_options")
    return stream(opening(), text(), frame(chunk(finish="stop")), DONE)


@scenario("context-too-long")
def context_too_long(body: dict[str, Any], tries: int) -> Reply:
    if sum(len(m["content"]) for m in body["messages"]) > 3_000:
        words = "This model's maximum context length is 3000 tokens, however you requested 9000."
        return error(400, words, code="context_length_exceeded")
    return SCENARIOS["echo-history"](body, tries)


@scenario("always-too-long")
def always_too_long(body: dict[str, Any], tries: int) -> Reply:
    return error(400, "Range of input length should be [1, 10]", code="invalid_parameter_error")


@scenario("busy-once")
def busy_once(body: dict[str, Any], tries: int) -> Reply:
    return plain(body, tries) if tries > 1 else error(503, "overloaded")


@scenario("rate-limited")
def rate_limited(body: dict[str, Any], tries: int) -> Reply:
    return error(429, "Rate limit reached", headers={"Retry-After": "17"}, code="rate_limit")


@scenario("rate-limited-until")
def rate_limited_until(body: dict[str, Any], tries: int) -> Reply:
    """Retry-After as a date, long past."""
    when = "Wed, 21 Oct 2015 07:28:00 GMT"
    return error(429, "Rate limit reached", headers={"Retry-After": when})


@scenario("rate-limited-briefly")
def rate_limited_briefly(body: dict[str, Any], tries: int) -> Reply:
    if tries > 1:
        return plain(body, tries)
    return error(429, "engine overloaded", headers={"Retry-After": "0"})


@scenario("no-quota")
def no_quota(body: dict[str, Any], tries: int) -> Reply:
    words = "You exceeded your current quota, please check your plan and billing details."
    return error(429, words, type="insufficient_quota", code="insufficient_quota")


@scenario("no-quota-in-words")
def no_quota_in_words(body: dict[str, Any], tries: int) -> Reply:
    """LiteLLM keeps the words of the platform behind it and not its code."""
    words = "litellm.RateLimitError: You exceeded your current quota\n\nNo fallback was attempted."
    return error(429, words, type="throttling_error", code="429")


@scenario("no-database")
def no_database(body: dict[str, Any], tries: int) -> Reply:
    """What LiteLLM without a database says to a wrong key."""
    return error(400, "No connected db.", type="no_db_connection", code="400")


@scenario("arrears")
def arrears(body: dict[str, Any], tries: int) -> Reply:
    return error(400, "Access denied, account is in arrears", code="Arrearage")


@scenario("content-filter")
def content_filter(body: dict[str, Any], tries: int) -> Reply:
    return error(400, "Input may contain inappropriate content", code="data_inspection_failed")


@scenario("complains")
def complains(body: dict[str, Any], tries: int) -> Reply:
    """About whatever stands below the question's first line."""
    return error(400, text_of(body["messages"]).partition("\n")[2])


@scenario("key-in-error")
def key_in_error(body: dict[str, Any], tries: int) -> Reply:
    """Hosts quote the key that they refuse."""
    words = f"Incorrect API key provided: {KEY}. Not sk-proj-ab12***45ab? See your account page."
    return error(401, words)


for _status in (400, 401, 402, 403, 404, 422, 429, 500, 502, 503, 529):
    SCENARIOS[f"status-{_status}"] = lambda body, tries, status=_status: error(  # type: ignore[misc]
        status, f"refused with {status}", headers={"x-request-id": "req-77"}
    )


@scenario("numeric-code")
def numeric_code(body: dict[str, Any], tries: int) -> Reply:
    return error(400, "bad", code=20012)


@scenario("flat-message")
def flat_message(body: dict[str, Any], tries: int) -> Reply:
    return json_reply(403, {"message": "region not allowed"})


@scenario("flat-detail")
def flat_detail(body: dict[str, Any], tries: int) -> Reply:
    return json_reply(422, {"detail": [{"loc": ["body"], "msg": "field required"}]})


@scenario("bare-error")
def bare_error(body: dict[str, Any], tries: int) -> Reply:
    return json_reply(400, "Bad model name")


@scenario("html-error")
def html_error(body: dict[str, Any], tries: int) -> Reply:
    page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    return Reply(502, {"Content-Type": "text/html"}, [page], framing="length")


@scenario("empty-error")
def empty_error(body: dict[str, Any], tries: int) -> Reply:
    return Reply(500, {}, [b""], framing="length")


@scenario("html-instead-of-stream")
def html_instead_of_stream(body: dict[str, Any], tries: int) -> Reply:
    page = b"<html><body>Welcome to our gateway</body></html>"
    return Reply(200, {"Content-Type": "text/html"}, [page], framing="length")


@scenario("redirect")
def redirect(body: dict[str, Any], tries: int) -> Reply:
    return Reply(307, {"Location": "http://127.0.0.1:9/elsewhere"}, [b""], framing="length")


def _whole_answer() -> dict[str, Any]:
    message = {"role": "assistant", "content": ANSWER, "reasoning_content": THINKING}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice], "usage": USAGE}


@scenario("json-instead-of-stream")
def json_instead_of_stream(body: dict[str, Any], tries: int) -> Reply:
    return json_reply(200, _whole_answer())


@scenario("blank-lines-then-json")
def blank_lines_then_json(body: dict[str, Any], tries: int) -> Reply:
    """DeepSeek keeps a waiting client alive with blank lines."""
    whole = json.dumps(_whole_answer(), ensure_ascii=False).encode()
    steps: list[Step] = [b"\n", Wait(), b"\n", whole[:40], whole[40:]]
    return Reply(200, {"Content-Type": "application/json"}, steps)


@scenario("error-as-json-200")
def error_as_json_200(body: dict[str, Any], tries: int) -> Reply:
    return json_reply(200, {"error": {"message": "model is loading", "code": 503}})


@scenario("think-in-json")
def think_in_json(body: dict[str, Any], tries: int) -> Reply:
    whole = _whole_answer()
    whole["choices"][0]["message"] = {"content": f"<think>{THINKING}</think>{ANSWER}"}
    return json_reply(200, whole)


@scenario("long")
def long(body: dict[str, Any], tries: int) -> Reply:
    return stream(opening(), text(*(PIECES * 200)), ending())
