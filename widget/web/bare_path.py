"""Which site a path means that names none, such as ``/api/kefu/chat``.

The vendors' front ends and mini-programs have their paths built in. The only site with that door on
is meant; else the one whose origin or assistant the request names; else nobody guesses.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Request

from widget.domain.errors import BadInput, NotFound
from widget.domain.sites import Site, allows
from widget.web.admit import admit_site


def meant_site(
    sites: list[Site],
    request: Request,
    *,
    is_open: Callable[[Site], bool],
    assistant: str = "",
) -> Site:
    """The site of ``sites`` that is meant, open for business.

    ``is_open`` tells whether a site has the door on. Raises ``NotFound`` when no site has,
    ``BadInput`` that names the choices when several could be meant.
    """
    offering = [site for site in sites if is_open(site)]
    if not offering:
        raise NotFound("no site has this door on")
    found = _matching(offering, request, assistant) if len(offering) > 1 else offering
    if len(found) != 1:
        keys = ", ".join(sorted(site.key for site in offering))
        raise BadInput(f"several sites could be meant; ask at /sites/<site>{request.path} ({keys})")
    return admit_site(found[0].key)


def _matching(sites: list[Site], request: Request, assistant: str) -> list[Site]:
    by_assistant = [site for site in sites if assistant and _assistant(site) == assistant]
    origin = request.headers.get("Origin", "").lower()
    return by_assistant or [site for site in sites if origin and allows(site.origins, origin)]


def _assistant(site: Site) -> str:
    """What the platform calls the site's agent, whatever its setting is called."""
    settings = site.provider.settings
    names = ("assistant_id", "workflow_id", "bot_id", "app_id", "slug")
    return next((str(settings[name]) for name in names if settings.get(name)), "")
