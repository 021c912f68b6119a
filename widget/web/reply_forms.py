"""What an agent asked for, filled in at a browser without JavaScript."""

from __future__ import annotations

import msgspec
from flask import request
from flask.typing import ResponseReturnValue

from widget.domain.errors import FormRefused, NotFound, NotOffered
from widget.domain.sites import Caller
from widget.runs.doors import posted, refilled
from widget.runs.reply import Given, HostAction, Pressed
from widget.web import form_files, wire
from widget.web.admit import admit_site
from widget.web.answering import give_answer, pressed_of
from widget.web.door import Place
from widget.web.form_fields import said
from widget.web.forms import Outcome, answer, bp
from widget.web.services import services


@bp.post("/frame/<site>/messages/<message>/parts/<int:part>/answer")
def reply(site: str, message: str, part: int) -> ResponseReturnValue:
    """A form that an agent asked to be filled in, or a control of a widget."""
    form_files.admit(admit_site(site))
    given = posted(request.form.items(multi=True))

    def act(caller: Caller) -> Outcome:
        with_files = {**given, **form_files.keep_fields(caller)}
        found = give_answer(services(), caller, _pressed(message, part, with_files))
        if isinstance(found, HostAction):
            raise NotOffered("without scripts the host page cannot be told")
        return Outcome(found.conversation)

    return answer(site, act, refill=lambda caller: _refill(caller, message, part, given))


def _pressed(message: str, part: int, given: Given) -> Pressed:
    """Within the bounds of the same command on a socket."""
    command = {
        "message": message,
        "part": part,
        "action": said("action"),
        "values": given,
        "is_skipped": "skip" in request.form,
    }
    try:
        return pressed_of(msgspec.convert(command, wire.InputAnswer))
    except msgspec.ValidationError as error:
        raise FormRefused(str(error)) from error


def _refill(caller: Caller, message: str, part: int, given: Given) -> dict[Place, str]:
    try:
        html = refilled(services().engine, caller, message, part, given)
    except NotFound:
        return {}
    return {(message, part): html} if html else {}
