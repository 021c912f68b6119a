"""Options of colour, shape and type. ChatKit's theme values map onto them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from widget.domain.options.fields import Colour, FontList, OptionGroup, told


class Grey(OptionGroup, frozen=True):
    hue: Annotated[
        int, Meta(ge=0, le=360), told("Hue of the greys, in degrees.", "灰色的色相（度）。")
    ] = 220
    tint: Annotated[
        int,
        Meta(ge=0, le=9),
        told("How much of the hue they take; 0 none.", "灰色带多少色相；0 为没有。"),
    ] = 0


class Theme(OptionGroup, frozen=True):
    accent: Annotated[
        Colour,
        told(
            "Colour of launcher, header and buttons (#rrggbb).",
            "聊天按钮、标题栏和按钮的颜色（#rrggbb）。",
        ),
    ] = ""
    surface: Annotated[
        Colour,
        told("Background of the chat in the light scheme.", "浅色模式下的聊天背景。"),
    ] = ""
    dark_surface: Annotated[
        Colour,
        told("Background of the chat in the dark scheme.", "深色模式下的聊天背景。"),
    ] = ""
    text: Annotated[
        Colour,
        told(
            "Colour of text in the light scheme; where it cannot be read it gives way.",
            "浅色模式下的文字颜色；看不清时自动调整。",
        ),
    ] = ""
    dark_text: Annotated[
        Colour,
        told(
            "Colour of text in the dark scheme; where it cannot be read it gives way.",
            "深色模式下的文字颜色；看不清时自动调整。",
        ),
    ] = ""
    grey: Grey = field(default_factory=Grey)
    scheme: Annotated[
        Literal["auto", "light", "dark"],
        told("Light, dark, or as the device says.", "浅色、深色，或跟随设备。"),
    ] = "auto"
    radius: Annotated[
        Literal["none", "small", "medium", "large"], told("Roundness of corners.", "圆角大小。")
    ] = "medium"
    density: Annotated[
        Literal["compact", "normal", "spacious"], told("Room between things.", "间距。")
    ] = "normal"
    font: Annotated[
        FontList,
        told(
            "Font families of the visitor's device, in order; nothing is downloaded.",
            "按顺序使用访客设备上的字体，不下载任何字体。",
        ),
    ] = ""
    mono_font: Annotated[
        FontList, told("Font families of code, likewise.", "代码的字体，同上。")
    ] = ""
    font_size: Annotated[
        int,
        Meta(ge=14, le=18),
        told(
            "Size of text in pixels; 16 at least where fingers type.",
            "文字大小（像素）；触屏上不小于 16。",
        ),
    ] = 15
