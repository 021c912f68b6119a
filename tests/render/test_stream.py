"""What a stream shows while an answer is being written, and what that takes on the wire."""

from __future__ import annotations

import pytest

from tests.render.showing import Shown, shown
from widget.domain.transcript import Append, Graft, Patch, Swap
from widget.render.markdown import render
from widget.render.stream import MarkdownStream


def html_after(*pieces: str) -> str:
    result = Shown()
    for piece in pieces:
        result.feed(piece)
    return result.html()


def patches_of_last(*pieces: str) -> list[Patch]:
    result = Shown()
    for piece in pieces[:-1]:
        result.feed(piece)
    return result.feed(pieces[-1])


def test_plain_prose_is_appended_as_text() -> None:
    assert patches_of_last("One", " two") == [Append(1, " two")]
    assert patches_of_last("一,", "二") == [Append(1, "二")]
    assert patches_of_last("- a\n- b", " c") == [Append(2, " c")]


def test_new_block_is_one_patch() -> None:
    assert patches_of_last("One.\n", "\nTwo") == [Graft(0, 0, "<p>Two</p>")]
    assert patches_of_last("- one\n", "- two") == [Graft(1, 0, "<li>two</li>")]
    assert patches_of_last("x\n\n", "> 1. y") == [
        Graft(0, 0, "<blockquote><ol><li>y</li></ol></blockquote>")
    ]


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a **bo", "<p>a <strong>bo</strong></p>"),
        ("a *it **bo", "<p>a <em>it <strong>bo</strong></em></p>"),
        ("a ***bo", "<p>a <em><strong>bo</strong></em></p>"),
        ("a ~~st", "<p>a <del>st</del></p>"),
        ("a `co", "<p>a <code>co</code></p>"),
        ("a **b `c", "<p>a <strong>b <code>c</code></strong></p>"),
        ("**粗", "<p><strong>粗</strong></p>"),
    ],
)
def test_open_mark_shows_as_what_it_will_be(source: str, html: str) -> None:
    assert html_after(source) == html


@pytest.mark.parametrize(
    "rest",
    [
        *(
            "**",
            "*",
            "`",
            "~~",
            "[",
            "[link",
            "[link]",
            "[link](",
            "[link](https://a.ex",
            "!",
            "![",
        ),
        *(
            "https://a.ex",
            "www.a.ex",
            "https",
            "<",
            "<https://a",
            "<b",
            "&",
            "&am",
            "\\",
            " ",
            "  \n",
        ),
        *("\n", "\n-", "\n- ", "\n1", "\n1.", "\n#", "\n```", "\n>", "\n=", "\n---", "\n| a"),
    ],
)
def test_what_may_become_a_mark_waits(rest: str) -> None:
    assert html_after(f"word {rest}") == "<p>word</p>"


@pytest.mark.parametrize("rest", ["2 * 3", "snake_case", "a < b", "R&D", "[1] x", "ok! y", "5 > 4"])
def test_what_cannot_become_a_mark_shows(rest: str) -> None:
    assert html_after(f"word {rest} z") == render(f"word {rest} z")


def test_what_waited_shows_at_the_end() -> None:
    for rest in ("**", "[link](https://a.ex", "<b", "&am", "\\", "!", "`"):
        assert shown([f"word {rest}"]).html() == render(f"word {rest}")


def test_long_wait_for_a_link_ends_with_the_text_as_it_stands() -> None:
    assert html_after("a [" + "note " * 30) == "<p>a [" + ("note " * 30).strip() + "</p>"


def test_link_appears_whole() -> None:
    first, last = "see [the page](https://a.example/x", ")"

    assert html_after(first) == "<p>see</p>"
    assert html_after(first, last) == render(first + last)


