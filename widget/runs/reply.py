"""What the visitor answers to an agent that asks: a form is filled in, a widget's button pressed.

The answer is stored in the same transaction as the run that goes on with it. A repeat (a reconnect,
a double tap) is answered with the first result.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, assert_never

import msgspec
from msgspec import Struct

from widget.domain.conversations import InputRequestPart, Message, WidgetPart
from widget.domain.errors import BadInput, FormRefused, RequestSettled, RunActive
from widget.domain.inputs import ActionTaken, FormAnswered
from widget.domain.sites import Caller
from widget.domain.transcript import PartChanged
from widget.render.widgets.actions import checked_values, find_action, merged
from widget.runs.admission import open_site
from widget.runs.asking import go_on, locked_message, refuse_late
from widget.runs.attachments import claim
from widget.runs.clean import clean
from widget.runs.opened import Accepted, Opened, launch
from widget.runs.quiet_action import QuietAction, act_quietly, quiet_action
from widget.runs.shown import shown_part
from widget.runs.uploads import offered
from widget.store.attachments import bind_attachments
from widget.store.parts import row_of, write_parts
from widget.store.runs import runs_about, unfinished_run

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction

Given = Mapping[str, tuple[str, ...]]


class HostAction(Struct, frozen=True):
    """A control was used that the host page handles: nothing is stored and no run starts."""

    name: str
    data: dict[str, Any]


class Pressed(Struct, frozen=True):
    """``part`` of ``message`` was filled in and sent off by its button ``action``, or skipped; of a
    widget ``action`` is the control that was used. ``values`` are the fields by name."""

    message: str
    part: int
    action: str = ""
    values: Given = {}
    is_skipped: bool = False


def answer(engine: Engine, caller: Caller, pressed: Pressed) -> Accepted | HostAction:
    """Goes on with what was answered. ``Accepted.run`` is empty where none was needed."""
    site = open_site(engine, caller)
    pressed = _clean(pressed)
    found: Opened | Accepted | QuietAction | HostAction
    with engine.store.begin() as tx:
        asked = locked_message(tx, caller, pressed.message)
        match asked.parts[pressed.part] if pressed.part < len(asked.parts) else None:
            case InputRequestPart() as request:
                found = _answer_form(engine, tx, caller, asked, request, pressed)
            case WidgetPart() as widget:
                found = _use_widget(engine, tx, caller, asked, widget, pressed)
            case _:
                raise BadInput(f"part {pressed.part} of this message asks for nothing")
    match found:
        case Opened():
            return launch(engine, site, caller, found)
        case QuietAction():
            return act_quietly(engine, site, caller, found)
        case Accepted() | HostAction():
            return found
        case _:
            assert_never(found)


def _answer_form(
    engine: Engine,
    tx: Transaction,
    caller: Caller,
    asked: Message,
    request: InputRequestPart,
    pressed: Pressed,
) -> Opened | Accepted:
    if request.state != "pending":
        return _first_answer(tx, asked, request)
    if unfinished_run(tx, asked.conversation):
        raise RunActive("an answer is being written; wait for it or stop it")
    refuse_late(tx, asked)
    filled = _filled(request, pressed)
    _take_files(engine, tx, caller, asked, filled)
    write_parts(tx, [(asked.id, row_of(pressed.part, filled))])
    reply = FormAnswered(
        filled.id, filled.action, filled.values, is_skipped=filled.state == "skipped"
    )
    changes = (PartChanged(asked.id, pressed.part, shown_part(filled)),)
    return go_on(engine, tx, caller, asked, reply=reply, changes=changes)


def _use_widget(
    engine: Engine,
    tx: Transaction,
    caller: Caller,
    asked: Message,
    widget: WidgetPart,
    pressed: Pressed,
) -> Opened | Accepted | QuietAction | HostAction:
    """A card stays usable for as long as it is shown."""
    action = find_action(widget.tree, pressed.action)
    if action is None:
        raise BadInput(f"the widget has no control {pressed.action!r}")
    payload = merged(action.payload, pressed.values, action.fields)
    if action.handler == "client":
        return HostAction(action.type, payload)
    if asked.superseded_by is not None:
        raise RequestSettled("that answer is not shown any more")
    reply = ActionTaken(widget.id, action.type, payload, is_quiet=not action.is_streaming)
    if not action.is_streaming:
        return quiet_action(engine, tx, caller, asked, pressed.part, reply)
    if running := unfinished_run(tx, asked.conversation):
        if (running.about, running.reply) == (asked.id, reply):
            return Accepted(asked.conversation, running.question, running.id, running.answer, True)
        raise RunActive("an answer is being written; wait for it or stop it")
    return go_on(engine, tx, caller, asked, reply=reply, changes=())


def _first_answer(tx: Transaction, asked: Message, request: InputRequestPart) -> Accepted:
    """A double tap, or another tab: the run that went on with the first answer."""
    for run in reversed(runs_about(tx, asked.id)):
        if isinstance(run.reply, FormAnswered) and run.reply.request == request.id:
            return Accepted(run.conversation, run.question, run.id, run.answer, is_repeat=True)
    raise RequestSettled("the conversation has gone on since this was asked")


def _filled(request: InputRequestPart, pressed: Pressed) -> InputRequestPart:
    """The request with what was answered; raises ``FormRefused`` where that does not fit."""
    form = request.form
    if pressed.is_skipped:
        if not form.may_skip:
            raise FormRefused("this has to be answered")
        return msgspec.structs.replace(request, state="skipped")
    if pressed.action not in ({one.id for one in form.actions} or {""}):
        raise BadInput(f"the form has no button {pressed.action!r}")
    try:
        values = checked_values(form, pressed.values)
    except BadInput as error:
        raise FormRefused(str(error)) from error
    return msgspec.structs.replace(request, state="answered", action=pressed.action, values=values)


def _take_files(
    engine: Engine, tx: Transaction, caller: Caller, asked: Message, filled: InputRequestPart
) -> None:
    """The files of a form belong to the message that asked for them."""
    fields = [field.id for field in filled.form.fields if field.kind in ("file", "files")]
    ids = [one for name in fields for one in filled.values.get(name, ())]
    if ids:
        claim(tx, caller, ids, offered(engine, open_site(engine, caller)))
        bind_attachments(tx, ids, asked.id)


def _clean(pressed: Pressed) -> Pressed:
    values = {
        clean(name): tuple(clean(value) for value in some) for name, some in pressed.values.items()
    }
    return msgspec.structs.replace(pressed, action=clean(pressed.action), values=values)
