"""The forms of the chat page: what a browser without JavaScript posts."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlencode

import pytest

from tests.serving import Answer, Server
from widget.domain.sites import EmbedToken
from widget.web.tokens import Tokens, key_hash

DAY_S = 24 * 3600


def post(server: Server, path: str, **fields: str) -> Answer:
    """What the page's form sends, answered in English."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "en"}
    return server.ask("POST", f"/frame/acme/{path}?page=chat", urlencode(fields).encode(), headers)


def send(server: Server, token: str, text: str, **fields: str) -> Answer:
    return post(server, "messages", token=token, text=text, **fields)


def page(answer: Answer) -> str:
    return answer.body.decode()


def messages(answer: Answer) -> list[str]:
    """The visitor's messages on the page."""
    return re.findall(r'<p class="bubble" data-slot="text">([^<]+)</p>', page(answer))


def draft(answer: Answer) -> str:
    found = re.search(r"<textarea id=\"text\".*?>\n(.*?)</textarea>", page(answer), re.DOTALL)
    assert found
    return html.unescape(found[1])


def alert(answer: Answer) -> str:
    found = re.search(r'id="alert" role="alert">(.*?)</p>', page(answer))
    return html.unescape(found[1]) if found else ""


def hidden(answer: Answer, name: str) -> str:
    """A hidden field of the composer."""
    form = re.search(r'<form class="composer".*?</form>', page(answer), re.DOTALL)
    assert form
    found = re.search(rf'name="{name}" value="([^"]*)"', form[0])
    assert found
    return found[1]


def message_ids(answer: Answer) -> list[str]:
    return re.findall(r'<li class="message answer" data-id="(msg_[\w-]+)"', page(answer))


def old_token(server: Server, age_s: int) -> str:
    """A token of ours, signed so long ago."""
    secret = (server.folder / "data" / "secret.key").read_text().strip().encode()
    tokens = Tokens(secret, clock=lambda: time.time() - age_s)
    visitor, key = tokens.new_visitor("acme")
    return tokens.sign(EmbedToken("acme", visitor, key_hash(key), server.url, 1))


def test_message_is_answered_in_the_same_page(server: Server) -> None:
    answer = send(server, server.token(), "Where is my order 2046?")

    assert answer.status == 200
    assert messages(answer) == ["Where is my order 2046?"]
    assert "Your order is on its way" in page(answer)
    assert 'data-state="done"' in page(answer)
    assert draft(answer) == ""


def test_answer_comes_in_pieces_and_is_not_to_be_collected(server: Server) -> None:
    answer = send(server, server.token(), "A long story")

    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Cache-Control"] == "no-store"


def test_second_message_goes_on_with_the_conversation(server: Server) -> None:
    token = server.token()
    first = send(server, token, "Hello")
    second = send(server, token, "Thanks", conversation=hidden(first, "conversation"))

    assert messages(second) == ["Hello", "Thanks"]


def test_same_form_twice_is_one_message(server: Server) -> None:
    fields = {"token": server.token(), "text": "Hello", "client_message_id": "cm_12345678"}
    post(server, "messages", **fields)
    again = post(server, "messages", **fields)

    assert messages(again) == ["Hello"]
    assert len(message_ids(again)) == 1


def test_page_brings_a_new_id_for_the_next_message(server: Server) -> None:
    token = server.token()
    first = send(server, token, "Hello", client_message_id="cm_abcdefgh")

    assert hidden(first, "client_message_id") not in ("", "cm_abcdefgh")


@pytest.mark.parametrize("broken", ["", "short", "with space and more", "x" * 65])
def test_broken_message_id_costs_nothing(server: Server, broken: str) -> None:
    answer = send(server, server.token(), "Hello", client_message_id=broken)

    assert messages(answer) == ["Hello"]


def test_expired_token_is_admitted_for_thirty_days_and_replaced(server: Server) -> None:
    token = old_token(server, 29 * DAY_S)
    answer = send(server, token, "Hello")

    assert answer.status == 200
    assert messages(answer) == ["Hello"]
    assert server.tokens.read(hidden(answer, "token")).visitor


def test_token_that_is_too_old_loses_no_text(server: Server) -> None:
    answer = send(server, old_token(server, 31 * DAY_S), "What I typed\nfor long")

    assert answer.status == 401
    assert messages(answer) == []
    assert draft(answer) == "What I typed\nfor long"
    assert "had expired" in alert(answer)
    again = send(server, hidden(answer, "token"), draft(answer))
    assert messages(again) == ["What I typed\nfor long"]


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
def test_token_that_is_not_ours_loses_no_text(server: Server, token: str) -> None:
    answer = send(server, token, "What I typed")

    assert answer.status == 401
    assert draft(answer) == "What I typed"


