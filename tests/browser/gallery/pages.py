"""The chat elsewhere than in the panel in the corner: and the list of conversations."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.gallery.sites import BOT
from tests.browser.gallery.state import State, Visit, rest, start_over
from tests.browser.gallery.talking import ask_postage
from tests.browser.gallery.trouble import on_its_own_page
from tests.browser.show import OPEN, Show
from tests.browser.stage import SHOP, STRANGER, Stage
from tests.browser.words import ASKED, MORE, SHOWN, TROUBLE
from tests.serving import wait_until

SAID = {"zh-CN": "包裹", "en": "parcel"}
VENDORS = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{site}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
{tag}</html>"""
COZE = """<script src="{shop}/compat/coze/{site}.js"></script><script>
new CozeWebSDK.WebChatClient({{config: {{bot_id: "{bot}"}}, ui: {{base: {{lang: "{lang}"}}}}}});
</script>"""
DIFY = """<script>
window.difyChatbotConfig = {{token: "{site}", baseUrl: "{shop}/compat/dify/{site}"}};
</script><script src="{shop}/compat/dify/{site}/embed.min.js" id="{site}" defer></script>"""
PLACE = """() => {
  const place = document.createElement("div");
  place.id = "place";
  place.style.height = "620px";
  document.querySelector(".hero").after(place);
  chatdock("set", { ui: { chatBot: { el: "#place" } } });
  chatdock("open");
}"""


def open_list(show: Show) -> None:
    """A sheet gives way when the window changes its size."""
    if not show.frame.locator(".drawer").is_visible():
        show.frame.locator("#list").click()
    expect(show.frame.locator(".drawer")).to_be_visible(timeout=PATIENCE_MS)


def close_list(show: Show) -> None:
    open_list(show)
    show.frame.locator(".drawer-head [data-list=close]").click()
    expect(show.frame.locator(".drawer")).to_be_hidden(timeout=PATIENCE_MS)


def talk_and_list(show: Show) -> None:
    """Four conversations, the last of which is before the visitor."""
    for question in (MORE["order"], SHOWN["card"], MORE["returns"]):
        show.ask(question[show.words])
        start_over(show)
    ask_postage(show)
    open_list(show)
    expect(show.frame.locator(".drawer .row")).to_have_count(4, timeout=PATIENCE_MS)


def search_list(show: Show) -> None:
    """A word that stands in one conversation, and not in its title."""
    open_list(show)
    show.frame.locator(".drawer-search").fill(SAID[show.words])
    expect(show.frame.locator(".drawer .row mark")).not_to_have_count(0, timeout=PATIENCE_MS)


def end_search(show: Show) -> None:
    open_list(show)
    show.frame.locator(".drawer-search").fill("")
    expect(show.frame.locator(".drawer .row")).to_have_count(4, timeout=PATIENCE_MS)


def unfold_row(show: Show) -> None:
    open_list(show)
    show.frame.locator(".row-more > summary").nth(1).click()
    show.frame.locator(".row-sure > summary").nth(1).click()


def enlarge(show: Show) -> None:
    """Where there is room: a phone's sheet is as large as it can be."""
    ask_postage(show)
    button = show.frame.locator("#expand")
    if button.is_visible():
        before = show.widget.box()["width"]
        button.click()
        wait_until(lambda: show.widget.box()["width"] > before, "a larger panel")


def stand_alone(show: Show, stage: Stage) -> None:
    show.frame = show.page
    expect(show.page.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)


def stand_without_scripts(show: Show, stage: Stage) -> None:
    show.frame, show.has_scripts = show.page, False
    expect(show.composer).to_be_visible(timeout=PATIENCE_MS)


def post(show: Show, text: str, state: str) -> None:
    show.composer.fill(text)
    show.frame.locator(".send").click()
    show.wait_for(state)


def be_put_in_place(show: Show, stage: Stage) -> None:
    expect(show.widget.launcher).to_be_visible(timeout=PATIENCE_MS)
    show.page.evaluate(PLACE)
    show.frame = show.page.frame_locator("iframe")
    expect(show.frame.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)


def bring_into_view(show: Show) -> None:
    show.page.locator("#place").evaluate("(node) => node.scrollIntoView({block: 'center'})")


def at_a_vendors_customer(tag: str, show: Show, stage: Stage, site: str) -> str:
    made = tag.format(shop=SHOP, site=site, bot=BOT[show.words], lang=show.lang)
    stage.customer.put(VENDORS.format(lang=show.lang, site=site, tag=made))
    return f"{STRANGER}/"


def open_coze(show: Show, stage: Stage) -> None:
    show.page.locator("[aria-haspopup=dialog]").click()
    expect(show.frame.locator(OPEN)).to_be_visible(timeout=PATIENCE_MS)


def open_dify(show: Show, stage: Stage) -> None:
    show.page.locator("#dify-chatbot-bubble-button").click()
    expect(show.frame.locator(OPEN)).to_be_visible(timeout=PATIENCE_MS)


LIST = Visit(
    "list",
    (
        State("list-empty", open_list, leave=close_list),
        State("list", talk_and_list, leave=rest),
        State("list-search", search_list, leave=end_search),
        State("list-delete", unfold_row, leave=rest),
    ),
)
INLINE = Visit(
    "inline",
    (State("inline", ask_postage, aim=bring_into_view, leave=rest),),
    enter=be_put_in_place,
    is_whole_page=True,
)
FULL = Visit(
    "full",
    (
        State("page-opening", leave=rest),
        State("page", ask_postage, leave=rest),
    ),
    address=on_its_own_page,
    enter=stand_alone,
    is_whole_page=True,
)
PLAIN = Visit(
    "plain",
    (
        State("no-script-opening", leave=rest),
        State("no-script", lambda show: post(show, ASKED[show.words], "done"), leave=rest),
        State(
            "no-script-failed", lambda show: post(show, TROUBLE[show.words], "failed"), leave=rest
        ),
    ),
    address=on_its_own_page,
    enter=stand_without_scripts,
    is_whole_page=True,
    context={"java_script_enabled": False},
)
LARGE = Visit("large", (State("enlarged", enlarge, leave=rest),), is_whole_page=True)
OF_COZE = Visit(
    "coze",
    (State("compat-coze", ask_postage, leave=rest),),
    site="vendors",
    address=lambda show, stage, site: at_a_vendors_customer(COZE, show, stage, site),
    enter=open_coze,
    is_whole_page=True,
)
OF_DIFY = Visit(
    "dify",
    (State("compat-dify", ask_postage, leave=rest),),
    site="vendors",
    address=lambda show, stage, site: at_a_vendors_customer(DIFY, show, stage, site),
    enter=open_dify,
    is_whole_page=True,
)
