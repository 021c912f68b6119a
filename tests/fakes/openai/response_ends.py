"""Scenarios of the Responses API's end: good ones by many names, refusals, and bad ones."""

from __future__ import annotations

from typing import Any

from tests.fakes.openai.responses import (
    RESPONSES,
    USAGE,
    Answer,
    Call,
    answering,
    completed,
    event,
    message,
    opening,
    plain,
    said,
    shell,
    text_item,
)
from tests.fakes.openai.scenarios import ANSWER, DONE, PIECES, stream
from tests.fakes.upstream import Die, Reply, Stall, Wait, json_reply

BEGUN = "".join(PIECES[:2])


def _begun(call: Call) -> list[Any]:
    return [opening(call), text_item()[:4]]


def _ending(kind: str, status: str, **more: Any) -> Answer:
    """The text, then a last event of this kind around a response in this state."""

    def play(call: Call) -> Reply:
        whole = shell(call.id, status, output=[message()], usage=USAGE, **more)
        return said(opening(call), text_item(), event(kind, response=whole))

    return play


def _failing(code: str, words: str) -> Answer:
    def play(call: Call) -> Reply:
        whole = shell(call.id, "failed", error={"code": code, "message": words})
        return said(_begun(call), event("failed", response=whole))

    return play


_LENGTH = {"incomplete_details": {"reason": "max_output_tokens"}}
_FILTER = {"incomplete_details": {"reason": "content_filter"}}
RESPONSES.update(
    {
        "incomplete-length": _ending("incomplete", "incomplete", **_LENGTH),
        "incomplete-content_filter": _ending("incomplete", "incomplete", **_FILTER),
        "incomplete-other": _ending(
            "incomplete", "incomplete", incomplete_details={"reason": "moon phase"}
        ),
        # aimock says ``completed`` and means what the status says.
        "completed-incomplete": _ending("completed", "incomplete"),
        "completed-failed": _ending("completed", "failed"),
        "cancelled": _ending("completed", "cancelled"),
        "no-status": _ending("completed", ""),
        "no-status-failed": _ending("failed", ""),
        "failed": _failing("server_error", "The server had an error"),
        "failed-busy": _failing("rate_limit_exceeded", "Rate limit reached"),
        "failed-prompt": _failing("invalid_prompt", "flagged as violating our usage policy"),
        "failed-odd-prompt": _failing("invalid_prompt", "tools: unknown field"),
        "failed-image": _failing("invalid_image", "The image data is not valid"),
        "failed-store": _failing("vector_store_timeout", "File search timed out"),
    }
)


@answering("gate")
def gate(call: Call) -> Reply:
    return said(_begun(call), Stall(), completed(call))


@answering("silent")
def silent(call: Call) -> Reply:
    return said(Stall())


@answering("die")
def die(call: Call) -> Reply:
    return said(_begun(call), Wait(), Die())


@answering("no-end")
def no_end(call: Call) -> Reply:
    """Every item is closed, the connection too, and the response never ends."""
    return said(opening(call), text_item())


@answering("done-without-end")
def done_without_end(call: Call) -> Reply:
    return said(opening(call), text_item(), DONE)


@answering("open-after-end")
def open_after_end(call: Call) -> Reply:
    return said(opening(call), text_item(), completed(call), Stall())


@answering("late-end")
def late_end(call: Call) -> Reply:
    return said(opening(call), text_item(), completed(call), Wait())


@answering("no-usage")
def no_usage(call: Call) -> Reply:
    whole = shell(call.id, "completed", output=[message()])
    return said(opening(call), text_item(), event("completed", response=whole))


@answering("end-is-no-response")
def end_is_no_response(call: Call) -> Reply:
    return said(opening(call), text_item(), event("completed", response=None))


@answering("broken-json-once")
def broken_json_once(call: Call) -> Reply:
    item = text_item()
    return said(opening(call), item[:4], b'data: {"type": [{\n\n', item[4:], completed(call))


@answering("broken-json")
def broken_json(call: Call) -> Reply:
    broken = b'data: {"type": "response.output_text.delta", "delta": "secret words\n\n'
    return said(_begun(call), [broken] * 4, completed(call))


