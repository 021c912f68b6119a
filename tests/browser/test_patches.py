"""The real ``patches.js`` in Chromium: the document of one rendering, and nothing that runs."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from tests.browser.patch_page import PatchPage, open_patch_page
from tests.render.showing import shown
from tests.render.texts import (
    FIXTURES,
    KINDS,
    answer,
    cut,
    deltas,
    every_cut,
    markdown,
    spec_examples,
)
from widget.render.markdown import render

pytestmark = pytest.mark.browser

# Applies the frames of each case to a root and compares it with the whole set at once: same
# nodes (so no text is split), and HTML that reads back as it was written (so nothing mutates).
COMPARE = """(cases) => cases.flatMap(([frames, html], index) => {
  const root = document.createElement("div");
  const whole = document.createElement("div");
  for (const frame of frames) window.patches.applyPatch(root, JSON.parse(frame));
  window.patches.setHtml(whole, html);
  const isSame = root.isEqualNode(whole) && whole.innerHTML === html;
  return isSame ? [] : [[index, root.innerHTML, whole.innerHTML]];
})"""

# What an insertion could set going, set going: everything is shown, touched and focused.
PROVOKE = """async (cases) => {
  const EVENTS = ["mouseover", "pointerenter", "focus", "load", "error", "toggle", "animationend"];
  for (const frames of cases) {
    const root = document.createElement("div");
    document.body.append(root);
    for (const frame of frames) window.patches.applyPatch(root, JSON.parse(frame));
    for (const element of root.querySelectorAll("*")) {
      for (const type of EVENTS) element.dispatchEvent(new Event(type));
      if (element.click) {
        element.addEventListener("click", (event) => event.preventDefault(), { once: true });
        element.click();
      }
    }
  }
  await fetch("/settled");
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  await fetch("/settled");
  return window.hits;
}"""

# All names of elements and attributes that stand in the page, and the schemes of links.
INVENTORY = """() => {
  const names = new Set();
  for (const element of document.querySelectorAll("body > div *")) {
    names.add(element.localName);
    for (const attribute of element.attributes) names.add(`${element.localName}.${attribute.name}`);
    if (element.href !== undefined) names.add(element.protocol);
  }
  return [...names].sort();
}"""

KNOWN = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "i", "input", "li", "ol", "p", "pre", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
    *("a.class", "a.href", "a.rel", "a.target", "a.title", "code.class", "div.class", "i.class"),
    *(
        "input.aria-label",
        "input.checked",
        "input.disabled",
        "input.type",
        "ol.start",
        "td.align",
        "th.align",
    ),
    # Footnotes, callouts and formulas.
    *("section", "section.class", "span", "span.class", "sup", "sup.id", "li.id", "p.class"),
    *("math", "math.display", "menclose", "mfrac", "mi", "mn", "mo", "mrow", "mspace", "msqrt"),
    *("mstyle", "msup", "mtable", "mtd", "mtext", "mtr"),
    *("mo.fence", "mo.form", "mo.stretchy", "mspace.width", "mtd.columnalign"),
    # A link whose address no browser can read has the last of these.
    *("http:", "https:", "mailto:", ":"),
}


@pytest.fixture(scope="module")
def bare(browser: Browser) -> Iterator[PatchPage]:
    """Chromium as it comes, no policy in force."""
    context = browser.new_context()
    yield open_patch_page(context)
    context.close()


def assert_same(page: PatchPage, texts: list[str], seed: int = 1) -> None:
    cases: list[tuple[str, list[str], str]] = []
    for text in texts:
        cases += [(text, shown(pieces).frames(), render(text)) for pieces in every_cut(text, seed)]

    differing = page.run(COMPARE, [[frames, html] for _, frames, html in cases])

    assert [(cases[index][0], root, whole) for index, root, whole in differing] == []


def test_every_spec_example_is_the_same_document(bare: PatchPage) -> None:
    examples = spec_examples()

    for start in range(0, len(examples), 200):
        assert_same(bare, examples[start : start + 200])


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[*HealthCheck],
)
@given(texts=st.lists(markdown(), min_size=25, max_size=25), seed=st.integers(0, 1000))
def test_generated_texts_are_the_same_document(
    bare: PatchPage, texts: list[str], seed: int
) -> None:
    assert_same(bare, texts, seed)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_long_answers_are_the_same_document(bare: PatchPage, lang: str) -> None:
    assert_same(bare, [answer(kind, lang, 600) for kind in KINDS])


def test_text_that_the_browser_keeps_in_several_nodes_is_one(bare: PatchPage) -> None:
    """Chromium cuts text at 65,536 characters when it parses."""
    code = "x = 1  # one\n" * 12_000

    assert_same_length(bare, [*deltas(f"```\n{code}", 40_000), "```\n"], code)
    assert_same_length(
        bare, [*deltas("word " * 30_000, 70_000), "**end**"], "word " * 30_000 + "end"
    )


def assert_same_length(page: PatchPage, pieces: list[str], text: str) -> None:
    length = page.run(
        """(frames) => {
          const root = document.createElement("div");
          for (const frame of frames) window.patches.applyPatch(root, JSON.parse(frame));
          return root.textContent.length;
        }""",
        shown(pieces).frames(),
    )
    assert length == len(text)


@pytest.mark.parametrize(
    ("has_trusted_types", "policy"),
    [
        (False, ""),
        (True, ""),
        (True, "require-trusted-types-for 'script'; trusted-types chatdock"),
    ],
)
def test_patches_apply_with_and_without_trusted_types(
    browser: Browser, has_trusted_types: bool, policy: str
) -> None:
    context = browser.new_context()
    page = open_patch_page(context, has_trusted_types=has_trusted_types, policy=policy)

    assert_same(
        page, ["one **two**\n\n- a\n- b\n\n```python\nx = 1\n```\n\n[a]\n\n[a]: https://x.y"]
    )
    context.close()


def test_patch_for_another_document_is_refused(bare: PatchPage) -> None:
    for patch in ([1, 1, "text"], [1, 2, 0, "<b>x</b>"], [1, -1, 0, "<p>x</p>"]):
        message = bare.run(
            """(patch) => {
              try { window.patches.applyPatch(document.createElement("div"), patch); return ""; }
              catch (error) { return error.message; }
            }""",
            patch,
        )
        assert message.endswith("in this part.") or message.endswith("of this part.")


# Hostile answers


def hostile() -> list[str]:
    return [case["markdown"] for case in json.loads((FIXTURES / "hostile.json").read_text("utf-8"))]


def frames_of(texts: list[str]) -> list[list[str]]:
    rng = random.Random(7)
    cases = []
    for text in texts:
        cuts = [list(text), cut(text, rng.randrange(1000)), [text]]
        cases += [shown(pieces).frames() for pieces in cuts]
    return cases


def provoked(browser: Browser, cases: list[list[str]]) -> tuple[Any, list[str], set[str]]:
    """Hits, addresses asked for, and names found, with CSP and Trusted Types off."""
    context = browser.new_context()
    page = open_patch_page(context, has_trusted_types=False)
    hits = page.run(PROVOKE, cases)
    names = set(page.run(INVENTORY))
    asked = [url for url in page.asked if not url.endswith("/settled")]
    context.close()
    return hits, asked, names


@pytest.mark.parametrize(
    ("attack", "seen"),
    [
        ("<img src=x onerror=hit()>", "hit"),
        ("<b onmouseover=hit()>x</b>", "hit"),
        ("<a href='javascript:hit()'>x</a>", "javascript:"),
        ("<svg onload=hit()></svg>", "svg"),
        ("<img src=https://evil.example/p.png>", "https://evil.example/p.png"),
        ("<p style='background:url(https://evil.example/s)'>x</p>", "https://evil.example/s"),
    ],
)
def test_harness_sees_a_planted_attack(browser: Browser, attack: str, seen: str) -> None:
    hits, asked, names = provoked(browser, [[json.dumps([1, 0, 0, attack])]])

    assert seen in {*(["hit"] if hits else []), *asked, *(names - KNOWN)}


def test_hostile_answers_run_nothing_and_ask_for_nothing(browser: Browser) -> None:
    texts = hostile()
    assert len(texts) >= 200

    hits, asked, names = provoked(browser, frames_of(texts))

    assert hits == 0
    assert asked == []
    assert names - KNOWN == set()


def test_hostile_answers_are_the_same_document(bare: PatchPage) -> None:
    assert_same(bare, hostile())
