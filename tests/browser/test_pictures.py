"""The pictures of the docs: one of every scene, and what is found to be wrong with a scene."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.flaws import flaws_around
from tests.browser.inspection import View, faults, faults_at_a_glance
from tests.browser.scenes import PICTURED, SCENES, Scene
from tests.browser.stage import Stage
from tests.browser.words import SHOWN
from tests.shots import PICTURES

pytestmark = pytest.mark.browser

MOST_BYTES = 3_500_000  # a clone brings them along
PLANTED = """<!doctype html><html lang="en"><style>* {margin: 0; font: 16px/20px sans-serif}</style>
<p style="width: 60px; white-space: nowrap">Longer than it may be</p>
<div style="height: 20px; overflow: hidden"><p>Seen</p><p>Under the edge</p></div>
<button style="position: absolute; left: 0; top: 200px">One</button>
<button style="position: absolute; left: 30px; top: 200px">Two</button>
<a href="#x" style="position: absolute; left: 0; top: 300px">Three</a>
<div style="position: absolute; left: 0; top: 290px; width: 99px; height: 50px"></div>
<div style="width: 50px; overflow-x: hidden"><p style="width: 90px">x</p></div>
<pre style="width: 50px; overflow-x: auto">A line of code that scrolls on its own</pre>
<div style="overflow-y: auto; height: 20px"><p>One</p><p>Two</p></div>
<i style="position: absolute; left: 0; top: 0; width: 2000px; height: 1px"></i>
</html>"""


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(browser.browser_type, tmp_path_factory.mktemp("pictures")) as stage:
        yield stage


@pytest.mark.parametrize("kind", PICTURED)
def test_picture_of_a_platform_has_no_flaw(stage: Stage, kind: str) -> None:
    """What the demo shows is walked through in test_gallery.py."""
    with stage.show(Scene("desk", "en", f"platform-{kind}")) as show:
        assert faults(show.view()) == []
        assert show.frame.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize(
    ("lang", "question", "words"),
    [
        ("zh-CN", "出错：繁忙", "助手现在很忙。请在 20 秒后重试。"),
        (
            "en",
            "fail: busy",
            "The assistant is very busy right now. Please try again in 20 s.",
        ),
    ],
)
def test_sentences_are_joined_as_their_language_does(
    stage: Stage, lang: str, question: str, words: str
) -> None:
    with stage.show(Scene("desktop", lang, "empty")) as show:
        show.ask(question, "failed")

        expect(show.answer.locator(".ending p")).to_have_text(words)


def test_docs_have_a_picture_of_every_scene() -> None:
    pictures = list(PICTURES.iterdir())

    assert {path.name for path in pictures} == {f"{scene.name}.png" for scene in SCENES}
    assert sum(path.stat().st_size for path in pictures) < MOST_BYTES


@pytest.mark.parametrize(
    ("page", "size"), [("providers.md", "desk"), ("providers.zh-CN.md", "phone")]
)
def test_every_platform_is_seen_under_its_heading(page: str, size: str) -> None:
    sections = (PICTURES.parent / page).read_text().split("\n## ")[1:]
    shown = {
        text.split("\n", 1)[0]: re.findall(r"pictures/([\w-]+)\.png", text) for text in sections
    }

    own = {kind: [f"platform-{kind}-{size}"] for kind in PICTURED}
    assert {kind: shown[kind] for kind in PICTURED} == own
    assert {f"{state}-{size}" for state in (*SHOWN, "upload")} <= set(shown["demo"])


def test_flaws_are_found(page: Page) -> None:
    page.set_content(PLANTED)

    assert flaws_around(page.locator("body")) == [
        "the page scrolls sideways",
        'wider than its box: div "x"',
        'text is cut: p "Longer than it may be"',
        'text is cut: p "Under the edge"',
        'overlaps button: button "One"',
        'covered: a "Three"',
    ]


def test_words_of_another_language_are_found(new_page: NewPage) -> None:
    page = new_page()
    page.set_content('<html lang="zh-CN"><p>发送 Send</p><p lang="en">Send</p><img alt="Send">')

    body = page.locator("body")

    assert faults_at_a_glance(View((body,), "zh-CN", "zh-CN")) == [
        "not zh-CN: 发送 Send",
        "not zh-CN: Send",
    ]
    assert faults_at_a_glance(View((body,), "zh-CN", "zh-CN", ("Send",))) == []
    assert faults_at_a_glance(View((body,), "en", "en", ("Send",))) == []
    assert faults_at_a_glance(View((body,), "ko", "ko", ("Send",))) == ["nothing is said in ko"]
