"""Every text exists in every language, and none is declared that nobody says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask, render_template_string
from werkzeug.datastructures import LanguageAccept

from widget.paths import PACKAGE, STATIC, TEMPLATES, TRANSLATIONS
from widget.web.texts import LANGS, Texts, choose, known, request_lang, use_lang

# A key in quotes; the beginning of one that is completed at run time: `live.${state}`.
KEY = re.compile(r"""["'`]([a-z][a-z_]*(?:\.[a-z0-9_]+)+)["'`]""")
BEGINNING = re.compile(r"""["'`]([a-z][a-z_]*(?:\.[a-z0-9_]+)*\.)(?:["'`]|\$?\{)""")
PLACE = re.compile(r"%\((\w+)\)s")
OWN_NAMES = {"demo.name_of.en"}  # a language is named in its own words
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


def test_every_text_stands_in_every_language() -> None:
    first, *others = (catalogue(lang) for lang in LANGS)

    for other in others:
        assert set(first) == set(other)
    for lang in LANGS:
        assert [key for key, text in catalogue(lang).items() if not text.strip()] == []


def test_languages_have_the_same_places_to_fill() -> None:
    first, *others = (catalogue(lang) for lang in LANGS)

    for key, text in first.items():
        for other in others:
            assert set(PLACE.findall(text)) == set(PLACE.findall(other[key])), key


def test_chinese_is_chinese() -> None:
    """An English text left where the Chinese one was due shows only on a visitor's screen."""
    chinese = re.compile(r"[一-鿿]")

    left = {key for key, text in catalogue("zh-CN").items() if not chinese.search(text)}

    assert left == OWN_NAMES


@pytest.mark.parametrize("lang", LANGS)
def test_no_key_is_declared_twice(lang: str) -> None:
    path = TRANSLATIONS / lang.replace("-", "_") / "LC_MESSAGES" / "messages.po"

    declared = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    with path.open("rb") as file:
        read = [message.id for message in read_po(file) if message.id]

    assert sorted(declared) == sorted(set(declared)) == sorted(read)


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh_Hant_TW", "zh-CN"),
        ("EN-gb", "en"),
        (" en ", "en"),
        ("fr", ""),
        ("", ""),
        ("zhuang", ""),
    ],
)
def test_tag_is_brought_to_a_language_of_ours(tag: str, lang: str) -> None:
    assert known(tag) == lang


def test_first_wish_that_can_be_fulfilled_counts() -> None:
    accept = LanguageAccept([("fr", 1), ("zh-TW", 0.9), ("en", 0.8)])

    assert choose("fr", "", "en", accept=accept) == "en"
    assert choose("fr", accept=accept) == "zh-CN"
    assert choose("fr") == "en"


@pytest.mark.parametrize(
    ("path", "accept", "lang"),
    [
        ("/?lang=zh", "en", "zh-CN"),
        ("/?lang=xx", "zh-HK,en;q=0.5", "zh-CN"),
        ("/", "en-GB,zh;q=0.5", "en"),
        ("/", "", "en"),
    ],
)
def test_request_speaks_its_language(app: Flask, path: str, accept: str, lang: str) -> None:
    template = "{{ _('error.rate_limited', seconds=name) }}"

    with app.test_request_context(path, headers={"Accept-Language": accept}):
        page = render_template_string(template, name="<b>")
        assert request_lang() == lang

    assert page == Texts().say(lang, "error.rate_limited", seconds="&lt;b&gt;")


def test_route_may_fix_the_language(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        use_lang("zh-CN")
        assert render_template_string("{{ _('page.error.title') }}") == "出错了"


def test_page_gets_its_own_texts_only() -> None:
    page = Texts().catalogue("en", "page.")

    assert page.keys() == {key for key in catalogue("en") if key.startswith("page.")}
    assert page
