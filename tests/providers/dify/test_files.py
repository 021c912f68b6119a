"""Files of both sides: what an answer brings, and what a visitor may send."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.dify.platform import PNG
from tests.fakes.dify.platform import Dify as Platform
from tests.fakes.dify.scenarios import SCENARIOS, answering
from tests.fakes.upstream import Die, Reply
from tests.providers.dify.kit import FLOW, Clock, ask, attachment, docked, only, told
from widget.domain.errors import Failure, UpstreamProtocolError, UpstreamRejected
from widget.domain.events import FileReady, ImageReady, RunCompleted
from widget.providers.base import Uploads
from widget.providers.dify.files import KEPT_BYTES
from widget.providers.dify.uploads import MEGABYTE, Limits, parse_limits

DATA = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
ON = {
    "enabled": True,
    "allowed_file_types": ["image", "document"],
    "allowed_file_extensions": [".JPG"],
    "allowed_file_upload_methods": ["local_file"],
    "number_limits": 2,
}
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@pytest.mark.parametrize("mode", ["chat", "agent-chat", FLOW, "agent"])
def test_picture_is_kept_since_its_address_ends_in_minutes(mode: str) -> None:
    """Relative and signed; told in the stream and again at the end, and shown once."""
    with Platform(mode=mode) as platform, docked(platform) as provider:
        heard = ask(provider, "files")
        host = platform.upstream.url.partition("//")[2]

    assert only(heard.events, ImageReady) == [ImageReady(f"{host}/files/tools/a.png", DATA)]


def test_signed_address_is_fetched_without_the_key() -> None:
    with Platform() as platform, docked(platform) as provider:
        ask(provider, "files")

    (fetched,) = platform.asked("GET", "/files/tools/a.png")
    assert "authorization" not in fetched.headers


def test_other_files_are_links() -> None:
    heard = told("files")

    assert only(heard.events, FileReady) == [
        FileReady(
            "files.example/list.pdf", "https://files.example/list.pdf?sign=1", "list.pdf", 1234
        )
    ]


def test_visitor_s_own_file_is_no_news() -> None:
    assert "mine.png" not in repr(told("files").events)


def test_picture_on_another_host_stays_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the platform itself is asked."""
    with Platform() as elsewhere, Platform() as platform, docked(platform) as provider:
        url = f"{elsewhere.upstream.url}/files/tools/a.png?sign=1"
        monkeypatch.setitem(
            SCENARIOS, "far", lambda stage: answering(stage, stage.file("far-1", url=url))
        )
        heard = ask(provider, "far")

    (picture,) = only(heard.events, ImageReady)
    assert picture.url == url
    assert elsewhere.requests == []


@pytest.mark.parametrize("kind", ["image", "document"])
@pytest.mark.parametrize("url", ["http://[", "//[x", "{own}/a\x01b", "{own}/" + "a" * 70_000])
def test_address_that_is_none_spoils_no_answer(
    monkeypatch: pytest.MonkeyPatch, url: str, kind: str
) -> None:
    with Platform() as platform, docked(platform) as provider:
        address = url.replace("{own}", platform.upstream.url)
        odd = {"type": kind, "belongs_to": "assistant"}
        monkeypatch.setitem(
            SCENARIOS,
            "odd",
            lambda stage: answering(stage, stage.file("odd-1", url=address, **odd)),
        )
        heard = ask(provider, "odd")

    assert isinstance(heard.events[-1], RunCompleted)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(403, {"Content-Type": "image/png"}, [PNG], framing="length"),
        Reply(200, {"Content-Type": "image/svg+xml"}, [b"<svg/>"], framing="length"),
        Reply(200, {"Content-Type": "image/png"}, [b"x" * (KEPT_BYTES + 1)]),
        Reply(200, {"Content-Type": "image/png"}, [b"x", Die()]),
    ],
    ids=["refused", "no picture of ours", "too large", "broken off"],
)
def test_picture_that_cannot_be_kept_stays_an_address(reply: Reply) -> None:
    with Platform() as platform, docked(platform) as provider:
        platform.answer_next("/tools/a.png", reply)
        heard = ask(provider, "mislabelled")

        (picture,) = only(heard.events, ImageReady)
        assert picture.url.startswith(f"{platform.upstream.url}/files/tools/a.png?")


