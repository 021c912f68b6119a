from __future__ import annotations

from typing import Any, ClassVar

from tests.contract.docks.base import Dock
from widget.domain.sites import ProviderChoice
from widget.providers.base import Provider
from widget.providers.demo.provider import Demo


class DemoDock(Dock):
    kind = "demo"
    answer = "You are welcome! Anything else? I do not get tired. 😊"
    questions: ClassVar[dict[str, str]] = {
        "plain": "thank you",
        "gated": "thank you",
        "unauthorized": "fail auth",
        "rate_limited": "fail busy",
        "server_error": "fail",
        "stall": "please stall",
        "death": "fail",
    }

    @property
    def choice(self) -> ProviderChoice:
        return ProviderChoice("demo", {"delay_ms": 0})

    def _make(self, settings: Any, client: Any) -> Provider:
        return Demo(settings, client)
