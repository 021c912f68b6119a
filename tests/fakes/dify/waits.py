"""Flows that wait for a person's form."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.dify.scenarios import scenario
from tests.fakes.dify.stage import Stage, Step
from tests.fakes.dify.wire import PING, Gate, Pause, Raw


@scenario("form")
def form(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.text("One moment. ")
    yield stage.form()
    yield stage.paused()
    yield Pause()
    yield stage.filled()
    yield Gate("followed")
    action = stage.answered.get("action")
    yield stage.text(f"You chose {action}. ")
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("form at once")
def form_at_once(stage: Stage) -> Iterator[Step]:
    """After the form the run is over before anyone can follow it."""
    yield from stage.opening()
    yield stage.text("One moment. ")
    yield stage.form()
    yield stage.paused()
    yield Pause()
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("two forms")
def two_forms(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    for number in (1, 2):
        yield stage.text(f"{number}. ")
        yield stage.form(form_id=f"form-{number}", form_token=f"{stage.form_token}-{number}")
        yield stage.paused()
        yield Pause()
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("forms at once")
def forms_at_once(stage: Stage) -> Iterator[Step]:
    """Two people's work, or two questions: the flow waits for both."""
    yield from stage.opening()
    for waiting in ((1, 2), (2,)):
        for number in waiting:
            yield stage.form(form_id=f"form-{number}", form_token=f"{stage.form_token}-{number}")
        yield stage.paused()
        yield Pause()
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("form, then moderated")
def form_then_moderated(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.text("One moment. ")
    yield stage.form()
    yield stage.paused()
    yield Pause()
    yield Gate("followed")
    again = "Let us rather talk about something else, shall we?"
    yield stage.event("message_replace", answer=again, reason="output_moderation")
    yield from stage.closing()


@scenario("form told again")
def form_told_again(stage: Stage) -> Iterator[Step]:
    """Who follows the run at once may still be shown the pause that is just over."""
    yield from stage.opening()
    yield stage.form()
    yield stage.paused()
    yield Pause()
    yield Gate("followed")
    yield stage.form()
    yield stage.paused()
    for _ in range(5):
        yield Raw(PING)
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("form after a node")
def form_after_a_node(stage: Stage) -> Iterator[Step]:
    """Who follows the run is told its nodes from the first one on."""
    yield from stage.opening()
    yield from stage.nodes()
    yield stage.form()
    yield stage.paused()
    yield Pause()
    yield Gate("followed")
    yield from stage.nodes()
    yield stage.node("node_started", "n5", "Book the parcel")
    yield stage.node("node_finished", "n5", "Book the parcel")
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("form times out")
def form_times_out(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.form()
    yield stage.paused()
    yield Pause()
    late = {"node_id": "node-form", "node_title": "Return", "expiration_time": 1}
    yield Gate("followed")
    yield stage.flow("human_input_form_timeout", **late)
    yield stage.text("Too late.")
    yield from stage.closing()


@scenario("form elsewhere")
def form_elsewhere(stage: Stage) -> Iterator[Step]:
    """The form goes out by e-mail; no token, so nobody can answer here."""
    yield from stage.opening()
    yield stage.form(form_token=None, display_in_ui=False)
    yield stage.paused()
    yield Pause()


@scenario("form with files")
def form_with_files(stage: Stage) -> Iterator[Step]:
    inputs = [
        {"type": "file", "output_variable_name": "photo"},
        {"type": "file-list", "output_variable_name": "papers", "default": None},
        {"type": "odd", "output_variable_name": "note"},
        {"type": "select", "output_variable_name": "why", "options": [{"value": "a"}, 7]},
        {
            "type": "paragraph",
            "output_variable_name": "name",
            "default": {"type": "variable", "selector": ["start", "name"], "value": ""},
        },
        {"type": "paragraph"},
        "odd",
    ]
    defaults = {"name": "Li", "papers": ["x"]}
    actions = [
        {"id": "ok", "title": "", "button_style": "accent"},
        {"id": "stop", "title": "Stop", "button_style": "ghost"},
        {"title": "nameless"},
    ]
    yield from stage.opening()
    yield stage.form(inputs=inputs, actions=actions, resolved_default_values=defaults)
    yield stage.paused()
    yield Pause()
    yield stage.text(repr(stage.answered.get("inputs")))
    yield from stage.closing()
