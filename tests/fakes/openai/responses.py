"""The Responses API of the made-up host: how its events look, and scenarios of text and wire.

Event types and fields are those of the ``openai`` library's type definitions (2.54.0). OpenAI names
each event in a line of its own and ends without ``[DONE]``; LiteLLM does the opposite in both.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.fakes.openai.scenarios import ANSWER, DONE, PIECES, SCENARIOS, THINKING, error, stream
from tests.fakes.upstream import Reply, Step, Until, Wait

USAGE = {
    "input_tokens": 11,
    "input_tokens_details": {"cached_tokens": 3},
    "output_tokens": 22,
    "output_tokens_details": {"reasoning_tokens": 4},
    "total_tokens": 33,
}
_Event = dict[str, Any]
_Piece = Any  # an event, a step of the script, or an iterable of them


@dataclass(frozen=True)
class Call:
    """One request as a scenario sees it. ``id`` names the response that answers it."""

    body: dict[str, Any]
    tries: int
    id: str


Answer = Callable[[Call], Reply]
RESPONSES: dict[str, Answer] = {}
# What is refused before the stream is refused alike by both APIs.
SHARED = {
    "key-in-error",
    "rate-limited",
    "no-quota",
    "arrears",
    "content-filter",
    "always-too-long",
    "html-error",
    "numeric-code",
    "complains",
    "html-instead-of-stream",
    "error-as-json-200",
    *(name for name in SCENARIOS if name.startswith("status-")),
}


def answering(name: str) -> Callable[[Answer], Answer]:
    def keep(function: Answer) -> Answer:
        RESPONSES[name] = function
        return function

    return keep


def play(name: str, body: dict[str, Any], tries: int, id_: str) -> Reply:
    if name in RESPONSES:
        return RESPONSES[name](Call(body, tries, id_))
    if name in SCENARIOS and (name in SHARED or name.startswith("status-")):
        return SCENARIOS[name]({**body, "messages": body["input"]}, tries)
    return plain(Call(body, tries, id_))


def event(kind: str, **fields: Any) -> _Event:
    return {"type": f"response.{kind}", **fields}


def frame(value: _Event, number: int) -> bytes:
    data = json.dumps({**value, "sequence_number": number}, ensure_ascii=False)
    return f"event: {value['type']}\ndata: {data}\n\n".encode()


def frames(*pieces: _Piece) -> list[Step]:
    """Events numbered as they go out, among bytes and pauses."""
    steps: list[Step] = []
    for piece in _flat(pieces):
        steps.append(frame(piece, len(steps)) if isinstance(piece, dict) else piece)
    return steps


def _flat(pieces: Iterable[Any]) -> Iterator[Any]:
    for piece in pieces:
        if isinstance(piece, dict | bytes) or not isinstance(piece, Iterable):
            yield piece
        else:
            yield from _flat(piece)


def said(*pieces: _Piece) -> Reply:
    return stream(frames(*pieces))


def shell(id_: str, status: str = "in_progress", **more: Any) -> dict[str, Any]:
    """A response object around ``output``."""
    return {
        "id": id_,
        "object": "response",
        "created_at": 1_700_000_000,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "model": "fake-model",
        "output": [],
        **more,
    }


def opening(call: Call) -> list[_Event]:
    begun = shell(call.id)
    return [event("created", response=begun), event("in_progress", response=begun)]


def delta(piece: str, index: int = 0) -> _Event:
    where = {"item_id": f"msg_{index}", "output_index": index, "content_index": 0}
    return event("output_text.delta", **where, delta=piece, logprobs=[], obfuscation="x7Qa")


def message(text: str = ANSWER, index: int = 0, annotations: Iterable[Any] = ()) -> _Event:
    part = {"type": "output_text", "text": text, "annotations": list(annotations), "logprobs": []}
    return {
        "type": "message",
        "id": f"msg_{index}",
        "status": "completed",
        "role": "assistant",
        "content": [part],
    }


def text_item(
    *pieces: str, index: int = 0, annotations: Iterable[Any] = (), between: Iterable[_Event] = ()
) -> list[_Event]:
    """A whole message item: opened, streamed, closed."""
    whole = message("".join(pieces or PIECES), index, annotations)
    where = {"item_id": whole["id"], "output_index": index, "content_index": 0}
    empty = {"type": "output_text", "text": "", "annotations": []}
    begun = {**whole, "status": "in_progress", "content": []}
    return [
        event("output_item.added", output_index=index, item=begun),
        event("content_part.added", **where, part=empty),
        *(delta(piece, index) for piece in pieces or PIECES),
        *between,
        event("output_text.done", **where, text=whole["content"][0]["text"], logprobs=[]),
        event("content_part.done", **where, part=whole["content"][0]),
        event("output_item.done", output_index=index, item=whole),
    ]


def completed(call: Call, *output: _Event) -> _Event:
    whole = shell(call.id, "completed", output=list(output) or [message()], usage=USAGE)
    return event("completed", response=whole)


@answering("plain")
def plain(call: Call) -> Reply:
    return said(opening(call), text_item(), completed(call))


def gated(id_: str, gate: threading.Event) -> Reply:
    call = Call({}, 1, id_)
    item = text_item()
    return said(opening(call), item[:3], Until(gate), item[3:], completed(call))


@answering("echo-history")
def echo_history(call: Call) -> Reply:
    rows = [f"{m['role']}:{str(m['content'])[:20]}" for m in call.body["input"]]
    text = " | ".join([call.body.get("previous_response_id", "-"), *rows])
    return said(opening(call), text_item(text), completed(call, message(text)))


@answering("unnamed")
def unnamed(call: Call) -> Reply:
    """LiteLLM: no ``event:`` lines, nulls left out, and ``[DONE]`` after the end."""
    events = [*opening(call), *text_item(), completed(call)]
    data = [b"data: " + json.dumps(e, ensure_ascii=False).encode() + b"\n\n" for e in events]
    return stream(data, Wait(), DONE)


@answering("keep-alive")
def keep_alive(call: Call) -> Reply:
    quiet: list[Step] = [b": keep-alive\n\n", Wait(), b"\n\n"]
    return said(quiet, opening(call), quiet, text_item(), quiet, completed(call))


@answering("crlf")
def crlf(call: Call) -> Reply:
    whole = _whole(call).replace(b"\n", b"\r\n")
    return stream([whole[i : i + 7] for i in range(0, len(whole), 7)])


@answering("split-character")
def split_character(call: Call) -> Reply:
    whole = _whole(call)
    middle = whole.index("🎉".encode()) + 2
    return stream(whole[:middle], Wait(), whole[middle : middle + 1], Wait(), whole[middle + 1 :])


@answering("multi-line-data")
def multi_line_data(call: Call) -> Reply:
    events = [*opening(call), *text_item(), completed(call)]
    texts = [json.dumps(e, indent=1, ensure_ascii=False).replace("\n", "\ndata: ") for e in events]
    return stream([f"data: {text}\n\n".encode() for text in texts])


@answering("many-in-one-packet")
def many_in_one_packet(call: Call) -> Reply:
    return stream(_whole(call))


def _whole(call: Call) -> bytes:
    steps = frames(opening(call), text_item(), completed(call))
    return b"".join(step for step in steps if isinstance(step, bytes))


@answering("unknown-fields")
def unknown_fields(call: Call) -> Reply:
    odd: list[_Piece] = [
        b"event: ping\ndata: {}\n\n",
        event("something.new", x=[1]),
        {"type": 7},
        event("output_item.added", output_index=9, item={"type": "hologram", "id": "h_1"}),
        event("output_item.done", output_index=9, item="not an item"),
        b"data: null\n\n",
        b"data: 5\n\n",
    ]
    return said(odd, opening(call), odd, text_item(), odd, completed(call))


@answering("empty-pieces")
def empty_pieces(call: Call) -> Reply:
    """Events whose text is empty or null, and an item that holds an empty part beside the text."""
    where = {"output_index": 0, "content_index": 0}
    nothing = [
        event(f"{kind}.delta", **where, delta=empty)
        for kind in ("output_text", "refusal", "reasoning_summary_text")
        for empty in ("", None)
    ]
    whole = message()
    whole["content"].insert(0, {"type": "output_text", "text": "", "annotations": None})
    done = event("output_item.done", output_index=0, item=whole)
    return said(opening(call), nothing, done, completed(call))


@answering("halved-characters")
def halved_characters(call: Call) -> Reply:
    """Text cut in UTF-16: each half of the emoji in an event of its own."""
    units = ANSWER.encode("utf-16-le")
    halves = [
        units[n : n + 2].decode("utf-16-le", "surrogatepass") for n in range(0, len(units), 2)
    ]
    texts = [json.dumps(delta(half)) for half in halves]
    return stream([f"data: {text}\n\n".encode() for text in texts], frames(completed(call)))


@answering("two-messages")
def two_messages(call: Call) -> Reply:
    """A word before the work and the answer after it."""
    first, second = "Let me look.", "Here it is."
    both = [text_item(first), text_item("Here ", "it is.", index=1)]
    return said(opening(call), both, completed(call, message(first), message(second, 1)))


@answering("text-in-done")
def text_in_done(call: Call) -> Reply:
    return said(opening(call), [e for e in text_item() if "delta" not in e], completed(call))


@answering("text-in-item")
def text_in_item(call: Call) -> Reply:
    return said(opening(call), text_item()[-1], completed(call))


@answering("text-in-end")
def text_in_end(call: Call) -> Reply:
    """LiteLLM's own end has the thinking once more, dressed as a message's content."""
    thought = {**message(THINKING), "type": "reasoning"}
    return said(opening(call), completed(call, thought, message()))


def _thoughts(kind: str, *texts: str) -> list[_Event]:
    where = {"item_id": "rs_1", "output_index": 0}
    events = []
    for index, text in enumerate(texts):
        place = {"summary_index" if "summary" in kind else "content_index": index}
        if "summary" in kind:
            part = {"type": "summary_text", "text": ""}
            events.append(event("reasoning_summary_part.added", **where, **place, part=part))
        for piece in (text[:9], text[9:]):
            events.append(event(f"{kind}.delta", **where, **place, delta=piece))
        events.append(event(f"{kind}.done", **where, **place, text=text))
    return events


def reasoning_item(*texts: str) -> _Event:
    summary = [{"type": "summary_text", "text": text} for text in texts]
    return {"type": "reasoning", "id": "rs_1", "summary": summary}


def _reasoned(call: Call, *events: Any) -> Reply:
    begun = event("output_item.added", output_index=0, item=reasoning_item())
    ended = event("output_item.done", output_index=0, item=reasoning_item(THINKING))
    return said(opening(call), begun, events, ended, text_item(index=1), completed(call))


RESPONSES["reasoning-summary"] = lambda call: _reasoned(
    call, _thoughts("reasoning_summary_text", THINKING)
)
RESPONSES["reasoning-text"] = lambda call: _reasoned(call, _thoughts("reasoning_text", THINKING))
RESPONSES["reasoning-both"] = lambda call: _reasoned(
    call, _thoughts("reasoning_text", THINKING), _thoughts("reasoning_summary_text", "In short.")
)
RESPONSES["reasoning-in-done"] = lambda call: _reasoned(
    call, _thoughts("reasoning_summary_text", THINKING)[-1]
)
RESPONSES["reasoning-in-item"] = lambda call: _reasoned(call)
RESPONSES["reasoning-in-end"] = lambda call: said(
    opening(call), completed(call, reasoning_item(THINKING), message())
)
RESPONSES["reasoning-without-words"] = lambda call: said(
    opening(call),
    event("output_item.added", output_index=0, item=reasoning_item()),
    _thoughts("reasoning_summary_text", THINKING),
    event("output_item.done", output_index=0, item=reasoning_item(THINKING)),
    event("output_item.added", output_index=1, item=reasoning_item()),
    event("output_item.done", output_index=1, item=reasoning_item()),
    text_item(index=2),
    completed(call, reasoning_item(THINKING), reasoning_item(), message(index=2)),
)
RESPONSES["reasoning-parts"] = lambda call: _reasoned(
    call, _thoughts("reasoning_summary_text", "First thought.", "Second thought.")
)


@answering("think-tags")
def think_tags(call: Call) -> Reply:
    """A self-hosted model without a reasoning parser."""
    words = f"<think>\n{THINKING}\n</think>\n\n{ANSWER}"
    pieces = [words[i : i + 3] for i in range(0, len(words), 3)]
    return said(opening(call), text_item(*pieces), completed(call, message(words)))


@answering("context-too-long")
def context_too_long(call: Call) -> Reply:
    if sum(len(str(m["content"])) for m in call.body["input"]) > 3_000:
        words = "Your input exceeds the context window of this model."
        return error(400, words, code="context_length_exceeded")
    return echo_history(call)


@answering("no-pictures")
def no_pictures(call: Call) -> Reply:
    if any(isinstance(m["content"], list) for m in call.body["input"]):
        return error(400, "This model does not support image inputs.", param="input")
    return plain(call)


@answering("busy-once")
def busy_once(call: Call) -> Reply:
    return plain(call) if call.tries > 1 else error(503, "overloaded")
