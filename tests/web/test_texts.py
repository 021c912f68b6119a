"""Every text exists in every language, and none is declared that nobody says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask, render_template_string

from tests.factories import make_site
from widget.catalogues import OWNERS, OWNERS_LANGS, PLACE, path_of, places
from widget.domain.languages import LANGS
from widget.paths import PACKAGE, STATIC, TEMPLATES
from widget.web.texts import Texts, everybodys, request_lang, use_lang, use_site

# A key in quotes; the beginning of one that is completed at run time: `live.${state}`.
KEY = re.compile(r"""["'`]([a-z][a-z_]*(?:\.[a-z0-9_]+)+)["'`]""")
BEGINNING = re.compile(r"""["'`]([a-z][a-z_]*(?:\.[a-z0-9_]+)*\.)(?:["'`]|\$?\{)""")
FILE_ENDINGS = ("css", "html", "js", "json", "svg")


def catalogue(lang: str) -> dict[str, str]:
    return Texts().catalogue(lang)


def sources() -> Iterator[Path]:
    yield from TEMPLATES.rglob("*.html")
    yield from STATIC.rglob("*.js")
    yield from (PACKAGE / "web").rglob("*.py")


def said(text: str, declared: set[str]) -> set[str]:
    """The keys that a source says, whether or not they are declared."""
    families = {key.partition(".")[0] for key in declared}
    keys = {
        key
        for key in KEY.findall(text)
        if key.partition(".")[0] in families and not key.endswith(FILE_ENDINGS)
    }
    begun = tuple(start for start in BEGINNING.findall(text) if start.partition(".")[0] in families)
    return keys | {key for key in declared if begun and key.startswith(begun)}


def test_finder_sees_every_way_of_saying_a_key() -> None:
    declared = {"frame.send", "live.offline", "live.refused", "error.config", "frame.never"}
    source = """{{ _('frame.send') }} say(`live.${state}`) f"error.{code}" _("frame.gone")
        render("frame.html") send("message.send") """

    assert said(source, declared) == declared - {"frame.never"} | {"frame.gone"}


def test_every_text_that_is_said_is_declared() -> None:
    declared = set(catalogue("en"))

    missing = {
        f"{path.name}: {key}"
        for path in sources()
        for key in said(path.read_text(encoding="utf-8"), declared) - declared
    }

    assert missing == set()


def test_every_declared_text_is_said() -> None:
    declared = set(catalogue("en"))

    used = set().union(*(said(path.read_text(encoding="utf-8"), declared) for path in sources()))

    assert declared - used == set()


@pytest.mark.parametrize("lang", LANGS)
def test_every_text_stands_in_every_language(lang: str) -> None:
    """But for those that only the developer of a page reads: in English and Chinese."""
    read = written(lang)

    left = {key for key in catalogue("en") if key.startswith(OWNERS)}
    assert set(read) == set(catalogue("en")) - (set() if lang in OWNERS_LANGS else left)
    assert [key for key, text in read.items() if not text.strip()] == []


@pytest.mark.parametrize("lang", LANGS)
def test_languages_have_the_same_places_to_fill(lang: str) -> None:
    english = catalogue("en")

    assert {key: places(text) for key, text in written(lang).items()} == {
        key: places(english[key]) for key in written(lang)
    }


# What stands in Latin letters in a text of another language: names, and what has no other name.
LATIN = re.compile(r"[A-Za-z]+(?:[-.'][A-Za-z]+)*")
NAMES = {
    *("AI", "API", "Chatdock", "Coze", "Dify", "JavaScript", "MB", "Markdown"),
    *("Authorization", "Bearer", "key"),
}
OWN_SCRIPT = {"zh-CN": r"[一-鿿]", "zh-TW": r"[一-鿿]", "ja": r"[ぁ-ヿ一-鿿]", "ko": r"[가-힣]"}


@pytest.mark.parametrize("lang", OWN_SCRIPT)
def test_no_english_is_left_where_another_language_was_due(lang: str) -> None:
    """It would show only on a visitor's screen."""
    texts = {
        key: PLACE.sub("", text)
        for key, text in written(lang).items()
        if not key.startswith((*OWNERS, "demo.name_of."))
    }

    assert {key: found for key, text in texts.items() if (found := foreign(text))} == {}
    own = re.compile(OWN_SCRIPT[lang])
    said = {key: text for key, text in texts.items() if LETTERS.search(text)}
    assert [key for key, text in said.items() if not own.search(text)] == []


LETTERS = re.compile(r"[^\W\d_]")


def foreign(text: str) -> set[str]:
    return set(LATIN.findall(text)) - NAMES


# Written alike in no text of ours: the characters that a converter would leave, and the words that
# nobody in Taiwan says.
MAINLAND = re.compile(
    r"消息|信息|文件|視頻|音頻|屏幕|鏈接|網絡|服務器|登錄|加載|刷新|保存為|搜索|默認|程序|鼠標|"
    r"發送|打印|質量|軟件|硬件|數據|界面|設置|用戶|上傳中斷開|複製粘貼|賬"
)
SIMPLIFIED = re.compile(r"[这为们个来时说对话问题请发删档连线网络务处应开关键际语体]")


def test_taiwan_reads_its_own_words() -> None:
    texts = {key: text for key, text in written("zh-TW").items() if not key.startswith("demo.name")}

    assert {key: found[0] for key, text in texts.items() if (found := MAINLAND.search(text))} == {}
    simple = {key: found[0] for key, text in texts.items() if (found := SIMPLIFIED.search(text))}
    assert simple == {}


def test_no_language_is_taken_for_another() -> None:
    """A text copied from the next catalogue has its script: what is alike is short."""
    for one, other in (("zh-CN", "zh-TW"), ("zh-TW", "ja"), ("ja", "ko"), ("en", "ko")):
        alike = [key for key, text in written(one).items() if written(other).get(key) == text]
        assert len(alike) < len(written(one)) / 4, (one, other)


@pytest.mark.parametrize("lang", LANGS)
def test_no_key_is_declared_twice(lang: str) -> None:
    path = path_of(lang)

    declared = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(declared) == sorted(set(declared)) == sorted(written(lang))


@cache
def written(lang: str) -> dict[str, str]:
    """What stands in our file, without what English lends."""
    with path_of(lang).open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


@pytest.mark.parametrize(
    ("path", "accept", "lang"),
    [
        ("/?lang=zh", "en", "zh-CN"),
        ("/?lang=xx", "zh-HK,en;q=0.5", "zh-TW"),
        ("/?lang=xx,ko-KR,ja", "en", "ko"),
        ("/", "en-GB,zh;q=0.5", "en"),
        ("/", "fr, ja;q=0.5", "ja"),
        ("/", "", "en"),
    ],
)
def test_request_speaks_its_language(app: Flask, path: str, accept: str, lang: str) -> None:
    template = "{{ _('error.rate_limited', seconds=name) }}"

    with app.test_request_context(path, headers={"Accept-Language": accept}):
        page = render_template_string(template, name="<b>")
        assert request_lang() == lang

    assert page == Texts().say(lang, "error.rate_limited", seconds="&lt;b&gt;")


def test_site_speaks_the_languages_that_its_owner_named(app: Flask) -> None:
    site = make_site(languages=("zh-TW", "ja", "xx"))

    for accept, lang in (("ko", "zh-TW"), ("ja", "ja"), ("zh-CN", "zh-TW"), ("", "zh-TW")):
        with app.test_request_context("/", headers={"Accept-Language": accept}):
            request_lang()
            use_site(site)
            assert (accept, request_lang()) == (accept, lang)


def test_site_whose_languages_nobody_has_speaks_all_that_there_are() -> None:
    assert Texts().offered(make_site(languages=("xx",))) == ("en", "zh-CN", "zh-TW", "ja", "ko")
    assert Texts().offered(None) == ("en", "zh-CN", "zh-TW", "ja", "ko")


def test_site_says_it_in_words_of_its_own(app: Flask) -> None:
    retry = "%(words)s <b>%(seconds)s"
    site = make_site(texts={"en": {"frame.send": "Ask", "live.retry_in": retry}})
    texts = app.extensions["chatdock"].texts

    with app.test_request_context("/?lang=en"):
        ours = texts.say("en", "frame.send"), texts.catalogue("en", "frame.send")
        use_site(site)
        page = render_template_string("{{ _('live.retry_in', words='<i>', seconds=2) }}")
        theirs = texts.say("en", "frame.send"), texts.catalogue("en", "frame.send")
        assert texts.say("ja", "frame.send") == "送信"

    assert ours == ("Send", {"frame.send": "Send"})
    assert theirs == ("Ask", {"frame.send": "Ask"})
    assert page == "&lt;i&gt; &lt;b&gt;2"


def test_percent_sign_needs_no_care() -> None:
    site = make_site(texts={"en": {"error.rate_limited": "100% in %(seconds)s s"}})

    assert Texts().of(site, "en", "error.rate_limited") == "100% in %(seconds)s s"


def test_page_that_may_miss_its_readers_language_is_written_in_more() -> None:
    assert everybodys("en") == ["en", "zh-CN"]
    assert everybodys("ja") == ["ja", "en", "zh-CN"]


def test_route_may_fix_the_language(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        use_lang("zh-CN")
        assert render_template_string("{{ _('page.error.title') }}") == "出错了"


def test_page_gets_its_own_texts_only() -> None:
    page = Texts().catalogue("en", "page.")

    assert page.keys() == {key for key in catalogue("en") if key.startswith("page.")}
    assert page
