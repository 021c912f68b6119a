"""Reads one body from a platform that falls silent, as the server does: under gevent.

Called as a process of its own, since everything has to be patched by gevent from the start.
Arguments: URL, patience in seconds. Prints one JSON object.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - gevent patches first
import sys  # noqa: E402
import time  # noqa: E402

from widget.domain.errors import UpstreamError  # noqa: E402
from widget.providers.bodies import stream_bytes  # noqa: E402
from widget.providers.http import Patience, make_client  # noqa: E402


def main(url: str, patience_s: str) -> None:
    limits = Patience(first_byte_s=float(patience_s), between_bytes_s=float(patience_s))
    pieces, error, began = [], "", time.monotonic()
    with make_client(patience=limits) as client:
        try:
            with client.stream("GET", url) as response:
                for piece in stream_bytes(response):
                    pieces.append(piece.decode())
                    began = time.monotonic()
        except UpstreamError as failure:
            error = f"{type(failure).__name__}: {failure}"
    took_s = time.monotonic() - began
    json.dump({"pieces": pieces, "error": error, "took_s": took_s}, sys.stdout)


main(*sys.argv[1:])
