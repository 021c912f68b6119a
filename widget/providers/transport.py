"""The connections of one client: reused, counted, and failing under our own names.

httpx's pool looks at every connection on every start and end of a request, 4 ms of CPU each at
2,000 streams; here a free connection is the last one put back.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
import httpx

from widget.domain.errors import (
    UpstreamBusy,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamTimeout,
    UpstreamUnreachable,
)

# Histories with their pictures in them are the longest that platforms mean.
MOST_WHOLE_BYTES = 32 * 1024 * 1024

_Key = tuple[bytes, bytes, int]


class Transport(httpx.BaseTransport):
    """``factory`` makes connections (direct or through a proxy); its own pooling is not used."""

    def __init__(
        self,
        factory: httpcore.ConnectionPool,
        *,
        between_bytes_s: float,
        max_streams: int,
        max_idle: int,
    ) -> None:
        self._factory = factory
        self._between_bytes_s = between_bytes_s
        self._max_streams = max_streams
        self._max_idle = max_idle
        self._free = threading.BoundedSemaphore(max_streams)
        self._idle: dict[_Key, list[httpcore.ConnectionInterface]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = _to_httpcore(request)
        timeouts = request.extensions["timeout"]
        if not self._free.acquire(timeout=timeouts["pool"]):
            raise UpstreamBusy(f"all {self._max_streams} connections to the platform are in use")
        connection = self._take(asked.url.origin)
        try:
            with named_failures(request):
                answer = connection.handle_request(asked)
        except BaseException:
            self._release(asked.url.origin, connection)
            raise
        body = _Body(self, connection, request, asked, answer)
        extensions = {
            **answer.extensions,
            "first_byte_s": timeouts["read"],
            "between_bytes_s": self._between_bytes_s,
        }
        return Answer(answer.status, headers=answer.headers, stream=body, extensions=extensions)

    def _take(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface:
        idle = self._idle.get(_key(origin), [])
        while idle:
            connection = idle.pop()
            if connection.is_available() and not connection.has_expired():
                return connection
            connection.close()
        return self._factory.create_connection(origin)

    def _release(self, origin: httpcore.Origin, connection: httpcore.ConnectionInterface) -> None:
        """Keeps a finished connection, closes any other."""
        idle = self._idle.setdefault(_key(origin), [])
        if connection.is_available() and len(idle) < self._max_idle:
            idle.append(connection)
        else:
            connection.close()
        self._free.release()

    def close(self) -> None:
        for idle in self._idle.values():
            while idle:
                idle.pop().close()
        self._factory.close()


class Answer(httpx.Response):
    """Whoever reads it whole holds it in memory, so there is a bound to that."""

    def read(self) -> bytes:
        if not hasattr(self, "_content"):
            self._content = b"".join(self._bounded())
        return self._content

    def _bounded(self) -> Iterator[bytes]:
        size = 0
        for piece in self.iter_bytes():
            size += len(piece)
            if size > MOST_WHOLE_BYTES:
                host = self.request.url.netloc.decode()
                raise UpstreamProtocolError(f"{host}: longer than {MOST_WHOLE_BYTES} bytes")
            yield piece


class _Body(httpx.SyncByteStream):
    """The body as httpcore reads it; closing it hands the connection back."""

    def __init__(
        self,
        transport: Transport,
        connection: httpcore.ConnectionInterface,
        request: httpx.Request,
        asked: httpcore.Request,
        answer: httpcore.Response,
    ) -> None:
        self._transport = transport
        self._connection = connection
        self._request = request
        self._origin = asked.url.origin
        self._answer = answer
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        with named_failures(self._request):
            yield from self._answer.iter_stream()

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._answer.close()
            self._transport._release(self._origin, self._connection)


def _to_httpcore(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _key(origin: httpcore.Origin) -> _Key:
    return origin.scheme, origin.host, origin.port


@contextmanager
def named_failures(request: httpx.Request) -> Iterator[None]:
    """httpcore's exceptions as ours. The host is named; path, headers and body are not."""
    try:
        yield
    except _THEIRS as error:
        named = _name(error, request.url.netloc.decode())
        # Their frames hold the request with its key, and a socket that a proxy's refusal left open.
        traceback.clear_frames(error.__traceback__)
        raise named from None


_THEIRS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
)


def _name(error: Exception, host: str) -> UpstreamError:
    match error:
        case httpcore.ConnectTimeout():
            return UpstreamUnreachable(f"{host} took too long to accept a connection")
        case httpcore.ConnectError():
            return UpstreamUnreachable(f"cannot connect to {host}: {error}")
        case httpcore.ProxyError():
            return UpstreamUnreachable(f"the proxy does not reach {host}: {error}")
        case httpcore.TimeoutException():
            return UpstreamTimeout(f"{host} did not answer in time")
        case httpcore.NetworkError() | httpcore.RemoteProtocolError():
            return UpstreamInterrupted(f"{host} broke the connection: {error}")
        case _:
            return UpstreamProtocolError(f"{host}: {error}")
