"""Files on their way to a ChatKit server, by either strategy and with what can go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import ANSWER, KEY
from tests.fakes.chatkit.wire import STREAM_HEADERS
from tests.fakes.script import Asked, Die, Reply, Wait, json_reply
from tests.fakes.upstream import Upstream
from tests.providers.chatkit.kit import VISITOR, again, ask, docked, file, go_on, only, thread_of
from widget.domain.errors import (
    Failure,
    NotOffered,
    UpstreamError,
    UpstreamProtocolError,
    UpstreamRejected,
)
from widget.domain.events import RunStarted
from widget.providers.base import Uploads
from widget.providers.chatkit.provider import ChatKit


@pytest.fixture
def provider(host: ChatKitHost) -> Iterator[ChatKit]:
    with docked(host.settings(upload_strategy="two_phase")) as made:
        yield made


@pytest.fixture
def direct(host: ChatKitHost) -> Iterator[ChatKit]:
    url = f"{host.upstream.url}/uploads"
    with docked(host.settings(upload_strategy="direct", upload_url=url)) as made:
        yield made


def test_files_are_offered_where_the_owner_named_a_strategy(
    host: ChatKitHost, provider: ChatKit
) -> None:
    with docked(host.settings()) as plain:
        assert plain.capabilities().uploads is None
    with docked(
        host.settings(
            upload_strategy="two_phase",
            upload_types=["image/*"],
            upload_max_bytes=1000,
            upload_max_count=2,
        )
    ) as limited:
        assert limited.capabilities().uploads == Uploads(("image/*",), 1000, 2)
    uploads = provider.capabilities().uploads
    assert uploads
    assert (uploads.max_bytes, uploads.max_count) == (100 * 1024 * 1024, 10)


def test_first_phase_names_the_file_and_the_second_one_brings_it(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path
) -> None:
    id_ = provider.upload(file(tmp_path, "运费.txt", b"hello"), visitor=VISITOR)

    first, second = host.requests
    assert first.json["params"] == {"name": "运费.txt", "size": 5, "mime_type": "text/plain"}
    assert first.json["metadata"] == {"visitor": VISITOR}
    assert (second.method, second.path) == ("POST", f"/uploads/{id_}")
    assert second.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="' in second.body
    assert b"Content-Type: text/plain\r\n\r\nhello\r\n" in second.body
    assert second.headers["authorization"] == f"Bearer {KEY}"


def test_server_may_want_the_bare_bytes_with_headers_of_its_own(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path
) -> None:
    host.descriptor = {
        "url": "/uploads/{id}",
        "method": "PUT",
        "headers": {"X-Signed": "yes", "Content-Type": "x/y", "X-Odd": 7},
    }

    id_ = provider.upload(file(tmp_path, "a.txt", b"hello"), visitor=VISITOR)

    asked = host.requests[-1]
    assert (asked.method, host.files[id_]) == ("PUT", b"hello")
    assert (asked.headers["x-signed"], asked.headers["content-type"]) == ("yes", "x/y")
    assert "x-odd" not in asked.headers


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_server_cannot_change_how_the_request_is_framed(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path, method: str
) -> None:
    """What it names goes to a third host, and nothing else than the file may go along."""
    host.descriptor = {
        "url": "/uploads/{id}",
        "method": method,
        "headers": {
            "Host": "internal.example",
            "Content-Length": "0",
            "transfer-encoding": "chunked",
            "Connection": "keep-alive, X-Signed",
            "Expect": "100-continue",
            "X-Signed": "yes",
        },
    }

    provider.upload(file(tmp_path, "a.txt", b"hello"), visitor=VISITOR)

    asked = host.requests[-1]
    assert asked.headers["host"] == host.upstream.url.partition("//")[2]
    assert asked.headers["content-length"] == str(len(asked.body))
    assert (asked.headers["x-signed"], asked.headers["connection"]) == ("yes", "keep-alive")
    assert not {"transfer-encoding", "expect"} & set(asked.headers)


@pytest.mark.parametrize("value", ["a\r\nX-Key: b", "é", "\x00"])
def test_header_that_is_none_is_left_out(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path, value: str
) -> None:
    headers = {"X-Signed": value, value: "yes"}
    host.descriptor = {"url": "/uploads/{id}", "method": "PUT", "headers": headers}

    provider.upload(file(tmp_path, "a.txt", b"hello"), visitor=VISITOR)

    assert not {"x-signed", "x-key"} & set(host.requests[-1].headers)


def test_bare_bytes_name_their_type(host: ChatKitHost, provider: ChatKit, tmp_path: Path) -> None:
    host.descriptor = {"url": "/uploads/{id}", "method": "PUT"}

    provider.upload(file(tmp_path, "a.txt"), visitor=VISITOR)

    assert host.requests[-1].headers["content-type"] == "text/plain"


def test_storage_at_another_host_gets_no_credentials(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path
) -> None:
    def take(asked: Asked) -> Reply:
        return Reply(200, {}, [b"ok"], framing="length")

    with Upstream(take) as storage:
        host.descriptor = {"url": f"{storage.url}/bucket/{{id}}?signed=1", "method": "PUT"}
        provider.upload(file(tmp_path, "a.txt"), visitor=VISITOR)

        (asked,) = storage.requests
    assert "authorization" not in asked.headers
    assert KEY not in str(asked.headers)


@pytest.mark.parametrize(
    "descriptor",
    [
        {},
        {"url": "", "method": "PUT"},
        {"url": "file:///etc/passwd", "method": "POST"},
        {"url": "https://[", "method": "POST"},
        {"url": "/uploads/{id}", "method": "DELETE"},
    ],
)
def test_upload_address_that_is_none_is_named(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path, descriptor: dict[str, Any]
) -> None:
    host.descriptor = descriptor

    with pytest.raises(UpstreamProtocolError, match="upload_descriptor must name"):
        provider.upload(file(tmp_path, "a.txt"), visitor=VISITOR)


@pytest.mark.parametrize("answer", [{}, [], {"id": ""}, {"id": 7}])
def test_attachment_without_an_id_is_named(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path, answer: Any
) -> None:
    host.answer_next("attachments.create", json_reply(200, answer))

    with pytest.raises(UpstreamProtocolError, match="names no id"):
        provider.upload(file(tmp_path, "a.txt"), visitor=VISITOR)


@pytest.mark.parametrize("kind", ["attachments.create", "upload"])
def test_refused_file_has_its_class(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path, kind: str
) -> None:
    host.answer_next(kind, json_reply(413, {"detail": f"too large for {KEY}"}))

    with pytest.raises(UpstreamRejected) as caught:
        provider.upload(file(tmp_path, "a.txt"), visitor=VISITOR)

    assert caught.value.failure is Failure.CONFIG
    assert "too large" in caught.value.detail
    assert KEY not in caught.value.detail


def test_direct_upload_is_one_form(host: ChatKitHost, direct: ChatKit, tmp_path: Path) -> None:
    id_ = direct.upload(file(tmp_path, "a.txt", b"hello"), visitor=VISITOR)

    (asked,) = host.requests
    assert (asked.method, asked.path) == ("POST", "/uploads")
    assert b'name="file"; filename="a.txt"' in asked.body
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert id_ in host.files


def test_direct_upload_at_another_host_of_the_owner_gets_the_credentials(
    host: ChatKitHost, tmp_path: Path
) -> None:
    with Upstream(lambda asked: json_reply(200, {"id": "atc_1"})) as storage:
        named = {"upload_strategy": "direct", "upload_url": storage.url}
        with docked(host.settings(**named)) as provider:
            assert provider.upload(file(tmp_path, "a.txt"), visitor=VISITOR) == "atc_1"

        (asked,) = storage.requests
    assert asked.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("body", [b"OK", b"[" * 5000])
def test_direct_upload_that_is_answered_oddly_is_named(
    host: ChatKitHost, direct: ChatKit, tmp_path: Path, body: bytes
) -> None:
    host.answer_next("upload", Reply(200, {}, [body], framing="length"))

    with pytest.raises(UpstreamProtocolError, match="upload_url"):
        direct.upload(file(tmp_path, "a.txt"), visitor=VISITOR)


def test_files_of_a_question_go_by_their_ids(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path
) -> None:
    known = provider.upload(file(tmp_path, "a.txt"), visitor=VISITOR)
    files = (file(tmp_path, "a.txt", upstream=known), file(tmp_path, "b.txt"))

    heard = ask(provider, "look", attachments=files)

    assert heard.text == ANSWER
    assert host.asked("threads.create")[0]["params"]["input"]["attachments"] == list(host.files)
    assert len(host.files) == 2
    assert isinstance(heard.events[0], RunStarted)
    assert heard.events[0].upstream_run


def test_refused_file_leaves_no_thread_behind(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path
) -> None:
    host.answer_next("attachments.create", json_reply(413, {}))

    heard = ask(provider, "look", attachments=(file(tmp_path, "a.txt"),))

    assert heard.failed.failure is Failure.CONFIG
    assert host.threads == {}


def test_file_that_the_server_lost_leaves_no_thread_behind(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path
) -> None:
    """It breaks off after it has made the thread. Not found: the file may be handed over again."""
    heard = ask(provider, "look", attachments=(file(tmp_path, "a.txt", upstream="atc_gone"),))

    assert isinstance(heard.failed, UpstreamRejected)
    assert heard.failed.failure is Failure.NOT_FOUND
    assert heard.events == []
    assert host.threads == {}


def test_thread_that_cannot_be_cleared_away_does_no_harm(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path
) -> None:
    host.answer_next("threads.delete", json_reply(500, {}))

    heard = ask(provider, "look", attachments=(file(tmp_path, "a.txt", upstream="atc_gone"),))

    assert heard.failed.failure is Failure.NOT_FOUND


def test_file_that_the_server_lost_in_a_living_thread_is_not_found(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path
) -> None:
    first = ask(provider, "hello")
    lost = (file(tmp_path, "a.txt", upstream="atc_gone"),)

    second = go_on(provider, first, "look", attachments=lost)

    assert second.failed.failure is Failure.NOT_FOUND
    assert list(host.threads) == [thread_of(first)]


def test_retry_brings_the_files_only_when_it_asks_anew(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path
) -> None:
    note = file(tmp_path, "a.txt", upstream=provider.upload(file(tmp_path, "a.txt"), visitor="v"))
    first = ask(provider, "look", attachments=(note,))

    second = again(provider, first, "look", attachments=(note,), target_run="msg_gone")

    assert second.text == ANSWER
    asked = host.asked("threads.add_user_message")[0]["params"]["input"]
    assert asked["attachments"] == [note.upstream]


def test_site_without_a_strategy_takes_no_file(host: ChatKitHost, tmp_path: Path) -> None:
    with docked(host.settings()) as provider, pytest.raises(NotOffered):
        provider.upload(file(tmp_path, "a.txt"), visitor=VISITOR)


def test_connection_that_breaks_in_an_upload_is_ours(
    host: ChatKitHost, provider: ChatKit, tmp_path: Path
) -> None:
    host.answer_next("upload", Reply(200, dict(STREAM_HEADERS), [b"x", Wait(), Die()]))

    with pytest.raises(UpstreamError):
        provider.upload(file(tmp_path, "a.txt"), visitor=VISITOR)


def test_every_thread_is_named_once(host: ChatKitHost, provider: ChatKit, tmp_path: Path) -> None:
    heard = ask(provider, "look", attachments=(file(tmp_path, "a.txt"),))

    named = {started.upstream_conversation for started in only(heard.events, RunStarted)}
    assert named == set(host.threads)
