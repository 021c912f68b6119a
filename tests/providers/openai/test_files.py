"""Pictures and files in the message: what is offered, how it travels, what is left out and said."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.scenarios import ANSWER
from tests.providers.openai.kit import ask, docked, message
from widget.domain.conversations import AttachmentPart
from widget.domain.errors import Failure
from widget.providers.base import Attachment, Uploads

PNG = b"\x89PNG\r\n\x1a\n picture"
PDF = b"%PDF-1.7 paper"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPEN: dict[str, Any] = {"vision": True, "documents": True, "text_files": True}


@pytest.fixture
def host() -> Iterator[OpenAIHost]:
    with OpenAIHost() as started:
        yield started


class Desk:
    """Files as the server keeps them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, name: str, content_type: str, data: bytes) -> Attachment:
        path = self._folder / name
        path.write_bytes(data)
        return Attachment(f"att_{name}", name, content_type, len(data), path)

    def png(self, name: str = "shoe.png") -> Attachment:
        return self.file(name, "image/png", PNG)

    def pdf(self) -> Attachment:
        return self.file("bill.pdf", "application/pdf", PDF)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _sent(host: OpenAIHost, *files: Attachment, text: str = "plain", **more: Any) -> list[Any]:
    """The messages that the host got; keys of a turn go there, the rest are settings."""
    turn = {key: more.pop(key) for key in ("history", "earlier_attachments") if key in more}
    with docked(host, **more) as provider:
        heard = ask(provider, text, attachments=files, **turn)
    assert heard.error is None
    body = host.requests[-1].json
    rows: list[Any] = body.get("messages") or body["input"]
    return rows


def _earlier(*files: Attachment, text: str = "look") -> dict[str, Any]:
    parts = [AttachmentPart(f.id, f.name, f.content_type, f.size) for f in files]
    history = (message("visitor", text, *parts), message("assistant", "seen"))
    return {"history": history, "earlier_attachments": {file.id: file for file in files}}


def _data(content_type: str, data: bytes) -> str:
    return f"data:{content_type};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, None),
        (
            {"vision": True},
            Uploads(("image/png", "image/jpeg", "image/webp", "image/gif"), 5 << 20, 4),
        ),
        (
            {"documents": True, "max_file_mb": 20, "max_files": 1},
            Uploads(("application/pdf",), 20 << 20, 1),
        ),
        (
            {"text_files": True},
            Uploads(("text/plain", "text/markdown", "text/csv", "application/json"), 5 << 20, 4),
        ),
    ],
)
def test_uploads_are_offered_only_where_the_owner_opened_them(
    host: OpenAIHost, settings: dict[str, Any], expected: Uploads | None
) -> None:
    with docked(host, **settings) as provider:
        assert provider.capabilities().uploads == expected


def test_responses_offer_office_documents_too(host: OpenAIHost) -> None:
    with docked(host, documents=True, api="responses") as provider:
        uploads = provider.capabilities().uploads

    assert uploads is not None
    assert [kind.rpartition(".")[2] for kind in uploads.accept[1:]] == [
        "document",
        "presentation",
        "sheet",
    ]


def test_chat_gets_pictures_and_pdf_as_parts_and_the_text_last(
    host: OpenAIHost, desk: Desk
) -> None:
    (row,) = _sent(host, desk.png(), desk.pdf(), **OPEN)

    assert row["content"] == [
        {"type": "image_url", "image_url": {"url": _data("image/png", PNG)}},
        {
            "type": "file",
            "file": {"filename": "bill.pdf", "file_data": _data("application/pdf", PDF)},
        },
        {"type": "text", "text": "plain"},
    ]


def test_responses_get_them_in_their_own_parts(host: OpenAIHost, desk: Desk) -> None:
    report = desk.file("report.docx", DOCX, b"PK report")

    (row,) = _sent(host, desk.png(), desk.pdf(), report, api="responses", **OPEN)

    assert row["content"] == [
        {"type": "input_image", "image_url": _data("image/png", PNG), "detail": "auto"},
        {
            "type": "input_file",
            "filename": "bill.pdf",
            "file_data": _data("application/pdf", PDF),
        },
        {"type": "input_file", "filename": "report.docx", "file_data": _data(DOCX, b"PK report")},
        {"type": "input_text", "text": "plain"},
    ]


def test_large_picture_arrives_whole(host: OpenAIHost, desk: Desk) -> None:
    data = PNG + bytes(range(256)) * 4096

    (row,) = _sent(host, desk.file("large.png", "image/png", data), vision=True)

    assert row["content"][0]["image_url"]["url"] == _data("image/png", data)


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_picture_may_come_without_a_word(host: OpenAIHost, desk: Desk, api: str) -> None:
    (row,) = _sent(host, desk.png(), text="", api=api, vision=True)

    assert len(row["content"]) == 1


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_text_file_is_written_into_the_message(host: OpenAIHost, desk: Desk, api: str) -> None:
    """Plain text stays plain text, for hosts that know no parts."""
    notes = desk.file("notes.md", "text/markdown", "# 运费\n6 元".encode())

    (row,) = _sent(host, notes, api=api, text_files=True)

    assert row["content"] == 'plain\n\n<file name="notes.md">\n# 运费\n6 元\n</file>'


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"\xef\xbb\xbfa,b", "a,b"), ("运费,6".encode("gb18030"), "运费,6")],
)
def test_text_file_of_chinese_windows_is_read(
    host: OpenAIHost, desk: Desk, data: bytes, text: str
) -> None:
    (row,) = _sent(host, desk.file("t.csv", "text/csv", data), text_files=True)

    assert row["content"] == f'plain\n\n<file name="t.csv">\n{text}\n</file>'


