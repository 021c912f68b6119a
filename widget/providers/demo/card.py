"""The demo shop's card of one lamp: a widget with a choice that changes it, a form and buttons."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

CARD = "heron"


class CardWords(Struct, frozen=True):
    """``colours`` by their value: name and price."""

    name: str
    stock: str
    about: str
    colour: str
    colours: dict[str, tuple[str, str]]
    engraving: str
    engraving_hint: str
    order: str
    show: str


def card(words: CardWords, colour: str = "brass") -> dict[str, Any]:
    """The card with this colour chosen."""
    name, price = words.colours[colour]
    return {
        "type": "Card",
        "size": "md",
        "children": [
            {
                "type": "Row",
                "children": [
                    {"type": "Title", "value": words.name, "size": "sm"},
                    {"type": "Badge", "label": words.stock, "color": "success"},
                ],
            },
            {"type": "Text", "value": words.about},
            {"type": "Text", "value": f"{name}: {price}", "weight": "semibold"},
            {"type": "Form", "onSubmitAction": _order(colour), "children": _fields(words, colour)},
        ],
    }


def _fields(words: CardWords, colour: str) -> list[dict[str, Any]]:
    options = [{"value": value, "label": name} for value, (name, _) in words.colours.items()]
    return [
        {"type": "Label", "value": words.colour, "fieldName": "colour"},
        {
            "type": "Select",
            "name": "colour",
            "options": options,
            "defaultValue": colour,
            "onChangeAction": {"type": "lamp.colour", "streaming": False},
        },
        {"type": "Label", "value": words.engraving, "fieldName": "engraving"},
        {"type": "Input", "name": "engraving", "placeholder": words.engraving_hint},
        {
            "type": "Row",
            "children": [
                {"type": "Button", "submit": True, "style": "primary", "label": words.order},
                {
                    "type": "Button",
                    "label": words.show,
                    "onClickAction": {
                        "type": "show_lamp",
                        "payload": {"lamp": "heron"},
                        "handler": "client",
                    },
                },
            ],
        },
    ]


def _order(colour: str) -> dict[str, Any]:
    return {"type": "lamp.order", "payload": {"lamp": "heron", "colour": colour}}
