"""The texts of every language: our own, and what an owner's files add to them or say otherwise.

The ``.po`` files are parsed at start: there is no compile step to forget. Keys are symbolic
(``composer.placeholder``) and each language is written out, so that a missing text is found by a
test and never shows as English where Chinese was due.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from widget.domain.faults import suggestion
from widget.domain.languages import FALLBACK, LANGS, known
from widget.paths import TRANSLATIONS

PLACE = re.compile(r"%\((\w+)\)s")
# What only the developer of a page reads, in a console: English and Chinese, no more.
OWNERS = ("compat.",)
OWNERS_LANGS = ("zh-CN", "en")
# The made-up shop is no site's page.
NO_SITES = (*OWNERS, "demo.")


@dataclass(frozen=True)
class Finding:
    """Something about a file of the owner's: what is wrong with it, or only what it lacks."""

    text: str
    is_fault: bool


@dataclass(frozen=True)
class Catalogues:
    """``texts`` by language and key, complete: what a file lacks is there in a near language, and
    ``lacking`` names it."""

    texts: Mapping[str, Mapping[str, str]]
    lacking: Mapping[str, frozenset[str]]
    findings: tuple[Finding, ...] = ()

    @property
    def langs(self) -> tuple[str, ...]:
        """Ours first, in our order."""
        return tuple(self.texts)

    def said(self, lang: str) -> dict[str, str]:
        """The texts that are there in the language itself."""
        lacking = self.lacking.get(lang, frozenset())
        texts = self.texts.get(lang, {})
        return {key: text for key, text in texts.items() if key not in lacking}


def read_catalogues(more: Path | None = None) -> Catalogues:
    """Our languages, with the owner's ``<lang>/LC_MESSAGES/messages.po`` in ``more`` over them. A
    file that says nothing yet adds no language."""
    said = {lang: dict(_ours(lang)) for lang in LANGS}
    findings: list[Finding] = []
    for path in _files(more):
        lang = lang_of(path.parent.parent.name)
        if not lang:
            findings.append(_unnamed(path))
            continue
        read = _Owners(path)
        findings += [*read.faults, *_about(path, lang, read.texts)]
        if read.texts:
            said[lang] = said.get(lang, {}) | read.texts
    return _completed(said, findings)


def site_keys() -> frozenset[str]:
    """What a site may say in its own words: all that its visitors read."""
    return frozenset(key for key in _ours(FALLBACK) if not key.startswith(NO_SITES))


def fault_of(key: str, text: str) -> str:
    """What is wrong with a text that is to stand for ours under this key; empty when nothing is."""
    ours = _ours(FALLBACK).get(key)
    if ours is None:
        return f"{key} is no text of ours{suggestion(key, _ours(FALLBACK))}"
    wanted, given = places(ours), places(text)
    if wanted == given:
        return ""
    lost, unknown = wanted - given, given - wanted
    what = [f"lacks {_listed(lost)}"] * bool(lost) + [f"has {_listed(unknown)} too"] * bool(unknown)
    return f"{key} {' and '.join(what)}: ours is {ours!r}"


def places(text: str) -> set[str]:
    """The names in a text that are filled when it is said."""
    return set(PLACE.findall(text))


def lang_of(name: str) -> str:
    """The language that a folder names, as we write it: ``pt_BR`` is ``pt-BR``; empty for none."""
    tag = name.replace("_", "-")
    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return ""
    return next((lang for lang in LANGS if lang.lower() == tag.lower()), tag)


def path_of(lang: str, folder: Path = TRANSLATIONS) -> Path:
    return folder / lang.replace("-", "_") / "LC_MESSAGES" / "messages.po"


class _Owners:
    """What one file of the owner's gives: a file that cannot be read gives nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.texts: dict[str, str] = {}
        self.faults: list[Finding] = []
        try:
            for message in _messages(path):
                self._take(message)
        except PoFileError as error:
            self._blame(error.lineno + 1, "this is no line of a .po file; nothing of it is used")
        except (OSError, ValueError, LookupError) as error:
            self._blame(0, f"it cannot be read: {error}")

    def _take(self, message: Message) -> None:
        key, text = str(message.id), message.string
        if not text or message.fuzzy or not isinstance(text, str):
            return
        if fault := fault_of(key, text):
            self._blame(message.lineno or 0, fault)
        else:
            self.texts[key] = text

    def _blame(self, line: int, what: str) -> None:
        at = f"{self._path}:{line}" if line else f"{self._path}"
        self.faults.append(Finding(f"{at}: {what}", True))


def _messages(path: Path) -> Iterable[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, abort_invalid=True) if message.id]


@cache
def _ours(lang: str) -> Mapping[str, str]:
    return {str(one.id): str(one.string) for one in _messages(path_of(lang))}


def _files(more: Path | None) -> list[Path]:
    return sorted(more.glob("*/LC_MESSAGES/messages.po")) if more else []


def _completed(said: Mapping[str, Mapping[str, str]], findings: Iterable[Finding]) -> Catalogues:
    english = _ours(FALLBACK)
    return Catalogues(
        {lang: {**english, **_ours(_nearest(lang)), **texts} for lang, texts in said.items()},
        {lang: frozenset(english) - texts.keys() for lang, texts in said.items()},
        tuple(findings),
    )


def _about(path: Path, lang: str, said: Mapping[str, str]) -> Iterator[Finding]:
    """How much of a language that we do not have ourselves is there."""
    lacks = len(_ours(FALLBACK).keys() - said.keys())
    if lang not in LANGS and lacks:
        yield Finding(
            f"{path}: {lacks} of {len(_ours(FALLBACK))} texts are missing and are said in"
            f" {_nearest(lang)}; `chatdock texts {lang}` prints them.",
            False,
        )


def _nearest(lang: str) -> str:
    """Ours that stands in for what another language lacks."""
    return known(lang, LANGS) or FALLBACK


def _unnamed(path: Path) -> Finding:
    return Finding(
        f"{path}: {path.parent.parent.name} is no language that is known; name the folder like"
        " fr or pt_BR.",
        True,
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"%({name})s" for name in sorted(names))
