"""The last guard of a site's platform keys: they are cut out of whatever is about to be told.

Platforms like to repeat what they refuse, and not always as it was: a gateway quotes the request's
headers as JSON, a proxy its address, another one what it decoded or did not.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from widget.domain.sites import Site

SHORTEST_SECRET = 8
NAMES = ("key", "secret", "token", "password", "proxy", "headers")


def redacted(text: str, site: Site | None) -> str:
    """``text`` without the values of the site's secret provider settings, however written."""
    for secret in _secrets(site.provider.settings) if site else ():
        for shape in _shapes(secret):
            text = text.replace(shape, "…")
    return text


def _secrets(value: Any, name: str = "") -> Iterator[str]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _secrets(item, f"{name} {key.lower()}")
        case list() | tuple():
            for item in value:
                yield from _secrets(item, name)
        case str() if len(value) >= SHORTEST_SECRET:
            if any(word in name for word in NAMES):
                yield value
                yield from _credential(value)
            yield from _password(value)


def _credential(header: str) -> Iterator[str]:
    """What stands behind the scheme, as in ``Basic dXNlcjpwYXNz``."""
    _, _, credential = header.partition(" ")
    if len(credential) >= SHORTEST_SECRET:
        yield credential


def _password(address: str) -> Iterator[str]:
    """The one that stands in an address."""
    try:
        password = urlsplit(address).password or ""
    except ValueError:
        return
    if len(password) >= SHORTEST_SECRET:
        yield password


def _shapes(secret: str) -> Iterator[str]:
    """As it is, and as URLs, JSON, pages, hexadecimal dumps and base64 have it."""
    data, escaped = secret.encode(), json.dumps(secret)[1:-1]
    quoted = quote(secret, safe="")
    yield from (secret, escaped, escaped.replace("/", "\\/"), quoted, _small_percents(quoted))
    yield from (html.escape(secret), data.hex(), data.hex().upper())
    for place in range(3):
        inner = _inside_base64(data, place)
        yield from (inner, inner.replace("+", "-").replace("/", "_"))


def _small_percents(quoted: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)


def _inside_base64(data: bytes, place: int) -> str:
    """What of it does not depend on what stands around it, which may begin at three places."""
    text = base64.b64encode(b"\0" * place + data).decode()
    return text[-(-4 * place // 3) : 4 * (place + len(data)) // 3]
