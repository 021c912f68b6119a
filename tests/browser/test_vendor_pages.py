"""The vendors' documented page code against our session endpoints, from a page of another host."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route

from tests.browser.customer import Customer, customers, ours
from tests.browser.vendor_page import vendor_page
from tests.fakes.chatkit.sessions import HostedSessions
from tests.fakes.xpertai.platform import ASSISTANT, DEDICATED_KEY, XpertAI
from tests.serving import Server
from tests.web.sessions import signed

pytestmark = pytest.mark.browser

XPERTAI_PATHS = ("/sites/lamps/api/create-session", "/api/create-session")
CHATKIT_PATHS = ("/sites/desk/api/chatkit/session", "/api/chatkit/session")


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def xpertai() -> Iterator[XpertAI]:
    with XpertAI() as platform:
        yield platform


@pytest.fixture(scope="module")
def hosted() -> Iterator[HostedSessions]:
    with HostedSessions() as sessions:
        yield sessions


@pytest.fixture(scope="module")
def servers(
    tmp_path_factory: pytest.TempPathFactory,
    customer: Customer,
    xpertai: XpertAI,
    hosted: HostedSessions,
) -> Iterator[dict[str, Server]]:
    """A server for each vendor, with one site whose door is open, and one that does not list the
    customer."""
    platforms = {
        "lamps": {"kind": "xpertai", **xpertai.settings(api_key=DEDICATED_KEY)},
        "desk": {"kind": "chatkit", **hosted.settings()},
    }
    made: dict[str, Server] = {}
    try:
        for key, settings in platforms.items():
            sites = _site(key, customer.origin, settings)
            made[key] = Server(tmp_path_factory.mktemp(key), sites)
            made[key].start()
        yield made
    finally:
        for server in made.values():
            server.stop()


def _site(key: str, origin: str, settings: dict[str, Any]) -> str:
    head = (
        f'[[sites]]\nkey = "{key}"\norigins = ["{origin}"]\n'
        "limits = {visitor_per_minute = 0, address_per_minute = 0}\n"
        "[sites.apis.client_secrets]\nenabled = true\n[sites.provider]\n"
    )
    return head + "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())


def begin(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("() => element().started".replace("element()", _element()))


def _element() -> str:
    return "document.querySelector('xpertai-chatkit, openai-chatkit')"


def of_element(page: Page, expression: str) -> Any:
    return page.evaluate(f"async () => {{ const it = {_element()}; return await it.{expression} }}")


def platform_of(page: Page, platform: XpertAI) -> None:
    """The page reaches the platform at its own origin, as through the owner's proxy."""

    def forward(route: Route) -> None:
        path = route.request.url.partition("/platform")[2]
        kept = {"authorization", "content-type"}
        headers = {name: one for name, one in route.request.headers.items() if name in kept}
        answer = httpx.post(
            platform.base_url + path, headers=headers, content=route.request.post_data or ""
        )
        route.fulfill(status=answer.status_code, body=answer.text)

    page.route(re.compile("/platform/"), forward)


@pytest.mark.parametrize("path", XPERTAI_PATHS)
def test_xpertais_page_gets_secrets_that_its_platform_takes(
    page: Page, customer: Customer, servers: dict[str, Server], *, xpertai: XpertAI, path: str
) -> None:
    platform_of(page, xpertai)
    given = {"server": ours(servers["lamps"]), "path": path, "assistant": ASSISTANT}
    begin(page, customer.put(vendor_page("xpertai-chatkit", **given)))

    first = of_element(page, "call('/assistants/search')")
    xpertai.expire_secrets()
    second = of_element(page, "call('/assistants/search')")

    assert (first, second) == (201, 201)
    assert of_element(page, "errors") == []
    old, new = of_element(page, "given")
    assert old != new
    assert {old, new} <= set(xpertai.state.secrets)


@pytest.mark.parametrize("path", CHATKIT_PATHS)
def test_chatkits_page_gets_a_new_secret_before_the_old_one_ends(
    page: Page, customer: Customer, servers: dict[str, Server], *, hosted: HostedSessions, path: str
) -> None:
    before = set(hosted.sessions)
    begin(
        page, customer.put(vendor_page("openai-chatkit", server=ours(servers["desk"]), path=path))
    )

    of_element(page, "beforeItEnds()")

    sessions = [one for id_, one in hosted.sessions.items() if id_ not in before]
    assert of_element(page, "errors") == []
    assert of_element(page, "given") == [one["client_secret"] for one in sessions]
    assert sessions[0]["expires_at"] > time.time()
    # The cookie of a third party, kept for this host page: the same visitor, with the same threads.
    assert sessions[0]["user"] == sessions[1]["user"]


def test_signed_in_person_is_that_person_in_every_browser(
    page: Page, customer: Customer, servers: dict[str, Server], hosted: HostedSessions
) -> None:
    server = servers["desk"]
    token = signed(server.folder / "data", "desk", "u-1")
    given = {"server": ours(server), "path": CHATKIT_PATHS[0]}

    begin(
        page,
        customer.put(
            vendor_page("openai-chatkit", **given, headers={"Authorization": f"Bearer {token}"})
        ),
    )

    assert of_element(page, "errors") == []
    user = list(hosted.sessions.values())[-1]["user"]
    assert user == server.tokens.visitor_of("desk", "u-1")


def test_page_reads_why_there_is_none(
    page: Page, customer: Customer, servers: dict[str, Server]
) -> None:
    wrong = {"headers": {"X-Chatdock-User": "x.y.z"}, "assistant": ASSISTANT}
    answers = []
    for element, key, path in (
        ("xpertai-chatkit", "lamps", XPERTAI_PATHS[0]),
        ("openai-chatkit", "desk", CHATKIT_PATHS[0]),
    ):
        html = vendor_page(element, server=ours(servers[key]), path=path, **wrong)
        begin(page, customer.put(html))
        answers.append((of_element(page, "given"), of_element(page, "errors")))

    assert [given for given, _ in answers] == [[], []]
    ((xpertai,), (chatkit,)) = (errors for _, errors in answers)
    assert "user token" in xpertai
    assert chatkit.startswith("user_token_refused: ")


def test_page_that_is_not_listed_gets_nothing(
    page: Page, servers: dict[str, Server], hosted: HostedSessions
) -> None:
    """Not even to read: the browser keeps the answer from it."""
    before = len(hosted.requests)
    with customers() as stranger:
        html = vendor_page("openai-chatkit", server=ours(servers["desk"]), path=CHATKIT_PATHS[0])
        begin(page, stranger.put(html))

        assert of_element(page, "given") == []
        assert of_element(page, "errors") == ["Failed to fetch"]
    assert len(hosted.requests) == before
