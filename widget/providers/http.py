"""The one way to a platform: clients with limits set on purpose, and failures with our names."""

from __future__ import annotations

import contextlib
import functools
import ssl
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
from msgspec import Struct

from widget.domain.errors import BadInput
from widget.providers.network import Network
from widget.providers.transport import Transport

MAX_STREAMS = 2_000
MAX_IDLE = 20
IDLE_S = 30.0


class Patience(Struct, frozen=True):
    """How long each stage may take before the run fails, in seconds."""

    connect_s: float = 10.0
    first_byte_s: float = 120.0
    between_bytes_s: float = 60.0
    free_connection_s: float = 10.0


def make_client(
    proxy: str = "", patience: Patience | None = None, *, max_streams: int = MAX_STREAMS
) -> httpx.Client:
    """A client for one site's platform. Its failures are ``domain.errors``, not httpx's.

    No redirects, since they would carry the key to another host; nothing from the environment
    (a proxy or a netrc password that the owner did not name for this site).
    """
    limits = patience or Patience()
    return httpx.Client(
        transport=Transport(
            _connections(proxy),
            between_bytes_s=limits.between_bytes_s,
            max_streams=max_streams,
            max_idle=MAX_IDLE,
        ),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(
            connect=limits.connect_s,
            read=limits.first_byte_s,
            write=limits.connect_s,
            pool=limits.free_connection_s,
        ),
        headers={"User-Agent": "chatdock", "Accept-Encoding": "identity"},
    )


def _connections(proxy: str) -> httpcore.ConnectionPool:
    """What makes connections: direct, through an HTTP proxy, or through SOCKS."""
    common: dict[str, Any] = {
        "ssl_context": _tls(),
        "keepalive_expiry": IDLE_S,
        "network_backend": Network(),
    }
    if not proxy:
        return httpcore.ConnectionPool(**common)
    address = httpx.Proxy(proxy)
    kind = httpcore.HTTPProxy if address.url.scheme == "http" else httpcore.SOCKSProxy
    return kind(str(address.url), proxy_auth=address.raw_auth, **common)


@functools.cache
def _tls() -> ssl.SSLContext:
    """certifi's roots and the machine's own: 20 ms to make, so made once."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def check_proxy(proxy: str) -> None:
    """Raises ``BadInput`` unless ``proxy`` is empty or an address that we can use."""
    if not proxy:
        return
    with contextlib.suppress(ValueError):
        parts = urlsplit(proxy)
        if parts.scheme in ("http", "socks5", "socks5h") and parts.hostname and parts.port:
            return
    raise BadInput("provider.proxy: write it as http://host:port or socks5://host:port")


def normalise_base_url(url: str, *, name: str = "base_url") -> str:
    """The base that paths are appended to, from what an owner pastes.

    ``/v1`` is never added: paths of real platforms end in ``/v3`` or ``/v4`` as well.
    """
    base = url.strip().rstrip("/").removesuffix("/chat/completions").rstrip("/")
    if not base.isprintable() or " " in base:
        raise ValueError(f"{name}: holds characters that no address has; copy it again")
    if not is_whole(base):
        raise ValueError(f"{name}: write the whole address, as https://api.example.com/v1")
    parts = urlsplit(base)
    if parts.query or parts.fragment:
        raise ValueError(f"{name}: leave out what follows ? or #")
    return base


def is_whole(address: str) -> bool:
    """Whether it says how to ask and whom, with brackets and a port that are such."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    return False
