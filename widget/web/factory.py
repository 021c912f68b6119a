"""Puts the application together: the only module of ``web`` that reaches below ``runs``."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

import structlog
from flask import Flask, Response

from widget.catalogues import read_catalogues
from widget.config import Settings, load_settings
from widget.domain.sites import ProviderChoice, Site
from widget.journal.memory import MemoryJournal
from widget.paths import STATIC, TEMPLATES
from widget.providers import registry
from widget.providers.base import Provider
from widget.runs.engine import Engine, Timing
from widget.store.database import Store
from widget.store.sites import SiteDirectory
from widget.web import (
    assets,
    check_files,
    client_secrets,
    compat_coze,
    compat_dify,
    demo,
    embed,
    embed_tokens,
    errors,
    files,
    frame,
    health,
    kefu,
    lines,
    logs,
    openapi,
    reader,
    renewal,
    saved,
    schema,
    shown_files,
    socket,
    uploads,
    wording,
)
from widget.web.figures import Figures
from widget.web.lifecycle import Lifecycle
from widget.web.limits import RateLimits
from widget.web.multipart import ChatRequest
from widget.web.pump import Pump
from widget.web.services import EXTENSION, Services
from widget.web.sockets import Sockets
from widget.web.texts import Texts
from widget.web.tokens import Tokens

log = structlog.get_logger(__name__)

LARGEST_BODY = 524_288
# Of the worker's connections, how many stay free for plain requests however many sockets come.
KEPT_FREE = 0.05


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to answer; its greenlets begin with ``Services.start``."""
    settings = settings or load_settings()
    logs.configure(settings.log_level)
    app = Flask(__name__, static_folder=None, template_folder=TEMPLATES)
    app.request_class = ChatRequest
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        SOCK_SERVER_OPTIONS=reader.OPTIONS,
    )
    services = _make_services(settings)
    app.extensions[EXTENSION] = services
    _set_up_pages(app, services)
    _register(app)
    return app


def _make_services(settings: Settings) -> Services:
    store = Store(
        settings.database_url,
        secret_key=settings.secret_key,
        uploads=settings.data / "uploads",
    )
    store.migrate()
    sites = SiteDirectory(store)
    timing = Timing(run_s=settings.run_limit_s, silence_s=settings.silence_limit_s)
    engine = Engine(store, MemoryJournal(), providers(), sites, timing=timing)
    sockets = Sockets(sites, most=int(settings.worker_connections * (1 - KEPT_FREE)))
    limits = RateLimits()
    return Services(
        settings=settings,
        store=store,
        sites=sites,
        engine=engine,
        tokens=Tokens(settings.secret_key),
        limits=limits,
        assets=assets.Assets(STATIC),
        texts=_texts(settings),
        sockets=sockets,
        pump=Pump(),
        lifecycle=Lifecycle(),
        figures=Figures(engine, sockets, limits),
    )


def _texts(settings: Settings) -> Texts:
    """With what the owner's files say; what is wrong in them is told, and the rest is used."""
    catalogues = read_catalogues(settings.translations)
    for one in catalogues.findings:
        tell = log.warning if one.is_fault else log.info
        tell("translations", finding=one.text)
    return Texts(catalogues)


def providers() -> Callable[[Site], Provider]:
    """A site's provider, kept as long as the owner does not change its settings."""
    kept: dict[str, tuple[ProviderChoice, Provider]] = {}

    def provider_for(site: Site) -> Provider:
        choice, provider = kept.get(site.key, (None, None))
        if provider is None or choice != site.provider:
            provider = registry.build(site.provider)
            kept[site.key] = site.provider, provider
        return provider

    return provider_for


def _set_up_pages(app: Flask, services: Services) -> None:
    app.jinja_env.globals.update(asset=services.assets.url, file_of=shown_files.file_of)
    services.texts.init_app(app)
    services.figures.init_app(app)
    errors.init_app(app)
    app.after_request(_protect)


def _register(app: Flask) -> None:
    pages = (
        assets,
        check_files,
        client_secrets,
        demo,
        embed,
        compat_coze,
        compat_dify,
        embed_tokens,
        files,
        frame,
        health,
        kefu,
        lines,
        openapi,
        renewal,
        saved,
        schema,
        socket,
        uploads,
        wording,
    )
    for module in pages:
        app.register_blueprint(module.bp)
    described = (getattr(module, "OPERATIONS", ()) for module in pages)
    openapi.init_app(app, chain.from_iterable(described))


def _protect(response: Response) -> Response:
    """What every answer says unless its route said otherwise: nobody may frame it or guess its
    type, and an address of ours is told to nobody else."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    return response
