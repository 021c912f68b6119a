"""The few words of our own that stand in an answer of Coze, each language written for itself."""

from __future__ import annotations

from msgspec import Struct


class Texts(Struct, frozen=True):
    knowledge: str
    tool: str
    answer: str
    declined: str
    card: str
    attached: str


ENGLISH = Texts(
    knowledge="Searched the knowledge base",
    tool="Used a tool",
    answer="Your answer",
    declined="The assistant would rather not answer this. Try asking differently.",
    card="The assistant sent a card that cannot be shown here.",
    attached="Please look at what is attached.",
)
CHINESE = Texts(
    knowledge="查询知识库",
    tool="调用工具",
    answer="你的回答",
    declined="这个问题助手不便回答,换个问法试试吧。",
    card="助手发来了一张卡片,这里暂时无法显示。",
    attached="请看附件。",
)


def texts(lang: str) -> Texts:
    return CHINESE if lang.lower().startswith("zh") else ENGLISH
