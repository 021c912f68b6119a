"""A page of elsewhere cannot put our visitors into a conversation of its maker's."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.serving import Server
from widget.web import edit_forms, forms

FORMS = (
    "messages",
    "messages/msg_x/retry",
    "messages/msg_x/edit",
    "messages/msg_x/feedback",
    "messages/msg_x/parts/0/answer",
    "runs/run_x/stop",
    "runs/run_x/follow",
    "conversations",
    "conversations/list",
    "conversations/cnv_x/open",
    "conversations/cnv_x/delete",
)
ELSEWHERE = (
    {"Origin": "https://evil.example"},
    {"Origin": "https://www.acme.example"},  # a page that may show us is still not us
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},  # it hides its origin
    {"Origin": "null", "Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
)


def post(server: Server, path: str, headers: dict[str, str]) -> int:
    fields = urlencode({"token": server.token(), "text": "hello"}).encode()
    return server.ask("POST", f"/frame/acme/{path}?page=chat", fields, headers).status


@pytest.mark.parametrize("headers", ELSEWHERE)
@pytest.mark.parametrize("path", FORMS)
def test_form_of_elsewhere_is_refused(server: Server, path: str, headers: dict[str, str]) -> None:
    assert post(server, path, headers) == 403


def own_headers(server: Server) -> Iterator[dict[str, str]]:
    yield {}
    yield {"Origin": "null"}
    yield {"Origin": server.url}
    for sender in ("same-origin", "none"):
        yield {"Origin": "null", "Sec-Fetch-Site": sender}


def test_our_own_form_is_taken(server: Server) -> None:
    """What browsers, old and new, say of a form on a page that tells no referrer."""
    assert [post(server, "messages", headers) for headers in own_headers(server)] == [200] * 5


def test_every_form_is_guarded(server: Server) -> None:
    """A form that is added later is refused too: the guard stands before all of them."""
    assert post(server, "no-such-form", ELSEWHERE[0]) == 404
    assert set(FORMS) == set(posted_paths())


def posted_paths() -> Iterator[str]:
    filled = {
        "<message>": "msg_x",
        "<run>": "run_x",
        "<int:part>": "0",
        "<conversation>": "cnv_x",
    }
    for rule in posted_rules():
        path = rule.removeprefix("/frame/<site>/")
        for name, value in filled.items():
            path = path.replace(name, value)
        yield path


def posted_rules() -> Iterator[str]:
    app = Flask("forms")
    assert edit_forms.edit is not None  # its routes are on the forms' own blueprint
    app.register_blueprint(forms.bp)
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            yield rule.rule
