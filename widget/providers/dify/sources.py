"""Citations of a Dify answer: the pieces of knowledge that its app lets visitors see."""

from __future__ import annotations

from typing import Any

from widget.domain.events import RunEvent, Source
from widget.providers.dify.payload import text_of

QUOTE_CHARS = 300
TITLE_CHARS = 200


def sources(resources: Any) -> list[RunEvent]:
    """``retriever_resources`` in the order of the platform, each piece once."""
    found: dict[str, Source] = {}
    for row in resources if isinstance(resources, list) else ():
        if isinstance(row, dict) and (source := _source(row)):
            found.setdefault(source.id, source)
    return list(found.values())


def _source(row: dict[str, Any]) -> Source | None:
    title = text_of(row.get("document_name")) or text_of(row.get("dataset_name"))
    if not title:
        return None
    id_ = (
        text_of(row.get("segment_id")) or f"{text_of(row.get('document_id'))}:{row.get('position')}"
    )
    return Source(id_, title[:TITLE_CHARS], quote=text_of(row.get("content")).strip()[:QUOTE_CHARS])
