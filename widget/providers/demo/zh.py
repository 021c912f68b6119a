"""The demo shop's assistant in Chinese: topics by the words that call them, tried in order."""

from __future__ import annotations

from widget.domain.errors import Failure
from widget.domain.events import Source, Step, Suggestions
from widget.providers.base import Opening
from widget.providers.demo.script import Pause, Say, Script, Think

OPENING = Opening(
    greeting=(
        "你好！我是**小店助手**。运费、退货、订单都可以问我，也可以让我写代码、画表格、列清单。"
    ),
    starters=("运费怎么算？", "怎么退货？", "我的订单 2046 到哪了？", "你都会些什么？"),
)

POSTAGE: Script = (
    Think("顾客想知道运费。价目表里有三个区域，我把它们都列出来，再说明包邮条件。"),
    Step("lookup", "查询运费价目表", "running", "区域=全部"),
    Pause(12),
    Step("lookup", "查询运费价目表", "done", "找到 3 个区域"),
    Say(
        "运费看寄到哪里。国内订单**满 99 元包邮**，否则：\n\n"
        "| 寄往 | 运费 | 时效 |\n"
        "|---|---:|---|\n"
        "| 同城 | 6 元 | 当天或次日 |\n"
        "| 国内其他城市 | 12 元 | 2–3 天 |\n"
        "| 海外 | 88 元起 | 7–15 天 |\n\n"
        "落地灯、椅子这类大件走物流，结算页会在付款**之前**显示准确的费用，请放心。"
    ),
    Source(
        "postage",
        "运费与配送说明",
        "https://shop.example/help/postage",
        "国内订单满 99 元免运费。",
    ),
    Suggestions(("怎么退货？", "我的订单 2046 到哪了？")),
)

RETURNS: Script = (
    Say(
        "没问题，收货后 **30 天内**都可以退。步骤很简单：\n\n"
        "1. 打开*我的订单*，选中要退的那一单。\n"
        "2. 点**申请退货**，选一个原因就行。\n"
        "3. 打印面单，或者在驿站出示取件码：\n"
        "   - 包裹有保险，\n"
        "   - 退货运费由我们承担。\n"
        "4. 我们收到后两个工作日内退款，原路返回。\n\n"
        "> 已拆封的化妆品和礼品卡不能退。\n\n"
        "东西坏了？那就不用寄回来了，拍张照片发给我们即可。"
    ),
    Source(
        "returns",
        "退换货政策",
        "https://shop.example/help/returns",
        "自签收之日起 30 天内可以退货。",
    ),
    Source("consumer", "消费者权益说明", "https://shop.example/help/rights"),
    Suggestions(("运费怎么算？", "我的订单 2046 到哪了？")),
)

ORDER: Script = (
    Step("order", "正在查找订单", "running"),
    Pause(15),
    Step("order", "已找到订单", "done", "订单 2046，共 2 件"),
    Step("parcel", "正在询问快递", "running"),
    Pause(25),
    Step("parcel", "已询问快递", "done", "运输中"),
    Say(
        "您的订单已经在路上了：\n\n"
        "- ~~已打包~~，周一 9:12\n"
        "- ~~已交给快递~~，周一 17:40\n"
        "- **正在派送**，今天\n\n"
        "预计**今天 14:00 到 16:00** 送达。不过这是一家虚构的小店，订单也是虚构的，"
        "请不要真的在门口等哦。"
    ),
    Suggestions(("怎么退货？", "运费怎么算？")),
)

CODE: Script = (
    Say("其实只要一行。把它放在网页的任何位置：\n\n"),
    Say(
        "```html\n"
        '<script async src="https://chat.example.com/embed/acme.js"></script>\n'
        "```\n\n"
        "想让自己的按钮直接提问，再加几行：\n\n"
        "```js\n"
        "// 脚本还没加载完也能用\n"
        "window.chatdock = window.chatdock || function () {\n"
        "  (chatdock.q = chatdock.q || []).push(arguments);\n"
        "};\n\n"
        "document.querySelector('#ask').addEventListener('click', () => {\n"
        "  chatdock('open');\n"
        "  chatdock('send', '运费怎么算？');\n"
        "});\n"
        "```\n\n"
        "想知道回答什么时候结束，用 `chatdock('on', 'answer', fn)` 监听即可。"
    ),
    Suggestions(("给我看个表格", "你都会些什么？")),
)

