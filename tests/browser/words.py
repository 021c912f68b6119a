"""What visitors of the pictures ask, in the languages that the demo answers in.

A visitor whose language the demo does not speak asks, and is answered, in English.
"""

from __future__ import annotations

NAMES = {"zh-CN": "暮光灯具", "en": "Dusk & Co."}
KEYS = {"zh-CN": "muguang", "en": "dusk"}
GREETINGS = {
    "zh-CN": "您好！灯具、运费、退货，都可以问我。",
    "en": "Hello! Ask me about lamps, postage and returns.",
}
ASKED = {"zh-CN": "运费怎么算？", "en": "How much is postage?"}
# In the last row that is on screen while the answer is still being written.
HALF_WAY = {"zh-CN": "2–3 天", "en": "2–3 days"}
TROUBLE = {"zh-CN": "结账时报错了，怎么办？", "en": "I get an error at the checkout"}
# What the demo is asked for each thing that an answer can be besides text.
SHOWN = {
    "form": {"zh-CN": "我想预约到店", "en": "I would like to book an appointment"},
    "confirmation": {"zh-CN": "取消订单 2046", "en": "Please cancel my order 2046"},
    "card": {"zh-CN": "看看白鹭", "en": "Show me the Heron"},
    "formula": {"zh-CN": "哪个更划算？想一想", "en": "Which is cheaper? Think!"},
}
FILES = {"zh-CN": ("窗外.png", "书桌.png"), "en": ("My window.png", "My desk.png")}
ABOUT_FILES = {"zh-CN": "放在这里，哪款灯合适？", "en": "Which lamp would suit this room?"}
DRAFT = {
    "zh-CN": "你好！上周买的落地灯，开关有点松，\n请问怎么保修？需要寄回去吗？",
    "en": "Hello! The switch of the floor lamp that I bought last week is loose.\n"
    "Is that covered by the guarantee, and do I have to send it back?",
}
CALL = {"zh-CN": "问问小店", "en": "Ask the shop"}
TEASER = {
    "zh-CN": "选灯拿不定主意？问我，一分钟就好。",
    "en": "Not sure which lamp? Ask me, it takes a minute.",
}
REASONS = {
    "zh-CN": ("答非所问", "不准确", "其他"),
    "en": ("Not my question", "Not correct", "Something else"),
}
WHY = {"zh-CN": "没有说落地灯的运费。", "en": "It says nothing about floor lamps."}
MORE = {
    "hello": {"zh-CN": "你好", "en": "Hello"},
    "code": {"zh-CN": "给我看嵌入代码", "en": "Show me the embed code"},
    "table": {"zh-CN": "比较一下这几款灯", "en": "Compare the lamps"},
    "order": {"zh-CN": "我的订单 2046 到哪了？", "en": "Where is my order 2046?"},
    "returns": {"zh-CN": "怎么退货？", "en": "How do I return something?"},
    "sources": {"zh-CN": "保修政策的依据是什么？", "en": "What does the guarantee policy say?"},
    "drawing": {"zh-CN": "画一张风景", "en": "Draw me a landscape"},
    "long": {"zh-CN": "说说怎么保养，详细一点", "en": "Tell me something long"},
    "stall": {"zh-CN": "卡住", "en": "Stall"},
    "lock": {"zh-CN": "锁上这个对话", "en": "Lock this, please"},
    "closed": {"zh-CN": "再见", "en": "Good-bye"},
    "cut": {"zh-CN": "写到字数上限", "en": "Write up to the length limit"},
    "failed-busy": {"zh-CN": "出错：繁忙", "en": "Fail: busy"},
    "failed-quota": {"zh-CN": "出错：额度", "en": "Fail: quota"},
    "failed-content": {"zh-CN": "出错：内容", "en": "Fail: content"},
    "failed-auth": {"zh-CN": "出错：密钥", "en": "Fail: auth"},
    "failed-timeout": {"zh-CN": "出错：超时", "en": "Fail: time out"},
}


def spoken(lang: str) -> str:
    """The language in which the demo talks to a visitor of this one."""
    return lang if lang in NAMES else "en"
