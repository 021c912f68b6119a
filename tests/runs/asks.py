"""Agents that ask: scripts of answers that wait for the visitor or the host page."""

from __future__ import annotations

from typing import Any

from tests.runs.acts import play
from tests.runs.stage import Stage, Watcher, answer
from widget.domain import events
from widget.domain.events import RunEvent
from widget.domain.inputs import Action, Choice, Field, Form
from widget.runs.opened import Accepted
from widget.runs.reply import HostAction, Pressed
from widget.runs.reply import answer as give_answer
from widget.runs.tool_result import take_result

SIZES = Form(
    title="Which size?",
    fields=(
        Field("size", "Size", kind="choice", choices=(Choice("s", "Small"), Choice("l", "Large"))),
        Field("note", "Note", is_required=False),
    ),
    may_skip=True,
)
SURE = Form(title="Sure?", actions=(Action("yes", "Yes"), Action("no", "No")))
WHERE = events.ClientToolCalled("call-1", "where", {"precise": True})
WHO = events.ClientToolCalled("call-2", "who", {})


def asking(*asked: RunEvent) -> list[RunEvent]:
    """An answer that ends by asking."""
    return [
        events.RunStarted("up-conversation", "up-run", "up-message"),
        events.TextDelta("Well."),
        *asked,
        events.RunCompleted("tool"),
    ]


def ask(stage: Stage, *asked: RunEvent) -> tuple[str, Watcher]:
    """Has the agent ask; from then on it answers. The message, and a frame that watches."""
    watcher = play(stage, *asking(*asked))
    stage.provider.script = lambda turn: answer("Thanks.")
    return stage.shown_answer().id, watcher


def fill(stage: Stage, message: str, part: int = 1, **fields: Any) -> Accepted:
    done = press(stage, message, part, **fields)
    assert isinstance(done, Accepted)
    return done


def press(stage: Stage, message: str, part: int = 1, **fields: Any) -> Accepted | HostAction:
    return give_answer(stage.engine, stage.caller, Pressed(message, part, **fields))


def tell(stage: Stage, message: str, call: str, result: Any, *, fails: bool = False) -> object:
    return take_result(stage.engine, stage.caller, message, call, result=result, is_error=fails)


def card(**action: Any) -> dict[str, Any]:
    """A widget with a field and one button, whose control is ``0.1.onClickAction``."""
    return {
        "type": "Card",
        "children": [
            {
                "type": "Form",
                "children": [
                    {"type": "Input", "name": "note"},
                    {
                        "type": "Button",
                        "label": "Go",
                        "onClickAction": {"type": "go", "payload": {"id": 7}, **action},
                    },
                ],
            }
        ],
    }


BUTTON = "0.1.onClickAction"