@answering("wrong-shape")
def wrong_shape(call: Call) -> Reply:
    wrong = {"type": "response.output_text.delta", "delta": {"secret": "words"}}
    return said(_begun(call), [wrong] * 4, completed(call))


@answering("refusal")
def refusal(call: Call) -> Reply:
    where = {"item_id": "msg_0", "output_index": 0, "content_index": 0}
    pieces = [event("refusal.delta", **where, delta=p) for p in ("I cannot ", "help with that.")]
    done = event("refusal.done", **where, refusal="I cannot help with that.")
    return said(opening(call), pieces, done, completed(call, _refused()))


def _refused() -> dict[str, Any]:
    part = {"type": "refusal", "refusal": "I cannot help with that."}
    return {**message(), "content": [part]}


@answering("refusal-in-done")
def refusal_in_done(call: Call) -> Reply:
    done = event("refusal.done", output_index=0, refusal="I cannot help with that.")
    return said(opening(call), done, completed(call, _refused()))


@answering("refusal-in-end")
def refusal_in_end(call: Call) -> Reply:
    return said(opening(call), completed(call, _refused()))


@answering("error-event")
def error_event(call: Call) -> Reply:
    flat = {"type": "error", "code": "server_error", "message": "The server had an error"}
    return said(_begun(call), {**flat, "param": None})


@answering("error-event-nested")
def error_event_nested(call: Call) -> Reply:
    inside = {"type": "rate_limit_error", "code": "429", "message": "Rate limit reached"}
    return said(_begun(call), {"type": "error", "error": inside})


@answering("error-without-type")
def error_without_type(call: Call) -> Reply:
    return said(_begun(call), b'data: {"error": "out of memory"}\n\n')


@answering("error-first")
def error_first(call: Call) -> Reply:
    """The refusal as the first event; the second try is answered."""
    if call.tries > 1:
        return plain(call)
    flat = {"type": "error", "code": "server_error", "message": "overloaded"}
    return said(opening(call), flat)


def _function_call(index: int, kind: str = "function_call") -> list[dict[str, Any]]:
    whole = {"type": kind, "id": f"fc_{index}", "call_id": "call_1", "name": "find_order"}
    begun = {**whole, "arguments": "", "status": "in_progress"}
    ended = {**whole, "arguments": '{"secret-number": 1}', "status": "completed"}
    where = {"item_id": f"fc_{index}", "output_index": index}
    return [
        event("output_item.added", output_index=index, item=begun),
        event("function_call_arguments.delta", **where, delta='{"secret-number": 1}'),
        event("function_call_arguments.done", **where, arguments='{"secret-number": 1}'),
        event("output_item.done", output_index=index, item=ended),
    ]


@answering("tool-calls")
def tool_calls(call: Call) -> Reply:
    return said(opening(call), text_item(), _function_call(1), completed(call))


@answering("tool-calls-alone")
def tool_calls_alone(call: Call) -> Reply:
    calls = _function_call(0)
    return said(opening(call), calls, completed(call, calls[-1]["item"]))


@answering("approval-asked")
def approval_asked(call: Call) -> Reply:
    """A remote tool that somebody must allow first."""
    calls = _function_call(0, "mcp_approval_request")
    return said(opening(call), calls, completed(call, calls[-1]["item"]))


@answering("json-instead-of-stream")
def json_instead_of_stream(call: Call) -> Reply:
    return json_reply(200, completed(call)["response"])


@answering("json-failed")
def json_failed(call: Call) -> Reply:
    fault = {"code": "server_error", "message": "The server had an error"}
    return json_reply(200, shell(call.id, "failed", error=fault))


@answering("json-of-something-else")
def json_of_something_else(call: Call) -> Reply:
    return json_reply(200, {"object": "chat.completion", "choices": []})


@answering("answer-of-chat")
def answer_of_chat(call: Call) -> Reply:
    """A gateway that answers every path alike."""
    chunk = b'data: {"choices": [{"delta": {"content": "%s"}}]}\n\n' % ANSWER.encode()
    return stream([chunk], DONE)