# -- uploads


def test_upload_is_handed_over_for_the_visitor(tmp_path: Path) -> None:
    with Platform() as platform, docked(platform) as provider:
        id_ = provider.upload(attachment(tmp_path, "运费.png"), visitor="vis_1")

    assert platform.state.uploads[id_]["created_by"] == "vis_1"
    assert platform.state.uploads[id_]["name"] == "运费.png"
    assert platform.state.uploads[id_]["mime_type"] == "image/png"


@pytest.mark.parametrize(
    ("name", "sent"),
    [("folder/a.png", "a.png"), ("C:\\Photos\\a.png", "a.png"), ("/", "file")],
)
def test_path_in_a_name_is_left_out(tmp_path: Path, name: str, sent: str) -> None:
    with Platform() as platform, docked(platform) as provider:
        id_ = provider.upload(attachment(tmp_path, name, id="att_1"), visitor="vis_1")

    assert platform.state.uploads[id_]["name"] == sent


def test_file_without_a_type_gets_one(tmp_path: Path) -> None:
    with Platform() as platform, docked(platform) as provider:
        id_ = provider.upload(attachment(tmp_path, kind=""), visitor="vis_1")

    assert platform.state.uploads[id_]["mime_type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (413, "file_too_large"),
        (415, "unsupported_file_type"),
        (400, "no_file_uploaded"),
        (400, "too_many_files"),
        (400, "filename_not_exists_error"),
    ],
)
def test_refused_file_is_the_visitor_s_to_change(tmp_path: Path, status: int, code: str) -> None:
    with Platform() as platform, docked(platform) as provider:
        platform.refuse_next("/files/upload", status, code)

        with pytest.raises(UpstreamRejected) as caught:
            provider.upload(attachment(tmp_path), visitor="vis_1")

    assert caught.value.failure is Failure.CONTENT
    assert not caught.value.retryable


def test_file_above_its_kind_s_limit_does_not_travel(tmp_path: Path) -> None:
    """The offered limit is the widest; each kind has its own."""
    with Platform() as platform, docked(platform) as provider:
        platform.parameters["file_upload"] = ON
        file = attachment(tmp_path, size=11 * MEGABYTE)

        with pytest.raises(UpstreamRejected, match="image files up to 10 MB"):
            provider.upload(file, visitor="vis_1")

    assert platform.asked("POST", "/files/upload") == []


def test_upload_goes_on_where_limits_are_not_known(tmp_path: Path) -> None:
    with Platform() as platform, docked(platform) as provider:
        platform.refuse_next("/parameters", 500, "internal_server_error")

        assert provider.upload(attachment(tmp_path), visitor="vis_1") in platform.state.uploads


def test_upload_without_an_id_is_said(tmp_path: Path) -> None:
    with Platform() as platform, docked(platform) as provider:
        reply = Reply(201, {"Content-Type": "application/json"}, [b"{}"], framing="length")
        platform.answer_next("/files/upload", reply)

        with pytest.raises(UpstreamProtocolError, match="named no id"):
            provider.upload(attachment(tmp_path), visitor="vis_1")


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("image/png", "image"),
        ("audio/mpeg", "audio"),
        ("video/mp4", "video"),
        ("application/pdf", "document"),
    ],
)
def test_file_goes_with_the_question(tmp_path: Path, kind: str, named: str) -> None:
    """One that was uploaded before by its id there, another one is uploaded now."""
    with Platform() as platform, docked(platform) as provider:
        file = attachment(tmp_path, kind=kind)
        known = provider.upload(file, visitor="vis_1")
        ask(provider, "echo", attachments=(attachment(tmp_path, kind=kind, upstream=known), file))

    (body,) = platform.chats()
    second = [id_ for id_ in platform.state.uploads if id_ != known]
    own = {"type": named, "transfer_method": "local_file"}
    assert body["files"] == [
        {**own, "upload_file_id": known},
        {**own, "upload_file_id": second[0]},
    ]


