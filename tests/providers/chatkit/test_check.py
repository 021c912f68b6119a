"""What ``chatdock doctor`` says about a ChatKit server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import KEY
from tests.fakes.chatkit.wire import event, item
from tests.fakes.script import Reply, Stall, json_reply
from tests.providers.chatkit.kit import docked
from tests.serving import free_port
from widget.providers.base import Finding
from widget.providers.http import Patience


def findings(host: ChatKitHost, **more: Any) -> list[Finding]:
    with docked(host.settings(**more)) as provider:
        return provider.check()


def only_bad(found: list[Finding]) -> str:
    (finding,) = [one for one in found if not one.is_ok]
    assert KEY not in finding.text
    return finding.text


def test_good_server_is_good_and_keeps_nothing_of_it(host: ChatKitHost) -> None:
    found = findings(host, upload_strategy="two_phase")

    assert [(one.is_ok, one.text) for one in found] == [
        (True, f"{host.url} is a ChatKit server and takes the credentials."),
        (True, "It answers a question."),
        (True, "It takes files."),
    ]
    assert (host.threads, host.files) == ({}, {})


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "The server refuses the credentials"),
        (403, "The server refuses the credentials"),
        (402, "no money or quota left"),
        (404, "no ChatKit server at this address"),
        (405, "no ChatKit server at this address"),
        (400, "The server does not take the request"),
        (429, "overloaded or limits this site"),
        (500, "trouble of its own"),
    ],
)
def test_refusal_says_what_to_do(host: ChatKitHost, status: int, words: str) -> None:
    host.answer_next("threads.list", json_reply(status, {"detail": f"no, {KEY}"}))

    assert words in only_bad(findings(host))


def test_page_in_place_of_a_server_is_told(host: ChatKitHost) -> None:
    host.answer_next("threads.list", Reply(200, {}, [b"<html>Hi</html>"], framing="length"))

    assert only_bad(findings(host)).startswith("The server's answer makes no sense. Is url right?")


@pytest.mark.parametrize("answer", [{"hello": 1}, [], {"data": "x"}])
def test_other_json_is_told(host: ChatKitHost, answer: Any) -> None:
    host.answer_next("threads.list", json_reply(200, answer))

    assert only_bad(findings(host)) == f"{host.url} answers, but not as a ChatKit server does."


@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:9"])
def test_unreachable_server_is_told(proxy: str) -> None:
    url = f"http://127.0.0.1:{free_port()}/chatkit"
    with docked({"url": url, "proxy": proxy}) as provider:
        (finding,) = provider.check()

    assert finding.text.startswith(f"This machine does not reach {url} ")
    assert ("through its proxy" in finding.text) is bool(proxy)


def test_silent_server_is_told(host: ChatKitHost) -> None:
    host.play(Stall())

    with docked(host.settings(), Patience(first_byte_s=0.3, between_bytes_s=0.3)) as provider:
        found = provider.check()

    assert "does not answer in time" in only_bad(found)
    assert host.threads == {}


def test_model_that_does_not_answer_is_told(host: ChatKitHost) -> None:
    host.play(event("error", code="custom", message="No model", allow_retry=False))

    text = only_bad(findings(host))

    assert text.startswith("It does not answer a question. ")
    assert "No model" in text
    assert host.threads == {}


def test_server_that_takes_no_question_is_told(host: ChatKitHost) -> None:
    host.answer_next("threads.create", json_reply(500, {}))

    assert only_bad(findings(host)).startswith("It does not answer a question. ")


def test_answer_without_words_is_told(host: ChatKitHost) -> None:
    card = {"type": "Card", "children": []}
    host.play(event("thread.item.done", item=item("widget", "wgt_1", widget=card)))

    assert findings(host)[1] == Finding(
        True, "It takes a question, and answered “Hi” with no words."
    )


def test_server_without_an_attachment_store_is_told(host: ChatKitHost) -> None:
    host.answer_next("attachments.create", json_reply(500, {}))

    text = only_bad(findings(host, upload_strategy="two_phase"))

    assert text.startswith("It takes no files: give the server an attachment store")


def test_attachment_that_cannot_be_taken_back_does_no_harm(host: ChatKitHost) -> None:
    host.answer_next("attachments.delete", json_reply(500, {}))

    assert all(one.is_ok for one in findings(host, upload_strategy="two_phase"))


def test_hosted_chatkit_is_told_of_its_end() -> None:
    with docked({"url": "https://api.openai.com/v1/chatkit/conversation"}) as provider:
        (finding,) = provider.check()

    assert not finding.is_ok
    assert "end with Agent Builder on 30 November 2026" in finding.text
