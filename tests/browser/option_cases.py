"""For every option: a value, and what a visitor sees before and after.

A path may have several cases. A case whose path has nothing to show on its own brings what it needs
``beside``, before and after alike.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.browser import sights
from tests.browser.customer import PHONE
from tests.browser.launcher_cases import LAUNCHER_CASES
from tests.browser.option_case import APPLY, LAUNCHER, PANEL, SET, Case

NOTHING: Mapping[str, object] = {}
FEEDBACK = {"ui.chatBot.feedback.isNeedFeedback": True}

WHITE, INK = "rgb(255, 255, 255)", "rgb(28, 30, 34)"
BLUE, YELLOW = "rgb(49, 87, 224)", "rgb(255, 212, 0)"
NIGHT, PALE = "rgb(23, 24, 28)", "rgb(236, 237, 240)"
GREYS, BLUISH = "rgb(219, 219, 220)", "rgb(206, 215, 232)"
CREAM = "rgb(255, 248, 225)"
ASKED = "How much is postage?"
OURS = ["How much is postage?", "How do I return something?", "Where is my order 2046?"]
MADE_BY_AI = "Answers are AI-generated and may contain mistakes."
WHY, TELL = "What was wrong with this answer?", "Tell us more (optional)"
BANNER = (
    '<div id="banner" style="position:fixed;right:0;bottom:0;width:50%;height:200px;z-index:100">'
    "Sale</div>"
)
ENGLISH = ["Chat", "New conversation", "Ask a question…", MADE_BY_AI]
CHINESE = ["在线咨询", "新对话", "请输入您的问题…", "回答由 AI 生成，可能有误，请注意甄别。"]

CASES = (
    Case(
        "greeting",
        "Welcome to **Acme**!",
        sights.greeting,
        before=(
            "Hello! I am the shop's assistant. Ask about postage, returns or an order, "
            "or have me write code, tables and lists.",
            ["shop's assistant"],
        ),
        after=("Welcome to Acme!", ["Acme"]),
        by=(APPLY,),
    ),
    Case(
        "starters",
        ["Do you sell lamps?", "And bulbs?"],
        sights.starters,
        before=[*OURS, "Show me everything you can do"],
        after=["Do you sell lamps?", "And bulbs?"],
        by=(APPLY,),
    ),
    Case(
        "ui.base.layout",
        "mobile",
        sights.panel_box,
        before=PANEL,
        after=(0, 0, 1280, 800),
    ),
    Case(
        "ui.base.layout",
        "pc",
        sights.panel_box,
        before=(0, 0, 390, 844),
        after=(16, 56, 354, 700),
        viewport=PHONE,
    ),
    Case("ui.base.lang", "zh-CN", sights.words, before=ENGLISH, after=CHINESE),
    Case(
        "ui.base.zIndex",
        50,
        sights.on_top,
        before=["widget", "widget"],
        after=["banner", "banner"],
        body=BANNER,
    ),
    Case("ui.asstBtn.isNeed", False, sights.has_launcher, before=True, after=False),
    Case(
        "ui.asstBtn.position",
        "left",
        sights.places,
        before=(LAUNCHER, PANEL),
        after=((20, 724, 56, 56), (20, 16, 460, 696)),
    ),
    Case(
        "ui.asstBtn.offsetX",
        100,
        sights.places,
        before=(LAUNCHER, PANEL),
        after=((1124, 724, 56, 56), (720, 16, 460, 696)),
    ),
    Case(
        "ui.asstBtn.offsetY",
        90,
        sights.places,
        before=(LAUNCHER, PANEL),
        after=((1204, 654, 56, 56), (800, 16, 460, 626)),
    ),
    Case(
        "ui.asstBtn.text",
        "Ask us",
        sights.launcher_text,
        before=("", False),
        after=("Ask us", True),
    ),
    Case("ui.asstBtn.badge", False, sights.unread, before=("1", True), after=("", False)),
    Case("ui.asstBtn.titleHint", False, sights.page_title, before="(1) Lamps", after="Lamps"),
    Case("ui.header.isShow", False, sights.titles, before=("Acme", "Acme"), after=(None, "Acme")),
    Case("ui.header.isNeedClose", False, sights.has_close, before=True, after=False),
    Case("ui.header.isNeedExpand", False, sights.has_expand, before=True, after=False),
    Case(
        "ui.header.actions",
        [
            {"name": "call", "label": "Call us", "icon": "phone", "link": "tel:+4930123"},
            {"name": "person", "label": "Talk to a person"},
        ],
        sights.header_actions,
        before={},
        after={"Call us": "tel:+4930123", "Talk to a person": None},
    ),
    Case("ui.footer.isShow", False, sights.footer, before=(MADE_BY_AI, {}), after=None),
    Case(
        "ui.footer.expressionText",
        "Made with care.",
        sights.footer,
        before=(MADE_BY_AI, {}),
        after=("Made with care.", {}),
    ),
    Case(
        "ui.footer.linkvars",
        {"terms": {"text": "our terms", "link": "https://a.example/terms"}, "us": {"text": "us"}},
        sights.footer,
        before=("See {{terms}} or call {{us}}.", {}),
        after=("See our terms or call us.", {"our terms": "https://a.example/terms"}),
        beside={"ui.footer.expressionText": "See {{terms}} or call {{us}}."},
    ),
    Case(
        "ui.chatBot.title",
        "Lamp advice",
        sights.titles,
        before=("Acme", "Acme"),
        after=("Lamp advice", "Lamp advice"),
    ),
    Case("ui.chatBot.width", 520, sights.panel_box, before=PANEL, after=(740, 16, 520, 696)),
    Case("ui.chatBot.height", 480, sights.panel_box, before=PANEL, after=(800, 232, 460, 480)),
    Case("ui.chatBot.isResizable", True, sights.has_grip, before=False, after=True),
    Case("ui.chatBot.isNeedAudio", True, sights.has_microphone, before=False, after=True),
    Case("ui.chatBot.isNeedQuote", True, sights.has_cite, before=False, after=True, asks=ASKED),
    Case("ui.chatBot.uploadable", False, sights.has_attach, before=True, after=False),
    Case("ui.chatBot.isNeedAddNewConversation", False, sights.has_new, before=True, after=False),
    Case(
        "ui.chatBot.isNeedFunctionCallMessage",
        False,
        sights.folds,
        before=["Steps", "Sources"],
        after=["Sources"],
        asks=ASKED,
    ),
    Case(
        "ui.chatBot.isNeedReasoning",
        True,
        sights.folds,
        before=["Steps", "Sources"],
        after=["Thinking", "Steps", "Sources"],
        asks=ASKED,
    ),
    Case(
        "ui.chatBot.isNeedSources",
        False,
        sights.folds,
        before=["Steps", "Sources"],
        after=["Steps"],
        asks=ASKED,
    ),
    Case(
        "ui.chatBot.feedback.isNeedFeedback",
        True,
        sights.verdicts,
        before=[],
        after=["Good answer", "Bad answer"],
        asks=ASKED,
        by=(APPLY,),
    ),
    Case(  # a page may hide what the owner offers, not offer what nobody would read
        "ui.chatBot.feedback.isNeedFeedback",
        False,
        sights.verdicts,
        before=["Good answer", "Bad answer"],
        after=[],
        beside=FEEDBACK,
        asks=ASKED,
        by=(SET,),
    ),
    Case(
        "ui.chatBot.feedback.feedbackPanel.title",
        "What went wrong?",
        sights.reasons,
        before=(WHY, [], [TELL]),
        after=("What went wrong?", [], [TELL]),
        beside=FEEDBACK,
        asks=ASKED,
    ),
    Case(
        "ui.chatBot.feedback.feedbackPanel.placeholder",
        "Say more",
        sights.reasons,
        before=(WHY, [], [TELL]),
        after=(WHY, [], ["Say more"]),
        beside=FEEDBACK,
        asks=ASKED,
    ),
    Case(
        "ui.chatBot.feedback.feedbackPanel.tags",
        [{"label": "Too long"}, {"label": "Else", "isNeedDetail": True}],
        sights.reasons,
        before=(WHY, [], [TELL]),
        after=(WHY, ["Too long", "Else"], [None, None, TELL]),
        beside=FEEDBACK,
        asks=ASKED,
    ),
    Case("ui.conversations.isNeed", True, sights.has_list, before=False, after=True),
    Case(
        "ui.composer.placeholder",
        "Your question",
        sights.hint,
        before=("Ask a question…", "Ask a question…"),
        after=("Your question", "Your question"),
    ),
    Case(
        "ui.theme.accent",
        "#ffd400",
        sights.accents,
        before=[(BLUE, WHITE)] * 3,
        after=[(YELLOW, INK)] * 3,
    ),
    Case(
        "ui.theme.surface",
        "#fff8e1",
        sights.grounds,
        before=(WHITE, INK, WHITE),
        after=(CREAM, INK, CREAM),
    ),
    Case(
        "ui.theme.darkSurface",
        "#102030",
        sights.grounds,
        before=(NIGHT, PALE, NIGHT),
        after=("rgb(16, 32, 48)", PALE, "rgb(16, 32, 48)"),
        device_scheme="dark",
    ),
    Case(
        "ui.theme.text",
        "#3b2f2f",
        sights.grounds,
        before=(WHITE, INK, WHITE),
        after=(WHITE, "rgb(59, 47, 47)", WHITE),
    ),
    Case(
        "ui.theme.darkText",
        "#d8c9a3",
        sights.grounds,
        before=(NIGHT, PALE, NIGHT),
        after=(NIGHT, "rgb(216, 201, 163)", NIGHT),
        device_scheme="dark",
    ),
    Case("ui.theme.grey.tint", 9, sights.border, before=GREYS, after=BLUISH),
    Case(
        "ui.theme.grey.hue",
        20,
        sights.border,
        before=BLUISH,
        after="rgb(232, 215, 206)",
        beside={"ui.theme.grey.tint": 9},
    ),
    Case(
        "ui.theme.monoFont",
        "Liberation Mono",
        sights.code_font,
        before="ui-monospace",
        after="Liberation Mono",
        asks="Show me code",
    ),
    Case("ui.theme.fontSize", 18, sights.text_sizes, before={15}, after={18}),
    Case(
        "ui.theme.scheme",
        "dark",
        sights.grounds,
        before=(WHITE, INK, WHITE),
        after=(NIGHT, PALE, NIGHT),
    ),
    Case(
        "ui.theme.scheme",
        "light",
        sights.grounds,
        before=(NIGHT, PALE, NIGHT),
        after=(WHITE, INK, WHITE),
        device_scheme="dark",
    ),
    Case(
        "ui.theme.radius",
        "none",
        sights.corners,
        before=["12px", "18px", "12px"],
        after=["0px", "0px", "0px"],
    ),
    Case(
        "ui.theme.radius",
        "large",
        sights.corners,
        before=["12px", "18px", "12px"],
        after=["20px", "30px", "20px"],
    ),
    Case("ui.theme.density", "compact", sights.gap, before=8, after=5),
    Case("ui.theme.density", "spacious", sights.gap, before=8, after=11),
    Case(
        "ui.theme.font",
        "Liberation Serif, serif",
        sights.fonts,
        before={"system-ui"},
        after={"Liberation Serif"},
    ),
    Case(
        "userInfo.id",
        "u-7",
        sights.label,
        before={"id": "", "nickname": ""},
        after={"id": "u-7", "nickname": ""},
        by=(SET,),
    ),
    Case(
        "userInfo.nickname",
        "Lin",
        sights.greeting,
        before=("Hello!", []),
        after=("Hello, Lin!", []),
        beside={"greeting": "Hello, {{user_name}}!"},
        by=(SET,),
    ),
    *LAUNCHER_CASES,
)
