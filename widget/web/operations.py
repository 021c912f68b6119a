"""How a REST door says what it takes and gives: from these ``/openapi.json`` is made.

A route module lists its ``OPERATIONS`` beside its routes, with the very types that it parses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Credential = Literal["server_key", "user_token", "embed_token"]


@dataclass(frozen=True)
class Answer:
    """``body`` is a msgspec type; None for an answer without one. ``content_type`` of a stream."""

    means: str
    body: Any = None
    content_type: str = "application/json"


@dataclass(frozen=True)
class Operation:
    """``path`` in OpenAPI's spelling (``/sites/{site}/…``). ``credentials``: any one of them lets
    a caller in; empty for everybody. ``body`` is a msgspec type; ``is_form``: a form may bear it
    too. ``answers`` by HTTP status."""

    id: str
    method: Literal["get", "post"]
    path: str
    tag: str
    summary: str
    answers: Mapping[int, Answer]
    body: Any = None
    is_form: bool = False
    credentials: tuple[Credential, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
