"""A customer's pages that were written for Coze's web SDK, and the server they lead to now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.application import bundled
from tests.browser.compat.coze_page import BOT, PAGES, ROOT, Go, Visit, strict
from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, NOTHING, Customer, customers, ours
from tests.serving import Server
from tests.signing import user_token

JAVASCRIPT = {"Content-Type": "text/javascript; charset=utf-8"}
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
delay_ms = 0
[sites.compat.coze]
bots = {bots}
"""
BOTS = {
    "acme": [BOT, "7400000000000000032"],
    "beta": ["7400000000000000002"],
}


@pytest.fixture(scope="package")
def coze_customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="package")
def coze_server(
    tmp_path_factory: pytest.TempPathFactory, coze_customer: Customer
) -> Iterator[Server]:
    """Two sites of the customer's, each with agents of its own."""
    sites = "".join(
        SITE.format(key=key, name=key.title(), origin=coze_customer.origin, bots=json.dumps(bots))
        for key, bots in BOTS.items()
    )
    running = Server(tmp_path_factory.mktemp("coze"), sites)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="package")
def coze_scripts() -> dict[str, str]:
    vue = ROOT / "node_modules/vue/dist/vue.global.prod.js"
    return {
        "react": bundled(PAGES / "react.jsx"),
        "next": bundled(PAGES / "next.jsx"),
        "vue": vue.read_text(encoding="utf-8"),
    }


@pytest.fixture
def go(
    coze_customer: Customer, coze_server: Server, coze_scripts: dict[str, str], new_page: NewPage
) -> Go:
    """``go("docs")``: to the page of that name, whose script is now that of ``acme``."""

    def visit(
        name: str, *, site: str = "acme", bot: str = BOT, is_strict: bool = False, **screen: Any
    ) -> Visit:
        visiting = Visit(new_page(**(screen or {"viewport": DESK})))
        sdk = f"{ours(coze_server)}/compat/coze/{site}.js"
        html = (PAGES / f"{name}.html").read_text(encoding="utf-8").replace(BOT, bot)
        html = html.replace("<script", '<script nonce="n0nce"')
        if "{{TOKEN}}" in html:
            html = html.replace("{{TOKEN}}", user_token(coze_server, "ada"))
        if name in coze_scripts:
            coze_customer.put(coze_scripts[name].replace("{{SDK}}", sdk), f"/{name}.js", JAVASCRIPT)
        headers = strict(ours(coze_server)) if is_strict else NOTHING
        visiting.page.goto(coze_customer.put(html.replace("{{SDK}}", sdk), f"/{name}", headers))
        return visiting

    return visit