def test_file_alone_still_asks_something(tmp_path: Path) -> None:
    """An empty question is refused there."""
    with Platform() as platform, docked(platform) as provider:
        ask(provider, "  ", attachments=(attachment(tmp_path),))

    assert platform.chats()[0]["query"] == "a.png"


# -- what is offered


def test_uploads_are_not_offered_until_they_are_known() -> None:
    with Platform() as platform, docked(platform) as provider:
        platform.parameters["file_upload"] = ON
        assert provider.capabilities().uploads is None

        platform.upstream.wait_for_requests(1)
        provider.opening()

        offered = provider.capabilities().uploads
        assert offered
        assert offered.max_bytes == 15 * MEGABYTE
        assert offered.max_count == 2


def test_uploads_that_are_switched_off_are_not_offered() -> None:
    with Platform() as platform, docked(platform) as provider:
        provider.opening()

        assert provider.capabilities().uploads is None


def test_offer_is_asked_for_in_the_background_and_again_later() -> None:
    clock = Clock()
    with Platform() as platform, docked(platform, clock=clock) as provider:
        provider.capabilities()
        platform.upstream.wait_for_requests(1)
        provider.opening()
        provider.capabilities()
        assert len(platform.requests) == 1

        clock.now += 301
        provider.capabilities()
        platform.upstream.wait_for_requests(2)


def test_background_look_survives_a_closed_client() -> None:
    with Platform() as platform, docked(platform) as provider:
        provider.client.close()
        provider.app._refresh()

    assert platform.requests == []


@pytest.mark.parametrize(
    ("file_upload", "offered"),
    [
        (None, None),
        ({"image": {"enabled": False}}, None),
        (
            {"image": {"enabled": True, "number_limits": 4, "transfer_methods": ["local_file"]}},
            Uploads(IMAGES, 10 * MEGABYTE, 4),
        ),
        ({"image": {"enabled": True}}, Uploads(IMAGES, 10 * MEGABYTE, 3)),
        ({"image": {"enabled": True, "transfer_methods": ["remote_url"]}}, None),
        ({**ON, "allowed_file_upload_methods": ["remote_url"]}, None),
        (
            {**ON, "allowed_file_types": ["audio", "odd", 7], "number_limits": 0},
            Uploads(("audio/*",), 50 * MEGABYTE, 3),
        ),
        (
            {**ON, "allowed_file_types": ["custom"], "allowed_file_extensions": [".JSON", "x"]},
            Uploads(("application/json",), 15 * MEGABYTE, 2),
        ),
        ({**ON, "allowed_file_types": ["custom"], "allowed_file_extensions": [".zzz9"]}, None),
        ({**ON, "allowed_file_types": None}, None),
    ],
)
def test_offer_of_older_and_newer_servers(file_upload: Any, offered: Uploads | None) -> None:
    assert parse_limits({"file_upload": file_upload}).offered() == offered


def test_limits_of_the_server_count() -> None:
    system = {"image_file_size_limit": 2.5, "file_size_limit": "odd"}

    limits = parse_limits({"file_upload": ON, "system_parameters": system})

    assert limits.max_bytes == {"image": int(2.5 * MEGABYTE), "document": 15 * MEGABYTE}


def test_file_that_comes_in_by_its_ending_is_custom(tmp_path: Path) -> None:
    limits = Limits({"custom": 5}, (".json",))

    assert limits.kind_of(attachment(tmp_path, "a.json", "application/json")) == "custom"
    assert Limits().kind_of(attachment(tmp_path, "a.json", "application/json")) == "document"
