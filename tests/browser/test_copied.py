"""What is copied of an answer: Markdown that means the same as what is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.render.texts import KINDS, answer, spec_examples
from widget.render.markdown import render

pytestmark = pytest.mark.browser

ORIGIN = "http://copied.test"
MODULES = Path(__file__).parents[2] / "static" / "frame"
PAGE = """<!doctype html><meta charset="utf-8"><script type="module">
import { setHtml } from "/patches.js";
import { toMarkdown } from "/markdown.js";
window.copied = (htmls) => htmls.map((html) => {
  const root = document.createElement("div");
  setHtml(root, html);
  return toMarkdown(root);
});
</script>"""

CASES = [
    "Two\\\nlines, *slanted*, **bold**, ***both***, ~~gone~~ and `code`",
    "# One\n\n### Three *with* emphasis\n\n---\n\nText",
    "- one\n- two\n  - deeper\n    1. deepest\n    2. still\n- three",
    "3. three\n4. four",
    "- one\n\n  with a second paragraph\n\n- two\n\n  ```js\n  a();\n  ```",
    "- [x] done\n- [ ] to do",
    "> quoted\n>\n> > twice\n>\n> - a list",
    "> [!WARNING]\n> Mind the *step*.\n>\n> Twice.",
    "> [!NOTE] A title\n> Words",
    '```python\ndef f(x):\n    return "`" * x  # ```\n```',
    "````\n```\ninner\n```\n````",
    "    indented\n    code",
    "``a ` b`` and `` `x` ``",
    "| a | b | c |\n|:--|:-:|--:|\n| 1 | *2* | `3` |\n| x \\| y | | z |",
    "[a link](https://shop.example/a_(b)?q=1&r=2) and <https://shop.example> and https://bare.example/x",
    "![a lamp](https://shop.example/lamp.png)",
    "Inline $x^2 + \\alpha$ and\n\n$$\n\\frac{a}{b}\n$$",
    "A note[^1] and another[^b].\n\n[^1]: The *first*.\n[^b]: The second.",
    "Stars \\* and \\_ and 2 * 3 * 4, snake_case, a\\<b, \\# no heading, \\[no link\\], C:\\\\x",
    "5 < 6 & 7 > 3, &amp;lt; and ~5",
    "1986\\. A great year.\n\n\\- no list\n\n\\+ none either",
    "**粗体**和*斜体*,价格¥12。\n\n- 第一\n- 第二",
    "&copy; and &amp;lt;",
    "a\n\n\n\nb   \nc",
]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    context = browser.new_context()

    def respond(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name.endswith(".js"):
            route.fulfill(path=MODULES / name, content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    context.route("**/*", respond)
    made = context.new_page()
    made.goto(f"{ORIGIN}/")
    made.wait_for_function("() => Boolean(window.copied)")
    return made


def bare(html: str) -> str:
    """Without what differs from answer to answer."""
    return re.sub(r"(mark|note)-[0-9a-f]{8}", r"\1", html)


def test_markdown_means_what_was_shown(page: Page) -> None:
    texts = [*CASES, *(answer(kind, lang, 300) for kind in KINDS for lang in ("en", "zh"))]
    shown = [render(text) for text in texts]

    copied = page.evaluate("(htmls) => copied(htmls)", shown)

    assert [bare(render(text)) for text in copied] == [bare(html) for html in shown]


def test_nearly_every_example_of_the_specification_comes_back(page: Page) -> None:
    """What is left are puzzles: marks within marks of the same kind, line breaks as entities."""
    shown = [render(text) for text in spec_examples()]

    copied = page.evaluate("(htmls) => copied(htmls)", shown)

    same = [bare(render(text)) == bare(html) for text, html in zip(copied, shown, strict=True)]
    assert sum(same) / len(same) > 0.95
