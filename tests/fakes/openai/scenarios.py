"""What the made-up model does, by the visitor's question: one named scenario per trap.

Written from what is known of OpenAI-compatible hosts, before the adapter. A scenario gets the
parsed request and the number of tries so far (from 1) and gives the reply.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.fakes.upstream import Die, Raw, Reply, Stall, Step, Until, Wait, json_reply

Scenario = Callable[[dict[str, Any], int], Reply]
SCENARIOS: dict[str, Scenario] = {}
PIECES = ("运费", " free ", "🎉, ", "满 99", " 元。")
ANSWER = "".join(PIECES)
THOUGHTS = ("The visitor ", "asks about postage.")
THINKING = "".join(THOUGHTS)
DONE = b"data: [DONE]\n\n"
USAGE = {"prompt_tokens": 11, "completion_tokens": 22, "total_tokens": 33}


def scenario(name: str) -> Callable[[Scenario], Scenario]:
    def keep(function: Scenario) -> Scenario:
        SCENARIOS[name] = function
        return function

    return keep


def chunk(
    delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": "fake-model",
        "choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}],
        **more,
    }


def frame(value: object) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def text(*pieces: str) -> Iterator[bytes]:
    for piece in pieces or PIECES:
        yield frame(chunk({"content": piece}))


def opening() -> bytes:
    return frame(chunk({"role": "assistant", "content": ""}))


def usage_chunk() -> bytes:
    return frame({**chunk(), "choices": [], "usage": USAGE})


def ending(reason: str = "stop") -> Iterator[bytes]:
    yield frame(chunk(finish=reason))
    yield usage_chunk()
    yield DONE


def stream(*steps: Step | Iterable[Step], status: int = 200, framing: str = "chunked") -> Reply:
    script: list[Step] = []
    for step in steps:
        is_one = isinstance(step, bytes | Wait | Stall | Die | Until | Raw)
        script.extend([step] if is_one else step)  # type: ignore[list-item, arg-type]
    return Reply(
        status, {"Content-Type": "text/event-stream; charset=utf-8"}, script, framing=framing
    )


def error(
    status: int, message: str, *, headers: dict[str, str] | None = None, **more: Any
) -> Reply:
    body = {"message": message, "type": "fake_error", "param": None, "code": None, **more}
    return json_reply(status, {"error": body}, headers)


@scenario("plain")
def plain(body: dict[str, Any], tries: int) -> Reply:
    return stream(opening(), text(), ending())


@scenario("slow")
def slow(body: dict[str, Any], tries: int) -> Reply:
    steps: list[Step] = []
    for piece in PIECES:
        steps += [*text(piece), Wait()]
    return stream(opening(), steps, ending())


@scenario("echo-history")
def echo_history(body: dict[str, Any], tries: int) -> Reply:
    said = [f"{m['role']}:{m['content'][:20]}" for m in body["messages"]]
    return stream(opening(), text(" | ".join(said)), ending())


@scenario("no-object-no-role")
def no_object_no_role(body: dict[str, Any], tries: int) -> Reply:
    """GLM leaves ``object`` out; some never send a role; LiteLLM drops nulls."""
    pieces = [{"choices": [{"delta": {"content": p}}]} for p in PIECES]
    last = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
    return stream([frame(p) for p in pieces], frame(last), DONE)


@scenario("null-content")
def null_content(body: dict[str, Any], tries: int) -> Reply:
    nulls = [frame(chunk({"content": None})), frame(chunk({"role": "assistant", "content": None}))]
    return stream(nulls, text(), nulls, frame(chunk({"content": ""}, "stop")), DONE)


@scenario("empty-choices")
def empty_choices(body: dict[str, Any], tries: int) -> Reply:
    empty = frame({"id": "chatcmpl-1", "choices": []})
    absent = frame({"id": "chatcmpl-1"}) + frame({"choices": [{"index": 0}]})
    null = frame({"id": "chatcmpl-1", "choices": None})
    return stream(empty, absent, null, text(), empty, ending())


@scenario("usage-with-choice")
def usage_with_choice(body: dict[str, Any], tries: int) -> Reply:
    """LiteLLM sends an empty choice beside the usage."""
    last = {"id": "chatcmpl-1", "choices": [{"index": 0, "delta": {}}], "usage": USAGE}
    return stream(text(), frame(chunk(finish="stop")), frame(last), DONE)


@scenario("usage-on-finish")
def usage_on_finish(body: dict[str, Any], tries: int) -> Reply:
    return stream(text(), frame(chunk(finish="stop", usage=USAGE)), DONE)


@scenario("usage-twice")
def usage_twice(body: dict[str, Any], tries: int) -> Reply:
    """Kimi: in the choice, and again at the top."""
    last = chunk(finish="stop", usage=USAGE)
    last["choices"][0]["usage"] = {**USAGE, "total_tokens": 1}
    return stream(text(), frame(last), DONE)


@scenario("usage-in-choice")
def usage_in_choice(body: dict[str, Any], tries: int) -> Reply:
    last = chunk(finish="stop")
    last["choices"][0]["usage"] = USAGE
    return stream(text(), frame(last), DONE)


@scenario("usage-cumulative")
def usage_cumulative(body: dict[str, Any], tries: int) -> Reply:
    growing = [
        frame(chunk({"content": p}, usage={"prompt_tokens": 11, "completion_tokens": n}))
        for n, p in enumerate(PIECES)
    ]
    return stream(growing, frame(chunk(finish="stop", usage=USAGE)), DONE)


@scenario("no-usage")
def no_usage(body: dict[str, Any], tries: int) -> Reply:
    return stream(text(), frame(chunk(finish="stop")), DONE)


@scenario("no-done")
def no_done(body: dict[str, Any], tries: int) -> Reply:
    return stream(text(), frame(chunk(finish="stop")))


@scenario("no-blank-line-at-the-end")
def no_blank_line_at_the_end(body: dict[str, Any], tries: int) -> Reply:
    return stream(text(), frame(chunk(finish="stop")).rstrip(b"\n"))


@scenario("no-finish")
def no_finish(body: dict[str, Any], tries: int) -> Reply:
    """A polite end of the stream that is no end of the answer."""
    return stream(text())


@scenario("done-without-finish")
def done_without_finish(body: dict[str, Any], tries: int) -> Reply:
    return stream(text(), DONE)


@scenario("open-after-done")
def open_after_done(body: dict[str, Any], tries: int) -> Reply:
    return stream(text(), ending(), Stall())


@scenario("open-after-finish")
def open_after_finish(body: dict[str, Any], tries: int) -> Reply:
    return stream(text(), frame(chunk(finish="stop")), Stall())


@scenario("closed-by-connection")
def closed_by_connection(body: dict[str, Any], tries: int) -> Reply:
    return stream(text(), ending(), framing="close")


@scenario("keep-alive")
def keep_alive(body: dict[str, Any], tries: int) -> Reply:
    quiet: list[Step] = [b": keep-alive\n\n", Wait(), b": OPENROUTER PROCESSING\n\n", b"\n\n"]
    return stream(quiet, opening(), quiet, text(), quiet, ending())


@scenario("crlf")
def crlf(body: dict[str, Any], tries: int) -> Reply:
    whole = b"".join([b": hello\n\n", opening(), *text(), *ending()]).replace(b"\n", b"\r\n")
    return stream([s for i in range(0, len(whole), 7) for s in (whole[i : i + 7],)])


@scenario("multi-line-data")
def multi_line_data(body: dict[str, Any], tries: int) -> Reply:
    lines = [
        b"data: " + line.encode() + b"\n"
        for line in json.dumps(chunk({"content": ANSWER}), indent=1, ensure_ascii=False).split("\n")
    ]
    return stream(b"".join(lines) + b"\n", ending())


@scenario("no-space-after-colon")
def no_space_after_colon(body: dict[str, Any], tries: int) -> Reply:
    return stream([f.replace(b"data: ", b"data:", 1) for f in (*text(), *ending())])


@scenario("unknown-fields")
def unknown_fields(body: dict[str, Any], tries: int) -> Reply:
    odd = [
        b"event: ping\ndata: {}\n\n",
        b"id: 7\nretry: 10\nhello: world\n\n",
        b'event: news\ndata: {"type": "something.new", "x": [1]}\n\n',
        b"data: null\n\n",
        b"data: 5\n\n",
    ]
    return stream(odd, text(), odd, ending())


@scenario("split-character")
def split_character(body: dict[str, Any], tries: int) -> Reply:
    """The emoji's four bytes come in three packets."""
    whole = b"".join([opening(), *text(), *ending()])
    middle = whole.index("🎉".encode()) + 2
    return stream(whole[:middle], Wait(), whole[middle : middle + 1], Wait(), whole[middle + 1 :])


