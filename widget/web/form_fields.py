"""What a form says, with the line ends of everybody else."""

from __future__ import annotations

from flask import request


def said(name: str) -> str:
    """The field's text; empty where the form has none."""
    return request.form.get(name, "").replace("\r\n", "\n")
