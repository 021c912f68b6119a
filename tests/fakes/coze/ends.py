"""Scenarios of runs that wait, fail or are lost in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.coze.run import Run
from tests.fakes.coze.scenarios import ANSWER, PIECES, scenario
from tests.fakes.coze.wire import Event, dumps
from tests.fakes.upstream import Die, Step, Wait

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


# -- runs that are lost


def _half(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    yield run.delta(PIECES[0])
    yield run.delta(PIECES[1])
    yield Wait()


def _finish_unseen(run: Run) -> None:
    """The run goes on without its reader and is kept."""
    list(run.say(*PIECES))
    run.completed("运费怎么算?", message="7500000000000000701", type="follow_up")
    run.complete()


@scenario("dies")
def dies(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    _finish_unseen(run)
    yield Die()


@scenario("reset")
def reset(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    _finish_unseen(run)
    yield Die(is_reset=True)


@scenario("ends politely")
def ends_politely(run: Run) -> Iterator[Step | Event]:
    """A clean end of the body that is no end of the run."""
    yield from _half(run)
    _finish_unseen(run)


@scenario("dies and fails")
def dies_and_fails(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    run.chat.last_error = {"code": 4013, "msg": "model trouble"}
    run.chat.status = "failed"
    yield Die()


@scenario("dies and is cancelled")
def dies_and_is_cancelled(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    run.cancel()
    yield Die()


@scenario("dies and asks")
def dies_and_asks(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    list(run.say(*PIECES))
    run.require(TOOL_CALL)
    yield Die()


@scenario("dies after a tool")
def dies_after_a_tool(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    call = {"plugin_name": "订单查询", "arguments": {}}
    yield run.completed(call, message="7500000000000000501", type="function_call")
    yield run.delta("", reasoning_content="Hm.")
    yield run.delta(PIECES[0])
    yield Wait()
    run.completed("sent", message="7500000000000000502", type="tool_response")
    run.completed(ANSWER, reasoning_content="Hm.")
    run.complete()
    yield Die()


@scenario("dies and stays alive")
def dies_and_stays_alive(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    yield Die()


@scenario("dies before it begins")
def dies_before_it_begins(run: Run) -> Iterator[Step | Event]:
    if run.tries > 1:
        yield from run.opening()
        yield from run.say(*PIECES)
        yield from run.ending()
        return
    run.chat.status = "failed"
    yield b": nothing yet\n\n"
    yield Die()


# -- runs that end badly


@scenario("cancelled event")
def cancelled_event(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    run.cancel()
    yield Event("conversation.chat.cancelled", run.chat.shown())


@scenario("canceled status")
def canceled_status(run: Run) -> Iterator[Step | Event]:
    """The run says that it is over, by the status alone."""
    yield from _half(run)
    run.cancel()
    yield Event("conversation.chat.completed", run.chat.shown())
    yield run.end


@scenario("failed by status")
def failed_by_status(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    run.chat.status, run.chat.last_error = "failed", {"code": 4028, "msg": "no credits"}
    yield Event("conversation.chat.in_progress", run.chat.shown())


@scenario("failed without an error")
def failed_without_an_error(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    run.chat.status = "failed"
    yield Event("conversation.chat.failed", {})


@scenario("error of nothing")
def error_of_nothing(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    run.chat.status = "failed"
    yield Event("error", {})


@scenario("error in words")
def error_in_words(run: Run) -> Iterator[Step | Event]:
    """The self-hosted dialect: not even JSON."""
    yield from _half(run)
    run.chat.status = "failed"
    yield Event("error", f"internal trouble of {run.key}")


@scenario("JSON at the end")
def json_at_the_end(run: Run) -> Iterator[Step | Event]:
    """An envelope in the middle of a stream, without a line end."""
    yield from _half(run)
    run.chat.status = "failed"
    yield dumps({"code": 4009, "msg": "busy"}).encode()


@scenario("words at the end")
def words_at_the_end(run: Run) -> Iterator[Step | Event]:
    yield from _half(run)
    run.chat.status = "failed"
    yield b"{upstream"
    yield Wait()
    yield b" trouble}"


def ending_badly(how: str, code: int, *, is_once: bool) -> Any:
    """``failed:4013`` and ``error:4013``: a run that begins well; ``… once`` only the first."""

    def play(run: Run) -> Iterator[Step | Event]:
        if how != "instead":
            yield from run.opening()
        if is_once and run.tries > 1:
            yield from run.say(*PIECES)
            yield from run.ending()
            return
        trouble = {"code": code, "msg": f"trouble {code} of {run.key}"}
        run.chat.status = "failed"
        if how == "failed":
            run.chat.last_error = trouble
            yield Event("conversation.chat.failed", run.chat.shown())
        elif how == "flat":
            yield Event("conversation.chat.failed", trouble)
        elif how == "text":
            yield Event("error", {**trouble, "code": str(code), "debug_url": "http://x"})
        elif how == "wrapped":
            words = f"code={code} message=unauthorized access : agent not match"
            yield Event("error", {"code": 103100001, "msg": words})
        else:
            yield Event("error", trouble)

    return play
