"""A customer's pages with the tag on them, and a server that knows the customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, PHONE, Customer, Widget, customers, tag
from tests.serving import Server

SITE = """
[[sites]]
key = "{key}"
name = "{name}"
origins = ["{origin}"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 1
"""
Visit = Callable[..., Widget]


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """A server with the sites ``acme`` and ``beta``, both of the customer's."""
    sites = "".join(
        SITE.format(key=key, name=key.title(), origin=customer.origin) for key in ("acme", "beta")
    )
    running = Server(tmp_path_factory.mktemp("loader"), sites)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def desk(new_page: NewPage) -> Page:
    return new_page(viewport=DESK)


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def visit(customer: Customer, server: Server) -> Visit:
    """``visit(page)``: goes to a page of the customer's that carries the tag."""

    def go(page: Page, attributes: str = "async", **parts: Any) -> Widget:
        page.goto(customer.page(tag(server, attributes=attributes), **parts))
        return Widget(page)

    return go
