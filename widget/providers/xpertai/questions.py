"""XpertAI's built-in tool that asks the visitor: one to three questions with options."""

from __future__ import annotations

from typing import Any

import msgspec

from widget.domain.inputs import Choice, Field, Form, Values
from widget.providers.xpertai.fields import dict_in, dicts
from widget.providers.xpertai.sources import first

TOOL = "request_user_input"
_PLAN = "implement_plan"


def questions_of(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that one can choose an answer to; none where the call is not of the tool's form."""
    asked = dicts(dict_in(call.get("args")).get("questions"))
    return [one for one in asked if _choices(one) and first(one, "question", "header")]


def questionnaire(call: dict[str, Any]) -> Form:
    asked = questions_of(call)
    title = first(asked[0], "header") if len(asked) == 1 else ""
    return Form(title, fields=tuple(_field(number, one) for number, one in enumerate(asked)))


def answers(call: dict[str, Any], values: Values) -> dict[str, Any]:
    """The tool's message: what was chosen, and whether it was a go-ahead or only a wish."""
    asked = questions_of(call)
    chosen = [_chosen(one, values.get(_id(number, one), ())) for number, one in enumerate(asked)]
    is_plan = any(one.get("id") == _PLAN for one in asked)
    content = {
        "type": "request_user_input_result",
        "purpose": "implementation_confirmation" if is_plan else "plan_clarification",
        "answers": [{"id": _id(n, asked[n]), **one} for n, one in enumerate(chosen) if one],
    }
    return {
        "tool_call_id": first(call, "id"),
        "name": TOOL,
        "content": msgspec.json.encode(content).decode(),
        "status": "success",
    }


def _field(number: int, asked: dict[str, Any]) -> Field:
    return Field(_id(number, asked), first(asked, "question", "header"), "choice", _choices(asked))


def _choices(asked: dict[str, Any]) -> tuple[Choice, ...]:
    return tuple(
        Choice(label, label, first(option, "description"))
        for option in dicts(asked.get("options"))
        if (label := first(option, "label"))
    )


def _chosen(asked: dict[str, Any], values: tuple[str, ...]) -> dict[str, Any]:
    for choice in _choices(asked):
        if choice.value in values:
            told = {"type": "option", "value": choice.value, "label": choice.label}
            about = {"description": choice.description} if choice.description else {}
            return {"question": first(asked, "question", "header"), **told, **about}
    return {}


def _id(number: int, asked: dict[str, Any]) -> str:
    return first(asked, "id") or f"question-{number}"
