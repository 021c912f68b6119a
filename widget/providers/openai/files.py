"""Which files visitors may send along, and what a model is given of them.

Media types and the forms in which they travel: OpenAI's guides for pictures and for files. Chat
completions take pictures and PDF; the Responses API reads office documents too. Plain text needs no
help of the host: it is written into the message.
"""

from __future__ import annotations

import base64
import time

from widget.providers.base import Attachment, Uploads
from widget.providers.openai.settings import OpenAISettings

IMAGES = ("image/png", "image/jpeg", "image/webp", "image/gif")
PDF = "application/pdf"
_OFFICE = "application/vnd.openxmlformats-officedocument"
OFFICE = (
    f"{_OFFICE}.wordprocessingml.document",
    f"{_OFFICE}.presentationml.presentation",
    f"{_OFFICE}.spreadsheetml.sheet",
)
TEXTS = ("text/plain", "text/markdown", "text/csv", "application/json")
TEXT_CHARS = 100_000
_MB = 1024 * 1024
# A multiple of three, so that base64 of the slices is base64 of the whole.
SLICE_BYTES = 3 * 128 * 1024


def uploads_of(settings: OpenAISettings) -> Uploads | None:
    """What is offered to visitors; None where the owner opened nothing."""
    accept = accepted(settings)
    if not accept:
        return None
    return Uploads(accept, max_bytes=settings.max_file_mb * _MB, max_count=settings.max_files)


def accepted(settings: OpenAISettings) -> tuple[str, ...]:
    documents = (PDF, *OFFICE) if settings.api == "responses" else (PDF,)
    return (
        *(IMAGES if settings.vision else ()),
        *(documents if settings.documents else ()),
        *(TEXTS if settings.text_files else ()),
    )


def is_image(file: Attachment) -> bool:
    return file.content_type in IMAGES


def is_text(file: Attachment) -> bool:
    return file.content_type in TEXTS


def data_url(file: Attachment) -> str:
    """The file in a text. Encoded in slices, between which other visitors' answers go on."""
    data = file.read()
    pieces = [f"data:{file.content_type};base64,"]
    for at in range(0, len(data), SLICE_BYTES):
        pieces.append(base64.b64encode(data[at : at + SLICE_BYTES]).decode())
        time.sleep(0)
    return "".join(pieces)


def text_of(file: Attachment) -> str:
    """The file's text between marks that name it, cut where it is very long."""
    text = _decoded(file.read())
    rest = "\n[…]" if len(text) > TEXT_CHARS else ""
    return f'<file name="{file.name}">\n{text[:TEXT_CHARS]}{rest}\n</file>'


def note_of(name: str) -> str:
    """What the model reads in place of a file that is not sent along."""
    return f"[{name}: this file is not sent along any more]"


def _decoded(data: bytes) -> str:
    """UTF-8 with or without a mark, else what Chinese Windows writes."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")
