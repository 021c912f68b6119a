"""What a person reads, in the language that is spoken to them, in the words of the site they visit.

Both are the current request's: a route that has found its site says so with ``use_site``, and what
is said from there on is said in one of the site's languages, with the site's own words in place of
ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept

from widget.catalogues import OWNERS_LANGS, PLACE, Catalogues, read_catalogues
from widget.domain import languages
from widget.domain.languages import FALLBACK, several
from widget.domain.sites import Site
from widget.web.services import services


class Texts:
    """All texts in all languages. Values fill ``%(name)s`` places."""

    def __init__(self, catalogues: Catalogues | None = None) -> None:
        self._texts = (catalogues or read_catalogues()).texts
        self.langs = tuple(self._texts)

    def say(self, lang: str, key: str, **values: object) -> str:
        """One text; a key that is not declared raises ``KeyError``."""
        text = self.of(_site(), lang, key)
        return PLACE.sub(lambda place: _filled(place, values), text) if values else text

    def of(self, site: Site | None, lang: str, key: str) -> str:
        """One text as it stands, in the words of a site."""
        return _own(site, lang).get(key) or self._texts[lang][key]

    def has(self, key: str) -> bool:
        return key in self._texts[FALLBACK]

    def catalogue(self, lang: str, prefix: str = "") -> dict[str, str]:
        """The texts whose keys begin with ``prefix``, under their full keys."""
        ours, own = self._texts[lang], _own(_site(), lang)
        return {key: own.get(key) or ours[key] for key in ours if key.startswith(prefix)}

    def offered(self, site: Site | None) -> tuple[str, ...]:
        """The languages of a site's pages, the one first that is for everybody else."""
        named = tuple(lang for lang in site.languages if lang in self._texts) if site else ()
        return named or tuple(sorted(self.langs, key=lambda lang: lang != FALLBACK))

    def init_app(self, app: Flask) -> None:
        """Makes ``_('key', name=value)`` in templates speak the request's language.

        Not with Flask-Babel's own function: that takes what translators wrote for markup.
        """
        Babel(app, default_locale=FALLBACK, locale_selector=lambda: _locale(request_lang()))
        app.jinja_env.globals.update(
            _=lambda key, **values: self.say(request_lang(), key, **values),
            direction=direction,
        )


def choose(site: Site | None, *wishes: str, accept: LanguageAccept | None = None) -> str:
    """The language for the first wish that the site can fulfil, else for the best of the browser's
    list, else the site's first. A wish may hold several, separated by commas."""
    offered = services().texts.offered(site)
    asked = [tag for wish in wishes for tag in several(wish)]
    browsers = list(accept.values()) if accept else []
    return languages.choose((*asked, *browsers), offered, otherwise=offered[0])


def request_lang() -> str:
    """The current request's language: what a route has set, else ``?lang=``, else the browser's."""
    if not has_request_context():
        return FALLBACK
    lang: str = g.get("lang") or g.get("likely_lang", "")
    if not lang:
        wish = request.args.get("lang", "")
        lang = g.likely_lang = choose(g.get("site"), wish, accept=request.accept_languages)
    return lang


def everybodys(own: str) -> list[str]:
    """What a page that may miss its reader's language is written in, ``own`` first."""
    return list(dict.fromkeys((own, FALLBACK, *OWNERS_LANGS)))


def use_lang(lang: str) -> None:
    """Fixes the current request's language, for templates and errors alike.

    Call it before anything is rendered: Flask-Babel asks for the language once per request.
    """
    g.lang = lang


def use_site(site: Site) -> None:
    """From here on the request is answered in the site's languages and words."""
    if g.get("site") is not site:
        g.site = site
        g.pop("likely_lang", None)


def direction(lang: str) -> str:
    """Which way a language is written: ``ltr`` or ``rtl``."""
    return Locale.parse(_locale(lang)).text_direction


def _site() -> Site | None:
    """The one that the current request visits."""
    site: Site | None = g.get("site") if has_request_context() else None
    return site


def _own(site: Site | None, lang: str) -> Mapping[str, str]:
    """What a site says in words of its own."""
    return site.texts.get(lang, {}) if site else {}


def _filled(place: re.Match[str], values: Mapping[str, object]) -> str:
    return str(values.get(place[1], place[0]))


def _locale(lang: str) -> str:
    return lang.replace("-", "_")
