"""Host origins as an owner writes them: checked, and brought to the form that browsers send."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from widget.domain.errors import BadInput

OWN_PORTS = {"http": 80, "https": 443}
LABEL = r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?"
NAME = re.compile(rf"{LABEL}(\.{LABEL})*")
ADDRESS = re.compile(r"\[[0-9a-f:.]+\]")
DEVELOPMENT = ("localhost", "127.0.0.1", "[::1]")


def parse_origin(text: str) -> str:
    """``scheme://host[:port]`` in lower case, international names in ASCII, own ports left away."""
    if not text.strip():
        raise BadInput("an origin is empty")
    if text.strip() == "*":
        raise BadInput("'*' would let every page in; list the origins of your pages")
    parts = _split(text)
    if parts.scheme not in OWN_PORTS:
        raise BadInput(f"{text!r} needs a scheme: write https://{text.partition('://')[2] or text}")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadInput(f"{text!r} must end after the host: write {_start(parts)}")
    return f"{parts.scheme}://{_host(parts, text)}{_port(parts)}"


def warnings_about(origins: Sequence[str]) -> list[str]:
    """What owners usually do not mean, in words; ``origins`` are parsed already."""
    return [
        *(_about_wildcard(one) for one in origins if "*." in one and _bare(one) not in origins),
        *(_about_port(one) for one in origins if one.count(":") > 1 and "[" not in one),
        *(_about_development(one) for one in origins if one.endswith(DEVELOPMENT)),
    ]


def _about_wildcard(origin: str) -> str:
    return f"{origin} does not match {_bare(origin)}: add it if pages there have the tag too"


def _about_port(origin: str) -> str:
    host = origin.rpartition(":")[0]
    return f"{origin} matches that port only: {host} is another origin"


def _about_development(origin: str) -> str:
    port = OWN_PORTS[origin.partition("://")[0]]
    return f"{origin} matches port {port} only: a page on {origin}:3000 is another origin"


def _bare(origin: str) -> str:
    return origin.replace("*.", "", 1)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip().lower())
        _ = parts.port  # raises where it is no port number
    except ValueError:
        raise BadInput(f"{text!r} is no origin such as https://www.example.com") from None
    return parts


def _start(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _host(parts: SplitResult, text: str) -> str:
    name = parts.netloc.rpartition("@")[2]
    host = name if name.endswith("]") else name.rpartition(":")[0] or name
    star = "*." if host.startswith("*.") else ""
    ascii_host = _ascii(host.removeprefix("*."), text)
    if not NAME.fullmatch(ascii_host) and not (ADDRESS.fullmatch(ascii_host) and not star):
        raise BadInput(
            f"{text!r} has no usable host: a name, or *. and a name, as in https://*.example.com"
        )
    return star + ascii_host


def _ascii(host: str, text: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise BadInput(f"{text!r} has a host that is no valid name") from None


def _port(parts: SplitResult) -> str:
    return "" if parts.port in {None, OWN_PORTS[parts.scheme]} else f":{parts.port}"
