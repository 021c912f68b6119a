from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.domain.address_by_name import addressed, as_markdown
from widget.runs.shown import rendered


@pytest.mark.parametrize(
    ("text", "with_name", "without"),
    [
        ("Hello, {{user_name}}!", "Hello, Lin!", "Hello!"),
        ("你好，{{ user_name }}！", "你好，Lin！", "你好！"),
        ("{{user_name}}, welcome", "Lin, welcome", "welcome"),
        ("{{user_name}}：请问？", "Lin：请问？", "请问？"),
        ("Hi **{{user_name}}**, ask me", "Hi **Lin**, ask me", "Hi, ask me"),
        ("One\n{{user_name}} two {{user_name}}", "One\nLin two Lin", "One\ntwo"),
        ("Hi {{name}}", "Hi {{name}}", "Hi {{name}}"),
    ],
)
def test_name_takes_its_place_or_leaves_none(text: str, with_name: str, without: str) -> None:
    assert addressed(text, "Lin") == with_name
    assert addressed(text, "") == without


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("www.evil.example", "www.evil.example"),
        ("https://evil.example/x", "https://evil.example/x"),
        ("a@b.example", "a@b.example"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("[x](javascript:1)", "[x](javascript:1)"),
        ("**b** _i_ `c`", "**b** _i_ `c`"),
        ("# head", "# head"),
        ("1. x", "1. x"),
        ("$x$ \\(y\\)", "$x$ \\(y\\)"),
        ("&lt;", "&amp;lt;"),
        ("a\n\nb", "a b"),
        ("\\1 林雨", "\\1 林雨"),
    ],
)
def test_name_means_nothing_but_itself(name: str, html: str) -> None:
    assert rendered(addressed("{{user_name}}", as_markdown(name))) == f"<p>{html}</p>"


@given(st.text(alphabet=st.sampled_from("[](){}<>*_`~#.:/@$\\!|&;a1 \n"), max_size=12))
def test_no_name_brings_an_element(name: str) -> None:
    html = rendered(addressed("Hi {{user_name}}.", as_markdown(name)))

    assert html.startswith("<p>Hi")
    assert html.count("<") == 2
