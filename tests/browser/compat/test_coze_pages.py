"""Pages that were written for Coze's web SDK, with the address of their script changed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, NOTHING, PHONE, Customer, Widget, customers, ours
from tests.serving import Server
from tests.signing import user_token

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "tests/fixtures/pages/coze"
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
BOT = "7400000000000000001"
BOTS = {
    "acme": [BOT, "7400000000000000032"],
    "beta": ["7400000000000000002"],
}


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """Two sites of the customer's, each with agents of its own."""
    sites = "".join(
        SITE.format(key=key, name=key.title(), origin=customer.origin, bots=json.dumps(bots))
        for key, bots in BOTS.items()
    )
    running = Server(tmp_path_factory.mktemp("coze"), sites)
    try:
        running.start()
        yield running
    finally:
        running.stop()


class Visit:
    """A visitor on one of the pages, and all that left the browser and was said in its console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[str] = []
        self.lines: list[ConsoleMessage] = []
        page.context.on("request", lambda request: self._note(request))
        page.context.on("console", lambda line: self.lines.append(line))
        page.on("websocket", lambda socket: socket.on("framesent", self._note_frame))

    def _note(self, request: Request) -> None:
        headers = json.dumps(request.headers)
        self.sent.append(f"{request.method} {request.url} {headers} {request.post_data or ''}")

    def _note_frame(self, frame: str | bytes) -> None:
        self.sent.append(str(frame))

    def widget(self, title: str = "Coze", launcher: str = "Chat") -> Widget:
        return Widget(self.page, title, launcher)

    def talk(self, widget: Widget, text: str = "How are you?") -> None:
        """A question, until its answer is whole."""
        widget.wait_until_usable()
        widget.ask(text)
        widget.wait_for_answer()
        expect(widget.frame.locator("#messages > .question .bubble").last).to_have_text(text)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def warnings(self) -> list[str]:
        return [line.text for line in self.lines if line.type in {"warning", "error"}]

    def asked_of_us(self) -> list[str]:
        parts = [urlsplit(one.split(" ")[1]) for one in self.sent]
        return [part.path for part in parts if part.hostname == "localhost"]

    def hints(self) -> list[str]:
        """Ours alone: a browser too complains, of a socket that was closed for another."""
        return [line for line in self.warnings() if line.startswith("chatdock: ")]

    def said(self) -> str:
        return "\n".join(line.text for line in self.lines)


Go = Callable[..., Visit]


def _bundled(name: str) -> str:
    """A page's own scripts as its build would ship them, with the real React."""
    command = [
        *(str(ROOT / "node_modules/.bin/esbuild"), str(PAGES / f"{name}.jsx"), "--bundle"),
        *("--jsx=automatic", '--define:process.env.NODE_ENV="development"', "--log-level=error"),
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    vue = ROOT / "node_modules/vue/dist/vue.global.prod.js"
    return {
        "react": _bundled("react"),
        "next": _bundled("next"),
        "vue": vue.read_text(encoding="utf-8"),
    }


def _strict(us: str) -> dict[str, str]:
    """A page that lets in its own scripts, our origin, and nothing else."""
    policy = (
        f"default-src 'none'; script-src {us} 'nonce-n0nce'; frame-src {us}; img-src data:; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return {"Content-Security-Policy": policy, "Cross-Origin-Embedder-Policy": "require-corp"}


@pytest.fixture
def go(customer: Customer, server: Server, scripts: dict[str, str], new_page: NewPage) -> Go:
    """``go("docs")``: to the page of that name, whose script is now that of ``acme``."""

    def visit(
        name: str, *, site: str = "acme", bot: str = BOT, is_strict: bool = False, **screen: Any
    ) -> Visit:
        visiting = Visit(new_page(**(screen or {"viewport": DESK})))
        sdk = f"{ours(server)}/compat/coze/{site}.js"
        html = (PAGES / f"{name}.html").read_text(encoding="utf-8").replace(BOT, bot)
        html = html.replace("<script", '<script nonce="n0nce"')
        if "{{TOKEN}}" in html:
            html = html.replace("{{TOKEN}}", user_token(server, "ada"))
        if name in scripts:
            customer.put(scripts[name].replace("{{SDK}}", sdk), f"/{name}.js", JAVASCRIPT)
        headers = _strict(ours(server)) if is_strict else NOTHING
        visiting.page.goto(customer.put(html.replace("{{SDK}}", sdk), f"/{name}", headers))
        return visiting

    return visit


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