def test_revoked_token_loses_no_text(start_server: Callable[..., Server]) -> None:
    server = start_server()
    token = server.token()
    server.command("site", "acme", "rotate", "--now")
    answer = send(server, token, "What I typed")

    assert answer.status == 401
    assert draft(answer) == "What I typed"


def test_another_sites_token_opens_nothing(server: Server) -> None:
    answer = send(server, server.token(site="other"), "Hello")

    assert answer.status == 401


def test_another_visitors_conversation_is_not_found(server: Server) -> None:
    mine = send(server, server.token(), "My secret")
    theirs = send(server, server.token(), "Hello", conversation=hidden(mine, "conversation"))

    assert theirs.status == 404
    assert "My secret" not in page(theirs)
    assert draft(theirs) == "Hello"


def test_another_visitors_answer_cannot_be_judged_or_tried_again(server: Server) -> None:
    (answer,) = message_ids(send(server, server.token(), "My secret"))
    stranger = server.token()

    for path in (f"messages/{answer}/retry", f"messages/{answer}/feedback"):
        refused = post(server, path, token=stranger, verdict="like", text="typed")
        assert refused.status in (404, 409)
        assert "My secret" not in page(refused)
        assert draft(refused) == "typed"


def test_empty_message_is_refused_in_words(server: Server) -> None:
    answer = send(server, server.token(), "  \n ")

    assert answer.status == 422
    assert alert(answer) != ""


def test_limit_is_told_in_words_and_loses_no_text(start_server: Callable[..., Server]) -> None:
    site = """
[[sites]]
key = "acme"
name = "Acme"
origins = []
[sites.limits]
visitor_per_minute = 1
[sites.provider]
kind = "demo"
delay_ms = 0
"""
    server = start_server(site)
    token = server.token()
    first = send(server, token, "Hello")
    answer = send(server, token, "Again", conversation=hidden(first, "conversation"))

    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Please try again in" in alert(answer)
    assert draft(answer) == "Again"
    assert messages(answer) == ["Hello"]


def test_starter_leaves_the_typed_text(server: Server) -> None:
    answer = send(server, server.token(), "half a thought", starter="How much is postage?")

    assert messages(answer) == ["How much is postage?"]
    assert draft(answer) == "half a thought"


def test_line_breaks_are_kept_as_one_character(server: Server) -> None:
    answer = send(server, server.token(), "one\r\ntwo")

    assert "one\ntwo</p>" in page(answer)


def test_retry_replaces_the_answer(server: Server) -> None:
    token = server.token()
    first = send(server, token, "fail timeout")
    (failed,) = message_ids(first)
    assert "The answer took too long." in page(first)
    again = post(server, f"messages/{failed}/retry", token=token, text="draft")

    (answer,) = message_ids(again)
    assert answer != failed
    assert draft(again) == "draft"
    assert 'data-state="done"' in page(again)


def test_feedback_is_refused_where_the_owner_has_none(server: Server) -> None:
    token = server.token()
    (answer,) = message_ids(send(server, token, "Hello"))
    refused = post(server, f"messages/{answer}/feedback", token=token, verdict="like")

    assert refused.status == 409
    assert alert(refused) != ""


def test_unknown_run_is_not_found_and_keeps_the_page(server: Server) -> None:
    token = server.token()
    send(server, token, "Hello")
    answer = post(server, "runs/-/stop", token=token, text="typed")

    assert answer.status == 404
    assert messages(answer) == ["Hello"]
    assert draft(answer) == "typed"


def test_typed_markup_is_text(server: Server) -> None:
    answer = send(server, server.token(), "<img src=x onerror=alert(1)>")

    assert "<img" not in page(answer)
    assert messages(answer) == ["&lt;img src=x onerror=alert(1)&gt;"]


def test_form_brings_what_the_page_says_without_a_signature(shared: Server) -> None:
    token = shared.token()

    answer = send(
        shared,
        token,
        "now Hello",
        context='{"sku": "A-7"}',
        label='{"id": "u-7", "nickname": "Ada"}',
    )

    assert messages(answer) == ["now Hello"]
    with closing(sqlite3.connect(shared.folder / "data" / "chatdock.db")) as database:
        said = database.execute("SELECT page FROM messages WHERE role = 'visitor' AND page != '{}'")
        assert [json.loads(page) for (page,) in said] == [{"sku": "A-7"}]
        labels = database.execute("SELECT label FROM visitors WHERE label != '{}'")
        assert [json.loads(label) for (label,) in labels] == [{"id": "u-7", "nickname": "Ada"}]


@pytest.mark.parametrize("nonsense", ["", "[]", '{"a b": "x"}', "{", '{"x": 7}', "[" * 5_000])
def test_nonsense_that_a_page_says_does_not_cost_the_text(shared: Server, nonsense: str) -> None:
    answer = send(shared, shared.token(), "now Hello", context=nonsense, label=nonsense)

    assert messages(answer) == ["now Hello"]
