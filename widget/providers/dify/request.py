"""What a Dify app is asked: the question, its inputs, its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from widget.providers.base import Attachment, Turn
from widget.providers.dify.app import Parameters
from widget.providers.dify.inputs import gather

Upload = Callable[[Attachment], str]


def question(
    turn: Turn, parameters: Parameters | None, own: Mapping[str, Any], upload: Upload
) -> dict[str, Any]:
    """The body without the conversation; raises ``Misconfigured`` for an input without a value.

    Streams are asked for always: agents refuse anything else, and a flow may answer a blocking call
    with a stream. The name that the platform would make by itself comes too late to be read.
    """
    told = parameters or Parameters()
    body: dict[str, Any] = {
        "query": turn.text.strip() or ", ".join(file.name for file in turn.attachments),
        "inputs": gather(told.form, own, turn.facts) if parameters else dict(own),
        "user": turn.visitor,
        "response_mode": "streaming",
        "auto_generate_name": False,
    }
    if turn.attachments:
        rows = [file_row(file, told, upload) for file in turn.attachments]
        body["files"] = rows
    return body


def file_row(file: Attachment, told: Parameters, upload: Upload) -> dict[str, str]:
    """A file that the platform has, or gets now."""
    return {
        "type": told.limits.kind_of(file),
        "transfer_method": "local_file",
        "upload_file_id": file.upstream or upload(file),
    }
