"""What one rendering makes of Markdown."""

from __future__ import annotations

import pytest

from widget.render.markdown import render

LINK = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# One\n\ntwo *three* **four** ~~five~~ `six`", "<h1>One</h1><p>two <em>three</em> "
         "<strong>four</strong> <del>five</del> <code>six</code></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n\n4. b", '<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>'),
        ("> a\nb", "<blockquote><p>a\nb</p></blockquote>"),
        ("a  \nb\n\n---", "<p>a<br>b</p><hr>"),
        ("- [ ] a\n- [x] b", '<ul><li><input type="checkbox" disabled="" aria-label="✓"> a</li>'
         '<li><input type="checkbox" checked="" disabled="" aria-label="✓"> b</li></ul>'),
        ("| a | b |\n|:-|-:|\n| 1 | 2 |", '<div class="table"><table><thead><tr><th align="left">a'
         '</th><th align="right">b</th></tr></thead><tbody><tr><td align="left">1</td>'
         '<td align="right">2</td></tr></tbody></table></div>'),
        ("    code", "<pre><code>code\n</code></pre>"),
        ("", ""),
    ],
)  # fmt: skip
def test_gfm_is_rendered(source: str, html: str) -> None:
    assert render(source) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("这是**重要。**请看", "<p>这是<strong>重要。</strong>请看</p>"),
        ("**「引用」**的话", "<p><strong>「引用」</strong>的话</p>"),
        ("运费10~20元,时间3~5天", "<p>运费10~20元,时间3~5天</p>"),
        ("好的~明天见~", "<p>好的~明天见~</p>"),
        ("~~旧~~新", "<p><del>旧</del>新</p>"),
        (r"\~\~不划掉~~", "<p>~~不划掉~~</p>"),
    ],
)
def test_chinese_text_is_rendered_as_it_is_meant(source: str, html: str) -> None:
    assert render(source) == html


@pytest.mark.parametrize(
    ("source", "address", "after"),
    [
        ("见 https://a.example/b 页", "https://a.example/b", " 页"),
        ("见https://a.example/b,**然后**", "https://a.example/b", ",<strong>然后</strong>"),
        ("见https://a.example/~me。好", "https://a.example/~me", "。好"),
        ("见https://a.example/b了解", "https://a.example/b", "了解"),
        ("(https://a.example/b)了解", "https://a.example/b", ")了解"),
        ("https://a.example/b.", "https://a.example/b", "."),
    ],
)
def test_bare_link_ends_where_chinese_begins(source: str, address: str, after: str) -> None:
    html = render(source)

    assert f'<a href="{address}" {LINK}>{address}</a>{after}</p>' in html


def test_bare_links_get_their_scheme() -> None:
    assert f'<a href="http://www.a.example" {LINK}>www.a.example</a>' in render("www.a.example")
    assert f'<a href="mailto:a@b.example" {LINK}>a@b.example</a>' in render("a@b.example")


def test_chinese_in_the_address_of_a_written_link_is_kept() -> None:
    html = render("[词条](https://a.example/词条) [同][1]\n\n[1]: https://b.example/词条")

    assert f'<a href="https://a.example/%E8%AF%8D%E6%9D%A1" {LINK}>词条</a>' in html
    assert f'<a href="https://b.example/%E8%AF%8D%E6%9D%A1" {LINK}>同</a>' in html


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "/inner",
        "#top",
        "//x.example",
        "ftp://x",
    ],
)
def test_link_to_anything_but_the_web_leaves_its_text(address: str) -> None:
    assert render(f"a [b **c**]({address}) d") == "<p>a b <strong>c</strong> d</p>"


def test_link_that_no_browser_can_read_leaves_its_text() -> None:
    assert render("a www.x.example-->-- b") == "<p>a www.x.example--&gt;-- b</p>"


def test_picture_becomes_a_link_with_its_label() -> None:
    html = render('![A *cat*](https://p.example/cat.png "Cat")')

    assert html == f'<p><a class="image" href="https://p.example/cat.png" {LINK}>A cat</a></p>'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("![](https://p.example/a/cat.png)", "cat.png"),
        ("![](https://p.example)", "p.example"),
        ("![cat](data:image/png;base64,AAAA)", "cat"),
        ("![cat](/cat.png)", "cat"),
    ],
)
def test_picture_has_a_label_in_any_case(source: str, html: str) -> None:
    assert f">{html}<" in render(source)


def test_picture_in_a_link_is_the_text_of_the_link() -> None:
    html = render("[![cat](https://p.example/cat.png)](https://a.example)")

    assert html == f'<p><a href="https://a.example" {LINK}>cat</a></p>'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("<div>\n*a*\n\nb\n</div>", "<p>&lt;div&gt;\n<em>a</em></p><p>b\n&lt;/div&gt;</p>"),
        ("- <script>x</script>", "<ul><li>&lt;script&gt;x&lt;/script&gt;</li></ul>"),
        ("<!-- a\n\nb -->", "<p>&lt;!-- a</p><p>b --&gt;</p>"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
    ],
)
def test_raw_html_is_text(source: str, html: str) -> None:
    assert render(source) == html


def test_code_is_coloured_by_its_language() -> None:
    html = render('```python\ndef f(x): return "a"  # b\n```')

    assert html == (
        '<pre><code class="language-python"><i class="k">def </i><i class="nf">f</i>(x): '
        '<i class="k">return </i><i class="s">"a"  </i><i class="c"># b\n</i></code></pre>'
    )


@pytest.mark.parametrize("info", ["", "nonsense", "no such", '"><b>', "{.py}"])
def test_code_of_no_known_language_stays_plain(info: str) -> None:
    html = render(f"```{info}\ndef f(): pass\n```")

    assert "def f(): pass\n</code>" in html
    assert "<i" not in html
    assert "<b" not in html


def test_very_long_code_stays_plain() -> None:
    assert "<i" in render("```python\n" + "x = 1\n" * 100 + "```")
    assert "<i" not in render("```python\n" + "x = 1\n" * 5000 + "```")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a\0b", "<p>a\ufffdb</p>"),
        ("a\r\nb\rc", "<p>a\nb\nc</p>"),
        ("\ufeff# a", "<h1>a</h1>"),
        ("\ud83d\ude00 \ud83d", "<p>\U0001f600 \ufffd</p>"),
        ("\ufdd0\ufdd1\ufdd2", "<p>\ufffd\ufffd\ufffd</p>"),
    ],
)
def test_characters_that_no_document_may_hold_are_replaced(source: str, html: str) -> None:
    assert render(source) == html


def test_nesting_that_no_browser_follows_is_shown_as_text() -> None:
    html = render("> " * 300 + "deep")

    assert html.startswith("<p>&gt; &gt; ")
    assert html.endswith("deep</p>")


def test_many_references_to_one_definition_all_work() -> None:
    html = render("[a] " * 200 + "\n\n[a]: https://a.example/a-rather-long-address-to-repeat")

    assert html.count("<a ") == 200


def test_corner_of_a_table_is_no_heading() -> None:
    html = render("|  | a |\n|--:|---|\n| x | 1 |")

    assert html.count("<th") - html.count("<thead") == 1
    assert '<tr><td align="right"></td><th>a</th></tr>' in html
