"""LaTeX becomes MathML of a closed set of elements, beside its source."""

from __future__ import annotations

import re

import pytest

from widget.render.markdown import render
from widget.render.mathematics import DEEPEST, LONGEST, MOST_NODES, mathml

SQUARE = "<mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>"


def formula(source: str, inner: str, display: str = "inline") -> str:
    kind = "formula display" if display == "block" else "formula"
    return (
        f'<span class="{kind}"><math display="{display}">{inner}</math><code>{source}</code></span>'
    )


@pytest.mark.parametrize("written", ["$x^2$", r"\(x^2\)", r"\( x^2 \)"])
def test_formula_in_a_line_is_set(written: str) -> None:
    assert render(f"so {written}.") == f"<p>so {formula('x^2', SQUARE)}.</p>"


@pytest.mark.parametrize("written", ["$$x^2$$", r"\[x^2\]", "$$\nx^2\n$$", "\\[\nx^2\n\\]"])
def test_formula_of_its_own_is_set_as_a_block(written: str) -> None:
    assert render(written) == f"<p>{formula('x^2', SQUARE, 'block')}</p>"


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $6.",
        "运费$12元,公式里没有$符号",
        "a $ b $ c",
        r"\$5 and \$6",
        "`$x$`",
        "US$ 5, CN$ 6",
    ],
)
def test_money_is_no_formula(text: str) -> None:
    assert "<math" not in render(text)
    assert "$" in render(text)


def test_price_before_a_formula_leaves_the_formula_alone() -> None:
    html = render("运费$12元,公式$x$")

    assert html == "<p>运费$12元,公式$x$</p>"


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{a",
        "{" * 50,
        "x^a^b",
        r"\left(" * 5,
        "{" * (DEEPEST + 1) + "x" + "}" * (DEEPEST + 1),
        "a" * (MOST_NODES + 1),
        "x+" * LONGEST,
        r"\sqrt{" * 400 + "x" + "}" * 400,
    ],
    ids=lambda source: f"{source[:12]}…{len(source)}",
)
def test_unreadable_formula_stands_as_its_source(source: str) -> None:
    html = render(f"${source}$")

    assert "<math" not in html or "<mfrac" in html
    assert source[:200] in html


def test_links_and_styles_of_a_formula_are_left_out() -> None:
    html = render(r"$\href{javascript:hit()}{x} \style{color:red}{y} \color{red}{z}$")

    found = re.search(r"<math.*</math>", html)
    assert found is not None
    assert set(re.findall(r" ([a-z]+)=", found[0])) == {"display"}


def test_text_of_a_formula_is_text() -> None:
    html = mathml(r"\text{<img src=x onerror=hit()>}", is_display=False)

    assert html is not None
    assert "<img" not in html
    assert "&lt;img" in html


@pytest.mark.parametrize(("width", "kept"), [("1em", True), ("99em", True), ("9999em", False)])
def test_space_in_a_formula_is_bounded(width: str, kept: bool) -> None:
    html = mathml(rf"a\hspace{{{width}}}b", is_display=False)

    assert html is not None
    assert (f'width="{width}"' in html) is kept


def test_fenced_math_stays_code() -> None:
    assert render("```math\nx^2\n```") == '<pre><code class="language-math">x^2\n</code></pre>'


def test_limits_of_a_sum_stand_above_and_below_where_there_is_room() -> None:
    assert "<munderover>" in render(r"$$\sum_{i=1}^n i$$")
    assert "<msubsup>" in render(r"$\sum_{i=1}^n i$")
