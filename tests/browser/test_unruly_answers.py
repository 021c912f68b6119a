"""What models write and nobody tidied up: too long, too wide, too many, the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.chat import Chat, open_chat
from tests.browser.conftest import NewPage, local
from tests.browser.flaws import flaws_around, is_whole
from tests.fakes.openai.scenarios import ending, opening, stream, text
from tests.fakes.upstream import Asked, Reply, Upstream
from tests.serving import Server

pytestmark = pytest.mark.browser

SITE = """
[[sites]]
key = "echo"
name = "Echo"
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "openai"
base_url = "{url}/v1"
api_key = "sk-echo"
model = "echo"
[sites.ui.chatBot.feedback]
isNeedFeedback = true
"""
WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 6
ADDRESS = "https://shop.example/" + "never-ending/" * 20
WORDS = f"""# {WORD}

{WORD} and **{WORD}** and `{WORD}` and {ADDRESS} and [{WORD}]({ADDRESS}).

- {WORD}
  - {ADDRESS}

> {WORD}

| Word | Address |
|---|---|
| {WORD} | {ADDRESS} |

![{WORD}]({ADDRESS}a.png)
"""
LIST = "\n".join(
    [
        *(f"{number}. Point {number}, which takes more than one line" for number in range(1, 41)),
        "",
        *(f"{'  ' * depth}- Level {depth}" for depth in range(8)),
        "",
        *(f"{number}. Far along" for number in range(998, 1002)),
    ]
)
TABLE = "\n".join(
    [
        "|" + "".join(f" Column {number} |" for number in range(14)),
        "|" + "---|" * 14,
        *("|" + "".join(f" {row * 1000 + number} |" for number in range(14)) for row in range(3)),
    ]
)
CODE = f"""```python
print("{"a line that goes on and on, " * 12}")
```
"""
ARABIC = "مرحبا! كم تكلفة الشحن؟"
RIGHT_TO_LEFT = f"""{ARABIC}

- تكلفة الشحن داخل المدينة 6 دولارات.

Left to right, with {ARABIC} inside.

| الوجهة | السعر |
|---|---|
| داخل المدينة | 6 |
"""
ANSWERS = {
    "words": WORDS,
    "list": LIST,
    "table": TABLE,
    "code": CODE,
    "right to left": RIGHT_TO_LEFT,
}
SIZES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True},
    "panel": {"viewport": {"width": 460, "height": 700}},
    "page": {"viewport": {"width": 1280, "height": 860}},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A shop whose agent says again what it is told."""
    with Upstream(echo) as upstream:
        running = Server(tmp_path_factory.mktemp("echo"), SITE.format(url=upstream.url))
        try:
            running.start()
            yield running
        finally:
            running.stop()


def echo(asked: Asked) -> Reply:
    return stream(opening(), text(asked.json["messages"][-1]["content"]), ending())


def heard(page: Page, server: Server, answer: str) -> Chat:
    """The chat after this was said, and said again."""
    chat = open_chat(page, local(server, "/chat/echo"))
    chat.ask_and_wait(answer)
    return chat


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("answer", ANSWERS)
def test_answer_stays_in_its_place(
    new_page: NewPage, server: Server, answer: str, size: str
) -> None:
    chat = heard(new_page(**SIZES[size]), server, ANSWERS[answer])

    assert flaws_around(chat.root.locator("body")) == []
    assert is_whole(chat.root.locator("#composer"))


@pytest.mark.parametrize(("answer", "wide"), [("table", "table"), ("code", "pre code")])
def test_what_is_wide_scrolls_on_its_own(
    page: Page, server: Server, answer: str, wide: str
) -> None:
    chat = heard(page, server, ANSWERS[answer])

    found = chat.last_text.locator(wide)
    assert found.evaluate("(node) => node.scrollWidth > node.clientWidth + 100")
    found.evaluate("(node) => node.scrollTo(9999, 0)")
    assert found.evaluate("(node) => node.scrollLeft") > 100


def test_every_paragraph_runs_its_own_way(page: Page, server: Server) -> None:
    chat = heard(page, server, RIGHT_TO_LEFT)

    answer, question = chat.last_text, chat.questions.last
    sides = [(name, side(answer.locator(name).first)) for name in ("p", "li", "th")]
    assert sides == [("p", "right"), ("li", "right"), ("th", "right")]
    assert side(answer.locator("p", has_text="Left to right")) == "left"
    assert side(question) == "right"


def side(node: Locator) -> str:
    """Where the first line of its text begins: at the left or the right of its box."""
    found: str = node.evaluate(
        """(node) => {
          const range = document.createRange();
          range.selectNodeContents(node);
          const rects = [...range.getClientRects()];
          const line = rects.filter(({top}) => top === rects[0].top);
          const left = Math.min(...line.map((rect) => rect.left));
          const right = Math.max(...line.map((rect) => rect.right));
          const box = node.getBoundingClientRect();
          return left - box.left > box.right - right ? "right" : "left";
        }"""
    )
    return found
