"""Platforms' ids in the paths of their APIs."""

from __future__ import annotations

from urllib.parse import quote


def segment(value: str) -> str:
    """A platform's id as one part of a path, whatever characters it has."""
    return quote(value, safe="")
