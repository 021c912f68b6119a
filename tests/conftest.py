"""What every test may ask for. All of it is real: files, processes, sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as generating

from tests.factories import make_site
from tests.serving import Frames, Server, servers
from widget.config import Settings, load_settings
from widget.store.database import Store
from widget.store.sites import save_site
from widget.web import create_app

# Time is for benchmarks: a shared machine may be slow, and coverage makes it slower.
generating.register_profile("chatdock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
generating.load_profile("chatdock")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with the site ``acme`` on the demo provider, shared by a test module."""
    running = Server(tmp_path_factory.mktemp("server"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """``start_server(sites_toml, **settings)``: for tests that stop it or need other sites."""
    yield from servers(tmp_path)


@pytest.fixture
def connect() -> Iterator[Frames]:
    """``connect(server, site)`` opens a frame's socket; all are closed at the end."""
    frames = Frames()
    yield frames
    frames.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"data": str(tmp_path / "data")}, environ={})


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application without a server, with the site ``acme``: for plain requests."""
    made = create_app(settings)
    store: Store = made.extensions["chatdock"].store
    with store.begin() as tx:
        save_site(tx, make_site(), store.cipher)
    yield made
    store.close()


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["chatdock"].store
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that keeps cookies."""
    return app.test_client()
