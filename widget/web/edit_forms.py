"""Another wording of a question, without JavaScript: its text in the composer, then the edit."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from widget.domain.sites import Caller
from widget.runs import question, start
from widget.web.edited import Edited
from widget.web.form_fields import said
from widget.web.forms import Outcome, answer, bp, client_message_id
from widget.web.services import services


@bp.post("/frame/<site>/messages/<message>/edit")
def edit(site: str, message: str) -> ResponseReturnValue:
    """The button at a question, then the composer's own, or the one that calls it off."""
    if "cancel" in request.form:
        return answer(site, lambda caller: Outcome(draft=said("aside"), edited=None))
    act = _edit if said("edits") == message else _begin
    return answer(site, lambda caller: act(caller, message))


def _begin(caller: Caller, message: str) -> Outcome:
    asked = question.access(services().engine, caller, message)
    aside = said("aside") or said("text")
    return Outcome(asked.conversation, draft=question.text_of(asked), edited=Edited(message, aside))


def _edit(caller: Caller, message: str) -> Outcome:
    with services().limits.message(caller) as ticket:
        accepted = start.edit(services().engine, caller, message, client_message_id(), said("text"))
        if not accepted.is_repeat:
            ticket.count()
    return Outcome(accepted.conversation, draft=said("aside"), edited=None)
