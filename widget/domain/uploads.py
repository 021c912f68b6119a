"""What a visitor's file has to be before it is kept: size, kind, and a name that harms nobody."""

from __future__ import annotations

import re
import unicodedata
from typing import BinaryIO

from widget.domain.errors import FileRefused
from widget.domain.media import (
    ENDINGS,
    PICTURES,
    accepts,
    contradicts,
    ending_of,
    sniff,
)
from widget.domain.pictures import measure

MEGABYTE = 1_000_000
NAME_CHARS = 100

# Control, direction, private and invisible characters: a name must read as what it is.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_UNFIT = re.compile(r'[<>:"|?*]')
# Names that Windows keeps for itself, whatever follows the dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def examine(file: BinaryIO, name: str, declared: str, *, accepted: tuple[str, ...]) -> str:
    """The content type of a file that may be kept; raises ``FileRefused`` that says why not."""
    found = sniff(file, name, declared)
    if contradicts(found, name, declared):
        raise FileRefused("mismatch", f"it says {declared!r} and is {found!r}", name=name)
    if not accepts(accepted, found):
        raise FileRefused("type", f"{found!r} is not accepted", name=name)
    if found in PICTURES:
        refuse_bomb(file, found, name)
    return found


def refuse_bomb(file: BinaryIO, content_type: str, name: str) -> None:
    size = measure(file, content_type)
    if size is None:
        raise FileRefused("broken", "its header makes no sense", name=name)
    if not size.is_bearable:
        told = f"{size.width} x {size.height} x {size.frames} pixels"
        raise FileRefused("pixels", told, name=name)


def refuse_size(size: int, most: int, name: str) -> None:
    if not size:
        raise FileRefused("empty", "it holds no byte", name=name)
    if size > most:
        over = megabytes(size - most)
        told = f"more than {most} bytes"
        raise FileRefused("too_large", told, name=name, limit=megabytes(most), over=over)


def megabytes(size: int) -> str:
    """A size for people, rounded up, so that nothing is ever 0 too large."""
    tenths = -(-size * 10 // MEGABYTE)
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def clean_name(name: str, content_type: str) -> str:
    """The last piece of a path, without what could mislead a person or a file system, and with an
    ending that says what the file is."""
    name = unicodedata.normalize("NFC", name.encode(errors="replace").decode())
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(one for one in name if unicodedata.category(one) not in _HIDDEN)
    name = _UNFIT.sub("_", name).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    endings = ENDINGS.get(content_type, ())
    ending = ending_of(name)
    if endings and ending not in endings:
        ending = endings[0]
        name = f"{name}.{ending}" if name else f"file.{ending}"
    return _shortened(name or "file", ending)


def _shortened(name: str, ending: str) -> str:
    if len(name) <= NAME_CHARS:
        return name
    kept = f".{ending}"[:20] if ending else ""
    return name[: NAME_CHARS - len(kept) - 1].rstrip(" .") + "…" + kept
