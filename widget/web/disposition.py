"""What a browser calls a file that it saves."""

from __future__ import annotations

import re
from urllib.parse import quote

# What no file system, header or shell should meet in a name.
UNFIT = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|\u2028\u2029]+')
NAME_CHARS = 80


def saved_as(name: str) -> str:
    """RFC 6266: the name whole, and for old programs what ASCII has of it. ``name`` holds neither
    quotes nor line breaks."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def file_name(title: str, ending: str) -> str:
    """A name for a file made of what somebody called something."""
    plain = " ".join(UNFIT.sub(" ", title)[:NAME_CHARS].split()).strip(". ")
    return f"{plain or 'chat'}.{ending}"
