"""The question whose new wording a page without scripts is being written."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True)
class Edited:
    """``aside``: what stood in the composer before, which comes back."""

    message: str
    aside: str = ""


def edited() -> Edited | None:
    """As the form of this request has it."""
    message = request.form.get("edits", "")
    return Edited(message, request.form.get("aside", "")) if message else None
