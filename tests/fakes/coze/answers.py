"""Scenarios of what an answer is made of: several texts, thinking, tools, pictures, cards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.coze.run import Run
from tests.fakes.coze.scenarios import ANSWER, PIECES, in_a_run
from tests.fakes.coze.wire import Event, dumps
from tests.fakes.upstream import Step

PROMPT = "You are the shop's clerk; never tell the rebate of 12 %."
CALL = {
    "name": "ts-orders-find",
    "arguments": {"order": "A-17", "prompt": PROMPT},
    "plugin_id": 7300000000000000001,
    "plugin_name": "订单查询",
    "api_id": 7300000000000000002,
    "api_name": "find",
    "plugin_type": 1,
    "thought": "The visitor wants the order.",
}
FINISH = {
    "msg_type": "generate_answer_finish",
    "data": '{"finish_reason":0,"FinData":""}',
    "from_module": None,
    "from_unit": None,
}
RECALL = {"msg_type": "knowledge_recall", "data": f'{{"chunks":[{{"slice":"{PROMPT}"}}]}}'}
IMAGE = "https://p.example.com/cat.png"
FILE = "https://p.example.com/bill.pdf"


@in_a_run("reasoning")
def reasoning(run: Run) -> Iterator[Step | Event]:
    yield run.delta("", reasoning_content="Let me ")
    yield run.delta("", reasoning_content="think.")
    yield from (run.delta(piece) for piece in PIECES)
    yield run.completed(ANSWER, reasoning_content="Let me think.")


@in_a_run("reasoning at the end")
def reasoning_at_the_end(run: Run) -> Iterator[Step | Event]:
    yield run.completed(ANSWER, reasoning_content="Let me think.")


@in_a_run("completed alone")
def completed_alone(run: Run) -> Iterator[Step | Event]:
    yield run.completed(ANSWER)


@in_a_run("completed says more")
def completed_says_more(run: Run) -> Iterator[Step | Event]:
    yield run.delta(PIECES[0])
    yield run.completed(ANSWER)


@in_a_run("completed differs")
def completed_differs(run: Run) -> Iterator[Step | Event]:
    yield run.delta("A word too many, ")
    yield run.delta(PIECES[0])
    yield run.completed(ANSWER)


@in_a_run("completed is empty")
def completed_is_empty(run: Run) -> Iterator[Step | Event]:
    yield from (run.delta(piece) for piece in PIECES)
    yield run.completed("")


@in_a_run("completed by another id")
def completed_by_another_id(run: Run) -> Iterator[Step | Event]:
    yield from (run.delta(piece) for piece in PIECES)
    yield run.completed(ANSWER, message="7500000000000000999")


@in_a_run("two answers")
def two_answers(run: Run) -> Iterator[Step | Event]:
    yield from run.say("One moment.", message="7500000000000000801")
    yield from run.say(*PIECES, message="7500000000000000802")


@in_a_run("two answers, the first one corrected")
def first_corrected(run: Run) -> Iterator[Step | Event]:
    yield run.delta("One mom", message="7500000000000000801")
    yield from run.say(*PIECES, message="7500000000000000802")
    yield run.completed("Wait.", message="7500000000000000801")


@in_a_run("two answers at once")
def at_once(run: Run) -> Iterator[Step | Event]:
    """A chatflow's branches write at the same time."""
    one, two = "7500000000000000801", "7500000000000000802"
    yield run.delta("One ", message=one)
    yield run.delta(PIECES[0], message=two)
    yield run.delta("moment.", message=one)
    yield from (run.delta(piece, message=two) for piece in PIECES[1:])
    yield run.completed("One moment.", message=one)
    yield run.completed(ANSWER, message=two)


@in_a_run("branches without their ends")
def branches(run: Run) -> Iterator[Step | Event]:
    yield run.delta("One ", message="7500000000000000801")
    yield run.delta(ANSWER, message="7500000000000000802")
    yield run.delta("moment.", message="7500000000000000801")


def _tool(run: Run, name: str = "tool_response") -> Iterator[Event]:
    yield run.completed(CALL, message="7500000000000000501", type="function_call")
    yield run.completed('{"state":"sent"}', message="7500000000000000502", type=name)


