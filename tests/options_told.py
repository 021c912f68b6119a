"""What the pages of options say beside what the code declares, in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    en: str
    zh: str


HEAD = Said(
    """\
# Options

English · [中文](options.zh-CN.md). Made from the code by `scripts/fix`; do not edit by hand.

How the chat looks and what it says. The first names, types and defaults are those of Coze's
`WebChatClient`; the rest is in the same spirit. An option has one name wherever it is set:

| Where | How |
|---|---|
| for a whole site | in its file: `[sites.ui.asstBtn]` and `position = "left"`, then \
`chatdock apply`. The running server sees it within five seconds, a page when it loads next |
| in the tag | `data-position="left"`: what launcher and panel are drawn from, by its last \
name; what is deeper with the name above it too (`data-teaser-text`) |
| by the page, at any time | `chatdock('set', {ui: {asstBtn: {position: 'left'}}})`: see \
[embedding](embedding.md#the-page-api) |

An unknown or wrong option of a page costs that option alone and is named once in the browser's
console; in a file it stops `chatdock apply`, which names the path and changes nothing. The same
tree is at `/schema/options.json` as JSON Schema, for editors and forms.
""",
    """\
# 选项

[English](options.md) · 中文。本页由 `scripts/fix` 根据代码生成，请勿手工修改。

聊天的外观和文字。最初的一批名称、类型和默认值与 Coze 的 `WebChatClient` 一致，\
其余按同样的思路扩展。同一个选项在任何地方名称都相同：

| 在哪里 | 怎么写 |
|---|---|
| 整个站点 | 写在站点文件里：`[sites.ui.asstBtn]` 下写 `position = "left"`，然后 `chatdock apply`。\
运行中的服务器五秒内生效，页面下次加载时看到 |
| 标签上 | `data-position="left"`：聊天按钮和面板用到的选项，写最后一段名称；\
更深的选项带上前一段（`data-teaser-text`） |
| 页面随时 | `chatdock('set', {ui: {asstBtn: {position: 'left'}}})`，\
见[嵌入](embedding.md#the-page-api) |

页面里写错或不认识的选项只影响它自己，并在浏览器控制台提示一次；文件里的错误会让 \
`chatdock apply` 停下来，指出路径，什么都不改。同一棵选项树以 JSON Schema 形式提供在 \
`/schema/options.json`，供编辑器和表单使用。
""",
)

COLUMNS = Said(
    "| Option | Default | Takes | A page | Meaning |\n|---|---|---|---|---|\n",
    "| 选项 | 默认值 | 取值 | 页面 | 含义 |\n|---|---|---|---|---|\n",
)
REQUIRED = Said("required", "必填")
MAY, MAY_LESS, MAY_NOT = (
    Said("sets it", "可设置"),
    Said("takes it away", "只能关闭"),
    Said("", ""),
)

TRUTH = Said("`true`, `false`", "`true`、`false`")
TEXT = Said("text, {most} characters at most", "文字，最多 {most} 个字符")
NAME = Said("one word of letters, digits and `_`", "一个单词：字母、数字和 `_`")
COLOUR = Said("a colour: `#3157e0`, `#35e`", "颜色：`#3157e0`、`#35e`")
LINK = Said(
    "`https://`, `http://`, `mailto:` or `tel:`", "`https://`、`http://`、`mailto:` 或 `tel:` 地址"
)
PICTURE = Said("a picture", "图片")
LANG = Said("a language tag: `zh-TW`, `en`", "语言标签：`zh-TW`、`en`")
FONTS = Said("font names, separated by commas", "字体名称，用逗号分隔")
WHOLE = Said("{least} to {most}", "{least} 到 {most}")
LIST = Said("a list, {most} at most", "列表，最多 {most} 项")
TABLE = Said("a table, {most} names at most", "表，最多 {most} 个名称")
AND = Said(", ", "、")

# A group of the tree: its title's end, and a piece of a site's file that may be copied.
GROUPS: dict[str, tuple[Said, str]] = {
    "": (
        Said("How a conversation begins", "对话的开头"),
        """\
[[sites]]
key = "acme"
greeting = "Hello {{user_name}}! Ask about postage, returns or an order."
starters = ["How much is postage?", "How do I return something?"]
""",
    ),
    "userInfo": (
        Said("What the page says of its visitor", "页面对访客的说明"),
        """\
[sites.userInfo]
nickname = "friend"
""",
    ),
    "ui.base": (
        Said("Language, layout, picture", "语言、布局、图片"),
        """\
[sites.ui.base]
lang = "en"
zIndex = 9000
""",
    ),
    "ui.asstBtn": (
        Said("The launcher, and what happens by itself", "聊天按钮，以及自动触发"),
        """\
[sites.ui.asstBtn]
position = "left"
text = "Ask us"
draggable = true

[sites.ui.asstBtn.teaser]
text = "Questions about sizes?"
after = { seconds = 8, url = "/shoes/*" }
""",
    ),
    "ui.header": (
        Said("The title bar", "标题栏"),
        """\
[sites.ui.header]
isNeedExpand = false
actions = [
  { name = "call", label = "Call us", icon = "phone", link = "tel:+4930123456" },
  { name = "cart", label = "My cart", icon = "link" },
]
""",
    ),
    "ui.footer": (
        Said("The line under the composer", "输入框下的说明"),
        """\
[sites.ui.footer]
expressionText = "Answers are AI-generated. See {{terms}}."
linkvars = { terms = { text = "our terms", link = "https://www.acme.example/terms" } }
""",
    ),
    "ui.chatBot": (
        Said("The panel, and what answers show", "面板，以及回答里显示什么"),
        """\
[sites.ui.chatBot]
title = "Acme service"
width = 420
isResizable = true

[sites.ui.chatBot.feedback]
isNeedFeedback = true
feedbackPanel = { tags = [{ label = "Wrong" }, { label = "Other", isNeedDetail = true }] }
""",
    ),
    "ui.conversations": (
        Said("The visitor's conversations", "访客的对话"),
        """\
[sites.ui.conversations]
isNeed = true
""",
    ),
    "ui.composer": (
        Said("The box that is written in", "输入框"),
        """\
[sites.ui.composer]
placeholder = "Ask about lamps…"
""",
    ),
    "ui.theme": (
        Said("Colours, shapes, type", "颜色、形状、字体"),
        """\
[sites.ui.theme]
accent = "#0a7f5a"
scheme = "light"
radius = "large"
density = "compact"
grey = { hue = 150, tint = 3 }
""",
    ),
}

PAGE_ONLY_HEAD = Said(
    """
## Functions of the page

Only a page can give them, by `chatdock('set', {ui: {chatBot: {onBeforeShow () {…}}}})`. They stay
in the page.

| Option | Meaning |
|---|---|
""",
    """
## 页面的函数

只能由页面给出：`chatdock('set', {ui: {chatBot: {onBeforeShow () {…}}}})`。\
函数留在页面里，不会传给聊天。

| 选项 | 含义 |
|---|---|
""",
)
