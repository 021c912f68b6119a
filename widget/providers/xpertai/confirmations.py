"""Tool calls of an XpertAI agent that are confirmed or rejected as a whole."""

from __future__ import annotations

from typing import Any

from widget.domain.inputs import Action, Field, Form, Values
from widget.providers.xpertai.fields import (
    argument_field,
    dict_in,
    dicts,
    edited,
    is_editable,
    kind_of,
    listed,
)
from widget.providers.xpertai.sources import first
from widget.providers.xpertai.words import Words, said_in, words_in

CONFIRM, REJECT = "confirm", "reject"
Task = dict[str, Any]


def confirmation(tasks: list[Task], lang: str) -> Form:
    words = words_in(lang)
    return Form(
        title=", ".join(filter(None, (_title(task, lang) for task in tasks))),
        text="\n\n".join(filter(None, (_text(task, lang) for task in tasks))),
        fields=tuple(
            _field(number, task, one, words, lang)
            for number, task in enumerate(tasks)
            for one in _parameters(task)
        ),
        actions=(
            Action(CONFIRM, words.confirm, "primary"),
            Action(REJECT, words.reject, "danger"),
        ),
    )


def patch(tasks: list[Task], values: Values) -> dict[str, Any]:
    """What was changed of the calls, for the agent that made them; empty for nothing."""
    changed = [(task, call) for n, task in enumerate(tasks) if (call := _changed(n, task, values))]
    if not changed:
        return {}
    agent = first(dict_in(changed[0][0].get("agent")), "key")
    calls = {"toolCalls": [call for _, call in changed]}
    return {"agentKey": agent, **calls} if agent else calls


def _changed(number: int, task: Task, values: Values) -> dict[str, Any] | None:
    args, known = _args(task), _parameters(task)
    names = {first(one, "name"): one for one in known}
    given = {n: values[own] for n in names if (own := _id(number, n)) in values}
    kinds = {name: kind_of(about, args.get(name)) for name, about in names.items()}
    fresh = edited(args, kinds, given)
    return None if fresh == args else {**task["call"], "args": fresh}


def _parameters(task: Task) -> list[dict[str, Any]]:
    """Those that a person may change: they need a call to be written back to."""
    args = _args(task)
    return [
        one
        for one in dicts(task.get("parameters"))
        if isinstance(task.get("call"), dict)
        and first(one, "name")
        and is_editable(args.get(first(one, "name")))
    ]


def _field(number: int, task: Task, about: dict[str, Any], words: Words, lang: str) -> Field:
    name = first(about, "name")
    return argument_field(
        _id(number, name),
        said_in(about.get("title"), lang) or name,
        about,
        _args(task).get(name),
        words,
        hint=said_in(about.get("description"), lang) or said_in(about.get("placeholder"), lang),
    )


def _id(number: int, name: str) -> str:
    return f"parameter.{number}.{name}"


def _args(task: Task) -> dict[str, Any]:
    return dict_in(dict_in(task.get("call")).get("args"))


def _title(task: Task, lang: str) -> str:
    info = dict_in(task.get("info"))
    named = said_in(info.get("title"), lang) or first(info, "name")
    return named or ", ".join(filter(None, (first(call, "name") for call in _calls(task))))


def _text(task: Task, lang: str) -> str:
    """What it does; the arguments too where no field shows them."""
    about = said_in(dict_in(task.get("info")).get("description"), lang)
    shown = {} if _parameters(task) else _all_args(task)
    return "\n\n".join(filter(None, [about, listed(shown)]))


def _all_args(task: Task) -> dict[str, Any]:
    merged = dict(_args(task))
    for call in _calls(task):
        merged.update(dict_in(call.get("args")))
    return merged


def _calls(task: Task) -> list[dict[str, Any]]:
    return dicts(dict_in(task.get("value")).get("toolCalls"))
