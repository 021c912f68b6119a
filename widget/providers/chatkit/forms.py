"""Structured input as a form, and the form's values as the protocol's answers."""

from __future__ import annotations

from typing import Any

from widget.domain.inputs import Choice, Field, FieldKind, Form, FormAnswered
from widget.providers.chatkit.shapes import objects, text_of


def form_of(item: dict[str, Any]) -> Form:
    """Every question may be left out, and so may all of them."""
    fields = tuple(field for one in objects(item.get("inputs")) if (field := _field(one)))
    return Form(fields=fields, may_skip=True)


def answers_of(reply: FormAnswered) -> dict[str, Any]:
    """What stands in ``input``; a question without a value counts as skipped over there."""
    if reply.is_skipped:
        return {"status": "skipped", "answers": {}}
    answers = {
        name: {"values": given, "skipped": not given}
        for name, values in reply.values.items()
        for given in ([value for value in values if value],)
    }
    return {"status": "answered", "answers": answers}


def _field(one: dict[str, Any]) -> Field | None:
    name = one.get("id")
    if not isinstance(name, str) or not name:
        return None
    label, help_ = text_of(one.get("question")), text_of(one.get("description"))
    choices = tuple(
        Choice(value, value)
        for option in objects(one.get("options"))
        if isinstance(value := option.get("value"), str) and value
    )
    if one.get("type") == "multiple_choice" and choices:
        kind: FieldKind = "choices" if one.get("multiple") is True else "choice"
        return Field(name, label, kind, choices, is_required=False, help=help_)
    return Field(name, label, "paragraph", is_required=False, help=help_)
