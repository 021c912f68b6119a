"""An input request as a form, and what was answered to it."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from markupsafe import Markup

from widget.domain.conversations import InputRequestPart
from widget.domain.inputs import Action, Field
from widget.render.markdown import render
from widget.render.widgets.actions import PARAGRAPH_CHARS, PREFIX, TEXT_CHARS
from widget.render.widgets.clean import cleaned
from widget.render.widgets.props import mended
from widget.render.widgets.templates import macros

# More choices than these are a list to open; fewer stand there to be read.
FEW = 6
_TONES = {"primary": "w-solid w-t-primary", "danger": "w-outline w-t-danger"}
_markup = macros("form")


def form_html(part: InputRequestPart) -> str:
    """Pending: the fields with the buttons that send them. Otherwise what the visitor answered.

    Clean, and without the page's own texts (``door.py`` puts them in).
    """
    form = part.form
    prose = [render(mended(form.text))] if form.text.strip() else []
    about = {"title": form.title, "prose": list(range(len(prose)))}
    drawn = _asked(part, about) if part.state == "pending" else _answered(part, about)
    return cleaned(f'<div class="w-root">{drawn}</div>', prose)


def _asked(part: InputRequestPart, about: dict[str, Any]) -> Markup:
    form = part.form
    key = "q" + blake2b(part.id.encode("utf-8", "replace"), digest_size=6).hexdigest()
    asked = {
        **about,
        "id": key,
        "has_files": any(field.kind in ("file", "files") for field in form.fields),
        "fields": [_field(field, f"{key}-{place}") for place, field in enumerate(form.fields)],
        "actions": [_action(action) for action in form.actions],
        "may_skip": form.may_skip,
    }
    return _markup.asked(asked)


def _field(field: Field, id_: str) -> dict[str, Any]:
    kind = field.kind
    is_open_list = kind == "choice" and len(field.choices) > FEW
    return {
        "id": id_,
        "name": PREFIX + field.id,
        "label": field.label or field.id,
        "help": field.help,
        "kind": "list" if is_open_list else kind,
        "is_required": field.is_required,
        "value": field.default[0] if field.default else "",
        "longest": TEXT_CHARS if kind == "text" else PARAGRAPH_CHARS,
        "choices": [
            {
                "value": choice.value,
                "label": choice.label or choice.value,
                "description": choice.description,
                "is_chosen": choice.value in field.default,
            }
            for choice in field.choices
        ],
    }


def _action(action: Action) -> dict[str, str]:
    return {
        "id": action.id,
        "label": action.label,
        "classes": f"w-button {_TONES.get(action.style, 'w-outline w-t-secondary')}",
    }


def _answered(part: InputRequestPart, about: dict[str, Any]) -> Markup:
    form = part.form
    labels = {action.id: action.label or action.id for action in form.actions}
    return _markup.answered(
        {
            **about,
            "state": part.state,
            "action": labels.get(part.action, ""),
            "answers": [
                _answer(field, part.values[field.id])
                for field in form.fields
                if part.values.get(field.id)
            ],
        }
    )


def _answer(field: Field, values: tuple[str, ...]) -> dict[str, Any]:
    """Files are told by their number: their ids mean nothing to a reader."""
    labels = {choice.value: choice.label or choice.value for choice in field.choices}
    is_file = field.kind in ("file", "files")
    return {
        "label": field.label or field.id,
        "values": [] if is_file else [labels.get(value, value) for value in values],
        "files": len(values) if is_file else 0,
    }
