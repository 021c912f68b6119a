"""Items that wait for the visitor or the host page."""

from __future__ import annotations

from typing import Any

from tests.fakes.chatkit.wire import item, message
from tests.providers.chatkit.kit import only
from tests.providers.chatkit.made import CALL
from tests.providers.chatkit.reader import (
    added,
    done,
    read,
    removed,
    replaced,
)
from widget.domain.events import (
    ClientToolCalled,
    InputRequested,
    PartRemoved,
    RunCompleted,
)
from widget.domain.inputs import Choice, Field


def form(*inputs: Any, status: str = "pending") -> dict[str, Any]:
    return item("structured_input", "si_1", status=status, inputs=list(inputs))


def test_tool_call_counts_when_it_is_stored() -> None:
    events = read(added(CALL), done(CALL), done(CALL))

    assert only(events, ClientToolCalled) == [ClientToolCalled("tc_1", "get_page", {"a": 1})]
    assert events[-1] == RunCompleted("tool")
    assert read(added(CALL))[-1] == RunCompleted("stop")


def test_completed_call_asks_nothing() -> None:
    completed = {**CALL, "status": "completed", "output": 1}

    assert read(done(completed))[-1] == RunCompleted("stop")
    assert read(done(CALL), replaced(completed))[-1] == RunCompleted("stop")


def test_call_that_is_taken_back_asks_nothing() -> None:
    events = read(done(CALL), removed("tc_1"))

    assert events[-2:] == [PartRemoved("tc_1"), RunCompleted("stop")]


def test_form_has_a_field_for_every_question() -> None:
    events = read(
        done(
            form(
                {
                    "id": "q1",
                    "type": "multiple_choice",
                    "question": "Size?",
                    "options": [{"value": "S"}, {"value": "M"}, {"value": ""}, {"value": 7}],
                },
                {
                    "id": "q2",
                    "type": "multiple_choice",
                    "multiple": True,
                    "question": "Colours?",
                    "options": [{"value": "red"}],
                },
                {"id": "q3", "type": "freeform", "question": "More?", "description": "Anything"},
                {"id": "q4", "type": "multiple_choice", "question": "Open?", "options": []},
                {"id": "", "question": "Nameless"},
                {"question": "Nameless"},
            )
        )
    )

    (request,) = only(events, InputRequested)
    sizes = (Choice("S", "S"), Choice("M", "M"))
    assert request.id == "si_1"
    assert request.form.may_skip
    assert request.form.fields == (
        Field("q1", "Size?", "choice", sizes, is_required=False),
        Field("q2", "Colours?", "choices", (Choice("red", "red"),), is_required=False),
        Field("q3", "More?", "paragraph", is_required=False, help="Anything"),
        Field("q4", "Open?", "paragraph", is_required=False),
    )
    assert events[-1] == RunCompleted("tool")


def test_form_that_was_answered_does_not_come_again() -> None:
    """The stream that follows an answer begins with the form, answered."""
    events = read(replaced(form(status="answered")), message("msg_a", "Thanks"))

    assert only(events, InputRequested) == []
    assert events[-1] == RunCompleted("stop", "msg_a")
