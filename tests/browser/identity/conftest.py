"""A server that knows a customer, and visitors with a browser of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, Customer, customers
from tests.browser.identity.visit import SITE, Visit
from tests.serving import Server

Visitor = Callable[..., Visit]


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """``acme`` answers at once, ``calm`` at a reader's pace."""
    paces = {"acme": 0, "calm": 20}
    sites = (SITE.format(key=k, origin=customer.origin, delay_ms=p) for k, p in paces.items())
    running = Server(tmp_path_factory.mktemp("identity"), "".join(sites))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def visitor(new_page: NewPage, customer: Customer, server: Server) -> Visitor:
    """``visitor(site)``: somebody with a browser of their own."""

    def make(site: str = "acme", page: Page | None = None) -> Visit:
        return Visit(page or new_page(viewport=DESK), customer, server, site)

    return make
