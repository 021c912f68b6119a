"""What an interrupted run of XpertAI waits for, and a visitor's reply in the platform's form.

The same tree comes in the stream (``on_interrupt``) and stands in the conversation (``operation``),
so that a reply can be worded long after the question was read, and by another process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from widget.domain.errors import BadInput, NotOffered
from widget.domain.events import ClientToolCalled, InputRequested, RunEvent
from widget.domain.inputs import FormAnswered, Reply, ToolAnswered
from widget.providers.xpertai.confirmations import CONFIRM, REJECT, confirmation, patch
from widget.providers.xpertai.fields import dict_in, dicts, written
from widget.providers.xpertai.questions import TOOL, answers, questionnaire, questions_of
from widget.providers.xpertai.reviews import decisions, review
from widget.providers.xpertai.sources import first

UNNAMED = "input"


class Wait(Struct, frozen=True):
    """One thing that is waited for. ``id`` is a tool call's or an interrupt's; ``body`` the call,
    the actions to be reviewed, or the tasks to be confirmed."""

    id: str
    kind: Literal["tool", "questions", "review", "confirm"]
    body: dict[str, Any]


def wanted(data: dict[str, Any], lang: str) -> list[RunEvent]:
    return [_event(wait, lang) for wait in waits(data)]


def waits(data: dict[str, Any]) -> Iterator[Wait]:
    """Whatever is to be confirmed is one question, since the platform takes one answer for it."""
    to_confirm: list[tuple[str, dict[str, Any]]] = []
    for task in dicts(data.get("tasks")):
        # A breakpoint before a tool brings no interrupt of its own, only the task.
        for interrupt in dicts(task.get("interrupts")) or [{"id": task.get("id")}]:
            id_ = first(interrupt, "id") or UNNAMED
            value = dict_in(interrupt.get("value"))
            found = list(_of_value(id_, value))
            yield from found
            if not found and ("toolCalls" in value or task.get("call") or task.get("info")):
                to_confirm.append((id_, {**task, "value": value}))
    if to_confirm:
        yield Wait(to_confirm[0][0], "confirm", {"tasks": [task for _, task in to_confirm]})


def _of_value(id_: str, value: dict[str, Any]) -> Iterator[Wait]:
    if dicts(value.get("actionRequests")):
        yield Wait(id_, "review", value)
    for call in dicts(value.get("clientToolCalls")):
        is_question = call.get("name") == TOOL and bool(questions_of(call))
        yield Wait(first(call, "id"), "questions" if is_question else "tool", call)


def _event(wait: Wait, lang: str) -> RunEvent:
    if wait.kind == "tool":
        return ClientToolCalled(wait.id, first(wait.body, "name"), dict_in(wait.body.get("args")))
    if wait.kind == "questions":
        return InputRequested(wait.id, questionnaire(wait.body))
    if wait.kind == "review":
        return InputRequested(wait.id, review(wait.body, lang))
    return InputRequested(wait.id, confirmation(wait.body["tasks"], lang))


def decision(reply: Reply | None, waiting: dict[str, Any]) -> dict[str, Any]:
    """``decision`` and ``patch`` of a resume; ``waiting`` is the conversation's ``operation``."""
    if isinstance(reply, tuple):
        return _confirmed({"toolMessages": [_tool_message(one) for one in reply]})
    if not isinstance(reply, FormAnswered):
        raise NotOffered("xpertai takes no action of a widget: it belongs to the host page")
    wait = next((one for one in waits(waiting) if one.id == reply.request), None)
    if wait is None:
        return _unknown(reply)
    if wait.kind == "questions":
        return _confirmed({"toolMessages": [answers(wait.body, reply.values)]})
    if wait.kind == "review":
        return _confirmed({"decisions": decisions(wait.body, reply)})
    return _whole(reply, patch(wait.body["tasks"], reply.values))


def _unknown(reply: FormAnswered) -> dict[str, Any]:
    """The platform shows no such question: a plain yes or no may still reach it, and no more,
    lest a changed argument be confirmed unchanged."""
    if reply.action not in (CONFIRM, REJECT) or reply.values:
        raise BadInput("the platform does not wait for this answer any more")
    return _whole(reply, {})


def _whole(reply: FormAnswered, changed: dict[str, Any]) -> dict[str, Any]:
    """A rejection has no payload: one would be taken for the tool's answer."""
    if reply.is_skipped or reply.action != CONFIRM:
        return {"decision": {"type": REJECT}}
    return {"decision": {"type": CONFIRM}, **({"patch": changed} if changed else {})}


def _confirmed(payload: dict[str, Any]) -> dict[str, Any]:
    return {"decision": {"type": CONFIRM, "payload": payload}}


def _tool_message(answer: ToolAnswered) -> dict[str, Any]:
    return {
        "tool_call_id": answer.call,
        "name": answer.name,
        "content": written(answer.result),
        "status": "error" if answer.is_error else "success",
    }
