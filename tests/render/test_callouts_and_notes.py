"""Callouts stream as they are written; footnotes come together at the end."""

from __future__ import annotations

import re

import pytest

from tests.render.showing import Shown
from widget.domain.transcript import CALLOUTS, Graft, Swap
from widget.render.markdown import render
from widget.render.stream import MarkdownStream


@pytest.mark.parametrize("kind", CALLOUTS)
def test_callout_without_a_title_leaves_it_to_the_page(kind: str) -> None:
    assert render(f"> [!{kind.upper()}]\n> so *it* is") == (
        f'<div class="callout {kind}"><p class="callout-title"></p><p>so <em>it</em> is</p></div>'
    )


def test_callout_has_its_own_title_as_plain_text() -> None:
    assert render("> [!tip] *Mind* <b>\n> x") == (
        '<div class="callout tip"><p class="callout-title">*Mind* &lt;b&gt;</p><p>x</p></div>'
    )


@pytest.mark.parametrize(
    "text", [">[!NOTE]\n> x", "> x\n> [!NOTE]", "> [!NOTES]\n> x", ">  [!NOTE]\n> x", "[!NOTE]\nx"]
)
def test_what_only_looks_like_a_callout_stays_a_quote(text: str) -> None:
    assert "callout" not in render(text)
    assert "[!NOTE" in render(text)


def test_callout_is_one_from_its_first_line_on() -> None:
    shown = Shown()
    for char in "> [!WARNING]\n":
        shown.feed(char)

    assert shown.stream.html() == '<div class="callout warning"><p class="callout-title"></p></div>'


def test_footnotes_lead_there_and_back() -> None:
    html = render("a[^n] b[^n] c[^2].\n\n[^2]: Two.\n[^n]: **One.**\n")

    name = re.search(r"note-([0-9a-f]{8})-1", html)
    assert name is not None
    assert html.replace(name[1], "X") == (
        '<p>a<sup id="mark-X-1"><a href="#note-X-1">1</a></sup>'
        ' b<sup><a href="#note-X-1">1</a></sup>'
        ' c<sup id="mark-X-2"><a href="#note-X-2">2</a></sup>.</p>'
        '<section class="notes"><ol>'
        '<li id="note-X-1"><a href="#mark-X-1">↩</a> <p><strong>One.</strong></p></li>'
        '<li id="note-X-2"><a href="#mark-X-2">↩</a> <p>Two.</p></li>'
        "</ol></section>"
    )


def test_two_answers_have_footnotes_of_their_own() -> None:
    ids = [
        set(re.findall(r'id="([^"]+)"', render(f"{word}[^1]\n\n[^1]: y"))) for word in ("a", "b")
    ]

    assert len(ids[0]) == len(ids[1]) == 2
    assert ids[0].isdisjoint(ids[1])


def test_footnote_resends_only_what_has_a_mark() -> None:
    stream = MarkdownStream()
    stream.feed("one\n\ntwo[^1]\n\nthree\n\n[^1]: note\n")

    patches = stream.finish()

    assert [type(patch) for patch in patches] == [Swap, Swap]
    assert [patch.block for patch in patches if isinstance(patch, Swap)] == [1, 3]


def test_footnotes_that_change_how_many_blocks_there_are() -> None:
    stream = MarkdownStream()
    stream.feed("one[^1] [^2]\n\n[^1]: note\n\n[^2]: note\n")

    patches = stream.finish()

    assert [type(patch) for patch in patches] == [Swap, Swap, Graft]
    assert patches[-1] == Graft(0, 1, "")
