"""The root of the tree, and what a page says of its visitor."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from widget.domain.options.chat import ChatBot, Composer, Conversations, Footer, Header
from widget.domain.options.fields import OptionGroup, told
from widget.domain.options.launcher import AsstBtn, Base
from widget.domain.options.look import Theme


class UserInfo(OptionGroup, frozen=True):
    """What a page says of its visitor without a signature: never more than a label."""

    id: Annotated[
        str,
        Meta(max_length=200),
        told(
            "The page's own id of the visitor, shown to the site's owner. It selects no history: "
            "that takes a user token.",
            "页面自己的访客编号，仅供站点所有者查看。它不会决定看到哪些历史对话，那需要用户令牌。",
        ),
    ] = ""
    nickname: Annotated[
        str,
        Meta(max_length=100),
        told("Fills {{user_name}} in the greeting.", "替换欢迎语中的 {{user_name}}。"),
    ] = ""


class Ui(OptionGroup, frozen=True):
    base: Base = field(default_factory=Base)
    asst_btn: AsstBtn = field(default_factory=AsstBtn)
    header: Header = field(default_factory=Header)
    footer: Footer = field(default_factory=Footer)
    chat_bot: ChatBot = field(default_factory=ChatBot)
    conversations: Conversations = field(default_factory=Conversations)
    composer: Composer = field(default_factory=Composer)
    theme: Theme = field(default_factory=Theme)


class Options(OptionGroup, frozen=True):
    greeting: Annotated[
        str,
        Meta(max_length=1000),
        told("First words of a new conversation (Markdown).", "新对话的欢迎语（Markdown）。"),
    ] = ""
    starters: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...],
        Meta(max_length=8),
        told("Questions offered in a new conversation.", "新对话中可选的问题。"),
    ] = ()
    user_info: UserInfo = field(default_factory=UserInfo)
    ui: Ui = field(default_factory=Ui)
