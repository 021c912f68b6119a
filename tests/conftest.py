"""What every test may ask for. All of it is real: files, processes, sockets."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
import structlog
from coverage import Coverage
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as generating

from tests.counting import counted_for, uncounted
from tests.databases import lay_data
from tests.factories import make_site
from tests.remembered import remember_addresses, remember_templates
from tests.serving import Frames, Server, servers
from widget.config import Settings, load_settings
from widget.store.database import Store
from widget.store.sites import save_site
from widget.web import create_app

HERE = Path(__file__).parent

# Time is for benchmarks: a shared machine may be slow, and coverage makes it slower.
generating.register_profile("chatdock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
generating.load_profile("chatdock")
remember_templates()
remember_addresses()

# Files that wait or work for many seconds, the longest first: what begins last ends last, and
# the other cores idle meanwhile.
LONG = (
    *("security/test_leaks.py", "web/test_worker.py", "web/test_uploads.py"),
    *("security/test_floods.py", "contract/test_providers.py", "security/test_uploads.py"),
    *("web/test_socket_door.py", "providers/dify/test_served.py"),
    *("providers/xpertai/test_served.py", "providers/coze/test_served.py", "web/test_forms.py"),
    *("cli/test_commands.py", "cli/test_serve.py", "security/test_bounds.py"),
    *("providers/test_provider_patience.py", "render/test_growth.py", "render/test_equivalence.py"),
    *("web/test_frame.py", "web/test_health.py", "web/test_answering.py", "runs/test_kills.py"),
    *("contract/test_openapi.py", "web/test_webhooks_served.py", "web/test_kefu_clients.py"),
    *("contract/test_signing_docs.py", "security/test_doors.py", "security/test_people_leaks.py"),
    *("web/test_kefu_streams.py", "web/test_kefu_platforms.py", "web/test_kefu_calls.py"),
)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """From here on pytest-cov counts the lines in a worker of xdist, and pauses for tests that are
    not to be counted. What began earlier, with the process, would then go on in its place."""
    if hasattr(session.config, "workerinput") and session.config.pluginmanager.hasplugin("_cov"):
        while earlier := Coverage.current():
            earlier.stop()


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Each worker imports all tests, and with them all of ours: the first one counts that."""
    worker = getattr(session.config, "workerinput", {"workerid": "gw0"})["workerid"]
    if worker == "gw0":
        return (yield)
    with uncounted(session.config):
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {HERE / name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(LONG)))


def pytest_collection_finish() -> None:
    """Six thousand tests and their modules stay to the end: no collection of garbage need look at
    them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _logging_put_back() -> Iterator[None]:
    """An application configures the logging of its process: not for the next module, too."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture(scope="module", autouse=True)
def _lines_counted(request: pytest.FixtureRequest) -> Iterator[None]:
    with counted_for(request.path, request.config):
        yield


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
    lay_data(tmp_path / "data")
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
