"""Attachments on their way from a sent message to the platform."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import gevent
import msgspec
import structlog

from widget.domain.conversations import AttachmentPart, ImagePart, Message
from widget.domain.errors import (
    Failure,
    FileRefused,
    NotOffered,
    UpstreamError,
    UpstreamRejected,
    UpstreamTimeout,
)
from widget.domain.events import Cursor, RunEvent, RunStarted
from widget.domain.inputs import FormAnswered, Reply, Values
from widget.domain.media import accepts
from widget.domain.sites import Caller, Site
from widget.providers.base import Attachment, Provider, Turn, Uploads
from widget.runs.redact import redacted
from widget.store.attachments import Stored, find_attachments, save_upstream

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction

HAND_OVER_LIMIT_S = 45.0
ID_PREFIX = "att_"
# What a platform says of a file itself, and not of the moment.
REFUSALS = frozenset({Failure.CONTENT, Failure.QUOTA, Failure.CONFIG})
# What it says of a file's id that it does not know any more.
FORGOTTEN = frozenset({Failure.NOT_FOUND, Failure.CONFIG})

log = structlog.get_logger()


def claim(
    tx: Transaction, caller: Caller, ids: Sequence[str], limits: Uploads | None
) -> tuple[AttachmentPart, ...]:
    """The caller's unsent files as parts of the message that takes them along.

    ``bind_attachments`` is to follow in the same transaction, once the message has its row.
    """
    if not ids:
        return ()
    if limits is None:
        raise NotOffered("this site takes no files")
    wanted = tuple(dict.fromkeys(ids))
    if len(wanted) > limits.max_count:
        raise FileRefused("count", "too many files", limit=limits.max_count)
    found = find_attachments(tx, caller.site.key, caller.visitor, wanted)
    return tuple(_claimed(found.get(one), limits) for one in wanted)


def hand_over(
    engine: Engine, site: Site, stored: Stored, *, pseudonym: str = "", is_last_try: bool
) -> Stored:
    """Gives the file to the platform, unless this one has it already.

    Before the last try only a refusal of the file itself counts: anything else may be over when
    the message is sent.
    """
    platform = digest(site)
    if stored.upstream and stored.platform == platform:
        return stored
    try:
        with gevent.Timeout(HAND_OVER_LIMIT_S, UpstreamTimeout("the file took too long")):
            file = _attachment(engine, stored)
            upstream = engine.provider_for(site).upload(file, visitor=pseudonym or stored.visitor)
    except Exception as error:
        if is_last_try:
            raise
        _refuse_or_wait(site, stored, error)
        return stored
    if upstream:
        with engine.store.begin() as tx:
            save_upstream(tx, stored.id, upstream=upstream, platform=platform)
    return msgspec.structs.replace(stored, upstream=upstream, platform=platform)


def ask_with_files(
    engine: Engine, site: Site, provider: Provider, turn: Turn, *, owner: str
) -> Iterator[RunEvent]:
    """``provider.run`` for a turn with files of this visitor's: those that the platform lacks go
    first. When it has forgotten those that it once had, it gets them again, once."""
    handed = _hand_over_all(engine, site, turn, owner=owner)
    turn = msgspec.structs.replace(turn, attachments=handed)
    has_said = False
    try:
        with closing(_generator(provider.run(turn))) as events:
            for event in events:
                has_said = has_said or not isinstance(event, RunStarted | Cursor)
                yield event
        return
    except UpstreamRejected as error:
        if has_said or error.failure not in FORGOTTEN or not any(one.upstream for one in handed):
            raise
        log.info("the platform may have forgotten files: they go again", site=site.key)
    again = _hand_over_all(engine, site, turn, owner=owner, is_again=True)
    yield from provider.run(msgspec.structs.replace(turn, attachments=again))


def of_question(
    engine: Engine, site: Site, visitor: str, question: Message
) -> tuple[Attachment, ...]:
    """What came with this message, as far as it is still there."""
    found = _found(engine, site, visitor, [question])
    return tuple(
        found[part.id]
        for part in question.parts
        if isinstance(part, AttachmentPart) and part.id in found
    )


def of_reply(engine: Engine, site: Site, visitor: str, reply: Reply) -> tuple[Attachment, ...]:
    """What a form brought along, as far as it is still there."""
    ids = [one for some in _values(reply).values() for one in some if one.startswith(ID_PREFIX)]
    with engine.store.read() as tx:
        rows = find_attachments(tx, site.key, visitor, ids) if ids else {}
    return tuple(
        _attachment(engine, rows[one]) for one in ids if one in rows and engine.store.files.has(one)
    )


def of_history(
    engine: Engine, site: Site, visitor: str, history: Iterable[Message]
) -> dict[str, Attachment]:
    """By id, what came with these messages and what their answers brought."""
    return _found(engine, site, visitor, history)


def digest(site: Site) -> str:
    """Tells one platform from another: an id that one of them gave is worth nothing at the next."""
    settings: Any = (site.provider.kind, sorted(site.provider.settings.items()))
    told = msgspec.json.encode(settings, order="deterministic")
    return hashlib.sha256(told).hexdigest()[:32]


def _values(reply: Reply) -> Values:
    return reply.values if isinstance(reply, FormAnswered) else {}


def _claimed(stored: Stored | None, limits: Uploads) -> AttachmentPart:
    if stored is None or stored.message is not None:
        raise FileRefused("gone", "it was sent, removed or is too old")
    if not accepts(limits.accept, stored.content_type) or stored.size > limits.max_bytes:
        raise FileRefused("type", "the site does not take it any more", name=stored.name)
    return AttachmentPart(stored.id, stored.name, stored.content_type, stored.size)


def _refuse_or_wait(site: Site, stored: Stored, error: Exception) -> None:
    detail = redacted(f"{type(error).__name__}: {error}", site)
    log.warning("the platform did not take a file", attachment=stored.id, detail=detail)
    if isinstance(error, UpstreamError) and error.failure in REFUSALS:
        raise FileRefused("platform", "the platform refused it", name=stored.name) from None


def _hand_over_all(
    engine: Engine, site: Site, turn: Turn, *, owner: str, is_again: bool = False
) -> tuple[Attachment, ...]:
    ids = [file.id for file in turn.attachments]
    with engine.store.read() as tx:
        found = find_attachments(tx, site.key, owner, ids)
    rows = [found[one] for one in ids if one in found]
    if is_again:
        rows = [msgspec.structs.replace(row, upstream="") for row in rows]
    handed = [
        hand_over(engine, site, row, pseudonym=turn.visitor, is_last_try=True) for row in rows
    ]
    return tuple(_attachment(engine, row) for row in handed)


def _found(
    engine: Engine, site: Site, visitor: str, messages: Iterable[Message]
) -> dict[str, Attachment]:
    ids = [one for message in messages for one in _ids(message)]
    if not ids:
        return {}
    with engine.store.read() as tx:
        rows = find_attachments(tx, site.key, visitor, ids)
    ours = digest(site)
    return {
        row.id: _attachment(engine, row if row.platform == ours else _unknown_there(row))
        for row in rows.values()
        if engine.store.files.has(row.id)
    }


def _ids(message: Message) -> Iterator[str]:
    for part in message.parts:
        if isinstance(part, AttachmentPart):
            yield part.id
        elif isinstance(part, ImagePart) and part.attachment:
            yield part.attachment


def _unknown_there(row: Stored) -> Stored:
    return msgspec.structs.replace(row, upstream="")


def _attachment(engine: Engine, stored: Stored) -> Attachment:
    return Attachment(
        id=stored.id,
        name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        path=engine.store.files.path(stored.id),
        upstream=stored.upstream,
    )


def _generator(events: Iterator[RunEvent]) -> Any:
    """A provider's iterator that can be closed, also where it is no generator."""
    return events if hasattr(events, "close") else (event for event in events)
