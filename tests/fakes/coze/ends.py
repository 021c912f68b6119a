"""Scenarios of runs that fail or are lost in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.coze.run import Run
from tests.fakes.coze.scenarios import ANSWER, PIECES, scenario
from tests.fakes.coze.waits import TOOL_CALL
from tests.fakes.coze.wire import Event, dumps
from tests.fakes.upstream import Die, Step, Wait

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
