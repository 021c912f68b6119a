"""``/<name>.txt``: files by which others see that this host is the owner's.

WeChat opens a web-view only on a business domain, and takes a domain for one only when the check
file that its console gives out is served from the domain's root.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from widget.domain.errors import NotFound
from widget.web.services import services

bp = Blueprint("check_files", __name__)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", re.ASCII)
LARGEST = 16_384


@bp.get("/<name>.txt")
def show(name: str) -> ResponseReturnValue:
    folder = services().settings.check_files
    content = _content(folder, name) if folder and NAME.fullmatch(name) else None
    if content is None:
        raise NotFound(f"there is no check file {name!r}")
    response = Response(content, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _content(folder: Path, name: str) -> bytes | None:
    """Of a small plain file that stands in the folder itself: a link leads nowhere, and nothing
    is waited for."""
    try:
        file = os.open(folder / f"{name}.txt", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        found = os.fstat(file)
        is_ours = stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST
        return os.read(file, LARGEST) if is_ours else None
    finally:
        os.close(file)
