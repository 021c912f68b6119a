"""How a REST door says what it takes and gives: from these ``/openapi.json`` is made.

A route module lists its ``OPERATIONS`` beside its routes, with the very types that it parses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec import Struct

Credential = Literal["server_key", "user_token", "embed_token"]


class Fault(Struct, frozen=True):
    """``message`` is for a person, in the caller's language. ``retryable``: the same request may
    succeed later; with 429 not before the seconds in ``Retry-After``."""

    code: str
    message: str
    retryable: bool


class Failed(Struct, frozen=True):
    """What every refusal says that has no envelope of its own (``web/errors.py``)."""

    error: Fault


@dataclass(frozen=True)
class Answer:
    """``body`` is a msgspec type; None for an answer without one. ``streams``: the same may come as
    an event stream instead."""

    means: str
    body: Any = None
    content_type: str = "application/json"
    streams: bool = False


REFUSALS = {
    400: "The request cannot be read, or does not say which site is meant.",
    401: "No credential, or one that is wrong, over or another site's.",
    403: "Not from here: the site is paused, or the page is not on its list.",
    404: "There is nothing here, or it is not yours.",
    405: "Not with this method.",
    409: "Not now: an answer is being written, or the site's platform cannot do this.",
    413: "Too large.",
    422: "What was sent cannot be used; the message says what and why.",
    429: "Too many; again after the seconds in `Retry-After`.",
    500: "A fault of ours.",
    502: "The platform failed.",
    503: "The server is busy or restarts; again in a moment.",
}


def refusals(*statuses: int, body: Any = Failed) -> dict[int, Answer]:
    """What a door answers when it refuses: ``**refusals(401, 422)``. ``body`` is its envelope."""
    return {status: Answer(REFUSALS[status], body) for status in statuses}


@dataclass(frozen=True)
class Operation:
    """``path`` in OpenAPI's spelling (``/sites/{site}/…``). ``credentials``: any one of them lets
    a caller in; empty for everybody. ``body`` is a msgspec type; ``is_form``: a form may bear it
    too; without ``needs_body`` there may be none. ``answers`` by HTTP status."""

    id: str
    method: Literal["get", "post"]
    path: str
    tag: str
    summary: str
    answers: Mapping[int, Answer]
    body: Any = None
    is_form: bool = False
    needs_body: bool = True
    credentials: tuple[Credential, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
