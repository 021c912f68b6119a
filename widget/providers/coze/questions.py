"""What a run of Coze waits for: a question of a flow, a form, or the host page's tools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from widget.domain.events import ClientToolCalled
from widget.domain.inputs import Choice, Field, FieldKind, Form, FormAnswered
from widget.providers.coze.parsing import as_object, objects, parse_object
from widget.providers.coze.texts import Texts

ANSWER = "@answer"
CHOICES = 20
LABEL_CHARS = 200
TEXT_CHARS = 2_000
_QUESTIONS = ("question", "content", "message", "text", "output")
_OPTIONS = ("options", "Options", "choices")
_NUMBERS = ("integer", "number", "float")


class Question(msgspec.Struct, frozen=True):
    """``form`` is None for a plain question, which the visitor's next message answers."""

    id: str
    text: str
    form: Form | None = None


def question_of_card(id_: str, content: str, texts: Texts) -> Question | None:
    """A flow's question or form, which its card carries beside its looks; None for other cards."""
    properties = as_object(parse_object(content).get("x_properties"))
    info = parse_object(properties.get("workflow_card_info"))
    if info.get("card_type") == "QUESTION":
        data = as_object(info.get("question_card_data"))
        return _question(id_, _words(data, "Title", "title"), _options(data), texts)
    if info.get("card_type") == "INPUT":
        fields = tuple(_input_fields(info.get("input_card_data")))
        return Question(id_, "", Form(fields=fields)) if fields else None
    return None


def waited_for(chat: dict[str, Any], texts: Texts) -> Iterator[Question | ClientToolCalled]:
    """The calls of ``required_action``; a flow that waits often names none."""
    action = as_object(chat.get("required_action"))
    for call in objects(as_object(action.get("submit_tool_outputs")).get("tool_calls")):
        function = as_object(call.get("function"))
        arguments, id_ = parse_object(function.get("arguments")), str(call.get("id") or "")
        if call.get("type") == "reply_message":
            asked = _question(id_, _words(arguments, *_QUESTIONS), _options(arguments), texts)
            if asked:
                yield asked
        elif call.get("type") == "function" and id_ and isinstance(function.get("name"), str):
            yield ClientToolCalled(id_, function["name"], arguments)


def answer_text(reply: FormAnswered) -> str:
    """The message that goes on with the flow: one answer as it is, a form as ``name:value``
    lines, which is what an input node reads."""
    if ANSWER in reply.values:
        return ", ".join(reply.values[ANSWER])
    return "\n".join(f"{name}:{', '.join(given)}" for name, given in reply.values.items())


def _question(id_: str, text: str, options: tuple[str, ...], texts: Texts) -> Question | None:
    if not options:
        return Question(id_, text) if text else None
    choices = tuple(Choice(option, option) for option in options)
    if 0 < len(text) <= LABEL_CHARS:
        return Question(id_, "", Form(fields=(Field(ANSWER, text, "choice", choices),)))
    field = Field(ANSWER, texts.answer, "choice", choices)
    return Question(id_, "", Form(text=text, fields=(field,)))


def _input_fields(given: Any) -> Iterator[Field]:
    for field in objects(given):
        name = field.get("name")
        if isinstance(name, str) and name:
            kind: FieldKind = "number" if field.get("type") in _NUMBERS else "text"
            yield Field(name, name[:LABEL_CHARS], kind, is_required=field.get("required") is True)


def _options(data: dict[str, Any]) -> tuple[str, ...]:
    """Plain texts, or objects with a name."""
    listed: list[Any] = next(
        (data[name] for name in _OPTIONS if isinstance(data.get(name), list)), []
    )
    names = [item if isinstance(item, str) else as_object(item).get("name") for item in listed]
    return tuple(name[:LABEL_CHARS] for name in names if isinstance(name, str) and name)[:CHOICES]


def _words(data: dict[str, Any], *names: str) -> str:
    found = (data[name] for name in names if isinstance(data.get(name), str) and data[name])
    return str(next(found, ""))[:TEXT_CHARS]
