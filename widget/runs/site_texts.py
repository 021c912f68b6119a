"""What a site's entry says of languages, and what it says in words of its own in place of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from widget.catalogues import fault_of, site_keys
from widget.domain.errors import BadInput
from widget.domain.faults import join, suggestion
from widget.domain.languages import LANGS, LangTag
from widget.domain.sites import Site

LONGEST = 500


def merged_texts(stored: dict[str, dict[str, str]], given: dict[str, Any]) -> dict[str, Any]:
    """The texts of each language laid over its own; an empty one is ours again. Raises
    ``BadInput`` that names the path."""
    found = {lang: dict(texts) for lang, texts in stored.items()}
    for lang, table in given.items():
        texts = dict(_flat(table, join("texts", _tag(lang))))
        for key, text in texts.items():
            _check(key, text, f"texts.{lang}")
        found[lang] = {**found.get(lang, {}), **texts}
    filled = {
        lang: {key: text for key, text in texts.items() if text} for lang, texts in found.items()
    }
    return {lang: texts for lang, texts in filled.items() if texts}


def unique(given: Iterable[str]) -> tuple[str, ...]:
    """The languages as we write them, each once: ``zh_tw`` is ``zh-TW``."""
    ours = {lang.lower(): lang for lang in LANGS}
    named = (lang.replace("_", "-") for lang in given)
    return tuple(dict.fromkeys(ours.get(lang.lower(), lang) for lang in named))


def warnings_about(site: Site, known: Iterable[str]) -> Iterator[str]:
    """About languages that nobody has texts in."""
    langs = tuple(known)
    for lang in site.languages:
        if lang not in langs:
            yield f"languages: there are no texts in {lang!r}{suggestion(lang, langs)}"
    for lang in site.texts:
        if lang not in langs:
            yield f"texts.{lang}: there are no texts in {lang!r}{suggestion(lang, langs)}"
        elif site.languages and lang not in site.languages:
            yield f"texts.{lang} is never shown: languages does not name {lang!r}"


def _tag(lang: str) -> str:
    try:
        return msgspec.convert(lang, LangTag)
    except msgspec.ValidationError:
        raise BadInput(f"texts.{lang}: must be a language tag such as zh-TW or en") from None


def _flat(table: Any, at: str, above: str = "") -> Iterator[tuple[str, str]]:
    """Keys without quotes are tables to TOML: ``frame.send`` is ``send`` in ``frame``."""
    if not isinstance(table, Mapping):
        raise BadInput(f"{at}: must be a table of texts by key")
    for name, value in table.items():
        key = join(above, name)
        if isinstance(value, Mapping):
            yield from _flat(value, at, key)
        elif isinstance(value, str):
            yield key, value
        else:
            raise BadInput(f'{at}."{key}": must be text')


def _check(key: str, text: str, at: str) -> None:
    if key not in site_keys():
        raise BadInput(f'{at}."{key}": is unknown{_near(key)}')
    if len(text) > LONGEST:
        raise BadInput(f'{at}."{key}": must be no longer than {LONGEST} characters')
    if text and (fault := fault_of(key, text)):
        raise BadInput(f'{at}."{key}": {fault}')


def _near(key: str) -> str:
    """All keys are too many to name."""
    near = suggestion(key, site_keys())
    return near if near.startswith("; did") else "; `chatdock texts en` prints all"
