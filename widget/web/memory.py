"""What keeps an idle socket small: ten thousand of them wait in one process."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import gevent

# What is still asked of the request of an open socket.
KEPT = (
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_HOST",
    "HTTP_UPGRADE",
    "HTTP_X_FORWARDED_PROTO",
    "PATH_INFO",
    "QUERY_STRING",
    "REMOTE_ADDR",
    "REQUEST_METHOD",
    "SERVER_NAME",
    "SERVER_PORT",
    "wsgi.url_scheme",
)


def forget_handshake(ws: Any, environ: dict[str, Any]) -> None:
    """Lets the buffers and headers of the handshake go: some 5 KB, which nobody reads again."""
    ws.ws = ws.ws.connection
    ws.environ = {}
    kept = {name: environ[name] for name in KEPT if name in environ}
    environ.clear()
    environ.update(kept)


def aside(function: Callable[[], object]) -> None:
    """Runs it in a greenlet of its own and waits for its end; same request, same exceptions.

    A greenlet's stack never shrinks. Whoever waits for the visitor's next word must not keep the
    depth of a database call for it.
    """
    raised: list[BaseException] = []

    def run() -> None:
        # Caught here: gevent would print the exception, with the greenlet's arguments, to the log.
        try:
            function()
        except BaseException as error:
            raised.append(error)

    gevent.spawn(copy_context().run, run).join()
    if raised:
        raise raised[0]
