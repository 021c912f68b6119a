"""An owner's picture made small enough to ride inside the loader: square, at most 1,500 bytes."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps

from widget.domain.errors import BadInput
from widget.domain.media import HEAD, sniff
from widget.domain.pictures import measure

MOST_BYTES = 1_500
MOST_READ = 5_000_000
MOST_PIXELS = 40_000_000  # 160 MB where it is decoded, once and on the owner's machine
SIDES = (112, 96, 72, 56, 48)
QUALITIES = (90, 80, 70, 60)
LAST_QUALITIES = (40, 20, 5)
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
DATA = re.compile(r"data:[^,]*;base64,(.*)", re.DOTALL)
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
ASKED = "give a PNG, JPEG or WebP file"


def stored_icon(text: str, folder: Path) -> str:
    """What is stored of ``text``, a file (relative to ``folder``) or a ``data:`` URL: a small
    picture as a ``data:`` URL, the same for the same picture. Raises ``BadInput``."""
    if not text:
        return ""
    if ADDRESS.match(text):
        raise BadInput(f"{text}: no address is fetched; download the picture and give the file")
    if text.startswith("data:"):
        return small_icon(_inline(text), "the data: URL")
    return small_icon(_read(folder / text), text)


def small_icon(data: bytes, name: str) -> str:
    """A picture's bytes as a ``data:`` URL; ``name`` is what the owner calls it."""
    picture = _decoded(data, name)
    small = next(one for one in _attempts(picture) if len(one) <= MOST_BYTES)
    kind = "webp" if small.startswith(b"RIFF") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(small).decode()}"


def _inline(text: str) -> bytes:
    found = DATA.fullmatch(text)
    try:
        return base64.b64decode(found[1], validate=True) if found else _no_base64()
    except binascii.Error:
        return _no_base64()


def _no_base64() -> bytes:
    raise BadInput(f"the data: URL is not in base64; {ASKED} instead")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_READ + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no name of a file"
        raise BadInput(f"{path}: cannot be read ({reason}); {ASKED}") from None
    return data


def _decoded(data: bytes, name: str) -> Image.Image:
    """Upright and with transparency. What is no picture, or costs too much, is found out by its
    header, before anything is decoded."""
    if len(data) > MOST_READ:
        raise BadInput(f"{name}: is larger than 5 MB; make the picture smaller")
    kind = _kind(data, name)
    size = measure(io.BytesIO(data), kind)
    if size is None:
        raise BadInput(f"{name}: the picture is damaged; {ASKED}")
    if size.frames > 1:
        raise BadInput(f"{name}: the picture moves; give one that stands still")
    if size.width * size.height > MOST_PIXELS:
        raise BadInput(f"{name}: has {size.width} × {size.height} pixels; make the picture smaller")
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[kind]]) as picture:
            return _upright(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadInput(f"{name}: the picture is damaged; {ASKED}") from None


def _upright(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at white
        upright = upright.convert("I").point(lambda grey: grey / 256).convert("L")
    return upright.convert("RGBA")


def _kind(data: bytes, name: str) -> str:
    kind = sniff(io.BytesIO(data), "", "")
    if kind in FORMATS:
        return kind
    if re.search(rb"<svg[\s>]", data[:HEAD]):
        raise BadInput(f"{name}: is an SVG; save it as a PNG and give that")
    raise BadInput(f"{name}: is no picture that we know; {ASKED}")


def _attempts(picture: Image.Image) -> Iterator[bytes]:
    """From the best to the smallest: at each size the lossless ones first. Of the last ones even
    noise takes less than 1,300 bytes."""
    for side in SIDES:
        square = _square(picture, side)
        yield min(_png(square), _webp(square, lossless=True), key=len)
        yield from (_webp(square, quality=quality) for quality in QUALITIES)
    yield from (_webp(square, quality=quality, alpha_quality=quality) for quality in LAST_QUALITIES)


def _square(picture: Image.Image, side: int) -> Image.Image:
    """The whole picture in the middle of a square; what is beside it is transparent."""
    square = Image.new("RGBA", (side, side))
    fitting = ImageOps.contain(picture, (side, side), Image.Resampling.LANCZOS)
    square.paste(fitting, ((side - fitting.width) // 2, (side - fitting.height) // 2))
    return square


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _webp(picture: Image.Image, **how: int | bool) -> bytes:
    file = io.BytesIO()
    picture.save(file, "WEBP", method=4, **how)
    return file.getvalue()
