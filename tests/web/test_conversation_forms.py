"""The visitor's list of conversations without JavaScript: forms of the chat page."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import MOMENT, make_conversation, make_site, make_visitor
from tests.web.pages import page_data, save
from widget.domain.options import parse_options
from widget.domain.sites import EmbedToken
from widget.store.conversations import add_conversation
from widget.store.database import Store
from widget.store.visitors import ensure_visitor

SHOWN = parse_options({"ui": {"conversations": {"isNeed": True}}})


class Person:
    """A visitor with conversations, the last of them used last, at a browser without scripts."""

    def __init__(self, app: Flask, name: str, *titles: str) -> None:
        self._client = app.test_client()
        self._name = name
        own = app.extensions["chatdock"]
        visitor = make_visitor(id=f"vis_{name}", key_hash=name.ljust(64, "0"))
        self.token = own.tokens.sign(
            EmbedToken("acme", visitor.id, visitor.key_hash, "http://localhost", 1)
        )
        with own.store.begin() as tx:
            ensure_visitor(tx, visitor, at=MOMENT)
            for number, title in enumerate(titles):
                used_at = MOMENT + number * timedelta(minutes=1)
                made = make_conversation(
                    visitor, id=self.id(title), title=title, updated_at=used_at
                )
                add_conversation(tx, made)

    def id(self, title: str) -> str:
        return f"cnv_{self._name}_{title}"

    def post(self, path: str, **fields: str) -> TestResponse:
        data = {"token": self.token, "conversation": "", **fields}
        return self._client.post(f"/frame/acme/conversations/{path}", data=data)


@pytest.fixture(autouse=True)
def site(store: Store) -> None:
    save(store, make_site(options=SHOWN))


@pytest.fixture
def ada(app: Flask) -> Person:
    return Person(app, "ada", "Postage", "Returns", "Lamps")


def titles(answer: TestResponse) -> list[str]:
    """Of the rows, the open one marked."""
    shown = answer.text.partition("<template")[0]
    rows = re.findall(
        r'<button class="row-title".*?( aria-current="true")?>.*?'
        r'<span class="row-words" dir="auto">(.*?)</span>',
        shown,
    )
    return [f"{html.unescape(title)}{' *' if is_open else ''}" for is_open, title in rows]


def addresses(answer: TestResponse, act: str) -> list[str]:
    pattern = rf'formaction="([^"]*)" data-list="{act}"'
    return [html.unescape(one) for one in re.findall(pattern, answer.text)]


def test_button_asks_for_the_list(client: FlaskClient, ada: Person) -> None:
    page = client.get("/chat/acme").text

    assert 'data-conversations="on"' in page
    assert 'formaction="/frame/acme/conversations/list?page=chat" data-act="list"' in page
    assert 'id="side"' not in page.partition("<template")[0]


def test_list_shows_the_last_used_first_and_which_is_open(ada: Person) -> None:
    answer = ada.post("list", conversation=ada.id("Returns"), text="A draft")

    assert titles(answer) == ["Lamps", "Returns *", "Postage"]
    assert 'data-side="open"' in answer.text
    assert ">\nA draft</textarea>" in answer.text
    assert 'rel="stylesheet" id="conversations"' in answer.text


def test_visitor_without_any_is_told_so(app: Flask) -> None:
    answer = Person(app, "new").post("list")

    assert titles(answer) == []
    assert "No conversations yet" in answer.text.partition("<template")[0]


def test_row_opens_its_conversation(ada: Person) -> None:
    listed = ada.post("list", conversation=ada.id("Lamps"))
    (address,) = [one for one in addresses(listed, "open") if ada.id("Postage") in one]

    answer = ada.post(address.split("/conversations/")[1], text="A draft")

    assert page_data(answer)["conversation"]["id"] == ada.id("Postage")
    assert titles(answer) == []
    assert ">\nA draft</textarea>" in answer.text


def test_deleting_another_one_leaves_what_is_shown(ada: Person) -> None:
    answer = ada.post(f"{ada.id('Postage')}/delete", conversation=ada.id("Lamps"))

    assert titles(answer) == ["Lamps *", "Returns"]
    assert page_data(answer)["conversation"]["id"] == ada.id("Lamps")


def test_deleting_the_shown_one_begins_anew(ada: Person) -> None:
    answer = ada.post(f"{ada.id('Lamps')}/delete", conversation=ada.id("Lamps"))

    assert titles(answer) == ["Returns", "Postage"]
    assert page_data(answer)["conversation"]["id"] == ""


@pytest.mark.parametrize("path", ["{}/open", "{}/delete", "list?before={}"])
def test_somebody_elses_is_not_there(app: Flask, ada: Person, path: str) -> None:
    bob = Person(app, "bob", "His")

    answer = bob.post(path.format(ada.id("Lamps")), conversation=bob.id("His"), text="A draft")

    assert answer.status_code == 404
    assert page_data(answer)["conversation"]["id"] == bob.id("His")
    assert ">\nA draft</textarea>" in answer.text
    assert titles(bob.post("list")) == ["His"]
    assert titles(ada.post("list")) == ["Lamps", "Returns", "Postage"]


def test_hundreds_come_page_by_page(app: Flask) -> None:
    many = Person(app, "many", *(f"no{number:03}" for number in range(60)))

    first = many.post("list")
    (more,) = re.findall(r'formaction="([^"]*before=[^"]*)"', first.text)
    rest = many.post(html.unescape(more).split("/conversations/")[1])

    assert titles(first)[::49] == ["no059", "no010"]
    assert titles(rest)[::9] == ["no009", "no000"]
    assert "before=" not in rest.text


def test_title_stays_text(app: Flask) -> None:
    person = Person(app, "odd", '"><script>x')

    answer = person.post("list")

    assert titles(answer) == ['"><script>x']
    assert "<script>x" not in answer.text


def test_delete_says_first_that_there_is_no_way_back(ada: Person) -> None:
    answer = ada.post("list")

    shown = answer.text.partition("<template")[0]
    assert shown.count('<details class="row-sure">') == 3
    warnings = re.findall(r'<details class="row-sure">.*?<p>(.*?)</p>', shown, re.DOTALL)
    assert set(warnings) == {
        "This deletes the conversation with all its messages. It cannot be undone."
    }


def test_deleted_row_is_gone_from_the_store(store: Store, ada: Person) -> None:
    ada.post(f"{ada.id('Postage')}/delete")

    with store.read() as tx:
        left = tx.exec_driver_sql("SELECT title FROM conversations ORDER BY title").scalars().all()
    assert left == ["Lamps", "Returns"]
