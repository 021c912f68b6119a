"""One good answer, as every fake gives it in its own way: what the docs' pictures show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """``lookup`` is what the platform's maker called the step; ``follow_ups`` are asked next."""

    question: str
    thought: str
    lookup: str
    pieces: tuple[str, ...]
    source: str
    quote: str
    follow_ups: tuple[str, str]
    url: str = "https://shop.example/lamps"

    @property
    def text(self) -> str:
        return "".join(self.pieces)


ENGLISH = Advice(
    question="Which lamp is good for reading?",
    thought="The visitor reads. Brightness matters most, so I compare the lamps by it.",
    lookup="Compare the lamps",
    pieces=(
        "In bed take the **Moth**, at a desk the **Heron**:\n\n",
        "| | Moth | Heron |\n|---|---:|---:|\n",
        "| Light | 250 lm | 800 lm |\n| Price | $39 | $89 |\n\n",
        "Both give a *warm* white, and both may come back within **30 days**.",
    ),
    source="Our lamps compared",
    quote="The Heron gives 800 lumens and dims in five steps.",
    follow_ups=("How much is postage?", "And for the living room?"),
)
CHINESE = Advice(
    question="看书用哪款灯好？",
    thought="访客要看书，最要紧的是亮度，我按亮度比一比。",
    lookup="比较灯具",
    pieces=(
        "床头看书选**飞蛾**，书桌前选**白鹭**：\n\n",
        "| | 飞蛾 | 白鹭 |\n|---|---:|---:|\n",
        "| 亮度 | 250 流明 | 800 流明 |\n| 价格 | 39 元 | 89 元 |\n\n",
        "两款都是*暖*白光，**30 天**内都可以退货。",
    ),
    source="三款灯对比",
    quote="白鹭亮度 800 流明，五档调光。",
    follow_ups=("运费怎么算？", "客厅用哪款？"),
)
ADVICE: dict[str, Advice] = {"en": ENGLISH, "zh-CN": CHINESE}
