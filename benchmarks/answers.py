"""The fixed answers of the relay benchmark: kind × language × length, always the same text.

A token is taken as 4 characters of English or 1.5 of Chinese, so 600 and 3,000 tokens are about
2,400 and 12,000 English, or 900 and 4,500 Chinese characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

KINDS = ("prose", "list", "table", "code")
LANGS = ("en", "zh")
CHARS_PER_TOKEN = {"en": 4.0, "zh": 1.5}

_SENTENCES = {
    "en": (
        "The parcel leaves our warehouse on the same day when you order before noon.",
        "You can follow it from the moment it is handed over, and the link is in the mail we sent.",
        "Returns are free for thirty days as long as the box can still be closed.",
        "If a part is missing we send it again without asking you to return the rest.",
    ),
    "zh": (
        "中午之前下单的包裹当天就会从仓库发出。",
        "交给快递之后您随时可以查看物流，链接就在我们发给您的邮件里。",
        "三十天之内只要包装还能合上都可以免费退货。",
        "如果少了配件我们会直接补寄，不需要您把其他东西寄回来。",
    ),
}


def answer(kind: str, lang: str, tokens: int) -> str:
    """The answer text of at least ``tokens`` tokens, cut at the end of a line."""
    wanted = int(tokens * CHARS_PER_TOKEN[lang])
    lines: list[str] = []
    length = 0
    for line in _MAKERS[kind](lang):
        lines.append(line)
        length += len(line) + 1
        if length >= wanted:
            break
    return _closed(kind, lines)


def deltas(text: str, chars: int) -> list[str]:
    """The text in pieces of ``chars`` characters, as a platform would send it."""
    return [text[start : start + chars] for start in range(0, len(text), chars)]


def _closed(kind: str, lines: list[str]) -> str:
    text = "\n".join(lines) + "\n"
    return text + "```\n" if kind == "code" else text


def _prose(lang: str) -> Iterator[str]:
    sentences = _SENTENCES[lang]
    gap = " " if lang == "en" else ""
    for number in count():
        yield gap.join(sentences[(number + i) % 4] for i in range(4))
        yield ""


def _list(lang: str) -> Iterator[str]:
    for number in count(1):
        yield f"{number}. {_SENTENCES[lang][number % 4]}"


def _table(lang: str) -> Iterator[str]:
    yield "| Item | Price | Days | Remark |" if lang == "en" else "| 商品 | 价格 | 天数 | 说明 |"
    yield "|---|---:|---|---|"
    for number in count(1):
        words = _SENTENCES[lang][number % 4]
        yield f"| no. {number} | {number * 7}.50 | {number % 5 + 1} | {words[:24]} |"


def _code(lang: str) -> Iterator[str]:
    yield "```python"
    for number in count(1):
        yield f"def price_of_item_{number}(count: int, *, express: bool = False) -> float:"
        yield f"    # {_SENTENCES[lang][number % 4][:30]}"
        yield f"    total = count * {number}.5"
        yield "    return total + 12 if express else total"
        yield ""


_MAKERS = {"prose": _prose, "list": _list, "table": _table, "code": _code}
