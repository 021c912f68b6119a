"""Looking for a secret in whatever came out of the server, however it is written there.

``Evidence`` keeps what was seen, under the name of the place where it was seen. ``find`` looks for
every *shape* of a secret (plain, escaped, encoded) in every *view* of it: as it is, and with one
layer of escapes taken off, since a page may hold JSON and JSON a page.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus, unquote_plus


def shapes(secret: str) -> dict[str, str]:
    """The secret in every writing that is looked for, by name."""
    data = secret.encode()
    url = quote(secret, safe="")
    return {
        "plain": secret,
        "html": html.escape(secret),
        "url": url,
        "url in small letters": re.sub("%..", lambda found: found[0].lower(), url),
        "form": quote_plus(secret),
        "json": json.dumps(secret, ensure_ascii=False)[1:-1],
        "json in ascii": json.dumps(secret)[1:-1],
        "json of php": json.dumps(secret)[1:-1].replace("/", "\\/"),
        "hex": data.hex(),
        "hex in capitals": data.hex().upper(),
        **dict(_base64(data)),
    }


def _base64(data: bytes) -> Iterator[tuple[str, str]]:
    """What stands in base64 whatever stands around the secret, for each place it may begin at."""
    for place in range(3):
        whole = base64.b64encode(b"." * place + data).decode()
        inner = whole[-(-4 * place // 3) : 4 * (place + len(data)) // 3]
        yield f"base64 at {place}", inner
        yield f"base64url at {place}", inner.replace("+", "-").replace("/", "_")


ESCAPED = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/]))')


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]


VIEWS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "out of html": html.unescape,
    "out of json": lambda text: ESCAPED.sub(_unescaped, text),
    "out of a url": unquote_plus,
}


class Evidence:
    """What was seen where. A place may be written to many times."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, list[bytes]] = defaultdict(list)
        self._views: dict[str, set[bytes]] = {}

    def add(self, place: str, data: bytes) -> None:
        self._seen[place].append(data)
        self._views.pop(place, None)

    @property
    def places(self) -> set[str]:
        return set(self._seen)

    def find(self, secret: str) -> set[tuple[str, str]]:
        """(place, shape) wherever the secret stands."""
        # Most secrets look the same in most writings: each look is searched for once.
        names: defaultdict[bytes, list[str]] = defaultdict(list)
        for name, shape in shapes(secret).items():
            names[shape.encode()].append(name)
        return {
            (place, name)
            for place in self._seen
            for look, same in names.items()
            if any(look in view for view in self._view(place))
            for name in same
        }

    def _view(self, place: str) -> set[bytes]:
        if place not in self._views:
            text = b"\n".join(self._seen[place]).decode("utf-8", "replace")
            self._views[place] = {view(text).encode("utf-8", "replace") for view in VIEWS.values()}
        return self._views[place]
