"""A conversation as a file of the visitor's own, and as a page for the printer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import MOMENT, make_conversation, make_site, make_visitor
from tests.web.pages import csp, save
from widget.domain.conversations import (
    AttachmentPart,
    FilePart,
    ImagePart,
    InputRequestPart,
    Message,
    NoticePart,
    Part,
    ReasoningPart,
    SourcePart,
    TextPart,
    WidgetPart,
)
from widget.domain.errors import Failure
from widget.domain.inputs import Action, Choice, Field, Form
from widget.domain.sites import EmbedToken
from widget.store.conversations import add_conversation
from widget.store.database import Store
from widget.store.messages import add_message
from widget.store.visitors import ensure_visitor

MARKUP = "<b onclick=x>A & B</b>"
ANSWER = "**Bold** and `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[shop](https://shop.example/a)"
FORM = Form(
    title="Size?",
    text="*Please* choose.",
    fields=(Field("size", "Which", "choice", (Choice("l", "Large"),)),),
    actions=(Action("ok", "Go on"),),
)
PARTS: tuple[Part, ...] = (
    ReasoningPart("Nobody's business"),
    TextPart(ANSWER),
    SourcePart("s1", "Terms", "https://shop.example/terms", "quoted"),
    SourcePart("s2", "", "javascript:alert(1)"),
    FilePart("f1", "https://shop.example/list.pdf", "list.pdf"),
    ImagePart("i1", "", "A lamp", attachment="att_1"),
    WidgetPart(
        "w1", {"type": "Card", "children": [{"type": "Title", "value": "x", "label": "Lamp"}]}
    ),
    InputRequestPart("q1", FORM, "answered", "ok", {"size": ("l",)}),
    NoticePart("info", "Mind the step"),
)


class Talk:
    """A conversation of one question, an answer with everything in it, and one that failed."""

    def __init__(self, app: Flask, title: str = "运费 “怎么” 算?") -> None:
        self.client = app.test_client()
        own = app.extensions["chatdock"]
        visitor = make_visitor(id="vis_ada", key_hash="a" * 64)
        self.token = own.tokens.sign(
            EmbedToken("acme", visitor.id, visitor.key_hash, "http://localhost", 1)
        )
        self.other = own.tokens.sign(EmbedToken("acme", "vis_eve", "e" * 64, "http://localhost", 1))
        with own.store.begin() as tx:
            ensure_visitor(tx, visitor, at=MOMENT)
            ensure_visitor(tx, make_visitor(id="vis_eve", key_hash="e" * 64), at=MOMENT)
            add_conversation(tx, make_conversation(visitor, id="cnv_1", title=title))
            files = (AttachmentPart("att_2", "bill.pdf", "application/pdf", 3), TextPart(MARKUP))
            for number, (parts, failure) in enumerate(
                [(files, None), (PARTS, None), ((), Failure.BUSY)], start=1
            ):
                add_message(tx, _message(number, parts, failure))

    def save(self, form: str | None = None, **fields: str) -> TestResponse:
        query = "?lang=en" + (f"&as={form}" if form else "")
        path = f"/frame/acme/conversations/{fields.pop('conversation', 'cnv_1')}/save{query}"
        return self.client.post(path, data={"token": self.token, **fields})


def _message(number: int, parts: tuple[Part, ...], failure: Failure | None) -> Message:
    return Message(
        id=f"msg_{number}",
        conversation="cnv_1",
        role="visitor" if number == 1 else "assistant",
        state="failed" if failure else "done",
        parts=parts,
        position=number,
        created_at=MOMENT + number * timedelta(minutes=1),
        failure=failure,
    )


@pytest.fixture(autouse=True)
def site(store: Store) -> None:
    save(store, make_site())


@pytest.fixture
def talk(app: Flask) -> Talk:
    return Talk(app)


def test_markdown_is_what_the_platform_wrote(talk: Talk) -> None:
    answer = talk.save("text")

    head, *messages = answer.text.split("\n\n---\n\n")
    assert re.fullmatch(r"# 运费 “怎么” 算\?\n\nAcme · \d{4}-\d\d-\d\d \d\d:\d\d UTC", head)
    assert messages == [
        f"**You** · {_at(1)}\n\n[bill.pdf]\n\n{MARKUP}",
        f"**Assistant** · {_at(2)}\n\n{ANSWER}\n\n[list.pdf](https://shop.example/list.pdf)\n\n"
        "Lamp\n\nSize?\nPlease choose.\nWhich: Large\nGo on\n\nMind the step\n\nSources:\n\n"
        "- Terms: <https://shop.example/terms>\n- javascript:alert(1)",
        f"**Assistant** · {_at(3)}\n\nThe assistant is very busy right now.\n",
    ]


def _at(minute: int) -> str:
    return (MOMENT + minute * timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M UTC")


def test_file_is_named_after_the_conversation_and_is_only_saved(talk: Talk) -> None:
    text, page = talk.save("text"), talk.save()

    quoted = "%E8%BF%90%E8%B4%B9%20%E2%80%9C%E6%80%8E%E4%B9%88%E2%80%9D%20%E7%AE%97"
    assert text.headers["Content-Disposition"] == (
        f"attachment; filename=\"__ ____ _.md\"; filename*=UTF-8''{quoted}.md"
    )
    assert page.headers["Content-Disposition"].endswith(f"{quoted}.html")
    for answer, kind in ((text, "text/markdown"), (page, "text/html")):
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert csp(answer) == {
            "default-src": ["'none'"],
            "sandbox": [],
            "frame-ancestors": ["'none'"],
        }


@pytest.mark.parametrize(
    ("title", "name"), [('../../etc\x00\n"x" ', "etc x.md"), ("...", "chat.md"), ("", "chat.md")]
)
def test_no_title_leads_a_file_elsewhere(app: Flask, title: str, name: str) -> None:
    said = Talk(app, title).save("text").headers["Content-Disposition"]

    assert (
        said.partition(";")[2]
        == f" filename=\"{name}\"; filename*=UTF-8''{name.replace(' ', '%20')}"
    )


def test_page_stands_alone_and_holds_nothing_that_runs(talk: Talk) -> None:
    page = talk.save("page").text

    assert re.findall(r"<(?:script|link|img|iframe|form|input|button)\b", page) == []
    assert re.findall(r"<[^>]*\son\w+=", page) == []
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert set(re.findall(r'href="([^"]*)"', page)) == {
        "https://shop.example/a",
        "https://shop.example/list.pdf",
        "https://shop.example/terms",
    }


def test_page_shows_what_was_said(talk: Talk) -> None:
    page = talk.save("page").text
    body = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<body>")[2]))

    for words in (
        "&lt;b onclick=x&gt;A &amp; B&lt;/b&gt;",
        "bill.pdf",
        "Bold and code",
        "A lamp",
        "Lamp",
        "Which: Large",
        "Mind the step",
        "Sources",
        "The assistant is very busy right now.",
        _at(2),
    ):
        assert words in body, words
    assert "Nobody's business" not in body
    assert f'<time datetime="{(MOMENT + timedelta(minutes=1)).isoformat()}">' in page


def test_printed_page_opens_the_dialogue_and_runs_nothing_else(talk: Talk) -> None:
    answer = talk.save("print")

    rules = csp(answer)
    (nonce,) = rules["script-src"]
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == ["'none'"]
    assert f'<script nonce="{nonce[7:-1]}">' in answer.text
    assert "print()" in answer.text
    assert "Content-Disposition" not in answer.headers


def test_nobody_else_gets_it(talk: Talk) -> None:
    assert talk.save("text", token=talk.other).status_code == 404
    assert talk.save("text", conversation="cnv_none").status_code == 404
    assert talk.save("text", token="no token").status_code == 401
    assert talk.save("sound").status_code == 422


def test_another_site_cannot_have_it_saved(talk: Talk, client: FlaskClient) -> None:
    answer = client.post(
        "/frame/acme/conversations/cnv_1/save",
        data={"token": talk.token},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
