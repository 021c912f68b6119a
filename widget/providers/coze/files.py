"""Files of visitors on their way to Coze."""

from __future__ import annotations

from widget.domain.errors import UpstreamProtocolError
from widget.providers.base import Attachment, Uploads
from widget.providers.coze.api import Api, File
from widget.providers.coze.parsing import as_object

# What the platform's own widget takes at once; one file may have 512 MB.
MOST_FILES = 6
MOST_BYTES = 512 * 1024 * 1024
UPLOADS = Uploads(
    accept=(
        "image/*",
        "audio/*",
        "video/*",
        "text/*",
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/json",
        "application/zip",
    ),
    max_bytes=MOST_BYTES,
    max_count=MOST_FILES,
)


def upload(api: Api, file: Attachment, *, visitor: str) -> str:
    """The file's id at the platform, which keeps it for three months."""

    def open_file() -> File:
        return file.name, file.path.open("rb"), file.content_type

    id_ = as_object(api.upload(visitor, "/v1/files/upload", open_file)).get("id")
    if not isinstance(id_, str | int) or not id_:
        raise UpstreamProtocolError("POST /v1/files/upload named no id")
    return str(id_)