def test_half_a_table_row_waits() -> None:
    table = "| a | b |\n|---|---|\n"

    assert html_after("| a |") == ""
    assert html_after(table + "| 1 | 2") == render(table)
    assert patches_of_last(table + "| 1 | 2", " |\n") == [
        Graft(2, 0, "<tbody><tr><td>1</td><td>2</td></tr></tbody>")
    ]
    assert patches_of_last(table + "| 1 | 2 |\n", "| 3 | 4 |\n") == [
        Graft(3, 0, "<tr><td>3</td><td>4</td></tr>")
    ]


def test_paragraph_that_only_looked_like_a_table_shows_when_that_is_known() -> None:
    assert html_after("| a\n", "b") == "<p>| a\nb</p>"


def test_open_code_is_text_and_gets_colour_once() -> None:
    opened = "```python\nx = 1"

    assert html_after(opened) == '<pre><code class="language-python">x = 1</code></pre>'
    assert patches_of_last(opened, " # a") == [Append(2, " # a")]
    assert patches_of_last(opened + "\n", "```\n") == [
        Graft(2, 1, "x = <i class=m>1\n</i>"),
    ]


def test_code_of_no_language_is_never_sent_again() -> None:
    assert patches_of_last("```\nx = 1\n", "```\n") == [Append(2, "\n")]


def test_paragraph_becomes_a_heading_when_underlined() -> None:
    assert patches_of_last("Title", "\n---\n") == [Graft(0, 1, "<h2>Title</h2>")]


def test_list_becomes_loose_when_a_blank_line_stands_in_it() -> None:
    assert html_after("- a\n- b\n") == "<ul><li>a</li><li>b</li></ul>"
    assert html_after("- a\n- b\n", "\n- c") == (
        "<ul><li><p>a</p></li><li><p>b</p></li><li><p>c</p></li></ul>"
    )


def test_definition_that_comes_later_swaps_the_block_that_uses_it() -> None:
    result = Shown()
    result.feed("first\n\nsee [it]\n\nlast\n\n[it]: https://a.example\n")

    last = result.finish()

    link = '<a href="https://a.example" target="_blank" rel="noopener noreferrer nofollow">it</a>'
    assert last == [Swap(1, f"<p>see {link}</p>")]


def test_definition_that_came_before_is_used_at_once() -> None:
    html = html_after("[it]: https://a.example\n\n- see [it], ", "then")

    assert html == render("[it]: https://a.example\n\n- see [it], then")


def test_definitions_do_not_show_while_they_are_written() -> None:
    assert html_after("[it]: https://a.ex") == ""
    assert html_after("[it]: https://a.example\n[other]: https://b.ex") == ""


def test_task_box_shows_with_its_text() -> None:
    assert html_after("- [ ]") == "<ul><li></li></ul>"
    assert html_after("- [x] done") == (
        '<ul><li><input type="checkbox" checked="" disabled="" aria-label="✓"> done</li></ul>'
    )


def test_long_paragraph_is_settled_as_it_goes() -> None:
    """The last patch of a paragraph of 10,000 characters concerns its last words only."""
    long = "Some **words** and `code` that go on, " * 250

    patches = patches_of_last(long, "and *more*, ")

    assert sum(len(str(patch)) for patch in patches) < 120


def test_deep_nesting_shows_at_the_end() -> None:
    text = "> " * 80 + "deep"

    assert html_after(text) == ""
    assert shown([text]).html() == render(text)


def test_closed_blocks_are_handed_out_once() -> None:
    stream = MarkdownStream()

    stream.feed("one\n\ntwo\n\nthr")
    first = stream.take_closed()
    stream.feed("ee\n\n- four")
    second = stream.take_closed()
    third = stream.take_closed()
    stream.finish()

    assert first == "<p>one</p><p>two</p>"
    assert second == "<p>three</p>"
    assert third == ""
    assert stream.take_closed() == "<ul><li>four</li></ul>"
    assert stream.closed_html() == stream.html() == render("one\n\ntwo\n\nthree\n\n- four")


def test_nothing_fed_is_nothing_shown() -> None:
    assert shown([]).patches == []
    assert shown(["", "\n", ""]).patches == []
