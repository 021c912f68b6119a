"""Every word that the server sends to a visitor is in the visitor's language."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from tests.factories import make_site
from tests.web.pages import OWNER, page_data, save
from widget.catalogues import path_of
from widget.config import load_settings
from widget.domain.options import parse_options
from widget.store.database import Store
from widget.web import create_app
from widget.web.texts import Texts
from widget.web.wording import GROUPS

FOREIGN = ("zh-TW", "ja", "ko")
LANGS = pytest.mark.parametrize("lang", FOREIGN)
SPOKEN = ("aria-label", "title", "placeholder", "alt")
LATIN = re.compile(r"[A-Za-z][A-Za-z.'-]+")
# Names and units; what the notices say in English and Chinese beside the visitor's own language is
# marked with that language.
NAMES = {"Acme", "AI", "Chatdock", "JavaScript", "MB", "Markdown", "UTC"}
OWN = {
    "greeting": "。",
    "starters": ["？"],
    "ui": {
        "conversations": {"isNeed": True},
        "chatBot": {"isNeedAudio": True, "feedback": {"isNeedFeedback": True}},
    },
}
MARKUP = '<b onclick="x()">&amp;</b>'


class Said(HTMLParser):
    """Text, names and hints of a page in one language, without what is marked as another's."""

    def __init__(self, html: str, lang: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self._lang, self._open = lang, [("", lang)]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        lang = found.get("lang") or self._open[-1][1]
        if lang == self._lang:
            self.texts += [text for name in SPOKEN if (text := found.get(name))]
        if tag not in {"meta", "link", "input", "img", "br", "hr", "path", "use"}:
            self._open.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1 and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, lang = self._open[-1]
        if lang == self._lang and tag not in {"script", "style", "code"} and data.strip():
            self.texts.append(data.strip())


def english(texts: list[str]) -> list[str]:
    plain = (re.sub(r"%\(\w+\)s", "", text) for text in texts)
    return [text for text in plain if set(LATIN.findall(text)) - NAMES]


@pytest.fixture
def own_words(store: Store) -> None:
    save(store, make_site(options=parse_options(OWN)))


@LANGS
@pytest.mark.usefixtures("own_words")
def test_page_and_what_its_modules_say_are_in_the_visitors_language(
    client: FlaskClient, lang: str
) -> None:
    answer = client.get(f"/chat/acme?lang={lang}")

    said = Said(answer.text, lang)
    data = page_data(answer)
    assert english(said.texts) == []
    assert len(said.texts) > 40
    assert english(list(data["strings"].values())) == []
    assert "Send" in Said(client.get("/chat/acme?lang=en").text, "en").texts


@LANGS
@pytest.mark.usefixtures("own_words")
def test_answers_to_forms_are_in_the_visitors_language(client: FlaskClient, lang: str) -> None:
    token = page_data(client.get(f"/chat/acme?lang={lang}"))["token"]
    form = {"token": token, "text": "。" * 9_000, "client_message_id": "cm_12345678"}

    answer = client.post(f"/frame/acme/messages?lang={lang}&page=chat", data=form)

    alert = Texts().say(lang, "error.message_too_long", length=9000, limit=8000)
    assert answer.status_code == 422
    assert alert in Said(answer.text, lang).texts
    assert english(Said(answer.text, lang).texts) == []


@LANGS
def test_late_texts_errors_and_notices_are_in_the_visitors_language(
    client: FlaskClient, lang: str
) -> None:
    html = {"Accept": "text/html", "Accept-Language": lang}
    for group in GROUPS:
        late = client.get(f"/frame/acme/texts/{lang}/{group}.json").json
        assert late
        assert english(list(late.values())) == []

    error = client.get("/frame/nobody/texts/en/menu.json", headers={"Accept-Language": lang}).json
    page = client.get("/nowhere", headers=html).text
    refused = client.get("/frame/acme", headers={**html, "Referer": "https://evil.example/"}).text
    start = client.get("/", headers=html).text

    assert error is not None
    assert english([error["error"]["message"]]) == []
    for text in (page, refused, start):
        assert len(Said(text, lang).texts) >= 2
    assert english(Said(page, lang).texts) == []
    assert english([one for one in Said(refused, lang).texts if " · " not in one]) == []
    assert english([one for one in Said(start, lang).texts if one != "Copied"]) == []


# Where each of these families is said: none of them may be taken for markup.
PLANTED = {
    "frame.send": MARKUP,
    "frame.made_by_ai": MARKUP,
    "frame.greeting": MARKUP,
    "frame.callout.tip": 'x";}</style><b onclick="x()">',
    "live.offline": MARKUP,
    "uploads.lost": MARKUP,
    "error.not_found": MARKUP,
    "error.message_too_long": f"{MARKUP}%(length)s %(limit)s",
    "frame.paused.title": MARKUP,
}


def test_owners_words_are_text_everywhere(app: Flask, client: FlaskClient, store: Store) -> None:
    site = make_site(texts={"en": PLANTED}, options=parse_options({"starters": ["?"]}))
    save(store, site)
    form = {"text": "x" * 9_000, "client_message_id": "cm_12345678"}

    page = client.get("/chat/acme?lang=en")
    form["token"] = page_data(page)["token"]
    posted = client.post("/frame/acme/messages?lang=en&page=chat", data=form)
    missing = client.get("/frame/acme/texts/en/no.json?lang=en", headers={"Accept": "text/html"})
    save(store, make_site(texts={"en": PLANTED}, is_paused=True, key="resting"))
    paused = client.get("/chat/resting?lang=en", headers={"Accept": "text/html"})

    assert page_data(page)["strings"]["live.offline"] == MARKUP
    for answer in (page, posted, missing, paused):
        assert "onclick" in answer.text
        assert "b" not in Said(answer.text, "en").tags
    assert f'aria-label="{escape(MARKUP)}"' in page.text
    assert escape(f"{MARKUP}9000 8000") in posted.text
    late = client.get("/frame/acme/texts/en/uploads.json")
    assert (late.json or {})["uploads.lost"] == MARKUP
    assert late.content_type == "application/json"


def test_page_of_another_site_keeps_our_words(client: FlaskClient, store: Store) -> None:
    save(store, make_site(key="own", texts={"en": {"frame.send": "Ask"}}))

    assert 'aria-label="Ask"' in client.get("/chat/own?lang=en").text
    assert 'aria-label="Ask"' not in client.get("/chat/acme?lang=en").text
    assert 'aria-label="Send"' in client.get("/chat/own?lang=en-GB,zh").text.replace("Ask", "Send")
    assert 'aria-label="Ask"' not in client.get("/chat/own?lang=ja").text


def test_language_by_file_is_spoken_and_turns_the_page_around(tmp_path: Path) -> None:
    path = path_of("ar", tmp_path / "translations")
    path.parent.mkdir(parents=True)
    path.write_text('msgid "frame.send"\nmsgstr "إرسال"\n', encoding="utf-8")
    broken = path_of("fr", tmp_path / "translations")
    broken.parent.mkdir(parents=True)
    broken.write_text("this is no catalogue", encoding="utf-8")
    app = create_app(load_settings({"data": str(tmp_path)}, environ={}))
    store = app.extensions["chatdock"].store
    save(store, make_site())
    client = app.test_client()

    arabic = client.get("/chat/acme?lang=ar-EG").text
    english = client.get("/chat/acme?lang=fr").text
    notice = client.get("/nowhere", headers={"Accept": "text/html", "Accept-Language": "ar"}).text
    late = client.get("/frame/acme/texts/ar/uploads.json").json
    store.close()

    assert '<html lang="ar" dir="rtl"' in arabic
    assert 'aria-label="إرسال"' in arabic
    assert '<html lang="en" data-' in english
    assert '<section lang="ar" dir="rtl">' in notice
    assert (late or {})["uploads.lost"] == Texts().say("en", "uploads.lost")


def test_page_speaks_no_language_that_its_site_does_not_name(
    client: FlaskClient, store: Store
) -> None:
    save(store, make_site(languages=("ko", "zh-TW")))

    for wish, lang in (("en", "ko"), ("zh-CN", "zh-TW"), ("ja,zh", "zh-TW"), ("", "ko")):
        page = client.get(f"/frame/acme?lang={wish}", headers={"Referer": OWNER}).text
        assert f'<html lang="{lang}"' in page
