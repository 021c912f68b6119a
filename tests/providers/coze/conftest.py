from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.coze.platform import Coze as Platform
from tests.providers.coze.kit import docked
from widget.providers.coze.provider import Coze


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[Coze]:
    with docked(platform) as made:
        yield made


@pytest.fixture
def studio() -> Iterator[Platform]:
    with Platform(edition="studio") as started:
        yield started
