"""What an address, a header or a field carries comes back as text, or not at all."""

from __future__ import annotations

import http.client
from urllib.parse import quote, urlencode

import pytest

from tests.serving import PATIENCE_S, Server

PARAMETERS = ("lang", "scheme", "layout", "v", "o", "origin", "site", "page")
PATHS = ("/", "/chat/acme", "/frame/acme", "/nowhere", "/embed/acme.js")
MARKUP = '"><script>planted</script><img src=x onerror=planted>'
LINES = "x\r\nX-Planted: yes\r\n\r\n<script>planted</script>"
HTML = {"Accept": "text/html"}


def get(server: Server, path: str, **headers: str) -> tuple[http.client.HTTPMessage, str]:
    """One answer as it came, its redirect not followed."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    try:
        link.request("GET", path, headers={**HTML, **headers})
        answer = link.getresponse()
        return answer.headers, answer.read().decode()
    finally:
        link.close()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("text", [MARKUP, LINES])
def test_parameters_are_text(server: Server, path: str, text: str) -> None:
    for name in PARAMETERS:
        for more in ({}, {"Referer": "https://www.acme.example/"}):
            headers, body = get(server, f"{path}?{name}={quote(text)}", **more)

            assert headers["X-Planted"] is None
            assert "<script>planted" not in body
            assert "<img src=x" not in body


@pytest.mark.parametrize(
    "name", ["Host", "Referer", "Accept-Language", "Cookie", "X-Forwarded-Host"]
)
def test_headers_are_text(server: Server, name: str) -> None:
    for path in PATHS:
        _, body = get(server, path, **{name: MARKUP})

        assert "<script>planted" not in body
        assert "<img src=x" not in body


def test_fields_of_a_form_are_text(server: Server) -> None:
    fields = ("text", "starter", "conversation", "client_message_id", "token", "verdict", "detail")
    for path in ("messages", "conversations", "messages/x/feedback", "runs/x/stop"):
        for token in ("x", server.token()):
            form = {**dict.fromkeys(fields, MARKUP), "token": token}
            answer = server.ask("POST", f"/frame/acme/{path}?page=chat", urlencode(form).encode())

            assert b"<script>planted" not in answer.body
            assert b"<img src=x" not in answer.body


def test_names_in_the_path_are_text(server: Server) -> None:
    for path in (
        *("/chat/{}", "/frame/{}", "/embed/{}.js", "/assets/{}/x", "/{}"),
        "/compat/dify/{}/embed.min.js",
    ):
        for text in (MARKUP, LINES):
            headers, body = get(server, path.format(quote(text, safe="")))

            assert headers["X-Planted"] is None
            assert "<script>planted" not in body
