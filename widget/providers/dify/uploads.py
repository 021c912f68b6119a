"""Which files a Dify app takes, as its ``/parameters`` say at the moment."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from widget.domain.errors import Failure, UpstreamRejected
from widget.providers.base import Attachment, Uploads

MEGABYTE = 1024 * 1024
# The platform's own defaults, for what it does not name.
DEFAULT_MB = {"image": 10, "document": 15, "audio": 50, "video": 100, "custom": 15}
DEFAULT_COUNT = 3
_LIMIT_NAMES = {
    "image": "image_file_size_limit",
    "document": "file_size_limit",
    "audio": "audio_file_size_limit",
    "video": "video_file_size_limit",
    "custom": "file_size_limit",
}
_ACCEPT = {
    "image": ("image/png", "image/jpeg", "image/gif", "image/webp"),
    "document": (
        "text/plain",
        "text/markdown",
        "text/csv",
        "text/html",
        "application/xml",
        "application/pdf",
        "application/epub+zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "message/rfc822",
    ),
    "audio": ("audio/*",),
    "video": ("video/*",),
}


class Limits(Struct, frozen=True):
    """``max_bytes`` by the platform's kinds of file, those alone that are switched on."""

    max_bytes: Mapping[str, int] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    max_count: int = DEFAULT_COUNT

    def offered(self) -> Uploads | None:
        """One limit for all kinds is the widest one; ``check`` knows each kind's own."""
        accept = [name for kind in self.max_bytes for name in self._accept(kind)]
        if not accept:
            return None
        return Uploads(tuple(dict.fromkeys(accept)), max(self.max_bytes.values()), self.max_count)

    def kind_of(self, file: Attachment) -> str:
        """What the platform calls this file; ``custom`` for what comes in by its ending alone."""
        kind = _kind(file.content_type)
        if kind not in self.max_bytes and "custom" in self.max_bytes:
            return "custom"
        return kind

    def check(self, file: Attachment) -> None:
        """Raises for a file that would travel in vain."""
        kind = self.kind_of(file)
        limit = self.max_bytes.get(kind)
        if limit is not None and file.size > limit:
            raise UpstreamRejected(
                f"the app takes {kind} files up to {limit // MEGABYTE} MB; this one has "
                f"{file.size} bytes",
                status=413,
                failure=Failure.CONTENT,
            )

    def _accept(self, kind: str) -> tuple[str, ...]:
        if kind != "custom":
            return _ACCEPT[kind]
        guessed = (mimetypes.guess_type(f"x{ending}")[0] for ending in self.extensions)
        return tuple(name for name in guessed if name)


def parse_limits(parameters: Mapping[str, Any]) -> Limits:
    """From ``file_upload`` and ``system_parameters``. Older servers know pictures alone, under
    ``image``; flows and newer ones list kinds."""
    told, system = parameters.get("file_upload"), parameters.get("system_parameters")
    if not isinstance(told, dict):
        return Limits()
    sizes = {kind: _bytes(kind, system) for kind in _kinds(told)}
    endings = told.get("allowed_file_extensions")
    return Limits(
        max_bytes=sizes,
        extensions=tuple(e.lower() for e in _strings(endings) if e.startswith(".")),
        max_count=_count(told),
    )


def _kinds(told: dict[str, Any]) -> list[str]:
    if told.get("enabled") is True and _takes_local(told, "allowed_file_upload_methods"):
        return [kind for kind in _strings(told.get("allowed_file_types")) if kind in DEFAULT_MB]
    image = told.get("image")
    if isinstance(image, dict) and image.get("enabled") is True:
        return ["image"] if _takes_local(image, "transfer_methods") else []
    return []


def _takes_local(told: dict[str, Any], name: str) -> bool:
    return not isinstance(told.get(name), list) or "local_file" in told[name]


def _count(told: dict[str, Any]) -> int:
    image = told.get("image")
    for place in (told, image if isinstance(image, dict) else {}):
        count = place.get("number_limits")
        if isinstance(count, int) and count > 0:
            return count
    return DEFAULT_COUNT


def _bytes(kind: str, system: Any) -> int:
    told = system.get(_LIMIT_NAMES[kind]) if isinstance(system, dict) else None
    megabytes = told if isinstance(told, int | float) and told > 0 else DEFAULT_MB[kind]
    return int(megabytes * MEGABYTE)


def _kind(content_type: str) -> str:
    kind = content_type.partition("/")[0]
    return kind if kind in ("image", "audio", "video") else "document"


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
