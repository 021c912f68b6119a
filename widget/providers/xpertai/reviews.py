"""Actions of an XpertAI agent that a person reviews: approve, change, decline, reply."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from widget.domain.errors import BadInput
from widget.domain.inputs import Action, Choice, Field, Form, FormAnswered
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
from widget.providers.xpertai.words import Words, words_in

DECISIONS = ("approve", "edit", "reject", "respond")
_WITH_WORDS = frozenset({"reject", "respond"})
_STYLES: dict[str, Literal["primary", "danger"]] = {
    "approve": "primary",
    "edit": "primary",
    "reject": "danger",
}


class Request(Struct, frozen=True):
    """One action, what may be decided about it, and the schema of its arguments."""

    number: int
    action: dict[str, Any]
    allowed: tuple[str, ...]
    schema: dict[str, Any]

    @property
    def name(self) -> str:
        return first(self.action, "name")

    @property
    def args(self) -> dict[str, Any]:
        return dict_in(self.action.get("args"))

    def offered(self) -> list[str]:
        """Changing the arguments and approving is one choice: both are what the fields say."""
        is_both = {"approve", "edit"} <= set(self.allowed)
        return [one for one in self.allowed if not (is_both and one == "edit")]

    def arguments(self) -> dict[str, dict[str, Any]]:
        """Those that a field can hold by name, given or not, with what the schema says."""
        named = dict_in(self.schema.get("properties"))
        known = {**{name: {} for name in self.args}, **named}
        return {n: dict_in(a) for n, a in known.items() if is_editable(self.args.get(n))}

    def field_id(self, kind: str, name: str = "") -> str:
        return f"{kind}.{self.number}.{name}" if name else f"{kind}.{self.number}"


def requests_of(value: dict[str, Any]) -> list[Request]:
    """In the platform's order, which the decisions keep."""
    reviews = {first(one, "actionName"): one for one in dicts(value.get("reviewConfigs"))}
    found = []
    for number, action in enumerate(dicts(value.get("actionRequests"))):
        config = reviews.get(first(action, "name"), {})
        allowed = config.get("allowedDecisions")
        known = [d for d in DECISIONS if isinstance(allowed, list) and d in allowed]
        schema = dict_in(config.get("argsSchema"))
        found.append(Request(number, action, tuple(known) or ("approve", "reject"), schema))
    return found


def review(value: dict[str, Any], lang: str) -> Form:
    """One action is decided by buttons; several by a choice for each."""
    words, requests = words_in(lang), requests_of(value)
    is_single = len(requests) == 1
    return Form(
        title=", ".join(one.name for one in requests),
        text="\n\n".join(filter(None, (_about(one) for one in requests))),
        fields=tuple(f for one in requests for f in _fields(one, words, is_single=is_single)),
        actions=_buttons(requests[0], words) if is_single else (),
    )


def decisions(value: dict[str, Any], reply: FormAnswered) -> list[dict[str, Any]]:
    """One for each action; raises ``BadInput`` for what may not be decided."""
    requests = requests_of(value)
    is_single = len(requests) == 1
    return [_decision(one, reply, is_single=is_single) for one in requests]


def _about(request: Request) -> str:
    """What is to be decided; the arguments too where no field shows them."""
    args = {} if "edit" in request.allowed else request.args
    return "\n\n".join(filter(None, [first(request.action, "description"), listed(args)]))


def _buttons(request: Request, words: Words) -> tuple[Action, ...]:
    labels = words.decisions()
    return tuple(
        Action(one, labels[one], _STYLES.get(one, "secondary")) for one in request.offered()
    )


def _fields(request: Request, words: Words, *, is_single: bool) -> list[Field]:
    fields = []
    if not is_single:
        labels = words.decisions()
        choices = tuple(Choice(one, labels[one]) for one in request.offered())
        label = f"{words.decision}: {request.name}"
        fields.append(Field(request.field_id("decision"), label, "choice", choices))
    if "edit" in request.allowed:
        fields += _argument_fields(request, words)
    if _WITH_WORDS & set(request.allowed):
        own = request.field_id("reason")
        fields.append(Field(own, words.reason, "paragraph", is_required=False))
    return fields


def _argument_fields(request: Request, words: Words) -> list[Field]:
    needed = request.schema.get("required")
    return [
        argument_field(
            request.field_id("argument", name),
            first(about, "title") or name,
            about,
            request.args.get(name),
            words,
            is_required=isinstance(needed, list) and name in needed,
            hint=first(about, "description"),
        )
        for name, about in request.arguments().items()
    ]


def _decision(request: Request, reply: FormAnswered, *, is_single: bool) -> dict[str, Any]:
    kind = (
        reply.action if is_single else "".join(reply.values.get(request.field_id("decision"), ()))
    )
    if not kind and "reject" in request.allowed:
        kind = "reject"  # nothing is approved that nobody has approved
    if kind not in request.allowed:
        raise BadInput(f"{request.name}: {kind!r} is none of {', '.join(request.allowed)}")
    if kind in _WITH_WORDS:
        return _worded(kind, "".join(reply.values.get(request.field_id("reason"), ())).strip())
    args = _edited(request, reply) if "edit" in request.allowed else request.args
    if args == request.args and "approve" in request.allowed:
        return {"type": "approve"}
    return {"type": "edit", "editedAction": {"name": request.name, "args": args}}


def _worded(kind: str, said: str) -> dict[str, Any]:
    is_needed = kind == "respond"
    return {"type": kind, "message": said} if said or is_needed else {"type": kind}


def _edited(request: Request, reply: FormAnswered) -> dict[str, Any]:
    known = request.arguments()
    ids = {name: request.field_id("argument", name) for name in known}
    given = {name: reply.values[own] for name, own in ids.items() if own in reply.values}
    kinds = {name: kind_of(about, request.args.get(name)) for name, about in known.items()}
    return edited(request.args, kinds, given)
