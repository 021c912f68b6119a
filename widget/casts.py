"""How the text of a setting becomes its value: strictly, with an error that says what is wanted.

A ``Kind`` takes text (command line, environment) or a value of TOML's own type; ``port = "8080"``
in a file is refused as much as ``CHATDOCK_PORT=8080a``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Kind:
    """``of_text`` and ``of_value`` raise ``ValueError`` with the words after "must be"."""

    of_text: Callable[[str], Any]
    of_value: Callable[[object], Any]


def _of_strings(check: Callable[[str], Any], wanted: str = "text in quotes") -> Kind:
    def of_value(value: object) -> Any:
        if not isinstance(value, str):
            raise ValueError(wanted)
        return check(value)

    return Kind(check, of_value)


def whole(low: int, high: int) -> Kind:
    wanted = f"a whole number from {low} to {high}"

    def of_text(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise ValueError(wanted)
        return of_value(int(text))

    def of_value(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(wanted)
        return value

    return Kind(of_text, of_value)


def one_of(*choices: str) -> Kind:
    def check(text: str) -> str:
        if text not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return text

    return _of_strings(check)


def _networks() -> Kind:
    wanted = "IP addresses or networks (10.0.0.0/8), separated by commas"

    def of_parts(parts: list[str]) -> tuple[Network, ...]:
        try:
            return tuple(ip_network(part.strip()) for part in parts if part.strip())
        except ValueError as error:
            raise ValueError(f"{wanted}: {error}") from None

    def of_value(value: object) -> tuple[Network, ...]:
        if isinstance(value, str):
            return of_parts(value.split(","))
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise ValueError(wanted)
        return of_parts(value)

    return Kind(lambda text: of_parts(text.split(",")), of_value)


def _check_text(text: str) -> str:
    if not text.isprintable():
        raise ValueError("text without control characters")
    return text


def _check_host(text: str) -> str:
    if not text or not re.fullmatch(r"[\w.:%-]+", text):
        raise ValueError("an address to listen on, such as 127.0.0.1 or 0.0.0.0")
    return text


def _check_origin(text: str) -> str:
    """``scheme://host[:port]``, lower case, without the scheme's own port; empty stays empty."""
    if not text:
        return ""
    wanted = "an address such as https://chat.example.com, without path"
    parts = _split(text, wanted)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise ValueError(wanted)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError(wanted)
    return origin_of(parts)


def origin_of(parts: SplitResult) -> str:
    """The origin of an address as browsers write it."""
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    own_port = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in {None, own_port} else f":{parts.port}"
    return f"{parts.scheme}://{shown}{port}"


def _split(text: str, wanted: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises when it is no number
    except ValueError:
        raise ValueError(wanted) from None
    if re.search(r"[\s\\<>\"]", text):
        raise ValueError(wanted)
    return parts


def _check_folder(text: str) -> Path:
    if not text:
        raise ValueError("a folder")
    return Path(text).expanduser()


TEXT = _of_strings(_check_text)
HOST = _of_strings(_check_host)
ORIGIN = _of_strings(_check_origin)
FOLDER = _of_strings(_check_folder)
NETWORKS = _networks()
