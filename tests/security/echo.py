"""A platform that takes no key and repeats the one it was given, each time in another writing."""

from __future__ import annotations

import itertools

from tests.fakes.script import Asked, Reply, json_reply
from tests.fakes.upstream import Upstream
from tests.security.leaks import shapes

KEY = 'sk/Zm9v+"bar=-4f9c21'
HOOK = "/hook"
WRITINGS = tuple(shapes(KEY).values())


class Echo:
    """``with Echo() as platform``: ``platform.url``; speaks to every provider alike, and takes
    what webhooks tell."""

    def __init__(self) -> None:
        self._turns = itertools.cycle(WRITINGS)
        self.upstream = Upstream(self._answer)

    def _answer(self, asked: Asked) -> Reply:
        if asked.path == HOOK:
            return Reply(status=204, framing="length")
        told = f"refused: {next(self._turns)}"
        return json_reply(401, {"message": told, "error": {"message": told}})

    def __enter__(self) -> Echo:
        return self

    def __exit__(self, *_: object) -> None:
        self.upstream.close()
