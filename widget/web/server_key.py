"""Who may call our REST API: the owner's own server, which shows the site's server key."""

from __future__ import annotations

from flask import Request

from widget.domain.errors import NotFound, ServerKeyRefused
from widget.domain.sites import Site
from widget.runs.server_keys import is_server_key
from widget.web.admit import admit_site, client_address
from widget.web.services import services

SCHEME = "bearer"


def admit_server(site_key: str, request: Request) -> Site:
    """The site whose server key the request bears as ``Authorization: Bearer key_…``.

    ``ServerKeyRefused`` whether the key or the site is wrong: site keys cannot be guessed here.
    Only wrong keys count against an address: a right one is always let in.
    """
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    is_right = scheme.lower() == SCHEME and is_server_key(services().store, site_key, given.strip())
    if not is_right:
        services().limits.wrong_key(client_address(request))
        raise ServerKeyRefused("the server key is missing or is not this site's")
    try:
        return admit_site(site_key)
    except NotFound:
        raise ServerKeyRefused("the server key is missing or is not this site's") from None
