"""Where the files stand that are not Python: beside the package, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


STATIC = _folder("static")
TEMPLATES = _folder("templates")
TRANSLATIONS = PACKAGE / "translations"
