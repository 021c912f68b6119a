"""Forms in answers as a page without scripts needs them: with an address, and with what was typed
when it was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from widget.domain.conversations import InputRequestPart
from widget.domain.inputs import Field
from widget.domain.sites import Caller
from widget.render.widgets.actions import posted
from widget.render.widgets.door import with_door
from widget.runs.reply import Given
from widget.runs.shown import shown_request
from widget.store.messages import access_message

if TYPE_CHECKING:
    from widget.runs.engine import Engine

__all__ = ["posted", "refilled", "with_door"]


def refilled(engine: Engine, caller: Caller, message: str, part: int, values: Given) -> str | None:
    """The form of a request that still waits, filled in like this; None when there is none."""
    with engine.store.read() as tx:
        parts = access_message(tx, caller, message).parts
    found = parts[part] if part < len(parts) else None
    if not isinstance(found, InputRequestPart) or found.state != "pending":
        return None
    fields = tuple(_filled(field, values) for field in found.form.fields)
    form = msgspec.structs.replace(found.form, fields=fields)
    return shown_request(msgspec.structs.replace(found, form=form)).html


def _filled(field: Field, values: Given) -> Field:
    return msgspec.structs.replace(field, default=values.get(field.id, ()))
