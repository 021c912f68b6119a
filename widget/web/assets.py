"""Our own static files: minified and compressed once at start, then served for ever.

The build id is a hash of the whole folder and stands in every address, so a browser never mixes two
versions and never has to ask again. Relative imports between modules inherit it.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import brotli
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from widget.web.services import services

bp = Blueprint("assets", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
# The minifier may use any newer syntax to save bytes. A loader runs on pages that others build,
# with tools and in browsers that are older than ours.
BROWSER_FLOOR = 2020
LOADER_FLOOR = 2019
MINIFIED = {
    ".css": "text/css",
    ".js": "application/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".html": "text/html",
}
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One file as it leaves the server. ``encodings`` holds only what is smaller than plain."""

    content_type: str
    plain: bytes
    encodings: dict[str, bytes]
    etag: str


class Assets:
    """The files of one folder, in memory."""

    def __init__(self, folder: Path) -> None:
        sources = dict(_sources(folder))
        self.build = _build_id(sources)
        self._assets = {path: _asset(path, data) for path, data in sources.items()}

    def url(self, path: str) -> str:
        """The address of a file, such as ``frame/main.js``; an unknown one raises ``KeyError``."""
        if path not in self._assets:
            raise KeyError(f"there is no static/{path}")
        return f"/assets/{self.build}/{path}"

    def text(self, path: str) -> str:
        """A file's minified text, for putting it inline."""
        return self._assets[path].plain.decode()

    def find(self, path: str) -> Asset | None:
        return self._assets.get(path)

    def paths(self) -> list[str]:
        return sorted(self._assets)


@bp.get("/assets/<build>/<path:path>")
def serve(build: str, path: str) -> ResponseReturnValue:
    """One file, in the smallest encoding that the browser takes."""
    assets = services().assets
    asset = assets.find(path)
    if asset is None:
        raise NotFound
    # A page made just before a restart asks by the former id: it gets today's file, but must not
    # keep it under yesterday's name.
    return respond(asset, "no-store" if build != assets.build else FOR_EVER)


def respond(asset: Asset, caching: str) -> Response:
    """An answer that a browser can keep, ask about again, and use on any page."""
    encoding = _best_encoding(asset)
    response = Response(asset.encodings.get(encoding, asset.plain), content_type=asset.content_type)
    if encoding:
        response.content_encoding = encoding
    response.set_etag(f"{asset.etag}-{encoding}" if encoding else asset.etag)
    response.headers["Cache-Control"] = caching
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.vary.add("Accept-Encoding")
    response.make_conditional(request)
    return response


def _best_encoding(asset: Asset) -> str:
    """The smallest one that is accepted; empty for plain."""
    accepted = request.accept_encodings
    usable = [name for name in asset.encodings if accepted.quality(name) > 0]
    return min(usable, key=lambda name: len(asset.encodings[name]), default="")


def _sources(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _build_id(sources: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, data in sources.items():
        digest.update(f"{path}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()[:12]


@cache
def _asset(path: str, source: bytes) -> Asset:
    """Once in a process, however many applications it makes."""
    plain = minified(path, source) if Path(path).suffix in MINIFIED else source
    return compressed(plain, _content_type(path))


@lru_cache(maxsize=256)
def compressed(plain: bytes, content_type: str) -> Asset:
    """Whatever is made once and served often: also the loader, which is no file."""
    made = {"br": brotli.compress(plain), "gzip": gzip.compress(plain, 9, mtime=0)}
    return Asset(
        content_type=content_type,
        plain=plain,
        encodings={name: data for name, data in made.items() if len(data) < len(plain)},
        etag=hashlib.sha256(plain).hexdigest()[:16],
    )


def minified(path: str, source: bytes, floor: int = BROWSER_FLOOR) -> bytes:
    """The same in fewer bytes, in the JavaScript of the year ``floor``; a mistake in the source
    names ``path``."""
    # It is written in Go, whose threads are lost in a fork: a worker that inherits the library
    # stops for ever at the first collection of garbage. So no parent process may load it.
    import minify  # noqa: PLC0415

    minify.config({"js-version": floor})
    try:
        text: str = minify.string(MINIFIED[Path(path).suffix], source.decode())
    except minify.MinifyError as error:
        raise ValueError(f"static/{path} cannot be minified: {error}") from error
    return text.encode()


def _content_type(path: str) -> str:
    guessed = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return CONTENT_TYPES.get(Path(path).suffix, guessed)