TABLE: Script = (
    Say(
        "三款灯放在一起看：\n\n"
        "| | **飞蛾** | **白鹭** | **灯塔** |\n"
        "|:---|:---:|:---:|---:|\n"
        "| 适合 | 床头 | 书桌 | 客厅 |\n"
        "| 高度 | 24 cm | 45 cm | 160 cm |\n"
        "| 亮度 | 250 流明 | 800 流明 | 1600 流明 |\n"
        "| 调光 | 支持 | 五档 | 手机控制 |\n"
        "| 价格 | 39 元 | 89 元 | 249 元 |\n\n"
        "平时看书多的话，我推荐*白鹭*。"
    ),
    Suggestions(("推荐个礼物", "运费怎么算？")),
)

GIFTS: Script = (
    Say(
        "当然可以！按价格给您列几样：\n\n"
        "- **20 元以内**\n"
        "  - 一罐茉莉花茶\n"
        "  - 两条亚麻餐巾\n"
        "- **50 元以内**\n"
        "  - *飞蛾*床头灯\n"
        "  - 可以刻名字的马克杯\n"
        "    - 蓝色\n"
        "    - 沙色\n"
        "- **再贵一点**\n"
        "  - 羊毛毯\n\n"
        "接下来：\n\n"
        "- [x] 挑好礼物\n"
        "- [ ] 选择礼品包装（免费）\n"
        "- [ ] 写一张贺卡"
    ),
    Suggestions(("运费怎么算？", "三款灯对比一下")),
)

REASON: Script = (
    Think("马克杯 18 元一个，运费 12 元。买两个是 36 加 12，一共 48 元。"),
    Think("六个一套 99 元，正好包邮，平均 16.5 元一个。分界线在哪里？解一下方程就知道。"),
    Say(
        "**四个以内**单买便宜，**五个起**买六个装的套装更划算。[^1]\n\n"
        "设买 $n$ 个。单买要付 $18n + 12$ 元，套装包邮是 99 元，两者相等时\n\n"
        "$$18n + 12 = 99 \\;\\Rightarrow\\; n = \\frac{87}{18} \\approx 4.8$$\n\n"
        "> [!TIP]\n> 和朋友拼一套也不错：每人三个，只要 49.5 元。\n\n"
        "[^1]: 按国内配送计算，运费 12 元。"
    ),
    Suggestions(("给我看个表格", "运费怎么算？")),
)

SOURCES: Script = (
    Say(
        "这两条在我们的帮助页面里都有：30 天内可以退货，带插头的商品保修三年。"
        "其余的请看 https://shop.example/help 。"
    ),
    Source(
        "guarantee",
        "三年保修",
        "https://shop.example/help/guarantee",
        "所有带插头的商品均享受三年保修。",
    ),
    Source("returns", "退换货政策", "https://shop.example/help/returns"),
    Source("leaflet", "随包裹附赠的说明卡", "", "请妥善保管此卡。"),
    Suggestions(("怎么退货？",)),
)

_CARE = (
    ("木器", "每年上两次木蜡油", "湿抹布放上一整夜"),
    ("亚麻", "40 度水洗，半干时熨烫", "烘干机"),
    ("羊毛", "多通风，干透以后再刷", "热水"),
    ("釉面杯", "可以放心放进洗碗机", "从冰箱直接进烤箱"),
    ("黄铜", "用柠檬和盐擦拭，再用清水冲净", "钢丝球"),
)

LONG: Script = (
    Think("顾客想要一个长回答。我按材质一样一样地讲，最后用一张表总结。"),
    Say("# 买回家以后怎么保养\n\n这个回答比较长，您随时可以按停止。\n\n"),
    *(
        Say(
            f"## {number}. {name}\n\n"
            f"只要善待它，{name}可以用上几十年。一句话：{do}。我们见过的损坏，"
            f"多半出自同一个原因，那就是{avoid}。\n\n"
            "如果已经出了问题，先别着急。让它自然晾干，在日光下仔细看看，再拍张照片发给我们。"
            "四次里有三次，家里的小办法就能解决；剩下的那一次，我们的修理师傅最喜欢挑战。\n\n"
            f"1. 先看：是不是只伤到了表面？\n2. 找个不显眼的地方试一试。\n3. 然后{do}。\n\n"
            f"> 一位十九年的老顾客写道：*我只是一直避免{avoid}。*\n\n"
        )
        for number, (name, do, avoid) in enumerate(_CARE, start=1)
    ),
    Say(
        "## 一张表看完\n\n| 材质 | 要做 | 避免 |\n|---|---|---|\n"
        + "".join(f"| {name} | {do} | {avoid} |\n" for name, do, avoid in _CARE)
        + "\n就这些了，谢谢您看到最后！"
    ),
    Suggestions(("给我看个表格", "怎么退货？")),
)

