"""Every text that a person reads, in every language, and the choice between them.

The ``.po`` files are parsed at start: there is no compile step to forget. Keys are symbolic
(``composer.placeholder``) and both languages are written out, so that a missing text is found by a
test and never shows as English where Chinese was due.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept

from widget.paths import TRANSLATIONS

LANGS = ("zh-CN", "en")
FALLBACK = "en"


class Texts:
    """The catalogues of one folder. Values fill ``%(name)s`` places."""

    def __init__(self, folder: Path = TRANSLATIONS) -> None:
        self._catalogues = {lang: _read(_file(folder, lang)) for lang in LANGS}
        self._texts = {lang: _plain(catalogue) for lang, catalogue in self._catalogues.items()}

    def say(self, lang: str, key: str, **values: object) -> str:
        """One text; a key that is not declared raises ``KeyError``."""
        text = self._texts[lang][key]
        return text % values if values else text

    def has(self, key: str) -> bool:
        return key in self._texts[FALLBACK]

    def catalogue(self, lang: str, prefix: str = "") -> dict[str, str]:
        """The texts whose keys begin with ``prefix``, under their full keys."""
        return {key: text for key, text in self._texts[lang].items() if key.startswith(prefix)}

    def init_app(self, app: Flask) -> None:
        """Makes ``_('key', name=value)`` in templates speak the request's language."""
        babel = Babel(
            app, default_locale=_locale(FALLBACK), locale_selector=lambda: _locale(request_lang())
        )
        with app.app_context():
            cache = babel.domain_instance.cache
        for lang, catalogue in self._catalogues.items():
            cache[str(Locale.parse(_locale(lang))), "messages"] = _compiled(catalogue)


def known(tag: str) -> str:
    """Our language for a tag such as ``zh-Hant-TW`` or ``en_GB``; empty when we have none."""
    primary = tag.strip().lower().replace("_", "-").partition("-")[0]
    return next((lang for lang in LANGS if lang.lower().partition("-")[0] == primary), "")


def choose(*wishes: str, accept: LanguageAccept | None = None) -> str:
    """The first wish that we can fulfil, else the best of the browser's list, else English."""
    for wish in (*wishes, *(accept.values() if accept else ())):
        if lang := known(wish):
            return lang
    return FALLBACK


def request_lang() -> str:
    """The current request's language: what a route has set, else ``?lang=``, else the browser's."""
    if not has_request_context():
        return FALLBACK
    if "lang" not in g:
        g.lang = choose(request.args.get("lang", ""), accept=request.accept_languages)
    lang: str = g.lang
    return lang


def use_lang(lang: str) -> None:
    """Fixes the current request's language, for templates and errors alike.

    Call it before anything is rendered: Flask-Babel asks for the language once per request.
    """
    g.lang = lang


def _file(folder: Path, lang: str) -> Path:
    return folder / _locale(lang) / "LC_MESSAGES" / "messages.po"


def _locale(lang: str) -> str:
    return lang.replace("-", "_")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def _plain(catalogue: Catalog) -> Mapping[str, str]:
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def _compiled(catalogue: Catalog) -> Translations:
    file = io.BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return Translations(file)
