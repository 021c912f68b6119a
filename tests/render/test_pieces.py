"""Pieces that are rendered by themselves are what they are inside the whole."""

from __future__ import annotations

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests import screen
from tests.render.texts import answer, markdown, spec_examples
from widget.domain.transcript import Patch
from widget.render.clean import cleaned
from widget.render.highlight import coloured, escaped
from widget.render.markdown import render
from widget.render.nodes import changes, html_of, joined, parsed
from widget.render.source import Normaliser, normalised
from widget.render.stream import top_level

_INLINE = st.recursive(
    st.text(st.sampled_from("ab<&\u00a0")).map(escaped),
    lambda inner: st.one_of(
        st.builds("<strong>{}</strong>".format, inner),
        st.builds("<em>{}</em>".format, inner),
        st.just("<br>"),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=12,
)


def is_set_later(html: str) -> bool:
    """Formulas and footnotes are written after the allow-list, by code with one of its own."""
    return "<math " in html or '<section class="notes">' in html


def test_cleaning_a_block_alone_is_cleaning_it_in_the_whole() -> None:
    for source in [*spec_examples(), answer("mixture", "en", 600)]:
        html = render(source)
        if is_set_later(html):
            continue

        assert cleaned(html) == html
        assert "".join(cleaned(block) for block in top_level(html)) == html


@settings(max_examples=100, deadline=None)
@given(text=markdown())
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    html = render(text)
    assume(not is_set_later(html))

    assert cleaned(html) == html
    assert "".join(cleaned(block) for block in top_level(html)) == html


@given(old=_INLINE, new=_INLINE, before=st.text(st.sampled_from("xy<"), max_size=3))
def test_changes_turn_one_tree_into_the_other(old: str, new: str, before: str) -> None:
    lead = escaped(before)
    root = screen.parsed(f"<p>{lead}{old}</p>")

    patches: list[Patch] = changes(parsed(old), parsed(new), 1, before)
    for patch in patches:
        screen.apply(root, patch)

    assert root == screen.parsed(f"<p>{lead}{new}</p>")


@given(first=_INLINE, second=_INLINE)
def test_parsed_html_is_written_as_it_was(first: str, second: str) -> None:
    assert html_of(joined(parsed(first), parsed(second))) == first + second


@given(text=st.text(st.sampled_from("a\r\n\ud83d\ude00\0\ufdd0\ufeff")), at=st.integers(0, 20))
def test_text_is_normalised_the_same_however_it_is_cut(text: str, at: int) -> None:
    normaliser = Normaliser()

    pieces = normaliser.take(text[:at]) + normaliser.take(text[at:]) + normaliser.rest()

    assert pieces == normalised(text.removeprefix("\ufeff"))


def test_coloured_code_is_the_code() -> None:
    code = 'for x in [1, 2]:\n\n    print(f"{x} <&> \u00a0")  # 注释\n'

    html = coloured(code, "python")

    assert html is not None
    assert re.sub(r"<i class=\"[a-z]+\">|</i>", "", html) == escaped(code)