MENU: Script = (
    Say(
        "我是演示助手：这里的一切都是虚构的，不需要密钥，也不需要联网。可以试试：\n\n"
        "| 您说 | 会看到 |\n"
        "|---|---|\n"
        "| *运费怎么算？* | 步骤、表格、来源 |\n"
        "| *怎么退货？* | 有序列表和引用 |\n"
        "| *我的订单 2046 到哪了？* | 需要等一会儿的步骤 |\n"
        "| *写段代码* | 代码高亮 |\n"
        "| *哪个更划算？想一想* | 思考过程、公式、提示、脚注 |\n"
        "| *预约到店*、*取消订单* | 表单、确认 |\n"
        "| *看看白鹭* | 带表单和按钮的卡片 |\n"
        "| *这个页面是什么？*、*在页面上指给我看* | 和所在网页的交流 |\n"
        "| *锁上*、*再见* | 不再接收消息的对话 |\n"
        "| *讲个长的* | 很长的回答，适合试试停止 |\n"
        "| *请出错*，或者*出错 繁忙* | 错误提示和重试按钮 |\n"
        "| *卡住* | 一直没有下文的回答 |\n\n"
        "出错可以指定：密钥、额度、繁忙、配置、内容、找不到、超时、断开、未知。"
    ),
    Suggestions(("写段代码", "讲个长的", "请出错")),
)

HELLO: Script = (
    Say("您好，欢迎光临！今天想了解点什么？"),
    Suggestions(OPENING.starters[:3]),
)

THANKS: Script = (Say("不客气！还有别的想问的吗？我不会累的。😊"),)

ELSE = (
    "您说的是：\n\n> {text}\n\n我只是个演示助手，会的都是背下来的，这个问题答不上来。"
    "写上三行设置，真正的智能体就会接替我。在那之前，可以问我**都会些什么**。"
)
ELSE_SUGGESTIONS = Suggestions(("你都会些什么？", "运费怎么算？"))

GOT_FILES = "收到的文件（共 {count} 个）："
FILE_COLUMNS = "| 名称 | 类型 | 大小 | 像素 |\n|---|---|---:|---:|"
FILE_KINDS = {
    "image": "图片",
    "audio": "音频",
    "video": "视频",
    "text": "文本",
    "": "文档",
}
DRAW_WORDS = r"画一|画张|画幅|绘制"
DRAWN = "给您画了一张小图。这是用算式画出来的，真正的智能体会交给模型来画。"
DRAWING = "绿色山丘上的黄色太阳"

BEFORE_FAILURE = "好的，我这就帮您看看，请稍等……您可以先试试"
AFTER_RETRY = "这次成功了！刚才的错误是演出来的，好让您看看出错的样子和**重试**按钮。"
BEFORE_STALL = "让我想一想……（不会再有下文了，请按**停止**）"

# Whoever writes traditional characters is understood, too.
FAIL_WORDS = r"出错|失败|报错|崩溃|出錯|失敗"
ALWAYS_WORDS = r"总是|一直|總是"
STALL_WORDS = r"卡住|卡死|没反应|沒反應"
FAILURES = (
    (r"密钥|认证|权限", Failure.AUTH),
    (r"额度|余额|欠费", Failure.QUOTA),
    (r"繁忙|限流|忙", Failure.BUSY),
    (r"配置", Failure.CONFIG),
    (r"内容|审核", Failure.CONTENT),
    (r"找不到|不存在", Failure.NOT_FOUND),
    (r"超时", Failure.TIMEOUT),
    (r"未知", Failure.UNKNOWN),
)
TOPICS = (
    (r"都会|会些什么|能做什么|帮助|菜单|演示|功能|都會|會些什麼|能做什麼|示範", MENU),
    (r"长的|长篇|故事|详细|保养", LONG),
    (r"代码|脚本|嵌入|编程|接口|html|程式碼", CODE),
    (r"划算|想一想|思考|推理|为什么|数学", REASON),
    (r"订单|物流|快递到|到哪|訂單", ORDER),
    (r"退|换货|坏了|赔|換貨|壞了", RETURNS),
    (r"运费|邮费|配送|发货|快递|包邮|運費|出貨|寄送", POSTAGE),
    (r"表格|对比|比较|灯|尺寸|比較|燈", TABLE),
    (r"礼物|推荐|清单|列表|送人", GIFTS),
    (r"来源|出处|保修|依据|政策", SOURCES),
    (r"谢谢|多谢|感谢|謝謝|感謝", THANKS),
    (r"^\W*(你好|您好|嗨|在吗|早上好|晚上好)", HELLO),
)
