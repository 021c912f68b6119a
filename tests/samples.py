"""Files as visitors send them, and as nobody should."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 36), **options: object) -> bytes:
    """A real one, by a real encoder."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 120, 40)).save(out, kind, **options)
    return out.getvalue()


def film(kind: str, frames: int, size: tuple[int, int] = (20, 10)) -> bytes:
    out = io.BytesIO()
    pictures = [Image.new("RGB", size, (index * 40 % 255, 90, 10)) for index in range(frames)]
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def png(width: int, height: int, *, before: bytes = b"") -> bytes:
    """One that claims this size, however little is in it. ``before``: chunks before its data."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def archive(*names: str, first: tuple[str, str] | None = None) -> bytes:
    """A zip with these entries; ``first`` is stored as it is, as e-books do with their type."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        if first:
            zipped.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            zipped.writestr(name, "x")
    return out.getvalue()


def bomb(size: int) -> bytes:
    """A zip whose one entry would unpack to so many zeros."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("zeros", bytes(size))
    return out.getvalue()


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
