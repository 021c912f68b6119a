"""What every kefu call has around it: which site is meant, whether its door is open to this page,
and the envelope of the answer."""

from __future__ import annotations

import time

import msgspec
import structlog
from flask import Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from widget.domain.errors import ChatdockError, NotFound
from widget.domain.sites import Site
from widget.web.admit import admit_site, client_address
from widget.web.bare_path import meant_site
from widget.web.cors import allow, may_ask
from widget.web.kefu_refusals import Disabled, OriginRefused, Refusal, refusal_of
from widget.web.kefu_shapes import Refused, Success
from widget.web.services import services
from widget.web.texts import choose, request_lang, use_lang, use_site

LANG = "zh-CN"  # the contract's own, for a caller who asks for none
JSON = "application/json"

log = structlog.get_logger(__name__)


def meant(key: str | None) -> Site:
    """The site that the path names, or that it leaves to be found out. From here on the answer is
    in its language, its manner and for its pages."""
    site = _named(key) if key else _found()
    g.kefu_site = site
    use_site(site)
    use_lang(_lang(site))
    return site


def enter(site: Site) -> None:
    """Refuses what may not come in here at all; a request without ``Origin`` is no page."""
    if not may_ask(site, request):
        raise OriginRefused(f"{request.headers['Origin'][:200]} is not on the site's list")
    services().limits.knock(site, client_address(request))
    if not site.apis.kefu.enabled:
        raise Disabled(f"{site.key} has no kefu door")
    admit_site(site.key)


def answered(success: Success) -> Response:
    return Response(msgspec.json.encode(success), content_type=JSON)


def refuse(error: Exception) -> ResponseReturnValue:
    """The envelope of a failure, whatever failed."""
    if not isinstance(error, ChatdockError | HTTPException):
        log.error("kefu request failed", path=request.path, exc_info=error)
    site: Site | None = g.get("kefu_site")
    if site is None:
        use_lang(_lang(None))
    refusal = refusal_of(error, site)
    said = told(refusal, site)
    always_200 = site is not None and site.apis.kefu.always_200
    response = Response(
        msgspec.json.encode(said), 200 if always_200 else said.code, content_type=JSON
    )
    if refusal.retry_after_s is not None:
        response.headers["Retry-After"] = str(refusal.retry_after_s)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = refusal.challenge()
    if isinstance(error, HTTPException) and error.code == 405:
        response.headers["Allow"] = "POST, OPTIONS"
    return response


def told(refusal: Refusal, site: Site | None) -> Refused:
    return Refused(
        code=refusal.code(site),
        message=refusal.words(site, request_lang()),
        error=refusal.error,
        retryable=refusal.retryable,
        timestamp=now(),
        data=refusal.data,
    )


def finish(response: Response) -> Response:
    """Nobody keeps an answer, and pages on the site's list may read it."""
    response.headers.setdefault("Cache-Control", "no-store")
    site: Site | None = g.get("kefu_site")
    return allow(response, site, request) if site else response


def now() -> int:
    return int(time.time())


def _named(key: str) -> Site:
    site = services().sites.find(key)
    if site is None:
        raise NotFound(f"there is no site {key!r}")
    return site


def _found() -> Site:
    try:
        return meant_site(
            services().sites.all(), request, is_open=lambda site: site.apis.kefu.enabled
        )
    except NotFound:
        raise Disabled("no site has a kefu door") from None


def _lang(site: Site | None) -> str:
    own = site.options.ui.base.lang if site else ""
    accepted = request.accept_languages.values()
    return choose(site, request.args.get("lang", ""), own, *accepted, LANG)
