"""Options of the chat itself: title bar, conversation, composer and the line below."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from widget.domain.options.fields import Line, Link, Name, OptionGroup, told


class HeaderAction(OptionGroup, frozen=True):
    """A button of the owner's: with ``link`` it opens that, without it tells the host page."""

    name: Annotated[
        Name, told("What the host page's action event calls it.", "页面 action 事件里的名称。")
    ]
    label: Annotated[str, Meta(min_length=1, max_length=40), told("What it says.", "按钮文字。")]
    icon: Annotated[
        Literal["link", "phone", "mail", "person", "home", "info"], told("Its symbol.", "图标。")
    ] = "link"
    link: Annotated[Link, told("What it opens in a new tab.", "在新标签页打开的地址。")] = ""


class Header(OptionGroup, frozen=True):
    is_show: Annotated[bool, told("Show the title bar.", "显示标题栏。")] = True
    is_need_close: Annotated[bool, told("Show the close button.", "显示关闭按钮。")] = True
    is_need_expand: Annotated[
        bool,
        told(
            "Button that enlarges the panel, and makes it small again.",
            "放大、还原面板的按钮。",
        ),
    ] = True
    actions: Annotated[
        tuple[HeaderAction, ...],
        Meta(max_length=3),
        told(
            "Buttons of your own in the title bar: name, label, icon, link. Without link the "
            "page's action event tells of it.",
            "标题栏里自定义的按钮：name、label、icon、link。没有 link 时触发页面的 action 事件。",
        ),
    ] = ()


class LinkVar(OptionGroup, frozen=True):
    text: Annotated[Line, told("Words shown in place of {{name}}.", "替换 {{name}} 的文字。")]
    link: Annotated[
        Link,
        told("Where the words lead; empty makes them plain text.", "文字的链接；留空为纯文本。"),
    ] = ""


class Footer(OptionGroup, frozen=True):
    is_show: Annotated[bool, told("Show the line under the composer.", "显示输入框下的说明。")] = (
        True
    )
    expression_text: Annotated[
        str,
        Meta(max_length=300),
        told(
            "Its text; {{name}} is replaced by linkvars. Empty says that answers are made by AI.",
            "说明文字；{{name}} 由 linkvars 替换。留空时说明回答由 AI 生成。",
        ),
    ] = ""
    linkvars: Annotated[
        dict[Name, LinkVar],
        Meta(max_length=20),
        told(
            "name → {text, link}; without link plain text.",
            "名称 → {text, link}；没有 link 时为纯文本。",
        ),
    ] = field(default_factory=dict)


class FeedbackTag(OptionGroup, frozen=True):
    label: Annotated[str, Meta(min_length=1, max_length=30), told("What is offered.", "选项文字。")]
    is_need_detail: Annotated[
        bool, told("Choosing it opens the text box.", "选中后显示输入框。")
    ] = False


class FeedbackPanel(OptionGroup, frozen=True):
    title: Annotated[Line, told("Title of the panel after a dislike.", "点踩后面板的标题。")] = ""
    placeholder: Annotated[Line, told("Hint in its text box.", "面板输入框的提示。")] = ""
    tags: Annotated[
        tuple[FeedbackTag, ...],
        Meta(max_length=10),
        told(
            "Reasons to choose from; isNeedDetail opens the text box.",
            "可选的原因；isNeedDetail 表示选中后显示输入框。",
        ),
    ] = ()


class FeedbackOptions(OptionGroup, frozen=True):
    is_need_feedback: Annotated[
        bool,
        told(
            "Like and dislike under answers. A page may hide them, not add them.",
            "回答下方的点赞、点踩。页面可以隐藏，不能添加。",
        ),
    ] = False
    feedback_panel: FeedbackPanel = field(default_factory=FeedbackPanel)


class ChatBot(OptionGroup, frozen=True):
    title: Annotated[
        Line, told("Title; empty shows the site's name.", "标题；留空显示站点名称。")
    ] = ""
    width: Annotated[
        int, Meta(ge=280, le=1200), told("Panel width in pixels.", "面板宽度（像素）。")
    ] = 460
    height: Annotated[
        int, Meta(ge=320, le=1600), told("Panel height in pixels.", "面板高度（像素）。")
    ] = 700
    is_resizable: Annotated[
        bool,
        told(
            "Visitors may drag the panel's free corner; the size is remembered in their browser.",
            "访客可以拖动面板的角改变大小，大小记在浏览器里。",
        ),
    ] = False
    el: Annotated[
        Line,
        told(
            "Element of the page that the chat fills, as a selector; the page may give the element "
            "itself. The launcher opens and closes it there.",
            "聊天所填充的页面元素（选择器）；页面也可以直接给出元素。聊天按钮在其中打开、关闭聊天。",
        ),
    ] = ""
    uploadable: Annotated[
        bool,
        told(
            "Button that adds files, where the platform takes any. A page may hide it, not add it.",
            "添加文件的按钮（平台支持文件时）。页面可以隐藏，不能添加。",
        ),
    ] = True
    is_need_audio: Annotated[
        bool,
        told(
            "Button that takes speech as text, where the visitor's browser can. Some browsers have "
            "their maker's server listen.",
            "语音输入按钮（访客的浏览器支持时）。有些浏览器由其厂商的服务器识别语音。",
        ),
    ] = False
    is_need_add_new_conversation: Annotated[
        bool, told("Button that starts a new conversation.", "新建对话的按钮。")
    ] = True
    is_need_function_call_message: Annotated[
        bool,
        told("Show the steps (tools, lookups) of an answer.", "显示回答的步骤（工具、检索）。"),
    ] = True
    is_need_quote: Annotated[
        bool,
        told(
            "Button under answers that quotes one in the next question.",
            "回答下方的引用按钮，在下一个问题中引用该回答。",
        ),
    ] = False
    is_need_reasoning: Annotated[
        bool, told("Show the model's thinking.", "显示模型的思考过程。")
    ] = False
    is_need_sources: Annotated[bool, told("Show the sources of an answer.", "显示回答的来源。")] = (
        True
    )
    feedback: FeedbackOptions = field(default_factory=FeedbackOptions)


class Conversations(OptionGroup, frozen=True):
    is_need: Annotated[
        bool,
        told(
            "List of the visitor's conversations: search, open, rename, delete.",
            "访客的对话列表：搜索、打开、重命名、删除。",
        ),
    ] = False


class Composer(OptionGroup, frozen=True):
    placeholder: Annotated[Line, told("Hint in the empty composer.", "输入框为空时的提示。")] = ""
