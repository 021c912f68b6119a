"""HTTP and the socket: admit, parse, call one use case, render, return."""

from __future__ import annotations

from widget.web.factory import create_app

__all__ = ["create_app"]
