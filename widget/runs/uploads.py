"""Files that visitors add to a message: received, looked at, kept, and handed to the platform.

The platform gets a file before the message is sent, so that it can say at the file what it will not
take. When it cannot be reached then, the file waits here and goes with the message
(``runs.attachments``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import gevent
import structlog

from widget.domain.conversations import new_id
from widget.domain.errors import FileRefused, NotFound, NotOffered
from widget.domain.sites import Caller, Site
from widget.domain.uploads import MEGABYTE, clean_name, examine, refuse_size
from widget.providers.base import Uploads as Uploads
from widget.runs.attachments import hand_over
from widget.store.attachments import (
    Stored as Stored,
)
from widget.store.attachments import (
    access_attachment,
    access_file,
    add_attachment,
    count_unsent,
    delete_attachments,
    delete_unsent,
    find_attachments,
    without_row,
)
from widget.store.files import Incoming as Incoming
from widget.store.files import aside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from widget.runs.engine import Engine

# Whatever a platform and an owner say: more than this is no attachment.
MOST_BYTES = 200 * MEGABYTE
MOST_FILES = 20
MOST_UNSENT = 30
KEPT_FREE = 500 * MEGABYTE
UNSENT_LASTS = timedelta(hours=24)
# A file without a row may be one that is just being received.
STRAY_AFTER_S = 6 * 3600.0
CLEAN_EVERY_S = 1800.0

log = structlog.get_logger()


def offered(engine: Engine, site: Site) -> Uploads | None:
    """What the platform takes, within what the owner allows."""
    theirs = engine.capabilities(site).uploads
    if theirs is None or not site.options.ui.chat_bot.uploadable:
        return None
    return Uploads(
        accept=theirs.accept,
        max_bytes=min(theirs.max_bytes, site.limits.upload_mb * MEGABYTE or MOST_BYTES, MOST_BYTES),
        max_count=min(theirs.max_count, site.limits.uploads_per_message or MOST_FILES, MOST_FILES),
    )


def receive(engine: Engine, site: Site) -> Incoming:
    """Where the bytes of one file go while they arrive; ``drop`` it in the end."""
    refuse_without_room(engine)
    limits = offered(engine, site)
    return engine.store.files.receive(limits.max_bytes if limits else 0, KEPT_FREE)


def refuse_without_room(engine: Engine) -> None:
    if engine.store.files.free() < KEPT_FREE:
        log.error("the disk is nearly full: no files are taken", folder=engine.store.files.folder)
        raise FileRefused("room", "the disk is nearly full")


def keep(engine: Engine, caller: Caller, incoming: Incoming, *, name: str, declared: str) -> Stored:
    """A received file as an attachment that waits to be sent; raises ``FileRefused``."""
    limits = _offered_or_refused(engine, caller.site)
    shown_name = clean_name(name, "")
    refuse_size(incoming.size, limits.max_bytes, shown_name)
    incoming.finish()
    if incoming.lacks_room:
        raise FileRefused("room", "the disk became nearly full")
    content_type = aside(_examine, incoming, shown_name, declared, limits.accept)
    stored = Stored(
        id=new_id("att"),
        site=caller.site.key,
        visitor=caller.visitor,
        name=clean_name(name, content_type),
        content_type=content_type,
        size=incoming.size,
        created_at=engine.clock(),
    )
    _store(engine, caller, incoming, stored)
    try:
        return hand_over(engine, caller.site, stored, is_last_try=False)
    except FileRefused:
        forget(engine, caller, stored.id)
        raise


def forget(engine: Engine, caller: Caller, attachment: str) -> None:
    """Takes back one that was not sent; a sent one belongs to its message."""
    with engine.store.begin() as tx:
        if access_attachment(tx, caller, attachment).message is not None:
            raise NotFound(f"the attachment {attachment!r} was sent")
        delete_attachments(tx, [attachment])
    engine.store.files.remove(attachment)


def unsent(engine: Engine, caller: Caller, ids: Sequence[str]) -> list[Stored]:
    """Those of these that are the caller's and wait to be sent, in this order."""
    with engine.store.read() as tx:
        found = find_attachments(tx, caller.site.key, caller.visitor, ids)
    return [found[one] for one in ids if one in found and found[one].message is None]


def access(engine: Engine, site: str, visitor: str, attachment: str) -> Stored:
    """The visitor's file, by a link or a token that names both."""
    with engine.store.read() as tx:
        return access_file(tx, site, visitor, attachment)


def read(engine: Engine, stored: Stored) -> Iterator[bytes]:
    """Its bytes in pieces; ``NotFound`` when the disk has lost it."""
    try:
        return engine.store.files.read(stored.id)
    except FileNotFoundError:
        log.error("an attachment has no file", attachment=stored.id, site=stored.site)
        raise NotFound(f"no attachment {stored.id!r}") from None


def keep_clean(engine: Engine) -> None:
    while True:
        try:
            clean(engine)
        except Exception:
            log.exception("old files could not be removed")
        gevent.sleep(CLEAN_EVERY_S)


def clean(engine: Engine) -> None:
    """Removes what was never sent, and files of conversations that are gone."""
    with engine.store.begin() as tx:
        old = delete_unsent(tx, before=engine.clock() - UNSENT_LASTS)
    files = engine.store.files
    files.remove(*old)
    candidates = files.older_than(STRAY_AFTER_S)
    with engine.store.read() as tx:
        strays = without_row(tx, candidates)
    files.remove(*strays)
    if old or strays:
        log.info("files removed", never_sent=len(old), without_a_message=len(strays))


def _offered_or_refused(engine: Engine, site: Site) -> Uploads:
    limits = offered(engine, site)
    if limits is None:
        raise NotOffered("this site takes no files")
    return limits


def _examine(incoming: Incoming, name: str, declared: str, accepted: tuple[str, ...]) -> str:
    with incoming.path.open("rb") as file:
        return examine(file, name, declared, accepted=accepted)


def _store(engine: Engine, caller: Caller, incoming: Incoming, stored: Stored) -> None:
    """The file first: a row never names what is not there."""
    engine.store.files.keep(incoming, stored.id)
    try:
        with engine.store.begin() as tx:
            if count_unsent(tx, caller) >= MOST_UNSENT:
                raise FileRefused("unsent", "too many wait to be sent", limit=MOST_UNSENT)
            add_attachment(tx, stored)
    except BaseException:
        engine.store.files.remove(stored.id)
        raise
