"""What a site speaks, and says in words of its own: taken from the file, checked and kept."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from widget.catalogues import path_of, read_catalogues
from widget.commands import chatdock
from widget.domain.errors import BadInput
from widget.domain.sites import Site
from widget.runs.apply import Applied, apply
from widget.runs.doctor import check_sites, check_texts
from widget.store.database import Store
from widget.store.sites import find_site

HEAD = '[[sites]]\nkey = "acme"\norigins = ["https://www.acme.example"]\n'
DEMO = '[sites.provider]\nkind = "demo"\n'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'chatdock.db'}", secret_key=b"k" * 32)
    store.migrate()
    yield store
    store.close()


def applied(store: Store, text: str) -> Applied:
    sites = tomllib.loads(text)["sites"]
    (one,) = apply(store, sites, source="chatdock.toml", environ={})
    return one


def acme(store: Store) -> Site:
    with store.read() as tx:
        site = find_site(tx, "acme", store.cipher)
    assert site
    return site


def refusal(store: Store, text: str) -> str:
    with pytest.raises(BadInput) as caught:
        applied(store, text)
    return str(caught.value).removeprefix("chatdock.toml: ").removeprefix("site acme: ")


def test_site_names_its_languages(store: Store) -> None:
    text = HEAD + 'languages = ["zh_tw", "en", "zh-TW"]\n' + DEMO

    assert applied(store, text).warnings == ()
    assert acme(store).languages == ("zh-TW", "en")
    assert applied(store, text).changes == ()
    assert [one.path for one in applied(store, HEAD + 'languages = ["ja"]').changes] == [
        "languages"
    ]


def test_what_is_no_language_is_refused(store: Store) -> None:
    assert refusal(store, HEAD + 'languages = ["english!"]\n' + DEMO) == (
        "sites[0] (acme).languages[0]: must be a language tag such as zh-TW or en"
    )
    assert refusal(store, HEAD + DEMO + '[sites.texts."../en"]\na = "b"') == (
        "texts.../en: must be a language tag such as zh-TW or en"
    )


def test_language_that_nobody_has_texts_in_is_warned_of(store: Store) -> None:
    text = HEAD + 'languages = ["en", "jp"]\n' + DEMO
    text += '[sites.texts.zh-tw]\n"frame.send" = "送"\n[sites.texts.ko]\n"frame.send" = "묻기"\n'

    warnings = applied(store, text).warnings

    assert warnings == (
        "languages: there are no texts in 'jp'; known are en, ja, ko, zh-CN, zh-TW",
        "texts.zh-tw: there are no texts in 'zh-tw'; did you mean zh-TW?",
        "texts.ko is never shown: languages does not name 'ko'",
    )
    ((_, findings),) = check_sites(store, "acme")
    assert [one.text for one in findings if one.text.startswith("Note: ")] == [
        f"Note: {warning}." for warning in warnings
    ]


def test_texts_are_laid_over_each_other_and_given_back(store: Store) -> None:
    applied(store, HEAD + DEMO + '[sites.texts.en]\n"frame.send" = "Ask"\n"frame.new" = "Anew"')
    more = '[[sites]]\nkey = "acme"\n[sites.texts.en]\n"frame.send" = ""\nframe.stop = "Enough"\n'

    change = applied(store, more + '[sites.texts.ja]\n"frame.send" = "聞く"').changes

    assert [one.path for one in change] == ["texts.en", "texts.ja"]
    assert acme(store).texts == {
        "en": {"frame.new": "Anew", "frame.stop": "Enough"},
        "ja": {"frame.send": "聞く"},
    }
    applied(store, '[[sites]]\nkey = "acme"\n[sites.texts.ja]\n"frame.send" = ""')
    assert acme(store).texts.keys() == {"en"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('"frame.sned" = "Ask"', '"frame.sned": is unknown; did you mean frame.send?'),
        ('"zzz" = "Ask"', '"zzz": is unknown; `chatdock texts en` prints all'),
        ('"demo.shop" = "Acme"', '"demo.shop": is unknown'),
        ('"frame.send" = 3', '"frame.send": must be text'),
        ('"error.rate_limited" = "Slowly!"', '"error.rate_limited": error.rate_limited lacks %(s'),
        ('"frame.send" = "Ask %(name)s"', '"frame.send": frame.send has %(name)s too: ours is'),
        (f'"frame.send" = "{"x" * 501}"', '"frame.send": must be no longer than 500 characters'),
    ],
)
def test_text_that_cannot_be_said_is_refused_by_its_path(store: Store, line: str, why: str) -> None:
    said = refusal(store, f"{HEAD}{DEMO}[sites.texts.en]\n{line}")

    assert said.startswith(f"texts.en.{why}")


def test_language_whose_texts_are_no_table_is_refused(store: Store) -> None:
    assert refusal(store, HEAD + DEMO + '[sites.texts]\nen = "Ask"') == (
        "texts.en: must be a table of texts by key"
    )


def test_doctor_tells_of_the_owners_files(tmp_path: Path) -> None:
    path = path_of("fr", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text('msgid "error.rate_limited"\nmsgstr "Trop"\n\nmsgid "frame.send"\nmsgstr "Oui"')

    first, fault, lacking = check_texts(read_catalogues(tmp_path))

    assert (first.is_ok, fault.is_ok, lacking.is_ok) == (True, False, True)
    assert first.text == "Texts are there in zh-CN, zh-TW, en, ja, ko, fr."
    assert fault.text.startswith(f"{path}:1: error.rate_limited lacks %(seconds)s")
    assert "texts are missing and are said in en; `chatdock texts fr` prints them." in lacking.text


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(chatdock, ["texts", *arguments, "--data", str(folder)])


def test_what_a_language_lacks_is_printed_to_be_filled(tmp_path: Path) -> None:
    english = read_catalogues().texts["en"]
    template = run(tmp_path, "pt_BR").output
    path = path_of("pt-BR", tmp_path / "translations")
    assert str(path) in template.replace("\n# ", "")
    assert f'#. {english["frame.send"]}\nmsgid "frame.send"\nmsgstr ""\n' in template
    assert '#, python-format\nmsgid "error.rate_limited"' in template

    path.parent.mkdir(parents=True)
    path.write_text(template.replace('"frame.send"\nmsgstr ""', '"frame.send"\nmsgstr "Enviar"'))

    read = read_catalogues(tmp_path / "translations")
    assert read.said("pt-BR") == {"frame.send": "Enviar"}
    assert [one.is_fault for one in read.findings] == [False]
    assert '"frame.send"' not in run(tmp_path, "pt-BR").output
    assert 'msgid "frame.send"\nmsgstr "Enviar"' in run(tmp_path, "pt-BR", "--all").output


def test_texts_of_no_language_are_not_printed(tmp_path: Path) -> None:
    answer = run(tmp_path, "klingon")

    assert (answer.exit_code, "klingon is no language" in answer.output) == (2, True)
