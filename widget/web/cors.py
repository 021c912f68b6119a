"""Doors that a host page's own script may ask: which origins, and what it may send and read.

Without an ``Origin`` (a server, a mini-program) there is nothing to allow and nothing to refuse.
"""

from __future__ import annotations

from flask import Request, Response

from widget.domain.sites import Site, allows
from widget.web.admit import is_own_origin

METHODS = "POST, OPTIONS"
HEADERS = "Authorization, Content-Type, OpenAI-Beta, X-Chatdock-User"
EXPOSED = "Retry-After, WWW-Authenticate"
REMEMBERED_S = 600


def may_ask(site: Site, request: Request) -> bool:
    """Whether the page behind this request is on the site's list; ``null`` never is."""
    origin = request.headers.get("Origin", "").lower()
    return not origin or is_own_origin(origin) or allows(site.origins, origin)


def allow(response: Response, site: Site, request: Request) -> Response:
    """Lets the asking page read the answer, errors too, when it is on the list.

    Our own pages need no leave, and what only looks like one of them (the same host without TLS,
    where anybody on the line may write) gets none.
    """
    response.vary.add("Origin")
    if allows(site.origins, request.headers.get("Origin", "").lower()):
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def answer_preflight(site: Site, request: Request) -> Response:
    """The answer to ``OPTIONS``: the same for every page, but that the browser reads it only on a
    listed one."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = HEADERS
    response.headers["Access-Control-Max-Age"] = str(REMEMBERED_S)
    return allow(response, site, request)
