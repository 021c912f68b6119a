"""Which language answers a wish: one table, for the server here and for the loader in Node."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from widget.domain.languages import (
    LANGS,
    MOST_WISHES,
    Lang,
    LangTag,
    beginnings,
    choose,
    known,
    several,
)

TABLE = json.loads((Path(__file__).parents[1] / "fixtures/languages.json").read_text("utf-8"))


OFFERS = pytest.mark.parametrize("offer", TABLE, ids=lambda offer: "-".join(offer["langs"]))


@OFFERS
def test_wish_is_answered_in_the_language_that_it_means(offer: dict[str, Any]) -> None:
    langs = offer["langs"]

    for wishes, lang in offer["wishes"]:
        assert (wishes, choose(wishes, langs, otherwise=langs[0])) == (wishes, lang)


@OFFERS
def test_loader_is_told_how_the_tags_begin(offer: dict[str, Any]) -> None:
    """``tests/js/loader_language.test.js`` goes on from here."""
    told = beginnings(offer["langs"])

    assert list(told.items()) == list(offer["begins"].items())
    assert {tag: known(tag, offer["langs"]) for tag in told} == told
    assert set(told.values()) == set(offer["langs"])


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("zh_Hant_TW", "zh-TW"),
        ("zh_TW", "zh-TW"),
        (" zh-cn ", "zh-CN"),
        ("zh-Hans-TW", "zh-CN"),
        ("EN-gb", "en"),
        ("fr", ""),
        ("", ""),
        ("zhuang", ""),
    ],
)
def test_tag_is_brought_to_a_language_of_ours(tag: str, lang: str) -> None:
    assert known(tag, LANGS) == lang


def test_nobody_is_asked_for_more_wishes_than_a_browser_has() -> None:
    assert several("en,,zh-TW") == ("en", "", "zh-TW")
    assert len(several("," * 10_000)) == MOST_WISHES


@pytest.mark.parametrize("tag", ["en", "zh-TW", "zh_hant_hk", "fil", "es-419"])
def test_language_tag_is_taken(tag: str) -> None:
    assert msgspec.convert(tag, LangTag) == tag
    assert msgspec.convert(tag, Lang) == tag


@pytest.mark.parametrize("tag", ["e", "english!", "zh-", "en\n", "../en", '"en"'])
def test_what_is_no_language_tag_is_refused(tag: str) -> None:
    for kind in (LangTag, Lang):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(tag, kind)


def test_option_may_be_empty_and_a_tag_may_not() -> None:
    assert msgspec.convert("", Lang) == ""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert("", LangTag)
