"""Who may show the chat page inside another page, and what the page itself may do."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Request, Response

from widget.domain.sites import Site, allows
from widget.web.admit import is_own_origin, own_origin

DEFAULT_PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"[\w.:\[\]-]+", re.ASCII)
NAME = re.compile(r"[\w.-]+|[0-9a-f:.]+", re.ASCII)
POWERS = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
NOBODY = ("'none'",)
ANYBODY = ("*",)


def powers_policy(granted: tuple[str, ...] = ()) -> str:
    return ", ".join(f"{power}=({'self' if power in granted else ''})" for power in POWERS)


NO_POWERS = powers_policy()


def host_origin(request: Request) -> str:
    """The origin of the page that shows us: the Referer's, else the one that the loader named.

    Empty on a direct visit; ``null`` for a page without an origin of its own.
    """
    if referrer := request.headers.get("Referer"):
        return origin_of(referrer)
    named = request.args.get("origin", "")
    return origin_of(named) if named else ""


def origin_of(address: str) -> str:
    """``scheme://host[:port]`` in lower case, without a default port; else ``null``."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "null"
    if parts.scheme not in DEFAULT_PORTS or not NAME.fullmatch(host):
        return "null"
    host = f"[{host}]" if ":" in host else host
    is_default = port in (None, DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" if is_default else f"{parts.scheme}://{host}:{port}"


def may_frame(site: Site, origin: str) -> bool:
    return is_own_origin(origin) or allows(site.origins, origin)


@dataclass(frozen=True)
class Guard:
    """The headers of one page; ``nonce`` lets in its own style and script element and no other.
    ``powers``: what the page may ask the visitor for."""

    ancestors: tuple[str, ...]
    nonce: str
    powers: tuple[str, ...] = ()

    def put_on(self, response: Response) -> Response:
        response.headers["Content-Security-Policy"] = self._policy()
        response.headers["Permissions-Policy"] = powers_policy(self.powers)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        # A navigation inside the frame must not name ourselves as the host page.
        response.headers["Referrer-Policy"] = "no-referrer"
        # Host pages under COEP show only frames that promise the same.
        response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def _policy(self) -> str:
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src 'self' 'nonce-{self.nonce}'",
                f"style-src 'nonce-{self.nonce}'",
                "img-src 'self' blob:",
                f"connect-src 'self'{_sockets()}",
                "form-action 'self'",
                "base-uri 'none'",
                f"frame-ancestors {' '.join(self.ancestors)}",
                "require-trusted-types-for 'script'",
                "trusted-types chatdock",
            )
        )


def guard(ancestors: tuple[str, ...], powers: tuple[str, ...] = ()) -> Guard:
    return Guard(ancestors, secrets.token_urlsafe(16), powers)


def ancestors_of(site: Site) -> tuple[str, ...]:
    """Ourselves (the demo page, the console's preview) and the owner's pages."""
    return ("'self'", *site.origins)


def _sockets() -> str:
    """Old Safari does not take ``'self'`` for the socket of the same host."""
    host = own_origin().partition("://")[2]
    if not HOST.fullmatch(host):
        return ""
    plain = f" ws://{host}" if own_origin().startswith("http://") else ""
    return f"{plain} wss://{host}"
