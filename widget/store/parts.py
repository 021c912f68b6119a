"""The ordered parts of a message as rows: text in a column of its own, every other kind as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from widget.domain.conversations import Part, ReasoningPart, TextPart
from widget.store.tables import messages, parts

_decoder: msgspec.json.Decoder[Part] = msgspec.json.Decoder(Part)
_encode = msgspec.json.Encoder().encode


class PartRow(Struct, frozen=True):
    """One row without its message: what a checkpoint writes of a part."""

    position: int
    kind: str
    text: str = ""
    data: str = "{}"


def row_of(position: int, part: Part) -> PartRow:
    if isinstance(part, TextPart | ReasoningPart):
        return PartRow(position, part.__struct_config__.tag, part.text)  # type: ignore[arg-type]
    return PartRow(position, str(part.__struct_config__.tag), data=_encode(part).decode())


def write_parts(tx: Connection, rows: Iterable[tuple[str, PartRow]]) -> None:
    """Puts (message, part) rows, new or changed."""
    values = [{"message": message, **msgspec.structs.asdict(row)} for message, row in rows]
    if not values:
        return
    tx.execute(_PUT[tx.dialect.name], values)


def parts_of(tx: Connection, messages: Sequence[str]) -> dict[str, tuple[Part, ...]]:
    """The parts of each of these messages, in order."""
    found: dict[str, list[Part]] = {message: [] for message in messages}
    query = select(parts).where(parts.c.message.in_(messages)).order_by(parts.c.position)
    for row in tx.execute(query):
        found[row.message].append(_part(row))
    return {message: tuple(some) for message, some in found.items()}


def requests_of(tx: Connection, conversation: str) -> list[tuple[str, int, Part]]:
    """What was asked of the visitor and the host page in the shown thread: (message, position,
    part), also what has its answer."""
    query = (
        select(parts)
        .join(messages, messages.c.id == parts.c.message)
        .where(
            messages.c.conversation == conversation,
            messages.c.superseded_by.is_(None),
            parts.c.kind.in_(("input_request", "tool_call")),
        )
        .order_by(messages.c.position, parts.c.position)
    )
    return [(row.message, row.position, _part(row)) for row in tx.execute(query)]


def _put(insert: Any) -> Any:
    statement = insert(parts)
    changed = {name: statement.excluded[name] for name in ("kind", "text", "data")}
    return statement.on_conflict_do_update(index_elements=["message", "position"], set_=changed)


# Both databases speak this dialect of an insert, each through a construct of its own.
_PUT = {"sqlite": _put(sqlite.insert), "postgresql": _put(postgresql.insert)}


def _part(row: Row[Any]) -> Part:
    match row.kind:
        case "text":
            return TextPart(row.text)
        case "reasoning":
            return ReasoningPart(row.text)
        case _:
            return _decoder.decode(row.data)
