"""The one way to a platform: clients with limits set on purpose, and failures with our names."""

from __future__ import annotations

import functools
import ssl
from urllib.parse import urlsplit

import certifi
import httpx

from widget.domain.errors import BadInput

CONNECT_S = 10.0
FIRST_BYTE_S = 120.0
BETWEEN_BYTES_S = 60.0
POOL_S = 10.0
MAX_STREAMS = 2_000
MAX_IDLE = 100
IDLE_S = 60.0


def make_client(proxy: str = "") -> httpx.Client:
    """A client for one site's platform.

    No redirects, since they would carry the key to another host; nothing from the environment
    (a proxy or a netrc password that the owner did not name for this site).
    """
    return httpx.Client(
        proxy=proxy or None,
        verify=_tls(),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(FIRST_BYTE_S, connect=CONNECT_S, write=CONNECT_S, pool=POOL_S),
        limits=httpx.Limits(
            max_connections=MAX_STREAMS,
            max_keepalive_connections=MAX_IDLE,
            keepalive_expiry=IDLE_S,
        ),
        headers={"User-Agent": "chatdock"},
    )


@functools.cache
def _tls() -> ssl.SSLContext:
    """certifi's roots and the machine's own: 20 ms to make, so made once."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


def check_proxy(proxy: str) -> None:
    """Raises ``BadInput`` unless ``proxy`` is empty or an address that we can use."""
    parts = urlsplit(proxy)
    if proxy and (parts.scheme not in ("http", "https", "socks5", "socks5h") or not parts.hostname):
        raise BadInput("provider.proxy: write it as http://host:port or socks5://host:port")


def normalise_base_url(url: str) -> str:
    """The base that paths are appended to, from what an owner pastes.

    ``/v1`` is never added: paths of real platforms end in ``/v3`` or ``/v4`` as well.
    """
    base = url.strip().rstrip("/").removesuffix("/chat/completions").rstrip("/")
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("base_url: write the whole address, as https://api.example.com/v1")
    if parts.query or parts.fragment:
        raise ValueError("base_url: leave out what follows ? or #")
    return base