@scenario("halved-characters")
def halved_characters(body: dict[str, Any], tries: int) -> Reply:
    """aimock and others that cut text in UTF-16: each half of the emoji in a chunk of its own."""
    units = ANSWER.encode("utf-16-le")
    halves = [
        units[n : n + 2].decode("utf-16-le", "surrogatepass") for n in range(0, len(units), 2)
    ]
    thoughts = [json.dumps(chunk({"reasoning": half})) for half in ("\ud83c", "\udf89")]
    texts = [json.dumps(chunk({"content": half})) for half in halves]
    return stream([f"data: {t}\n\n".encode() for t in thoughts + texts], ending())


@scenario("ends-in-half")
def ends_in_half(body: dict[str, Any], tries: int) -> Reply:
    """A text that breaks off in a character, and before that in what may be a tag."""
    whole = frame(chunk({"content": "a </thi"}))
    half = f"data: {json.dumps(chunk({'content': chr(0xD83C)}))}\n\n".encode()
    return stream(whole, half)


@scenario("many-in-one-packet")
def many_in_one_packet(body: dict[str, Any], tries: int) -> Reply:
    return stream(b"".join([opening(), *text(), *ending()]))


@scenario("refusal")
def refusal(body: dict[str, Any], tries: int) -> Reply:
    pieces = [frame(chunk({"refusal": p})) for p in ("I cannot ", "help with that.")]
    return stream(opening(), pieces, ending())


