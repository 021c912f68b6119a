"""Texts to stream: the specs' examples, generated Markdown, long answers, and ways to cut them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from hypothesis import strategies as st

FIXTURES = Path(__file__).parents[1] / "fixtures"

# Marks and words of every kind, so that joining any of them often means something.
ATOMS = [
    *(
        "foo",
        "bar ",
        "baz\n",
        "中文",
        "中文,",
        "。",
        "**粗体。**后",
        "「引」",
        "10~20元",
        "😀",
        "\u3000",
    ),
    *("\n", "\n\n", "  ", "    ", "\t", "  \n", "\\\n", "\r\n", "\r", "\u00a0", "\ufeff"),
    *(
        "- ",
        "* ",
        "+ ",
        "1. ",
        "2) ",
        "10. ",
        "-",
        "1",
        "2.",
        "x\n- y\n",
        "- [ ] ",
        "- [x] ",
        "[x] ",
    ),
    *("> ", ">", "# ", "## ", "###### ", "#", "===\n", "---\n", "---", "***\n", "="),
    *("```", "```py\n", "~~~\n", "    code\n", "`", "``", "**", "*", "_", "__", "~~", "~"),
    *("[", "]", "(", ")", "![", "!", "[a]", "[a]: /u\n", '[a]: https://x.example "t"\n'),
    *("](https://a.example/c)", "<https://a.example>", "https://a.example/c", "www.x.example"),
    *(
        "a@b.example",
        "<",
        "<div>",
        "<b>",
        "</b>",
        "<!-- ",
        "-->",
        "&amp;",
        "&",
        "&#35;",
        "\\",
        "\\*",
    ),
    *("|", "|a|b|\n", "|-|-|\n", "|:-:|--|\n", "a | b\n", "--- | ---\n", "'", '"'),
    *("$", "$$", "$x$", "$5 ", "$x_1^2*y*$", "\\(", "\\)", "\\[", "\\]", "\\(x<1\\)", "$$\nx\n$$"),
    *("> [!NOTE]\n", "> [!tip] Title\n> ", "> [!WARN", "[!NOTE]", "[^1]", "[^1]: ", "[^1]: note\n"),
]

_WORDS = [
    "word ",
    "longer words ",
    "中文内容更多",
    ",然后",
    "**bold** ",
    "*it* ",
    "`co` ",
    "[",
    "]",
    "**",
]


def spec_examples() -> list[str]:
    """The Markdown of every example in the CommonMark and GFM specs."""
    specs = json.loads((FIXTURES / "markdown_specs.json").read_text("utf-8"))
    return [row["markdown"] for key in ("commonmark", "gfm", "extensions") for row in specs[key]]


def markdown() -> st.SearchStrategy[str]:
    """Markdown-heavy text: loose marks, nested blocks, and long paragraphs."""
    loose = st.lists(st.sampled_from(ATOMS), max_size=40).map("".join)
    return st.one_of(loose, _nested(), _long_paragraphs())


def _nested() -> st.SearchStrategy[str]:
    leaf = st.lists(st.sampled_from(ATOMS), min_size=1, max_size=6).map("".join)
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(_within, inner, st.sampled_from(["> ", "- ", "1. ", "10) "])),
            st.lists(inner, min_size=2, max_size=3).map("\n\n".join),
            st.lists(inner, min_size=2, max_size=3).map("\n".join),
        ),
        max_leaves=6,
    )


def _within(text: str, mark: str) -> str:
    rest = mark if mark == "> " else " " * len(mark)
    first, *others = text.split("\n")
    return "\n".join([mark + first, *(rest + line for line in others)])


def _long_paragraphs() -> st.SearchStrategy[str]:
    starts = st.sampled_from(["", "- ", "> ", "# "])
    words = st.lists(st.sampled_from(_WORDS), min_size=60, max_size=160).map("".join)
    return st.builds(str.__add__, starts, words)


def cut(text: str, seed: int) -> list[str]:
    """The text in pieces of random length."""
    rng = random.Random(seed)
    pieces = []
    at = 0
    while at < len(text):
        size = rng.choice([1, 2, 3, 4, 7, 12, 30])
        pieces.append(text[at : at + size])
        at += size
    return pieces


def every_cut(text: str, seed: int = 1) -> list[list[str]]:
    """Character by character, at random places twice, and whole."""
    return [list(text), cut(text, seed), cut(text, seed + 1), [text]]


# Long answers

_SENTENCES = {
    "en": [
        "Shipping is free for every order above forty-nine dollars",
        "standard parcels usually arrive within three to five working days",
        "you can follow the parcel from your account page at any time",
        "a parcel that got lost is sent again or paid back in full",
    ],
    "zh": [
        "订单满四十九元即可享受免运费服务",
        "普通包裹一般会在三到五个工作日内送达",
        "您可以随时在账户页面查看包裹的位置",
        "包裹丢失时我们会重新发货或者全额退款",
    ],
}
_CODE = '''def total(prices, *, rate=0.2, currency="EUR"):
    """Add up prices with tax."""
    result = 0
    for price in prices:
        if price < 0:
            raise ValueError(f"negative price: {price}")
        result += price * (1 + rate)
    # rounded half up, as the shop does
    return round(result, 2), currency

'''

Maker = Callable[[Callable[[int], str], int], str]


def _paragraphs(say: Callable[[int], str], i: int) -> str:
    return f"{say(i)}, {say(i + 1)}." + ("\n\n" if i % 2 else " ")


def _row(say: Callable[[int], str], i: int) -> str:
    head = "| Item | What | Price |\n|---|:--|--:|\n" if i == 0 else ""
    return f"{head}| **{say(i)[:12]}** | {say(i + 1)} | {i} |\n"


def _mixture(say: Callable[[int], str], i: int) -> str:
    return (
        f"## {say(i)[:20]}\n\n{say(i)} **{say(i + 1)}** `x{i}` [{say(i)[:8]}](https://a.example/{i}).\n\n"
        f"1. {say(i)}\n   - *{say(i + 1)}*\n   - {say(i + 2)}\n\n```python\n{_CODE}```\n\n"
        f"| a | b |\n|---|---|\n| {say(i)} | {say(i + 1)} |\n\n> {say(i + 2)}\n\n"
    )


KINDS: dict[str, Maker] = {
    "prose": _paragraphs,
    "marked prose": lambda say, i: f"**{say(i)}** {say(i + 1)} `code{i}` {say(i + 2)}.\n\n",
    "one paragraph": lambda say, i: f"{say(i)}, ",
    "one marked paragraph": lambda say, i: f"{say(i)} **{say(i + 1)}** {say(i + 2)}, ",
    "tight list": lambda say, i: f"- **{say(i)[:12]}**: {say(i + 1)}\n",
    "numbered list": lambda say, i: f"{i + 1}. {say(i)}\n",
    "loose list": lambda say, i: f"{i + 1}. {say(i)}\n\n   {say(i + 1)}\n\n",
    "nested list": lambda say, i: f"- {say(i)}\n  - {say(i + 1)}\n    1. {say(i + 2)}\n",
    "inner list": lambda say, i: ("- top\n" if i == 0 else "") + f"  - {say(i)}\n",
    "quote": lambda say, i: f"> {say(i)}, {say(i + 1)}\n" + (">\n" if i % 3 == 2 else ""),
    "quote of one paragraph": lambda say, i: f"> {say(i)}\n",
    "list in a quote": lambda say, i: f"> - {say(i)}\n>   {say(i + 1)}\n",
    "table": _row,
    "table in a list": lambda say, i: (
        "".join(f"   {line}\n" for line in _row(say, i).strip().split("\n"))
        if i
        else f"1. {say(0)}\n\n   | Item | What | Price |\n   |---|:--|--:|\n"
    ),
    "code": lambda say, i: ("```python\n" if i == 0 else "") + _CODE,
    "mixture": _mixture,
}


def answer(kind: str, lang: str, tokens: int) -> str:
    """An answer of one kind; a token is 4 characters of English or 1.5 of Chinese."""
    wanted = int(tokens * (4 if lang == "en" else 1.5))
    text = ""
    for part in _parts(kind, lang):
        text += part
        if len(text) >= wanted:
            return text
    raise AssertionError("the parts never end")


def _parts(kind: str, lang: str) -> Iterator[str]:
    sentences = _SENTENCES[lang]
    for i in count():
        yield KINDS[kind](lambda at: sentences[at % len(sentences)], i)


def deltas(text: str, chars: int) -> list[str]:
    return [text[at : at + chars] for at in range(0, len(text), chars)]