def test_very_long_text_file_is_cut(host: OpenAIHost, desk: Desk) -> None:
    (row,) = _sent(host, desk.file("l.txt", "text/plain", b"x" * 200_000), text_files=True)

    assert row["content"].count("x") == 100_001  # one in the name
    assert row["content"].endswith("x\n[…]\n</file>")


def test_earlier_picture_goes_along_again(host: OpenAIHost, desk: Desk) -> None:
    first, _, question = _sent(host, vision=True, **_earlier(desk.png()))

    assert [part["type"] for part in first["content"]] == ["image_url", "text"]
    assert question["content"] == "plain"


def test_earlier_picture_without_a_word_is_a_message(host: OpenAIHost, desk: Desk) -> None:
    first, *_ = _sent(host, vision=True, **_earlier(desk.png(), text=""))

    assert [part["type"] for part in first["content"]] == ["image_url"]


def test_earlier_files_are_bound_in_bytes_and_the_newest_count(
    host: OpenAIHost, desk: Desk
) -> None:
    half = b"\x89PNG\r\n\x1a\n" + b"x" * 600_000
    old, new = (desk.file(f"{n}.png", "image/png", half) for n in ("old", "new"))
    first, second = _earlier(old, text="first"), _earlier(new, text="second")

    rows = _sent(
        host,
        vision=True,
        history_files_mb=1,
        history=first["history"] + second["history"],
        earlier_attachments=first["earlier_attachments"] | second["earlier_attachments"],
    )

    assert rows[0]["content"] == "first\n\n[old.png: this file is not sent along any more]"
    assert [part["type"] for part in rows[2]["content"]] == ["image_url", "text"]


def test_earlier_text_counts_as_characters_of_the_history(host: OpenAIHost, desk: Desk) -> None:
    short = desk.file("short.txt", "text/plain", b"brief")
    long = desk.file("long.txt", "text/plain", b"x" * 3_000)

    first, *_ = _sent(host, text_files=True, history_chars=500, **_earlier(short, long))

    assert first["content"] == (
        'look\n\n<file name="short.txt">\nbrief\n</file>'
        "\n\n[long.txt: this file is not sent along any more]"
    )


def test_file_that_is_gone_or_no_longer_taken_is_named_in_its_place(
    host: OpenAIHost, desk: Desk
) -> None:
    gone = desk.png("gone.png")
    gone.path.unlink()

    (row,) = _sent(host, gone, desk.pdf(), vision=True)

    assert row["content"] == (
        "plain\n\n[gone.png: this file is not sent along any more]"
        "\n\n[bill.pdf: this file is not sent along any more]"
    )


def test_earlier_file_that_the_store_does_not_know_is_named(host: OpenAIHost, desk: Desk) -> None:
    turn = {**_earlier(desk.png()), "earlier_attachments": {}}

    first, *_ = _sent(host, vision=True, **turn)

    assert first["content"] == "look\n\n[shoe.png: this file is not sent along any more]"


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_model_that_sees_no_pictures_is_a_matter_of_content(
    host: OpenAIHost, desk: Desk, api: str
) -> None:
    with docked(host, vision=True, api=api) as provider:
        heard = ask(provider, "no-pictures", attachments=(desk.png(),))

    assert heard.failed.failure is Failure.CONTENT
    assert len(host.requests) == 1


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_earlier_picture_that_is_refused_is_left_out(
    host: OpenAIHost, desk: Desk, api: str
) -> None:
    """Else one picture would end the conversation for good."""
    with docked(host, vision=True, api=api) as provider:
        heard = ask(provider, "no-pictures", **_earlier(desk.png()))

    assert heard.text == ANSWER
    assert len(host.requests) == 2


def test_request_that_is_too_large_for_a_gateway_is_a_matter_of_content(
    host: OpenAIHost, desk: Desk
) -> None:
    with docked(host, vision=True) as provider:
        heard = ask(provider, "too-large", attachments=(desk.png(),))

    assert heard.failed.failure is Failure.CONTENT


@pytest.mark.parametrize(
    ("question", "failure"),
    [
        ("status-401", Failure.AUTH),
        ("arrears", Failure.QUOTA),
        ("status-400", Failure.CONFIG),
        ("status-500", Failure.UPSTREAM_DOWN),
    ],
)
def test_other_refusals_keep_their_class_beside_files(
    host: OpenAIHost, desk: Desk, question: str, failure: Failure
) -> None:
    with docked(host, vision=True) as provider:
        heard = ask(provider, question, attachments=(desk.png(),))

    assert heard.failed.failure is failure


@pytest.mark.parametrize(
    "words",
    [
        "Invalid content type. image_url is only supported by certain models.",
        "this model does not support image input",
        "At most 0 image(s) may be provided in one request.",
        "m is not a multimodal model",
        "No endpoints found that support image input",
        "图片输入格式/解析错误",
        "Expected a base64-encoded data URL with an application/pdf MIME type",
    ],
)
def test_words_about_files_of_many_hosts_are_understood(
    host: OpenAIHost, desk: Desk, words: str
) -> None:
    with docked(host, vision=True) as provider:
        heard = ask(provider, f"complains\n{words}", attachments=(desk.png(),))
        without = ask(provider, f"complains\n{words}")

    assert heard.failed.failure is Failure.CONTENT
    assert without.failed.failure is Failure.CONFIG


def test_conversation_that_is_too_long_leaves_earlier_files_out_first(
    host: OpenAIHost, desk: Desk
) -> None:
    with docked(host, vision=True) as provider:
        heard = ask(provider, "always-too-long", **_earlier(desk.png()))

    assert heard.failed.failure is Failure.CONFIG
    first, second = [r.json["messages"] for r in host.requests]
    assert isinstance(first[0]["content"], list)
    assert all(isinstance(row["content"], str) for row in second)