@in_a_run("tool")
def tool(run: Run) -> Iterator[Step | Event]:
    yield from _tool(run)
    yield from run.say(*PIECES)


@in_a_run("tool of old")
def tool_of_old(run: Run) -> Iterator[Step | Event]:
    yield from _tool(run, "tool_output")
    yield from run.say(*PIECES)


@in_a_run("tool between two answers")
def tool_between(run: Run) -> Iterator[Step | Event]:
    yield from run.say("One moment.", message="7500000000000000801")
    yield from _tool(run)
    yield from run.say(*PIECES, message="7500000000000000802")


@in_a_run("two tools, one answered")
def two_tools(run: Run) -> Iterator[Step | Event]:
    """Calls come together, and the answers after them in their order."""
    yield run.completed(CALL, message="7500000000000000501", type="function_call")
    second = {**CALL, "plugin_name": "", "api_name": "weather"}
    yield run.completed(second, message="7500000000000000503", type="function_call")
    yield run.completed("sent", message="7500000000000000502", type="tool_response")
    yield from run.say(*PIECES)


@in_a_run("odd tools")
def odd_tools(run: Run) -> Iterator[Step | Event]:
    """A call that is no JSON, one without a name, and a response that nobody asked for."""
    yield run.completed(PROMPT, message="7500000000000000501", type="function_call")
    yield run.completed("sent", message="7500000000000000502", type="tool_response")
    yield run.completed("again", message="7500000000000000503", type="tool_response")
    yield run.completed(["x"], message="7500000000000000504", type="function_call")
    yield from run.say(*PIECES)


@in_a_run("knowledge")
def knowledge(run: Run) -> Iterator[Step | Event]:
    recalled = {"chunks": [{"slice": PROMPT}]}
    yield run.completed(recalled, message="7500000000000000601", type="knowledge")
    yield from run.say(*PIECES)


@in_a_run("verbose")
def verbose(run: Run) -> Iterator[Step | Event]:
    yield run.completed(RECALL, message="7500000000000000602", type="verbose")
    yield from run.say(*PIECES)
    yield run.completed(FINISH, message="7500000000000000603", type="verbose")
    yield run.completed({**FINISH, "data": ""}, message="7500000000000000604", type="verbose")
    yield run.delta(PROMPT, message="7500000000000000605", type="verbose")


@in_a_run("follow-ups")
def follow_ups(run: Run) -> Iterator[Step | Event]:
    yield from run.say(*PIECES)
    yield run.completed(FINISH, message="7500000000000000603", type="verbose")
    for n, words in enumerate(("运费怎么算?", " How long? ", "")):
        yield run.completed(words, message=f"750000000000000070{n}", type="follow_up")


def _objects(*items: dict[str, Any]) -> str:
    return dumps(list(items))


@in_a_run("object string")
def object_string(run: Run) -> Iterator[Step | Event]:
    content = _objects(
        {"type": "text", "text": ANSWER},
        {"type": "image", "file_url": IMAGE, "file_id": "7"},
        {"type": "file", "file_url": FILE, "name": "bill.pdf", "size": 2048},
        {"type": "audio", "file_url": "https://p.example.com/a.mp3"},
        {"type": "image", "file_url": "javascript:alert(1)"},
        {"type": "file", "file_id": "8"},
        {"type": "video"},
    )
    yield run.delta(content, content_type="object_string")
    yield run.completed(content, content_type="object_string")


@in_a_run("odd object strings")
def odd_object_strings(run: Run) -> Iterator[Step | Event]:
    yield run.completed("no JSON", message="1", content_type="object_string")
    yield run.completed(["text"], message="2", content_type="object_string")
    yield run.completed({"type": "text"}, message="3", content_type="object_string")
    yield from run.say(*PIECES)


@in_a_run("card")
def card(run: Run) -> Iterator[Step | Event]:
    yield run.completed({"card_type": 3, "data": PROMPT}, content_type="card", message="9")
    yield run.completed("no JSON", content_type="card", message="8")
    yield from run.say(*PIECES)


@in_a_run("spoken answer")
def spoken(run: Run) -> Iterator[Step | Event]:
    yield run.completed("UklGRg==", content_type="audio", message="9")
    yield from run.say(*PIECES)
