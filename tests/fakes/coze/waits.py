"""Scenarios of runs that wait: for words, for a form, for the host page's tools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.coze.run import Run
from tests.fakes.coze.scenarios import PIECES, scenario
from tests.fakes.coze.wire import Event, dumps
from tests.fakes.upstream import Step

TOOL_CALL = {
    "id": "call-1",
    "type": "function",
    "function": {"name": "read_cart", "arguments": '{"currency":"CNY"}'},
}


def workflow_card(kind: str, **fields: Any) -> dict[str, Any]:
    """A question or a form of a chatflow, as its card carries it beside its looks."""
    info = dumps({"card_type": kind, **fields})
    return {
        "card_type": 3,
        "content_type": 50,
        "response_type": "card",
        "template_id": 7383997384420262000,
        "data": dumps({"elements": {}}),
        "x_properties": {"workflow_card_info": info},
    }


SIZES = {"Title": "Which size?", "Options": [{"name": "S"}, {"name": "M"}]}
INPUTS = [
    {"type": "string", "name": "city", "required": True},
    {"type": "integer", "name": "nights", "required": False},
]


def _reply(**arguments: Any) -> dict[str, Any]:
    function = {"name": "reply_message", "arguments": dumps(arguments)}
    return {"id": "call-9", "type": "reply_message", "function": function}


@scenario("asks")
def asks(run: Run) -> Iterator[Step | Event]:
    """A question node: its words are an answer, and the run waits."""
    yield from run.opening()
    yield from run.say("Which ", "size?")
    yield run.require(_reply(question="Which size?"))
    yield run.end


@scenario("asks silently")
def asks_silently(run: Run) -> Iterator[Step | Event]:
    """The question stands in the call alone."""
    yield from run.opening()
    yield run.require(_reply(question="Which size?"))
    yield run.end


@scenario("asks with options")
def asks_with_options(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    yield run.require(_reply(question="Which size?", options=["S", {"name": "M"}, 5]))
    yield run.end


@scenario("asks at length")
def asks_at_length(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    yield run.require(_reply(question="Well, " * 100 + "which size?", options=["S", "M"]))
    yield run.end


@scenario("waits for nothing")
def waits_for_nothing(run: Run) -> Iterator[Step | Event]:
    """Arguments that are no JSON, calls of no kind, or none at all."""
    yield from run.opening()
    yield from run.say(*PIECES)
    odd = {"id": "call-3", "type": "reply_message", "function": {"arguments": "no JSON"}}
    yield run.require(odd, {"id": "call-4", "type": "news"}, {"type": "function"})
    yield run.end


@scenario("question card")
def question_card(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    content = workflow_card("QUESTION", question_card_data=SIZES)
    yield run.completed(content, content_type="card")
    yield run.require()
    yield run.end


@scenario("input card")
def input_card(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    content = workflow_card("INPUT", input_card_data=INPUTS)
    yield run.completed(content, content_type="card")
    yield run.require()
    yield run.end


@scenario("odd workflow cards")
def odd_workflow_cards(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    for n, fields in enumerate(
        (
            workflow_card("QUESTION"),
            workflow_card("QUESTION", question_card_data={"Title": "", "Options": []}),
            workflow_card("INPUT", input_card_data=[{"type": "string"}, 7]),
            workflow_card("DANCE"),
            {"x_properties": {"workflow_card_info": "no JSON"}},
            {"x_properties": "none"},
        )
    ):
        yield run.completed(fields, content_type="card", message=f"75000000000000009{n:02}")
    yield from run.ending()


@scenario("calls the page")
def calls_the_page(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    yield from run.say("One moment.")
    yield run.require(TOOL_CALL, {**TOOL_CALL, "id": "call-2", "function": {"name": "scroll"}})
    yield run.end


def after_tools(run: Run) -> Iterator[Step | Event]:
    """What the same run goes on with."""
    yield run.event("in_progress")
    said = "; ".join(f"{o['tool_call_id']}={o['output']}" for o in run.outputs)
    yield from run.say(said, message="7500000000000000901")
    yield from run.ending()
