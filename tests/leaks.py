"""Looks for a secret wherever it must not be, in every shape that it could take."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote


def leaks(found: str | bytes, secret: str) -> list[bytes]:
    """The shapes in which ``secret`` stands there: as it is, escaped, or inside base64."""
    data = found.encode(errors="surrogatepass") if isinstance(found, str) else found
    inside = [base64.b64encode(b"." * n + secret.encode())[4:-4] for n in range(3)]
    escaped = [quote(secret, safe=""), json.dumps(secret)[1:-1]]
    shapes = [secret.encode(), *(shape.encode() for shape in escaped), *inside]
    return [shape for shape in dict.fromkeys(shapes) if shape in data]


def leaking_files(folder: Path, secret: str) -> list[str]:
    """The files below ``folder`` that hold it, the database and its ``-wal`` among them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [str(path.relative_to(folder)) for path in files if leaks(path.read_bytes(), secret)]
