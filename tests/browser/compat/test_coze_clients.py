"""Clients of Coze's web SDK: several, gone and back, of other sites, with keys in the page."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.compat.coze_page import Go

pytestmark = pytest.mark.browser


def test_options_that_are_none_dock_the_site(go: Go) -> None:
    visit = go("bare")
    launcher = visit.widget(launcher="Ask us").launcher  # as the tag says

    for options in ("", "null", "'x'", "{config: 3, ui: [], userInfo: null}"):
        visit.page.evaluate(f"window.client = new CozeWebSDK.WebChatClient({options})")
        expect(launcher).to_be_visible()
        assert visit.page.evaluate("client.getToken()") is None
        visit.page.evaluate("client.destroy()")
        expect(launcher).to_have_count(0)

    assert visit.warnings() == []


def test_options_that_cannot_be_read_stop_no_page(go: Go) -> None:
    visit = go("bare")

    visit.page.evaluate(
        """() => {
          const client = new CozeWebSDK.WebChatClient({get config() { throw new Error("mine") }});
          client.showChatBot();
          client.hideChatBot();
          client.destroy();
        }"""
    )

    (hint,) = visit.warnings()
    assert hint.endswith("No chat could be made from these options: Error: mine")


def test_containers_of_launcher_and_chat(go: Go) -> None:
    visit = go("container")
    coze = visit.widget()
    coze.panel = visit.page.get_by_role("region", name="Coze", exact=True)
    launcher = visit.page.locator("#position_demo").get_by_role("button", name="Chat")
    expect(launcher).to_be_visible()
    assert launcher.evaluate("node => getComputedStyle(node).position") == "static"
    assert launcher.evaluate("node => node.getRootNode().host.parentNode.id") == "position_demo"

    coze.launcher.click()

    visit.talk(coze)
    assert (coze.box()["width"], coze.box()["height"]) == (420, 520)
    assert visit.warnings() == []


def test_client_for_as_long_as_somebody_is_signed_in(go: Go) -> None:
    visit = go("login")
    coze = visit.widget()
    coze.launcher.click()
    coze.wait_until_usable()

    visit.press("Log out")
    expect(coze.launcher).to_have_count(0)
    expect(visit.page.locator("iframe")).to_have_count(0)
    visit.press("Log in")
    coze.launcher.click()

    visit.talk(coze)
    asked = next(json.loads(one) for one in visit.sent if "message.send" in one)
    assert asked["label"] == {"id": "user_42", "nickname": "Ada"}
    assert visit.warnings() == []


def test_two_bots_and_one_of_them_twice(go: Go) -> None:
    visit = go("several")
    one, two, beta = visit.widget("Acme"), visit.widget("Acme"), visit.widget("Beta")
    one.panel = visit.page.locator("#one").get_by_role("region", name="Acme")
    two.panel = visit.page.locator("#two").get_by_role("region", name="Acme")

    visit.press("First")
    visit.talk(one, "Am I the first?")
    visit.press("Second")
    visit.talk(two, "Am I the second?")
    visit.press("Other")
    visit.talk(beta, "And I?")

    expect(one.frame.locator("#messages > .question .bubble").first).to_have_text("Am I the first?")
    assert visit.page.evaluate("chatdock.sites.size") == 2
    assert visit.warnings() == []


def test_app_whose_keys_stay_in_the_page(go: Go) -> None:
    visit = go("app")
    coze = visit.widget()

    coze.launcher.click()

    visit.talk(coze)
    asked = next(json.loads(one) for one in visit.sent if "message.send" in one)
    assert asked["page"] == {"sku": "A-7", "user": '{"plan":"gold"}', "pages": "3"}
    kept = visit.page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    copied = visit.page.evaluate("JSON.stringify([client.options, chatdock])")
    for place in ("".join(visit.sent), kept, copied, visit.said()):
        assert "planted" not in place.lower()
    (hint,) = visit.warnings()
    assert "Revoke it at Coze now" in hint
    assert visit.page.evaluate("refreshed") == 0
    assert visit.page.evaluate("client.getToken()") == "pat_PlantedAsTheFreshOne0123456789"


def test_bot_of_another_site_is_answered_by_it(go: Go) -> None:
    visit = go("docs", site="beta", is_strict=True)
    coze = visit.widget()

    coze.launcher.click()

    visit.talk(coze)
    address = coze.panel.locator("iframe").get_attribute("src") or ""
    assert "/frame/acme?" in address
    assert visit.warnings() == []


def test_bot_that_nobody_knows_is_answered_by_the_site_of_the_script(go: Go) -> None:
    visit = go("docs", bot="7400000000000000099")
    coze = visit.widget()

    coze.launcher.click()

    visit.talk(coze)
    (hint,) = visit.hints()
    assert hint.endswith("[sites.compat.coze] of the site that it belongs to: 7400000000000000099")


def test_site_that_is_not_there_breaks_no_page(go: Go) -> None:
    visit = go("toggle", site="nobody")

    visit.press("Show the chat")
    visit.page.evaluate("new CozeWebSDK.WebChatClient().destroy()")

    assert visit.warnings() == ['chatdock: there is no site "nobody" here']
