"""Pictures that an answer brings in itself: kept as files of ours, as visitors' files are.

A frame loads pictures from our origin alone, and a ``data:`` address in every event and every row
would be carried around for ever.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from typing import TYPE_CHECKING

import msgspec
import structlog

from widget.domain.conversations import ImagePart
from widget.domain.errors import FileRefused
from widget.domain.events import ImageReady
from widget.domain.media import PICTURES, sniff
from widget.domain.uploads import MEGABYTE, clean_name, refuse_bomb
from widget.runs.uploads import refuse_without_room
from widget.store.attachments import (
    Stored,
    add_attachment,
    delete_attachments,
    find_attachments,
)
from widget.store.conversations import find_conversation
from widget.store.files import aside

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.runs.live import LiveRun
    from widget.store.database import Transaction

MOST_BYTES = 25 * MEGABYTE
MOST_PER_ANSWER = 40
DATA = re.compile(r"data:image/[\w.+-]{1,40}(?:;[\w=.+-]{1,40})*;base64,", re.IGNORECASE)

log = structlog.get_logger()


class Pictures:
    """The pictures of one running answer. ``part`` of an event is what to show for it: without an
    attachment when it is no picture that may be kept."""

    def __init__(self, engine: Engine, live: LiveRun) -> None:
        self._engine = engine
        self._live = live
        self._kept: dict[str, str] = {}

    def part(self, event: ImageReady) -> ImagePart:
        try:
            attachment = self._keep(event)
        except FileRefused as error:
            log.warning("a picture was not kept", run=self._live.id, detail=str(error))
            attachment = ""
        self._replace(event.id, attachment)
        return ImagePart(event.id, "", event.alt, attachment=attachment)

    def _keep(self, event: ImageReady) -> str:
        """Told again (a joined run), the same picture is the same file."""
        if event.id not in self._kept and len(self._kept) >= MOST_PER_ANSWER:
            raise FileRefused("count", "an answer brings too many pictures")
        data = aside(_decoded, event.url)
        content_type = _checked(data)
        stored = self._stored(event, data, content_type)
        files = self._engine.store.files
        if not files.has(stored.id):
            refuse_without_room(self._engine)
            files.write(stored.id, data)
        with self._engine.store.begin() as tx:
            stored = _of_owner(tx, stored, self._live.conversation)
            if not find_attachments(tx, stored.site, stored.visitor, [stored.id]):
                add_attachment(tx, stored)
        return stored.id

    def _stored(self, event: ImageReady, data: bytes, content_type: str) -> Stored:
        live = self._live
        told = f"{live.answer.message} {event.id} ".encode() + data
        return Stored(
            id=f"att_{hashlib.sha256(told).hexdigest()[:32]}",
            site=live.site,
            visitor=live.visitor,
            name=clean_name(" ".join(event.alt.split())[:60] or "picture", content_type),
            content_type=content_type,
            size=len(data),
            created_at=self._engine.clock(),
            message=live.answer.message,
        )

    def _replace(self, event: str, attachment: str) -> None:
        """A sketch gives way to the finished picture."""
        former = self._kept.get(event)
        self._kept[event] = attachment
        if not former or former == attachment:
            return
        with self._engine.store.begin() as tx:
            delete_attachments(tx, [former])
        self._engine.store.files.remove(former)


def _of_owner(tx: Transaction, stored: Stored, conversation: str) -> Stored:
    """The conversation may be another visitor's since this run began: one who signed in."""
    found = find_conversation(tx, conversation)
    return msgspec.structs.replace(stored, visitor=found.visitor) if found else stored


def is_inline(event: ImageReady) -> bool:
    return event.url[:5].lower() == "data:"


def _decoded(url: str) -> bytes:
    head = DATA.match(url)
    if head is None:
        raise FileRefused("type", f"{url[:40]!r} is no picture in base64")
    if len(url) > MOST_BYTES * 4 // 3:
        raise FileRefused("too_large", f"{len(url)} characters")
    try:
        return base64.b64decode(url[head.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise FileRefused("broken", "its base64 cannot be read") from None


def _checked(data: bytes) -> str:
    file = io.BytesIO(data)
    content_type = sniff(file, "", "")
    if content_type not in PICTURES:
        raise FileRefused("type", f"{content_type!r} is no picture")
    refuse_bomb(file, content_type, "")
    return content_type
