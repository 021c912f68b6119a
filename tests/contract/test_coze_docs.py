"""The pages for owners of Coze pages tell of every option that Coze has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "static/compat/coze_options.js").read_text(encoding="utf-8")
# Under `ui`, as Coze's documents have them.
LOOK = """
ui.base.icon ui.base.layout ui.base.lang ui.base.zIndex ui.asstBtn.isNeed ui.header.isShow
ui.header.isNeedClose ui.footer.isShow ui.footer.expressionText ui.footer.linkvars ui.chatBot.title
ui.chatBot.uploadable ui.chatBot.width ui.chatBot.el ui.chatBot.isNeedAudio
ui.chatBot.isNeedFunctionCallMessage ui.chatBot.isNeedQuote ui.chatBot.isNeedAddNewConversation
ui.chatBot.feedback.isNeedFeedback ui.chatBot.feedback.feedbackPanel.title
ui.chatBot.feedback.feedbackPanel.placeholder ui.chatBot.feedback.feedbackPanel.tags
ui.chatBot.onShow ui.chatBot.onHide ui.chatBot.onBeforeShow ui.chatBot.onBeforeHide
ui.conversations.isNeed
"""


def _declared(name: str, above: str) -> set[str]:
    block = re.search(rf"const {name} = {{\n(.*?)\n}};", SOURCE, re.DOTALL)
    assert block
    groups = re.findall(r'(\w+): "(.*)",', block[1])
    return {
        f"{above}{group}.{leaf}".rstrip(".") for group, text in groups for leaf in text.split(" ")
    }


def _told(page: str) -> set[str]:
    """The options of its table; one that begins with a dot follows the group before it."""
    section = (ROOT / page).read_text(encoding="utf-8").split("\n## ")[3]
    told: set[str] = set()
    for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE):
        group = ""
        for option in re.findall(r"`([\w.]+)`", row):
            path = group + option if option.startswith(".") else option
            group = path.rpartition(".")[0]
            told.add(path)
    return told


@pytest.mark.parametrize("page", ["docs/coze-pages.md", "docs/coze-pages.zh-CN.md"])
def test_page_tells_of_every_option_of_cozes(page: str) -> None:
    known = _declared("COZE_OPTIONS", "") | _declared("COZE_QUIET", "ui.")

    assert _told(page) == known | set(LOOK.split())
