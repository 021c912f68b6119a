"""A fake ChatKit server and the provider for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.providers.chatkit.kit import (
    docked,
)
from widget.providers.chatkit.provider import ChatKit


@pytest.fixture(params=[True, False], ids=["404", "500"])
def any_host(request: pytest.FixtureRequest) -> Iterator[ChatKitHost]:
    """Around the reference library, an exception becomes what the web framework makes of it."""
    with ChatKitHost(maps_errors=request.param) as started:
        yield started


@pytest.fixture
def host() -> Iterator[ChatKitHost]:
    with ChatKitHost() as started:
        yield started


@pytest.fixture
def provider(host: ChatKitHost) -> Iterator[ChatKit]:
    with docked(host.settings()) as made:
        yield made
