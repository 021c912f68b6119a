"""What the demo asks for in Chinese: a form, a confirmation, a card, a word with the host page."""

from __future__ import annotations

from widget.domain.events import (
    AccessChanged,
    ClientEffect,
    ClientToolCalled,
    InputRequested,
    WidgetChanged,
)
from widget.domain.inputs import Action, Choice, Field, Form
from widget.providers.demo.card import CARD, CardWords, card
from widget.providers.demo.script import Cut, Say, Script

APPOINTMENT: Script = (
    Say("没问题，填几项简单的信息，我来给您留位子。"),
    InputRequested(
        "appointment",
        Form(
            title="预约到店",
            text="大约需要**半个小时**，不收费。",
            fields=(
                Field("name", "怎么称呼您"),
                Field(
                    "day",
                    "哪天方便",
                    kind="choice",
                    choices=(
                        Choice("mon", "周一上午"),
                        Choice("wed", "周三下午"),
                        Choice("sat", "周六", "14:00 打烊"),
                    ),
                ),
                Field(
                    "topics",
                    "想办什么事",
                    kind="choices",
                    choices=(
                        Choice("repair", "维修"),
                        Choice("advice", "选购咨询"),
                        Choice("tour", "随便看看"),
                    ),
                    is_required=False,
                ),
                Field(
                    "note",
                    "还有什么要告诉我们的",
                    kind="paragraph",
                    is_required=False,
                    help="比如灯的型号、出了什么毛病。",
                ),
                Field(
                    "photo",
                    "拍张照片",
                    kind="file",
                    is_required=False,
                    help="方便我们提前准备零件。",
                ),
            ),
            may_skip=True,
        ),
    ),
)
CANCEL: Script = (
    Say("订单 2046 还没有发货，现在可以取消。"),
    InputRequested(
        "cancel",
        Form(
            title="取消订单 2046？",
            text="货款会在**两个工作日内**原路退回。",
            actions=(
                Action("cancel", "取消订单", "danger"),
                Action("keep", "先不取消"),
            ),
        ),
    ),
)
CARD_WORDS = CardWords(
    name="白鹭",
    stock="有货",
    about="给爱看书的人准备的台灯，五档亮度。",
    colour="颜色",
    colours={
        "brass": ("黄铜色", "89 元"),
        "white": ("白色", "79 元"),
        "black": ("黑色", "84 元"),
    },
    engraving="刻字",
    engraving_hint="最多六个字",
    order="放进购物车",
    show="在页面上指给我看",
)
LAMP: Script = (
    Say("要是我自己买，就选这一款："),
    WidgetChanged(CARD, card(CARD_WORDS)),
)
POINT: Script = (
    ClientEffect("show_lamp", {"lamp": "heron"}),
    Say(
        "我已经请网页标出来了：它收到了名为 `show_lamp` 的效果。收到以后做什么由网页自己决定，"
        "我们的演示小店会给那盏灯加一个圈。"
    ),
)
PAGE: Script = (
    Say("我看不到您的屏幕，让我问一下网页……"),
    ClientToolCalled("page", "describe_page", {}),
)
CLOSE: Script = (
    Say("谢谢光临！这个对话就到这里，再见。"),
    AccessChanged("closed", "这个对话已经结束，谢谢光临！"),
)
LOCK: Script = (
    Say("我先把这个对话锁上。真正的平台在转人工处理的时候，也会这样做。"),
    AccessChanged("locked", "同事正在处理，稍后会给您回复。"),
)
CUT: Script = (
    Say("模型一次能写的字数是有限的。到了上限，它就会停在一句话的中"),
    Cut(),
)

BOOKED = "记下了，到时候见！\n\n| | |\n|---|---|\n{rows}"
PICTURED = "\n\n照片**{name}**也收到了，很有帮助。"
SKIPPED = "没关系，您随时可以直接过来。"
CANCELLED = "订单 2046 已经**取消**。（放心，这个订单本来就是虚构的。）"
KEPT = "好的，订单 2046 照旧。"
ORDERED = "**{colour}**的白鹭已经放进购物车。"
ENGRAVED = "我们会刻上“{text}”。"
PAGE_TOLD = "您正在看的页面是**{title}**，这是网页自己告诉我的。"
PAGE_SILENT = (
    "没有人回答。网页要用 `chatdock('on', 'tool', …)` 监听，才能回答智能体的提问；"
    "这里没有这样的网页。"
)
AND = "、"
FIELD_NAMES = {"name": "称呼", "day": "时间", "topics": "事项", "note": "备注"}
CHOICE_NAMES = {
    "mon": "周一上午",
    "wed": "周三下午",
    "sat": "周六",
    "repair": "维修",
    "advice": "选购咨询",
    "tour": "随便看看",
}
ASKING_TOPICS = (
    (r"预约|到店", APPOINTMENT),
    (r"取消", CANCEL),
    (r"指给我看|标出来|圈出来", POINT),
    (r"白鹭|卡片", LAMP),
    (r"(这个|哪个|什么)(网页|页面)", PAGE),
    (r"再见|结束(这个|本次)?对话", CLOSE),
    (r"锁上|锁定", LOCK),
    (r"字数上限|长度上限|截断", CUT),
)
