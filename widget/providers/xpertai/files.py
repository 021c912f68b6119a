"""Files of visitors, handed to XpertAI before the message that speaks of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from widget.domain.errors import Failure, UpstreamError, UpstreamProtocolError, UpstreamRejected
from widget.providers.base import Attachment, Uploads
from widget.providers.paths import segment
from widget.providers.xpertai.api import PATIENT, Api, Form
from widget.providers.xpertai.sources import first

_BEING_READ = frozenset({"uploaded", "scanning", "parsing"})

# The platform's own page has these limits; its API has none of its own.
UPLOADS = Uploads(
    accept=(
        "image/*",
        "audio/*",
        "video/*",
        "text/*",
        "application/pdf",
        "application/json",
        "application/zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    max_bytes=100 * 1024 * 1024,
    max_count=10,
)


def upload(api: Api, file: Attachment, visitor: str, pauses_s: Sequence[float]) -> str:
    """The file's id there, once it was read, or after a while: then the platform goes on with it.
    Raises ``UpstreamRejected`` for a file that it cannot read."""
    form = Form({"purpose": "chat_attachment"}, file.name, file.read(), file.content_type)
    made = api.call(visitor, "POST", "/contexts/file", form=form, timeout=PATIENT)
    own = first(made, "id", "fileId") if isinstance(made, dict) else ""
    if not own:
        raise UpstreamProtocolError("POST /contexts/file named no id")
    state = first(made, "parseStatus", "status")
    for pause_s in pauses_s:
        if state not in _BEING_READ:
            break
        time.sleep(pause_s)
        state = _state(api, visitor, own)
    if state == "failed":
        raise UpstreamRejected(
            f"the platform cannot read {file.name}", status=200, failure=Failure.CONTENT
        )
    return own


def _state(api: Api, visitor: str, file: str) -> str:
    """ "": nothing was learned. The file is there all the same."""
    try:
        told = api.call(visitor, "GET", f"/files/{segment(file)}/status")
    except UpstreamError:
        return ""
    return first(told, "status") if isinstance(told, dict) else ""


def described(file: Attachment, own: str) -> dict[str, Any]:
    """As a message names it: only what has ``id`` reaches the assistant."""
    return {
        "id": own,
        "fileId": own,
        "originalName": file.name,
        "mimeType": file.content_type,
        "size": file.size,
    }
