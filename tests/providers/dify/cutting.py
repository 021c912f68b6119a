"""A link to the fake that is cut the moment a question has been sent, as often as asked for."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

QUESTION = b"POST /v1/chat-messages"


@contextmanager
def cut_link(url: str, times: int) -> Iterator[str]:
    """The address to ask at; the first ``times`` questions never arrive."""
    far = urlsplit(url)
    left = [times]
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        ending = threading.Event()
        args = (server, (str(far.hostname), far.port or 80), left, ending)
        thread = threading.Thread(target=_serve, args=args)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        ending.set()
        thread.join(10)


def _serve(
    server: socket.socket, far: tuple[str, int], left: list[int], ending: threading.Event
) -> None:
    links = []
    while not ending.is_set():
        try:
            near, _ = server.accept()
        except TimeoutError:
            continue
        links.append(threading.Thread(target=_carry, args=(near, far, left, ending)))
        links[-1].start()
    for link in links:
        link.join(10)


def _carry(
    near: socket.socket, far: tuple[str, int], left: list[int], ending: threading.Event
) -> None:
    with near, socket.create_connection(far) as away:
        pair = {near: away, away: near}
        while not ending.is_set():
            for side in select.select(list(pair), [], [], 0.05)[0]:
                data = side.recv(65536)
                if not data:
                    return
                if left[0] and data.startswith(QUESTION):
                    left[0] -= 1
                    return
                pair[side].sendall(data)
