"""What the pages of options say of other vendors' names, in both languages."""

from __future__ import annotations

from tests.options_told import Said

COZE_HEAD = Said(
    """
## Names of Coze's that mean nothing here

The script for [Coze's pages](coze-pages.md) takes them without complaint, so that such a page
need not be changed.

| Name | Why |
|---|---|
""",
    """
## 在这里没有意义的 Coze 名称

为 [Coze 页面](coze-pages.zh-CN.md)准备的脚本接受它们而不报错，页面不必修改。

| 名称 | 原因 |
|---|---|
""",
)
COZE: dict[str, Said] = {
    "auth.*": Said(
        "The platform's key stays on our server. A token in a page is never sent anywhere: revoke "
        "it and take it out.",
        "平台密钥只在我们的服务器上。页面里的令牌不会发往任何地方：请吊销并删除。",
    ),
    "config.isIframe": Said(
        "The chat always stands in a frame, from your own server.",
        "聊天总是在 iframe 里，由你自己的服务器提供。",
    ),
    "extra.webChat": Said(
        "Coze's own server drops it. What the agent should know goes by `chatdock('context', …)`, "
        "or signed in the user token.",
        "Coze 的服务器会丢弃它。要让智能体知道的信息用 `chatdock('context', …)`，"
        "需要可信时写进签名的用户令牌。",
    ),
    "ui.chatBot.isNeedClearContext": Said(
        "A new conversation forgets what was said, and the old one can still be read.",
        "新建对话即不带上下文，原来的对话仍可查看。",
    ),
    "ui.chatBot.isNeedClearMessage": Said(
        "Visitors delete a conversation in the list of `ui.conversations`.",
        "访客在 `ui.conversations` 的列表里删除对话。",
    ),
    "ui.chatBot.isNeedConversationAdd": Said(
        "Coze declares it and never reads it; `ui.chatBot.isNeedAddNewConversation` is the button.",
        "Coze 声明了但从未使用；按钮是 `ui.chatBot.isNeedAddNewConversation`。",
    ),
    "ui.header.extra": Said(
        "A React node of the page cannot go into a frame; buttons of your own are "
        "`ui.header.actions`.",
        "页面的 React 节点放不进 iframe；自己的按钮用 `ui.header.actions`。",
    ),
    "userInfo.url": Said(
        "Visitors have no picture here: it would load from a foreign host for each of them.",
        "这里不显示访客头像：那会让每位访客从外部主机加载图片。",
    ),
}

CHATKIT_HEAD = Said(
    """
## ChatKit's theme

A `theme` as OpenAI's ChatKit writes it may stand in place of ours, in a file or in a page's `set`:
`{colorScheme: "dark", color: {accent: {primary: "#0a7"}}}`, or only `"dark"`. ChatKit has one
scheme at a time, so a surface belongs to the one that `colorScheme` names.

| ChatKit | Here |
|---|---|
""",
    """
## ChatKit 的主题

`theme` 也可以按 OpenAI ChatKit 的写法给出，写在文件里或由页面 `set`：
`{colorScheme: "dark", color: {accent: {primary: "#0a7"}}}`，或只写 `"dark"`。\
ChatKit 一次只有一种模式，所以背景色属于 `colorScheme` 所指的那一种。

| ChatKit | 这里 |
|---|---|
""",
)
# ChatKit's path, a value there, what it becomes; the test puts each through the converter.
CHATKIT: tuple[tuple[str, object, str, object], ...] = (
    ("colorScheme", "light", "scheme", "light"),
    ("radius", "pill", "radius", "large"),
    ("radius", "round", "radius", "medium"),
    ("radius", "soft", "radius", "small"),
    ("radius", "sharp", "radius", "none"),
    ("density", "compact", "density", "compact"),
    ("color.accent.primary", "#00aa77", "accent", "#00aa77"),
    ("color.surface.background", "#fff8e1", "surface", "#fff8e1"),
    ("color.surface.foreground", "#202020", "text", "#202020"),
    ("color.grayscale.hue", 40, "grey.hue", 40),
    ("color.grayscale.tint", 3, "grey.tint", 3),
    ("typography.baseSize", 16, "fontSize", 16),
    ("typography.fontFamily", "Inter", "font", "Inter"),
    ("typography.fontFamilyMono", "Menlo", "monoFont", "Menlo"),
)
CHATKIT_LEFT_OUT = Said(
    "\n`color.accent.level`, `color.grayscale.shade` and `typography.fontSources` have no\n"
    "counterpart: contrast is seen to here, and no font is downloaded.\n",
    "\n`color.accent.level`、`color.grayscale.shade` 和 `typography.fontSources` 没有对应："
    "对比度由这里保证，字体一律不下载。\n",
)
