"""The socket between a page and our server, in a test's hand: held, cut, or spoken on."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

SOCKET = re.compile("/socket$")


class Line:
    """Every socket of a page. What is held back comes when it is let go."""

    def __init__(self, page: Page) -> None:
        self._socket: WebSocketRoute | None = None
        self._last: str | None = None
        self._is_held = False
        self._is_cut = False
        self._kept: list[str | bytes] = []
        page.route_web_socket(SOCKET, self._meet)

    def hold_after(self, text: str) -> None:
        """Brings everything up to this text, and nothing that comes after it."""
        self._go_on(text)

    def let_go(self) -> None:
        self._go_on(None)

    def cut(self, code: int = 1011) -> None:
        """Closes the socket, and every one that is opened from now on."""
        self._is_cut = True
        if self._socket:
            self._socket.close(code=code)

    def mend(self) -> None:
        self._is_cut = False

    def say(self, event: dict[str, Any]) -> None:
        """What the server might say."""
        self._bring(json.dumps(event))

    def _go_on(self, last: str | None) -> None:
        kept, self._kept = self._kept, []
        self._last, self._is_held = last, False
        for event in kept:
            self._receive(event)

    def _meet(self, socket: WebSocketRoute) -> None:
        if self._is_cut:
            socket.close(code=1011)
            return
        self._socket = socket
        socket.connect_to_server().on_message(self._receive)

    def _receive(self, event: str | bytes) -> None:
        if self._is_held:
            self._kept.append(event)
            return
        self._bring(event)
        self._is_held = self._last is not None and self._last in str(event)

    def _bring(self, event: str | bytes) -> None:
        if self._socket:
            self._socket.send(event)
