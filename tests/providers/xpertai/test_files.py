"""Files of visitors: handed over before the message, and named in it so that they reach the
assistant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.xpertai.platform import GENERAL_KEY, ORGANIZATION
from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.providers.xpertai.kit import VISITOR, asked_of, docked, fails, play, text_of, turn
from widget.domain.errors import Failure, UpstreamError, UpstreamProtocolError, UpstreamRejected
from widget.providers.base import Attachment
from widget.providers.xpertai.provider import XpertAI


@pytest.fixture(params=["aug", "late"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with Platform(dialect=request.param, keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


@pytest.fixture
def bill(tmp_path: Path) -> Attachment:
    path = tmp_path / "bill"
    path.write_bytes("账单 42".encode())
    return Attachment("att_1", "账单.txt", "text/plain", path.stat().st_size, path)


def sent_with(file: Attachment, upstream: str) -> Attachment:
    return Attachment(file.id, file.name, file.content_type, file.size, file.path, upstream)


def test_file_is_handed_over_with_the_visitors_secret(
    platform: Platform, provider: XpertAI, bill: Attachment
) -> None:
    own = provider.upload(bill, visitor=VISITOR)

    (secret,) = platform.state.secrets
    (asked,) = platform.asked("POST", "/contexts/file")
    kept = platform.state.files[own]
    assert asked.headers["authorization"] == f"Bearer {secret}"
    assert GENERAL_KEY not in str(asked.headers)
    assert (kept["originalName"], kept["mimeType"], kept["size"]) == ("账单.txt", "text/plain", 9)
    assert platform.state.contents[own] == "账单 42".encode()
    assert kept["purpose"] == "chat_attachment"


def test_uploaded_file_reaches_the_message_with_its_id(
    platform: Platform, provider: XpertAI, bill: Attachment
) -> None:
    own = provider.upload(bill, visitor=VISITOR)

    events = play(provider, "plain", attachments=(sent_with(bill, own),))

    assert text_of(events)
    assert asked_of(platform)["message"]["input"]["files"] == [
        {
            "id": own,
            "fileId": own,
            "originalName": "账单.txt",
            "mimeType": "text/plain",
            "size": 9,
        }
    ]
    assert len(platform.state.files) == 1


def test_file_that_was_not_handed_over_yet_goes_with_the_message(
    platform: Platform, provider: XpertAI, bill: Attachment
) -> None:
    play(provider, "plain", attachments=(bill,))

    (own,) = platform.state.files
    assert asked_of(platform)["message"]["input"]["files"][0]["id"] == own


def test_files_of_earlier_turns_are_not_sent_again(
    platform: Platform, provider: XpertAI, bill: Attachment
) -> None:
    own = provider.upload(bill, visitor=VISITOR)

    play(provider, "plain", earlier_attachments={"att_1": sent_with(bill, own)})

    assert "files" not in asked_of(platform)["message"]["input"]


def test_retry_names_its_source_and_no_files(
    platform: Platform, provider: XpertAI, bill: Attachment
) -> None:
    """The platform takes them from the question that it tries again."""
    file = sent_with(bill, provider.upload(bill, visitor=VISITOR))
    play(provider, "plain", attachments=(file,))
    run = platform.only_run()

    play(
        provider,
        "plain",
        kind="retry",
        attachments=(file,),
        upstream_conversation=run.thread.id,
        target_message=run.message["id"],
    )

    assert asked_of(platform) == {
        "action": "retry",
        "source": {"aiMessageId": run.message["id"]},
    }


def test_file_is_waited_for_while_it_is_read(platform: Platform, bill: Attachment) -> None:
    platform.behaviour.parsing = ("scanning", "parsing", "ready")
    with docked(platform) as provider:
        own = provider.upload(bill, visitor=VISITOR)

    assert len(platform.asked("GET", f"/files/{own}/status")) == 2


def test_file_that_is_read_for_long_is_left_to_the_platform(
    platform: Platform, provider: XpertAI, bill: Attachment
) -> None:
    platform.behaviour.parsing = ("uploaded", *["parsing"] * 50)

    own = provider.upload(bill, visitor=VISITOR)

    assert len(platform.asked("GET", f"/files/{own}/status")) == 3


@pytest.mark.parametrize("parsing", [("failed",), ("uploaded", "failed")])
def test_file_that_cannot_be_read_is_refused(
    platform: Platform, provider: XpertAI, bill: Attachment, parsing: tuple[str, ...]
) -> None:
    platform.behaviour.parsing = parsing

    with pytest.raises(UpstreamRejected, match=r"cannot read 账单\.txt") as caught:
        provider.upload(bill, visitor=VISITOR)
    assert caught.value.failure is Failure.CONTENT


@pytest.mark.parametrize("body", ["[]", '{"message":"no such route"}'])
def test_state_that_cannot_be_told_is_no_failure(
    platform: Platform, provider: XpertAI, bill: Attachment, body: str
) -> None:
    platform.behaviour.parsing = ("parsing", "ready")
    status = 200 if body == "[]" else 404
    platform.answer_next("/status", status, body, Content_Type="application/json")

    assert provider.upload(bill, visitor=VISITOR) in platform.state.files


@pytest.mark.parametrize("body", ["[]", "{}"])
def test_file_without_an_id_is_a_protocol_error(
    platform: Platform, provider: XpertAI, bill: Attachment, body: str
) -> None:
    platform.answer_next("/contexts/file", 201, body, Content_Type="application/json")

    with pytest.raises(UpstreamProtocolError, match="named no id"):
        provider.upload(bill, visitor=VISITOR)


def test_refused_file_tells_no_secret(
    platform: Platform, provider: XpertAI, bill: Attachment
) -> None:
    provider.upload(bill, visitor=VISITOR)
    (secret,) = platform.state.secrets
    platform.answer_next("/contexts/file", 400, f'{{"message":"bad {secret}"}}')

    with pytest.raises(UpstreamError, match="bad …") as caught:
        provider.upload(bill, visitor=VISITOR)
    assert secret not in f"{caught.value!r} {caught.value.detail}"


def test_file_follows_a_secret_that_ended(
    platform: Platform, provider: XpertAI, bill: Attachment
) -> None:
    provider.upload(bill, visitor=VISITOR)
    platform.expire_secrets()

    own = provider.upload(bill, visitor=VISITOR)

    assert platform.state.contents[own] == bill.read()


def test_file_keeps_to_its_organisation(platform: Platform, bill: Attachment) -> None:
    with docked(platform, organization_id=ORGANIZATION) as provider:
        provider.upload(bill, visitor=VISITOR)

    (asked,) = platform.asked("POST", "/contexts/file")
    assert asked.headers["organization-id"] == ORGANIZATION


def test_message_that_waits_takes_its_files_along(
    platform: Platform, provider: XpertAI, bill: Attachment
) -> None:
    own = provider.upload(bill, visitor=VISITOR)
    running = provider.run(turn("gated"))
    started = [next(running), next(running), next(running)]
    run = platform.only_run()

    play(
        provider,
        "And this?",
        kind="follow_up",
        attachments=(sent_with(bill, own),),
        upstream_conversation=run.thread.id,
        target_run=run.id,
    )
    platform.gate("go").set()

    assert "And this?" in text_of([*started, *running])
    waited = [m for m in run.thread.messages if m["content"] == "And this?"]
    assert waited[0]["files"][0]["id"] == own


def test_file_that_the_platform_forgot_refuses_the_message(
    platform: Platform, provider: XpertAI, bill: Attachment
) -> None:
    """Its class lets the file be handed over again."""
    _, error = fails(provider.run(turn("plain", attachments=(sent_with(bill, "gone"),))))

    assert "unknown file" in error.detail
    assert error.failure in (Failure.CONFIG, Failure.UNKNOWN)


def test_site_may_take_no_files(platform: Platform) -> None:
    with docked(platform, uploads=False) as provider:
        assert provider.capabilities().uploads is None
    with docked(platform) as provider:
        uploads = provider.capabilities().uploads
        assert uploads
        assert (uploads.max_bytes, uploads.max_count) == (100 * 1024 * 1024, 10)
        assert "application/pdf" in uploads.accept
