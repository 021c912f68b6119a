"""Options of what stands on the host page before the chat is opened."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from widget.domain.languages import Lang
from widget.domain.options.fields import Offset, OptionGroup, Picture, told


class Base(OptionGroup, frozen=True):
    icon: Annotated[
        Picture,
        told(
            "Picture on the launcher and in the title bar: a PNG, JPEG or WebP file, made small "
            "when it is stored. A page may name one of its own origin.",
            "聊天按钮和标题栏上的图片：PNG、JPEG 或 WebP 文件，保存时自动缩小。"
            "页面只能指定自己域名下的图片。",
        ),
    ] = ""
    layout: Annotated[
        Literal["auto", "pc", "mobile"],
        told(
            "Panel (pc), full sheet (mobile), or by the width of the window (auto).",
            "面板（pc）、全屏（mobile），或按窗口宽度决定（auto）。",
        ),
    ] = "auto"
    lang: Annotated[
        Lang,
        told(
            "Language, such as `zh-TW`; empty follows the page, then the browser.",
            "语言，例如 `zh-TW`；留空时先跟随页面，再跟随浏览器。",
        ),
    ] = ""
    z_index: Annotated[
        int,
        Meta(ge=0, le=2147483647),
        told("Stacking order of launcher and panel.", "聊天按钮和面板的层级。"),
    ] = 2147483000


class Trigger(OptionGroup, frozen=True):
    """Whichever comes first of ``seconds`` and ``scroll``; with neither, a page that fits ``url``
    is enough."""

    seconds: Annotated[
        int,
        Meta(ge=0, le=3_600),
        told(
            "After so many seconds on the page; 0: not by time.", "停留多少秒后；0 表示不按时间。"
        ),
    ] = 0
    scroll: Annotated[
        int,
        Meta(ge=0, le=100),
        told(
            "When so many percent of the page are scrolled; 0: not by scrolling.",
            "页面滚动到百分之多少时；0 表示不按滚动。",
        ),
    ] = 0
    url: Annotated[
        str,
        Meta(max_length=500),
        told(
            "Only on pages whose path and query are this; * stands for anything. Empty: on all.",
            "仅在路径（含查询参数）符合的页面上；* 代表任意内容。留空表示所有页面。",
        ),
    ] = ""


class Teaser(OptionGroup, frozen=True):
    text: Annotated[
        str,
        Meta(max_length=160),
        told(
            "Words in a bubble beside the launcher, until it is clicked or put away; empty: none.",
            "聊天按钮旁的气泡文字，点击或关闭后消失；留空则没有。",
        ),
    ] = ""
    after: Trigger = field(default_factory=Trigger)


class AsstBtn(OptionGroup, frozen=True):
    is_need: Annotated[bool, told("Show the launcher.", "显示聊天按钮。")] = True
    position: Annotated[
        Literal["right", "left", "top-right", "top-left"],
        told(
            "Corner of the window for launcher and panel; right and left are at the bottom.",
            "聊天按钮和面板在窗口的哪个角；right 和 left 在下方。",
        ),
    ] = "right"
    offset_x: Annotated[Offset, told("Pixels from that side.", "与该侧的距离（像素）。")] = 20
    offset_y: Annotated[
        Offset, told("Pixels from the bottom or the top.", "与底部或顶部的距离（像素）。")
    ] = 20
    draggable: Annotated[
        bool,
        told(
            "Visitors may drag the launcher; its place is remembered in their browser.",
            "访客可以拖动聊天按钮，位置记在浏览器里。",
        ),
    ] = False
    drag_axis: Annotated[
        Literal["both", "x", "y"],
        told("Directions in which it may be dragged.", "可以拖动的方向。"),
    ] = "both"
    icon: Annotated[
        Picture,
        told(
            "Picture on the launcher, where it is to be another than ui.base.icon.",
            "聊天按钮上的图片，需要与 ui.base.icon 不同时设置。",
        ),
    ] = ""
    text: Annotated[
        str,
        Meta(max_length=40),
        told(
            "Label beside the launcher's icon; empty shows none.",
            "聊天按钮图标旁的文字；留空不显示。",
        ),
    ] = ""
    badge: Annotated[
        bool,
        told(
            "Count answers that came while the chat was closed.",
            "显示聊天关闭期间收到的回答数。",
        ),
    ] = True
    title_hint: Annotated[
        bool,
        told(
            "Tell of them in the page's title too: (1) in front of it, until they were seen.",
            "同时在网页标题前显示这个数目，例如 (1)，看过后恢复原标题。",
        ),
    ] = True
    teaser: Teaser = field(default_factory=Teaser)
    open_after: Trigger = field(default_factory=Trigger)
