"""More languages and other words by file: what is taken, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from widget.catalogues import (
    Finding,
    fault_of,
    lang_of,
    path_of,
    read_catalogues,
    site_keys,
)
from widget.domain.languages import LANGS


def written(folder: Path, lang: str, text: str, **kind: str) -> Path:
    path = path_of(lang, folder)
    path.parent.mkdir(parents=True)
    path.write_text(text, **{"encoding": "utf-8", **kind})
    return path


def entry(key: str, text: str) -> str:
    return f'msgid "{key}"\nmsgstr "{text}"\n\n'


def test_without_files_there_are_ours(tmp_path: Path) -> None:
    for more in (None, tmp_path, tmp_path / "nowhere"):
        read = read_catalogues(more)

        assert read.langs == LANGS
        assert read.findings == ()


def test_file_adds_a_language(tmp_path: Path) -> None:
    path = written(tmp_path, "pt-BR", entry("frame.send", "Enviar") + entry("error.too_large", ""))

    read = read_catalogues(tmp_path)

    ours = read.texts["en"]
    assert read.langs == (*LANGS, "pt-BR")
    assert read.texts["pt-BR"] == {**ours, "frame.send": "Enviar"}
    assert read.said("pt-BR") == {"frame.send": "Enviar"}
    assert read.findings == (
        Finding(
            f"{path}: {len(ours) - 1} of {len(ours)} texts are missing and are said in en;"
            " `chatdock texts pt-BR` prints them.",
            is_fault=False,
        ),
    )


def test_what_a_written_language_lacks_is_said_in_the_nearest(tmp_path: Path) -> None:
    written(tmp_path, "zh_HK", entry("frame.send", "發出"))

    read = read_catalogues(tmp_path)

    assert read.texts["zh-HK"]["frame.send"] == "發出"
    assert read.texts["zh-HK"]["frame.stop"] == read.texts["zh-TW"]["frame.stop"]


def test_file_says_a_text_of_ours_otherwise(tmp_path: Path) -> None:
    written(tmp_path, "zh_tw", entry("frame.send", "送出"))

    read = read_catalogues(tmp_path)

    assert read.langs == LANGS
    assert read.texts["zh-TW"]["frame.send"] == "送出"
    assert read.texts["zh-TW"]["frame.stop"] == read_catalogues().texts["zh-TW"]["frame.stop"]
    assert read.findings == ()


BROKEN = {
    "no line of a .po file": ('msgid "frame.send"\nwhat is this\n', 2),
    "it cannot be read: time data": ('msgid ""\nmsgstr "PO-Revision-Date: soon\\n"\n', 0),
    "it cannot be read: unknown encoding": (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=klingon\\n"\n\n'
        'msgid "frame.send"\nmsgstr "ngeH"\n',
        0,
    ),
}


@pytest.mark.parametrize("why", BROKEN)
def test_broken_file_is_named_with_its_line_and_the_others_are_read(
    tmp_path: Path, why: str
) -> None:
    text, line = BROKEN[why]
    path = written(tmp_path, "fr", text)
    written(tmp_path, "de", entry("frame.send", "Senden"))

    read = read_catalogues(tmp_path)

    fault = next(one.text for one in read.findings if one.is_fault)
    assert fault.startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert why in fault
    assert read.langs == (*LANGS, "de")
    assert read.texts["de"]["frame.send"] == "Senden"


def test_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    written(tmp_path, "fr", entry("frame.send", "Envoyér"), encoding="latin-1")

    fault = read_catalogues(tmp_path).findings[0]

    assert fault.is_fault
    assert "it cannot be read: 'utf-8' codec" in fault.text


def test_text_that_lost_a_place_is_left_out_and_named(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "fr",
        entry("error.rate_limited", "Trop vite.") + entry("frame.send", "Envoyer"),
    )

    read = read_catalogues(tmp_path)

    assert read.findings[0] == Finding(
        f"{path}:1: error.rate_limited lacks %(seconds)s: ours is"
        f" {read.texts['en']['error.rate_limited']!r}",
        is_fault=True,
    )
    assert read.texts["fr"]["error.rate_limited"] == read.texts["en"]["error.rate_limited"]
    assert read.texts["fr"]["frame.send"] == "Envoyer"


def test_unfinished_text_is_not_there_yet(tmp_path: Path) -> None:
    written(tmp_path, "fr", "#, fuzzy\n" + entry("frame.send", "Envoyer"))

    assert read_catalogues(tmp_path).langs == LANGS


def test_folder_that_names_no_language_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "klingon", entry("frame.send", "ngeH"))

    assert read_catalogues(tmp_path).findings == (
        Finding(
            f"{path}: klingon is no language that is known; name the folder like fr or pt_BR.",
            is_fault=True,
        ),
    )


def test_faults_of_a_text_are_told() -> None:
    assert fault_of("frame.send", "Ask") == ""
    assert fault_of("frame.sent", "") == "frame.sent is no text of ours; did you mean frame.send?"
    assert fault_of("frame.send", "Ask %(name)s").startswith("frame.send has %(name)s too: ours is")
    both = fault_of("error.rate_limited", "in %(second)s")
    assert "lacks %(seconds)s and has %(second)s too" in both


@pytest.mark.parametrize(
    ("name", "lang"),
    [("fr", "fr"), ("pt_BR", "pt-BR"), ("ZH_tw", "zh-TW"), ("xx", ""), ("", ""), ("..", "")],
)
def test_folder_names_a_language(name: str, lang: str) -> None:
    assert lang_of(name) == lang


def test_site_may_say_what_its_visitors_read_and_no_more() -> None:
    families = {key.partition(".")[0] for key in site_keys()}

    assert families >= {"error", "frame", "live", "loader", "uploads"}
    assert families.isdisjoint({"compat", "demo"})
