"""Work and bytes per delta grow neither with the answer nor with the block that is open."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import comrak
import pytest

from tests.render.showing import Shown
from tests.render.texts import KINDS, answer, deltas

# What grows is measured on very long texts: nothing but these takes so long where coverage counts.
pytestmark = pytest.mark.no_cover

LIMIT = 1.3
SIZES = {"en": 4, "zh": 2}


@dataclass
class Cost:
    """What an answer of so many deltas took, before its end and with it."""

    deltas: int
    sent: int
    rendered: int
    calls: int

    def per_delta(self) -> tuple[float, float, float]:
        return self.sent / self.deltas, self.rendered / self.deltas, self.calls / self.deltas


class Meter:
    """Counts the bytes given to the Markdown parser, and the calls of our own functions."""

    def __init__(self) -> None:
        self.rendered = 0
        self.calls = 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        sys.setprofile(self._count)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _count(self, frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            self.calls += 1
            if frame.f_code.co_name == "finished" and "source" in frame.f_locals:
                self.rendered += len(str(frame.f_locals["source"]).encode())


def cost(text: str, size: int) -> Cost:
    stream = Shown()
    stream.feed(text)
    stream.finish()  # whatever is only done once for a text or a language is done now
    meter, result = Meter(), Shown()
    pieces = deltas(text, size)
    for piece in pieces:
        with meter.counting():
            patches = result.stream.feed(piece)
        result.patches += patches
    with meter.counting():
        patches = result.stream.finish()
    result.patches += patches
    return Cost(len(pieces), result.wire_bytes(), meter.rendered, meter.calls)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_long_answer_costs_per_delta_what_a_short_one_costs(kind: str, lang: str) -> None:
    short = cost(answer(kind, lang, 600), SIZES[lang]).per_delta()
    long = cost(answer(kind, lang, 3000), SIZES[lang]).per_delta()

    sent, rendered, calls = (many / few for many, few in zip(long, short, strict=True))

    assert sent <= LIMIT
    assert rendered <= LIMIT
    assert calls <= LIMIT


def test_meter_sees_work_that_grows() -> None:
    """The same measure on the naive way: everything again at every delta."""

    def per_delta(tokens: int) -> float:
        meter = Meter()
        pieces = deltas(answer("prose", "en", tokens), 400)
        with meter.counting():
            for end in range(len(pieces)):
                naive("".join(pieces[: end + 1]))
        return meter.rendered / len(pieces)

    assert per_delta(3000) / per_delta(600) > LIMIT


def naive(text: str) -> str:
    def finished(source: str) -> str:
        return comrak.render_markdown(source)

    return finished(text)


@pytest.mark.parametrize(
    ("opening", "line"),
    [
        ("", "- an item\n"),
        ("", "> a line\n"),
        ("| a | b |\n|---|---|\n", "| c | d |\n"),
        ("```python\n", "x = 1  # one\n"),
        ("- top\n  > quote\n  > ", "\n  > - inner **item**\n"),
        ("> 1. one\n>\n>    ```js\n", ">    const x = 1;\n"),
        ("", "words that go on and on "),
        ("", "**bold** and `code` and [a](https://a.example) "),
        ("", "文字,**粗体**,`代码`,继续写下去,"),
        ("an open `mark ", "that never closes "),
        ("", "ข้อความที่ไม่มีช่องว่าง"),
    ],
)
def test_last_lines_of_a_thousand_cost_what_the_first_did(opening: str, line: str) -> None:
    """Each line arrives by itself: no delta sends or renders what stood there before."""
    result, meter = Shown(), Meter()
    result.stream.feed(opening)
    sizes = []
    for _ in range(1000):
        before = meter.rendered
        with meter.counting():
            patches = result.stream.feed(line)
        sizes.append(meter.rendered - before + sum(len(str(patch)) for patch in patches))

    early, late = sum(sizes[100:200]), sum(sizes[900:])

    assert late <= LIMIT * early


PATHOLOGICAL = {
    "stars": "*a_ ",
    "nested marks": "*a **b ",
    "open brackets": "[",
    "open links": "[a](",
    "open pictures": "![",
    "open tags": "<a ",
    "comments": "<!--",
    "quotes": "> ",
    "items": "- ",
    "addresses": "https://",
    "mail addresses": "a@b",
    "entities": "&a",
    "backslashes": "\\",
    "pipes": "|",
    "rule": "-",
    "fence": "`",
    "hashes": "#",
    "digits": "1",
    "tabs": "\t",
    "lines": "\n",
    "short items": "- a\n",
    "definitions": "[a]: /u\n",
    "rows": "|a|\n|-|\n",
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_pathological_text_takes_time_in_proportion(name: str) -> None:
    """Four times the text is at most some four times the work, in as many pieces or whole."""

    def calls(length: int) -> int:
        text = PATHOLOGICAL[name] * (length // len(PATHOLOGICAL[name]))
        meter = Meter()
        with meter.counting():
            for pieces in (deltas(text, 40), [text]):
                stream = Shown().stream
                for piece in pieces:
                    stream.feed(piece)
                stream.finish()
        return meter.calls

    assert calls(12_000) <= 4 * 1.5 * calls(3_000)
