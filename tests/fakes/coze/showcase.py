"""The docs' answer: thinking, a tool, text, and what may be asked next."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.advice import ADVICE, Advice
from tests.fakes.coze.answers import CALL, FINISH
from tests.fakes.coze.run import Run, Scenario
from tests.fakes.coze.scenarios import SCENARIOS, around
from tests.fakes.coze.wire import Event
from tests.fakes.upstream import Step


def _play(advice: Advice) -> Scenario:
    call = {**CALL, "plugin_name": advice.lookup, "thought": advice.thought}

    def play(run: Run) -> Iterator[Step | Event]:
        yield run.delta("", reasoning_content=advice.thought)
        yield run.completed(call, message=f"{run.chat.id}2", type="function_call")
        yield run.completed(advice.quote, message=f"{run.chat.id}3", type="tool_response")
        yield from run.say(*advice.pieces)
        yield run.completed(FINISH, message=f"{run.chat.id}4", type="verbose")
        for number, words in enumerate(advice.follow_ups, 5):
            yield run.completed(words, message=f"{run.chat.id}{number}", type="follow_up")

    return around(play)


for _advice in ADVICE.values():
    SCENARIOS[_advice.question] = _play(_advice)
