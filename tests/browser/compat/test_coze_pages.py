"""Pages as Coze's documents, guides and frameworks give them; only the script is another."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.compat.coze_page import Go
from tests.browser.customer import PHONE

pytestmark = pytest.mark.browser


def test_page_of_the_documents(go: Go) -> None:
    visit = go("docs", is_strict=True)
    coze = visit.widget()
    expect(coze.launcher).to_be_visible()
    assert visit.asked_of_us() == ["/compat/coze/acme.js"]

    coze.launcher.click()

    visit.talk(coze)
    assert visit.warnings() == []


def test_head_with_every_option_of_the_documents(go: Go) -> None:
    visit = go("head")
    bot = visit.widget("My Bot")

    bot.launcher.click()

    visit.talk(bot)
    assert bot.box()["width"] == 390
    footer = bot.frame.get_by_role("link", name="A", exact=True)
    expect(footer).to_have_attribute("href", "https://www.a.example")
    (hint,) = visit.warnings()
    assert hint.endswith("of your page's own host: https://pictures.example/bot.png")
    assert "pictures.example" not in "".join(visit.sent)


def test_polling_with_options_that_nobody_knows(go: Go) -> None:
    visit = go("polling")
    helper = visit.widget("Helper")

    helper.launcher.click()

    visit.talk(helper)
    (hint,) = visit.warnings()
    assert hint.startswith(
        "chatdock: 下面的选项无法识别，已忽略： / These options are not known here"
    )
    assert hint.endswith(": componentProps.position, componentProps.height")


def test_react_effect_that_comes_and_goes(go: Go) -> None:
    visit = go("react")
    coze = visit.widget()
    expect(coze.launcher).to_have_count(1)

    visit.press("Leave")
    expect(coze.launcher).to_have_count(0)
    assert visit.page.evaluate("CozeWebSDK.WebChatClient.clients") == []
    visit.press("Come back")
    coze.launcher.click()

    visit.talk(coze)
    assert visit.page.evaluate("CozeWebSDK.WebChatClient.clients.length") == 1
    assert visit.warnings() == []


def test_next_script_with_a_key_in_the_page(go: Go) -> None:
    visit = go("next")
    platform = visit.widget("One Platform")

    platform.launcher.click()

    visit.talk(platform)
    (hint,) = visit.warnings()
    assert hint.startswith("chatdock: 页面里有扣子（Coze）令牌。")
    assert hint.endswith("Revoke it at Coze now, and take it out of the page.")
    assert "NeverSentAnywhere" not in "".join(visit.sent)


def test_vue_that_makes_a_client_after_the_other(go: Go) -> None:
    visit = go("vue")
    coze = visit.widget()
    coze.wait_until_usable()

    visit.press("Reload the bot")

    visit.talk(coze)
    assert visit.page.evaluate("CozeWebSDK.WebChatClient.clients.length") == 2
    expect(coze.launcher).to_have_count(1)
    assert visit.warnings() == []


def test_docusaurus_module_that_hears_of_every_route(go: Go) -> None:
    visit = go("docusaurus")
    docs = visit.widget("Docs")
    expect(docs.launcher).to_have_count(1)

    visit.page.get_by_role("link", name="Lamps").click()
    visit.page.wait_for_function("document.body.dataset.rounds === '2'")

    expect(docs.launcher).to_have_count(1)
    docs.launcher.click()
    visit.talk(docs)
    assert len(visit.warnings()) == 1  # of the picture on another host


def test_late_script_with_parameters(go: Go) -> None:
    visit = go("late")
    late = visit.widget("Late")

    late.launcher.click()

    visit.talk(late)
    asked = next(json.loads(one) for one in visit.sent if "message.send" in one)
    assert asked["page"] == {"page": "lamps", "stock": "3"}
    assert visit.warnings() == []


def test_routes_that_swap_the_body_under_somebody_signed_in(go: Go) -> None:
    visit = go("routes")
    coze = visit.widget()
    coze.launcher.click()
    visit.talk(coze)

    visit.page.evaluate("go('/lamps')")

    expect(visit.page.get_by_role("heading", name="/lamps")).to_be_visible()
    visit.talk(coze, "And now?")
    expect(coze.frame.locator("#messages > .question")).to_have_count(2)
    assert visit.hints() == []


def test_button_of_the_page_and_a_say_in_opening(go: Go) -> None:
    visit = go("toggle")
    coze = visit.widget()
    expect(coze.launcher).to_be_hidden()
    assert visit.asked_of_us() == ["/compat/coze/acme.js"]

    visit.press("Show the chat")
    visit.page.wait_for_function("heard.length === 1")
    expect(coze.panel).to_be_hidden()
    visit.page.evaluate("mayOpen = true")
    visit.press("Show the chat")
    visit.talk(coze)
    visit.press("Hide the chat")
    coze.wait_until_closed()

    visit.page.wait_for_function("heard.length === 5")
    assert visit.page.evaluate("heard") == [
        *("onBeforeShow", "onBeforeShow", "onShow", "onBeforeHide", "onHide"),
    ]
    assert visit.page.evaluate("cozeWebSDK.showChatBot() === undefined")
    assert visit.page.evaluate("cozeWebSDK.getToken()") == "pat_********"


def test_phone_page_is_full_screen(go: Go) -> None:
    visit = go("mobile", viewport=PHONE, has_touch=True, is_mobile=True)
    lamps = visit.widget("灯具顾问", "在线咨询")

    lamps.launcher.tap()

    visit.talk(lamps, "你好")
    assert lamps.box() == {"x": 0, "y": 0, **PHONE}
    assert visit.warnings() == []
