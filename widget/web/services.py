"""What every route needs, made once per process by the factory and reached through ``services``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from widget.config import Settings
    from widget.runs.engine import Engine
    from widget.store.database import Store
    from widget.store.sites import SiteDirectory
    from widget.web.assets import Assets
    from widget.web.figures import Figures
    from widget.web.lifecycle import Lifecycle
    from widget.web.limits import RateLimits
    from widget.web.pump import Pump
    from widget.web.sockets import Sockets
    from widget.web.texts import Texts
    from widget.web.tokens import Tokens

EXTENSION = "chatdock"


@dataclass(frozen=True)
class Services:
    settings: Settings
    store: Store
    sites: SiteDirectory
    engine: Engine
    tokens: Tokens
    limits: RateLimits
    assets: Assets
    texts: Texts
    sockets: Sockets
    pump: Pump
    lifecycle: Lifecycle
    figures: Figures

    def start(self) -> None:
        """Begins what runs beside the requests. Once, in the process that serves."""
        self.engine.start()
        self.pump.start()
        self.sockets.start()


def services() -> Services:
    """The services of the application that answers the current request."""
    return cast("Services", current_app.extensions[EXTENSION])
