"""Widgets and input requests as visitors meet them: to be read, filled in and pressed, with and
without a mouse, on every width and in every scheme."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.flaws import flaws_around
from tests.browser.patch_page import open_patch_page
from tests.browser.widget_page import TOKEN, WidgetPage, open_widget_page, titled
from tests.render.widgets.trees import GALLERY, MAIL, ORDER, SHOPS, TASK, Tree
from widget.domain.contrast import READABLE, Colour, contrast
from widget.domain.conversations import InputRequestPart
from widget.domain.inputs import Action, Choice, Field, Form
from widget.domain.options import Theme
from widget.render.widgets.actions import checked_values, find_action, merged, posted
from widget.render.widgets.form import form_html
from widget.render.widgets.tree import widget_html

pytestmark = pytest.mark.browser

ASKED = Form(
    title="Refund for order 2046",
    text="Please *check* the sum.",
    fields=(
        Field("name", "Name"),
        Field("why", "Reason", "paragraph", help="A sentence or two"),
        Field("sum", "Amount", "number", is_required=False),
        Field(
            "how", "How", "choice", (Choice("card", "By card", "3 days"), Choice("v", "Voucher"))
        ),
        Field("also", "Also", "choices", (Choice("copy", "A copy"), Choice("shop", "The shop"))),
        Field("photos", "Photos", "files", is_required=False),
    ),
    actions=(Action("refund", "Refund it", "primary"), Action("reject", "Reject", "danger")),
    may_skip=True,
)
PENDING = InputRequestPart("asked", ASKED)
ANSWERED = InputRequestPart(
    "answered", ASKED, "answered", "refund", {"name": ("Ada",), "also": ("copy", "shop")}
)
ALL = "".join(
    [
        *(titled(name, widget_html(tree, key=name)) for name, tree in GALLERY.items()),
        titled("asked", form_html(PENDING)),
        titled("answered", form_html(ANSWERED)),
    ]
)
SIZES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True},
    "large phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "page": {"viewport": {"width": 1280, "height": 860}},
}
THEMES = {
    "usual": Theme(),
    "yellow": Theme(accent="#ffd400"),
    "on sand": Theme(accent="#b3261e", surface="#f0e0c0"),
    "on night": Theme(accent="#00e5ff", surface="#101820"),
}
# Each text on screen with its colour and the nearest ground under it that is not clear.
COLOURS = """() => {
  const found = new Map();
  const ground = (at) => {
    for (; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const note = (node, text, colour) => {
    if (text && text.trim() && node.checkVisibility() && !node.closest(":disabled, .hidden"))
      found.set(`${colour} ${ground(node)}`, `${node.localName}.${node.className}: ${text.trim()}`);
  };
  for (const node of document.querySelectorAll(".w-root *")) {
    const own = [...node.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE);
    const style = getComputedStyle(node);
    const isDrawn = node.namespaceURI.endsWith("svg");
    note(node, own.map((one) => one.data).join(""), isDrawn ? style.fill : style.color);
    if (node.matches(".w-field")) note(node, node.value, style.color);
    const hint = getComputedStyle(node, "::placeholder");
    if (node.placeholder) note(node, node.placeholder, hint.color);
  }
  return [...found];
}"""


def shown(context: BrowserContext, html: str, **options: Any) -> WidgetPage:
    return open_widget_page(context, html, **options)


@pytest.fixture
def context(page: Page) -> BrowserContext:
    """A visitor's, whose page complaints fail the test."""
    return page.context


def widget(context: BrowserContext, tree: Tree, **options: Any) -> WidgetPage:
    return shown(context, widget_html(tree), **options)


def flaws(page: Page) -> list[str]:
    """But for the texts that a platform wants cut; those can be read whole in their title."""
    found = flaws_around(page.locator("body"))
    return [flaw for flaw in found if "A long text that is cut" not in flaw]


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_covered_or_too_wide(
    new_page: NewPage, size: str, scheme: str, direction: str
) -> None:
    context = new_page(**SIZES[size], color_scheme=scheme).context
    opened = shown(context, ALL, direction=direction)

    assert flaws(opened.page) == []
    unfold(opened.page)
    assert flaws(opened.page) == []


def test_page_asks_for_nothing_and_its_policy_finds_nothing(context: BrowserContext) -> None:
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    opened = shown(context, ALL)

    opened.page.mouse.wheel(0, 9_000)
    assert (opened.asked, said) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read(new_page: NewPage, theme: str, scheme: str) -> None:
    page = shown(new_page(color_scheme=scheme).context, ALL, theme=THEMES[theme]).page

    pairs = page.evaluate(COLOURS)

    assert len(pairs) > 20
    assert [
        (what, pair) for pair, what in pairs if round(contrast(*colours(pair)), 2) < READABLE
    ] == []


def colours(pair: str) -> list[Colour]:
    found = [part.strip("rgb()").split(", ") for part in pair.replace(") rgb", ")|rgb").split("|")]
    assert all(len(parts) == 3 for parts in found), pair
    return [Colour(*map(float, parts)) for parts in found]


def test_fingers_have_room(new_page: NewPage) -> None:
    page = shown(new_page(**SIZES["phone"]).context, ALL).page

    heights = page.evaluate(
        """() => [...document.querySelectorAll(
            ".w-button, .w-field, .w-check, .w-root summary, .w-item")]
          .filter((node) => node.checkVisibility())
          .map((node) => [node.getBoundingClientRect().height, node.outerHTML.slice(0, 80)])"""
    )

    assert [html for height, html in heights if height < 44] == []


def test_chinese_page_says_our_words_in_chinese(context: BrowserContext) -> None:
    page = shown(context, ALL, lang="zh-CN").page

    words = page.locator("[data-say]").all_text_contents()
    assert "Submit" not in words
    assert [word for word in words if word.isascii()] == []


# Read by others than eyes


def test_every_control_has_a_name_and_a_role(context: BrowserContext) -> None:
    page = shown(context, ALL).page
    unfold(page)

    nodes = context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]

    focusable = [node for node in nodes if spoken(node, "focusable") and not node["ignored"]]
    nameless = [node for node in focusable if not node.get("name", {}).get("value", "").strip()]
    assert len(focusable) > 60
    assert [
        node["role"]["value"] for node in nameless if node["role"]["value"] != "RootWebArea"
    ] == []


def spoken(node: dict[str, Any], name: str) -> bool:
    return any(one["name"] == name and one["value"]["value"] for one in node.get("properties", []))


def test_labels_name_their_fields(context: BrowserContext) -> None:
    page = widget(context, TASK).page

    expect(page.get_by_role("textbox", name="Title")).to_have_attribute("name", "f.todo.title")
    expect(page.get_by_role("spinbutton", name="Hours")).to_have_value("1.5")
    expect(page.get_by_label("Due")).to_have_value("2026-11-20")
    expect(page.get_by_role("combobox", name="Owner")).to_have_value("")
    group = page.get_by_role("radiogroup", name="How urgent")
    expect(group.get_by_role("radio", name="Low")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Tell me when it is done")).not_to_be_checked()


def test_questions_are_named_and_described(context: BrowserContext) -> None:
    page = shown(context, form_html(PENDING)).page

    expect(page.get_by_role("textbox", name="Reason")).to_have_accessible_description(
        "A sentence or two"
    )
    expect(page.get_by_role("radiogroup", name="How")).to_be_visible()
    expect(page.get_by_role("group", name="Also")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Amount (optional)")).to_be_visible()


def test_chart_is_a_named_picture_with_its_numbers_in_a_table(context: BrowserContext) -> None:
    page = widget(context, GALLERY["figures"]).page

    expect(page.get_by_role("img", name="Shop, Web, Goal")).to_be_visible()
    page.get_by_text("Show the numbers").first.click()
    row = page.get_by_role("row", name="Feb")
    assert row.get_by_role("cell").all_text_contents() == ["1,800", "-200", "1,800"]


# Used


def press(button: Locator, opened: WidgetPage) -> list[tuple[str, str]]:
    """What is posted by pressing this."""
    before = len(opened.posts)
    with opened.page.expect_request("**/answers"):
        button.click()
    return opened.posts[before]


def test_button_posts_its_control_and_the_token(context: BrowserContext) -> None:
    opened = widget(context, ORDER)

    assert press(opened.page.get_by_role("button", name="Track it"), opened) == [
        ("token", TOKEN),
        ("action", "confirm"),
    ]


def test_what_is_posted_becomes_the_payload(context: BrowserContext) -> None:
    opened = widget(context, TASK)
    page = opened.page
    page.get_by_label("Title").fill("Write")
    page.get_by_label("Details").fill("One\nTwo")
    page.get_by_label("Owner").select_option("bob")
    page.get_by_label("High").check()
    page.get_by_label("Tell me").check()

    pairs = press(page.get_by_role("button", name="Save"), opened)

    action = find_action(TASK, dict(pairs)["action"])
    assert action is not None
    assert merged(action.payload, posted(pairs), action.fields) == {
        "id": 7,
        "todo": {"by": "me", "title": "Write", "details": "One\nTwo"},
        "hours": 1.5,
        "due": "2026-11-20T00:00:00.000Z",
        "owner": "bob",
        "urgency": "high",
        "notify": True,
    }


def test_form_is_sent_only_when_it_is_filled_in_and_left_whenever(context: BrowserContext) -> None:
    opened = widget(context, TASK)

    opened.page.get_by_role("button", name="Save").click()
    assert (
        opened.page.evaluate("document.querySelector(':invalid:not(form)').name") == "f.todo.title"
    )
    assert opened.posts == []
    pairs = press(opened.page.get_by_role("button", name="Discard"), opened)
    assert ("action", "cancel") in pairs


def test_enter_sends_the_form_around_and_nothing_else(context: BrowserContext) -> None:
    opened = widget(context, MAIL)
    with opened.page.expect_request("**/answers"):
        opened.page.get_by_label("subject").press("Enter")

    assert opened.posts == [
        [
            ("token", TOKEN),
            ("action", "0.onSubmitAction"),
            ("f.subject", "Your order"),
            ("f.body", "Dear Ada,\r\nit is on its way."),
        ]
    ]


def test_enter_in_a_field_of_no_form_sends_nothing(context: BrowserContext) -> None:
    field = {"type": "Input", "name": "x"}
    button = {"type": "Button", "label": "Go", "onClickAction": {"type": "go"}}
    opened = widget(context, {"type": "Card", "children": [field, button]})

    opened.page.get_by_role("textbox").press("Enter")
    assert press(opened.page.get_by_role("button", name="Go"), opened) == [
        ("token", TOKEN),
        ("f.x", ""),
        ("action", "1.onClickAction"),
    ]
    assert len(opened.posts) == 1


def test_button_outside_of_the_form_takes_none_of_its_fields(context: BrowserContext) -> None:
    opened = widget(context, MAIL)

    assert press(opened.page.get_by_role("button", name="Start again"), opened) == [
        ("token", TOKEN),
        ("action", "1.onClickAction"),
    ]


def test_change_is_posted_by_a_button_until_scripts_run(new_page: NewPage) -> None:
    plain = widget(new_page().context, TASK)
    plain.page.get_by_label("Owner").select_option("ada")
    pairs = press(plain.page.get_by_role("button", name="Apply"), plain)
    assert (dict(pairs)["action"], dict(pairs)["f.owner"]) == ("10.onChangeAction", "ada")

    live = widget(new_page().context, TASK, is_live=True)
    expect(live.page.get_by_role("button", name="Apply")).to_be_hidden()


def test_whole_item_can_be_pressed_and_what_is_in_it_apart(context: BrowserContext) -> None:
    opened = widget(context, SHOPS)
    page = opened.page

    assert dict(press(page.locator(".w-item").nth(1), opened)) == {
        "token": TOKEN,
        "action": "1.onClickAction",
    }
    assert dict(press(page.get_by_role("button", name="Call", exact=True).first, opened)) == {
        "token": TOKEN,
        "action": "0.3.onClickAction",
    }


def test_rest_of_a_list_is_opened_by_key(context: BrowserContext) -> None:
    page = widget(context, SHOPS).page
    expect(page.get_by_text("Airport")).to_be_hidden()

    page.locator("summary").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Airport")).to_be_visible()


def test_every_control_is_reached_by_key_in_reading_order(context: BrowserContext) -> None:
    page = widget(context, TASK).page
    last = page.get_by_role("button", name="Save")
    reached = []
    while not last.evaluate("(button) => button === document.activeElement"):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.name + '=' + document.activeElement.value")
        )

    # A date has several places to stop at.
    assert list(dict.fromkeys(reached)) == [
        "f.todo.title=",
        "f.todo.details=",
        "f.hours=1.5",
        "f.due=2026-11-20",
        "f.owner=",
        "action=10.onChangeAction",
        "f.urgency=low",
        "f.notify=true",
        "action=cancel",
        "action=confirm",
    ]


def test_answers_to_a_request_are_posted(context: BrowserContext) -> None:
    opened = shown(context, form_html(InputRequestPart("asked", without_files(ASKED))))
    page = opened.page
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Reason").fill("Broken\nglass")
    page.get_by_label("By card").check()
    page.get_by_label("A copy").check()
    page.get_by_label("The shop").check()

    pairs = press(page.get_by_role("button", name="Reject"), opened)

    assert dict(pairs)["action"] == "reject"
    assert checked_values(ASKED, posted(pairs)) == {
        "name": ("Ada",),
        "why": ("Broken\nglass",),
        "how": ("card",),
        "also": ("copy", "shop"),
    }


def without_files(form: Form) -> Form:
    fields = tuple(field for field in form.fields if field.kind != "files")
    return Form(form.title, form.text, fields, form.actions, form.may_skip)


def test_request_is_skipped_unanswered(context: BrowserContext) -> None:
    opened = shown(context, form_html(InputRequestPart("asked", without_files(ASKED))))

    pairs = press(opened.page.get_by_role("button", name="Skip"), opened)

    assert (dict(pairs)["skip"], "action" in dict(pairs)) == ("1", False)


# Put in by the frame's script


def test_document_is_the_one_that_was_drawn(context: BrowserContext) -> None:
    """Through the frame's one door for HTML, under its policies: nothing is moved or dropped."""
    policy = "require-trusted-types-for 'script'; trusted-types chatdock"
    page = open_patch_page(context, policy=policy)
    pieces = [widget_html(tree) for tree in GALLERY.values()] + [form_html(PENDING)]

    read = page.run(
        """(pieces) => pieces.map((html) => {
          const root = document.createElement("div");
          window.patches.setHtml(root, html);
          return root.innerHTML;
        })""",
        pieces,
    )

    # Of a text area's content the first line end is not part of the document.
    assert read == [re.sub(r"(<textarea[^>]*>)\n", r"\1", html) for html in pieces]
