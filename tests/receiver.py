"""The owner's own server, as far as webhooks know it: records what comes, answers as told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.fakes.script import PATIENCE_S, Asked, Reply
from tests.fakes.upstream import Upstream

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdefghijklmnopqrstuv").decode()
TAKEN = Reply(status=204, framing="length")


class Receiver:
    """``next_answers`` are used up first; then everything is taken with 204."""

    def __init__(self) -> None:
        self._is_free = threading.Event()
        self._is_free.set()
        self.next_answers: list[Reply] = []
        self.upstream = Upstream(self._answer)
        self.url = f"{self.upstream.url}/hooks/chat?door=7"

    @property
    def requests(self) -> list[Asked]:
        return list(self.upstream.requests)

    def wait_for(self, count: int) -> list[Any]:
        """The bodies once ``count`` requests have come."""
        return [json.loads(one.body) for one in self.upstream.wait_for_requests(count)]

    def hold(self) -> None:
        """From now on every request waits for its answer."""
        self._is_free.clear()

    def let_go(self) -> None:
        self._is_free.set()

    def types(self) -> list[str]:
        return [json.loads(one.body)["type"] for one in self.requests]

    def _answer(self, asked: Asked) -> Reply:
        self._is_free.wait(PATIENCE_S)
        return self.next_answers.pop(0) if self.next_answers else TAKEN


def is_signed(asked: Asked, secret: str = SECRET) -> bool:
    """As standardwebhooks.com has it, written down a second time."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join(
        (
            asked.headers["webhook-id"].encode(),
            asked.headers["webhook-timestamp"].encode(),
            asked.body,
        )
    )
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{mac}" in asked.headers["webhook-signature"].split(" ")


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.let_go()
        receiver.upstream.close()
