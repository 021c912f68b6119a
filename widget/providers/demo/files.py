"""What the demo sees of files: their names, kinds, sizes and, of pictures, how large they are; and
the picture that it draws itself."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from types import ModuleType

from widget.domain.errors import Failure, UpstreamRejected
from widget.domain.media import PICTURES
from widget.domain.pictures import measure
from widget.domain.uploads import megabytes
from widget.providers.base import Attachment, Uploads

UPLOADS = Uploads(
    accept=(
        *("image/*", "audio/*", "video/*", "text/*", "application/pdf", "application/json"),
        *("application/zip", "application/msword", "application/vnd.ms-excel"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    max_bytes=20_000_000,
    max_count=6,
)
_REFUSED = re.compile(r"refuse|拒绝", re.IGNORECASE)
WIDTH, HEIGHT = 480, 270


def take(file: Attachment) -> str:
    """Its id here. A file whose name says so is refused, to see how that looks."""
    if _REFUSED.search(file.name):
        raise UpstreamRejected("its name asked for it", status=400, failure=Failure.CONTENT)
    return f"demo-{file.id}"


def described(files: tuple[Attachment, ...], words: ModuleType) -> str:
    """A table of them, in Markdown."""
    rows = "\n".join(_row(file, words) for file in files)
    return f"{words.GOT_FILES.format(count=len(files))}\n\n{words.FILE_COLUMNS}\n{rows}\n\n"


def drawn() -> str:
    """A sun over hills, as a PNG in a ``data:`` address."""
    rows = b"".join(b"\0" + _line(y) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _row(file: Attachment, words: ModuleType) -> str:
    kind = words.FILE_KINDS.get(file.content_type.partition("/")[0], words.FILE_KINDS[""])
    size = f"{megabytes(file.size)} MB" if file.size >= 100_000 else f"{file.size} B"
    return f"| {_cell(file.name)} | {kind} | {size} | {_pixels(file)} |"


def _pixels(file: Attachment) -> str:
    if file.content_type not in PICTURES:
        return "–"
    with file.path.open("rb") as stream:
        size = measure(stream, file.content_type)
    return f"{size.width} × {size.height}" if size else "–"


def _cell(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~$])", r"\\\1", text)


def _line(y: int) -> bytes:
    pixels = bytearray()
    hill = HEIGHT * 0.72
    for x in range(WIDTH):
        bend = ((x - 300) / 90) ** 2
        if (x - 350) ** 2 + (y - 90) ** 2 < 42**2:
            pixels += b"\xff\xd9\x66"
        elif y > hill + 4 * bend or y > hill + 30 - x / 12:
            pixels += bytes((58, 120 + y // 6, 84))
        else:
            pixels += bytes((120 + y // 3, 170 + y // 6, 230))
    return bytes(pixels)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
