"""Reads one address with our client, patched by gevent as the server is.

Called as a process of its own: gevent patches first, and trust is read once at the start.
Arguments: address, how often, proxy. Prints one JSON list, an entry per try.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - gevent patches first
import sys  # noqa: E402

from widget.domain.errors import UpstreamError  # noqa: E402
from widget.providers.bodies import stream_bytes  # noqa: E402
from widget.providers.http import make_client  # noqa: E402


def main(url: str, times: int, proxy: str) -> None:
    told = []
    with make_client(proxy) as client:
        for _ in range(times):
            try:
                with client.stream("POST", url, json={}) as response:
                    told.append([chunk.decode() for chunk in stream_bytes(response)])
            except UpstreamError as error:
                told.append([type(error).__name__, error.detail])
    json.dump(told, sys.stdout)


main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
