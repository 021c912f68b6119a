"""How large a picture is, read off its header: nothing is decoded, so no bomb goes off here."""

from __future__ import annotations

import struct
from typing import BinaryIO

from msgspec import Struct

# A phone's photograph has 12 to 108 million pixels and takes four bytes each where it is decoded.
MOST_PIXELS = 120_000_000
LONGEST_SIDE = 30_000
# A minute of a small film, or seconds of a large one.
MOST_FILM_PIXELS = 600_000_000

_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # JPEG markers without a length


class Size(Struct, frozen=True):
    """Pixels, and how many pictures follow each other in a moving one."""

    width: int
    height: int
    frames: int = 1

    @property
    def is_bearable(self) -> bool:
        """Whether a browser or a platform that decodes it stays alive."""
        pixels = self.width * self.height
        is_still_fine = pixels <= MOST_PIXELS and max(self.width, self.height) <= LONGEST_SIDE
        return is_still_fine and (self.frames == 1 or pixels * self.frames <= MOST_FILM_PIXELS)


def measure(file: BinaryIO, content_type: str) -> Size | None:
    """The size of one of ``media.PICTURES``; None when the file is not what its head says."""
    readers = {
        "image/png": _png,
        "image/jpeg": _jpeg,
        "image/gif": _gif,
        "image/webp": _webp,
        "image/bmp": _bmp,
    }
    file.seek(0)
    try:
        size = readers[content_type](file)
    except (struct.error, IndexError):  # the file ends before its header does
        return None
    return size if size is not None and size.width and size.height and size.frames else None


def _png(file: BinaryIO) -> Size | None:
    file.seek(8)
    length, kind, width, height = struct.unpack(">I4sII", file.read(16))
    if kind != b"IHDR":
        return None
    file.seek(8)
    frames = 1
    while kind != b"IDAT":
        length, kind = struct.unpack(">I4s", file.read(8))
        if kind == b"acTL":
            (frames,) = struct.unpack(">I", file.read(4))
            length -= 4
        file.seek(length + 4, 1)
    return Size(width, height, frames)


def _jpeg(file: BinaryIO) -> Size | None:
    file.seek(2)
    while True:
        mark, kind = struct.unpack("BB", file.read(2))
        while kind == 0xFF:  # any number of fill bytes may stand before a marker
            kind = file.read(1)[0]
        if mark != 0xFF or kind == 0xD9:
            return None
        if kind in _ALONE:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if kind in _SOF:
            _, height, width = struct.unpack(">BHH", file.read(5))
            return Size(width, height)
        file.seek(length - 2, 1)


def _gif(file: BinaryIO) -> Size | None:
    file.seek(6)
    width, height, flags = struct.unpack("<HHB2x", file.read(7))
    file.seek(_palette(flags), 1)
    frames = 0
    while (mark := file.read(1)) in (b"!", b","):
        if mark == b"!":
            file.seek(1, 1)
        else:
            frames += 1
            inner_width, inner_height, flags = struct.unpack("<4xHHB", file.read(9))
            width, height = max(width, inner_width), max(height, inner_height)
            file.seek(_palette(flags) + 1, 1)
        _skip_blocks(file)
    return Size(width, height, frames)


def _palette(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _skip_blocks(file: BinaryIO) -> None:
    while length := file.read(1)[0]:
        file.seek(length, 1)


def _webp(file: BinaryIO) -> Size | None:
    file.seek(12)
    kind, length = struct.unpack("<4sI", file.read(8))
    first = file.read(10)
    if kind == b"VP8 " and first[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", first[6:10])
        return Size(width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L" and first[0] == 0x2F:
        (bits,) = struct.unpack("<I", first[1:5])
        return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind != b"VP8X":
        return None
    width, height = (int.from_bytes(first[at : at + 3], "little") + 1 for at in (4, 7))
    file.seek(20 + length + length % 2)
    return Size(width, height, _film_frames(file))


def _film_frames(file: BinaryIO) -> int:
    frames = 0
    while len(head := file.read(8)) == 8:
        kind, length = struct.unpack("<4sI", head)
        frames += kind == b"ANMF"
        file.seek(length + length % 2, 1)
    return max(1, frames)


def _bmp(file: BinaryIO) -> Size | None:
    file.seek(18)
    width, height = struct.unpack("<ii", file.read(8))
    return Size(abs(width), abs(height))