@scenario("tool-calls")
def tool_calls(body: dict[str, Any], tries: int) -> Reply:
    first = {"index": 0, "id": "call_1", "type": "function"}
    named = {**first, "function": {"name": "find_order", "arguments": ""}}
    more = [{"index": 0, "function": {"arguments": p}} for p in ('{"secret', '-number": 1}')]
    calls = [frame(chunk({"tool_calls": [c]})) for c in (named, *more)]
    return stream(opening(), text(), calls, ending("tool_calls"))


@scenario("tool-calls-alone")
def tool_calls_alone(body: dict[str, Any], tries: int) -> Reply:
    named = {"index": 0, "id": "call_1", "function": {"name": "find_order", "arguments": "{}"}}
    return stream(opening(), frame(chunk({"tool_calls": [named]})), ending("tool_calls"))


@scenario("annotations")
def cites_a_page(body: dict[str, Any], tries: int) -> Reply:
    """OpenAI's search models cite in the delta; the page stands in a field of its own."""
    page = {"url": "https://shop.example/postage", "title": "Postage"}
    cited = [{"type": "url_citation", "url_citation": page}] * 2
    return stream(opening(), text(), frame(chunk({"annotations": cited})), ending())


@scenario("no-pictures")
def no_pictures(body: dict[str, Any], tries: int) -> Reply:
    """DeepSeek's words to a picture anywhere in the conversation."""
    if any(isinstance(m["content"], list) for m in body["messages"]):
        words = "messages[0]: unknown variant `image_url`, expected `text`"
        return error(400, words, type="invalid_request_error")
    return plain(body, tries)


@scenario("too-large")
def too_large(body: dict[str, Any], tries: int) -> Reply:
    """A gateway's own limit of a request, in nginx's words."""
    if any(isinstance(m["content"], list) for m in body["messages"]):
        page = b"<html><h1>413 Request Entity Too Large</h1></html>"
        return Reply(413, {"Content-Type": "text/html"}, [page], framing="length")
    return plain(body, tries)
