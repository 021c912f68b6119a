"""Ways around the limits: what is no message costs the platform and us something too."""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPResponse
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.serving import PATIENCE_S, Frames, Server, wait_until
from widget.web.limits import TRIES_PER_MESSAGE

ONE_A_MINUTE = """
[[sites]]
key = "acme"
name = "Acme"
[sites.limits]
address_per_minute = 1
[sites.ui.chatBot.feedback]
isNeedFeedback = true
[sites.provider]
kind = "demo"
delay_ms = 0
"""
SLOW = """
[[sites]]
key = "acme"
name = "Acme"
[sites.limits]
sockets_per_visitor = 2
[sites.provider]
kind = "demo"
delay_ms = 1000
"""


def test_verdicts_of_an_address_are_bounded(
    start_server: Callable[..., Server], connect: Frames
) -> None:
    frame = connect(server := start_server(ONE_A_MINUTE))
    frame.hello(server.token())  # the first try
    frame.ask("hello")
    answer = frame.until("run.ended")["message"]

    for _ in range(TRIES_PER_MESSAGE - 1):
        frame.send("feedback.give", message=answer, verdict="like")
        frame.until("feedback.saved")
    frame.send("feedback.give", message=answer, verdict=None)

    refused = frame.until("error")
    assert (refused["code"], refused["ref"]) == ("rate_limited", "feedback.give")


def test_pages_that_stream_are_bounded_like_sockets(start_server: Callable[..., Server]) -> None:
    """Each of them follows the answer, so without a bound one visitor could open thousands."""
    server = start_server(SLOW)
    token = server.token()

    with stream(server, token, "hello") as first, stream(server, token, "hello") as second:
        third = stream(server, token, "hello")

        assert [is_streaming(one) for one in (first, second, third)] == [True, True, False]
        assert b"hello</p>" in third.read()
    wait_until(lambda: has_room(server, token), "the pages to be gone")


def stream(server: Server, token: str, text: str) -> HTTPResponse:
    """The page that answers a form; the same form again is the same message."""
    fields = {"token": token, "text": text, "client_message_id": "cm-the-same"}
    url = f"{server.url}/frame/acme/messages?page=chat"
    answer: HTTPResponse = urlopen(url, urlencode(fields).encode(), timeout=PATIENCE_S)
    return answer


def is_streaming(page: HTTPResponse) -> bool:
    return page.headers["Content-Length"] is None


def has_room(server: Server, token: str) -> bool:
    with stream(server, token, "hello") as page:
        return is_streaming(page)
