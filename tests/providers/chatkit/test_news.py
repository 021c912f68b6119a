"""What a stream tells of its thread, and errors in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.chatkit.wire import event, opened, thread_json
from tests.providers.chatkit.kit import only
from tests.providers.chatkit.reader import (
    new_reader,
    read,
)
from widget.domain.errors import Failure, UpstreamError
from widget.domain.events import (
    AccessChanged,
    ClientEffect,
    Notice,
    TitleChanged,
)


def news(**more: Any) -> bytes:
    return event("thread.updated", thread=thread_json("thr_1", **more))


def test_title_of_a_thread_is_told() -> None:
    created = event("thread.created", thread=thread_json("thr_1", title="Shoes"))

    assert only(read(created, news(title="Boots")), TitleChanged) == [
        TitleChanged("Shoes"),
        TitleChanged("Boots"),
    ]


def test_status_is_told_when_it_changes() -> None:
    closed = {"type": "closed", "reason": "Sold out"}
    created = event("thread.created", thread=thread_json("thr_1"))

    events = read(
        created,
        news(),
        news(status={"type": "locked"}),
        news(status=closed),
        news(status=closed),
        news(status={"type": "asleep"}),
        news(),
    )

    assert only(events, AccessChanged) == [
        AccessChanged("locked"),
        AccessChanged("closed", "Sold out"),
        AccessChanged("open"),
    ]


def test_thread_that_is_opened_again_is_told() -> None:
    assert only(read(news()), AccessChanged) == [AccessChanged("open")]


def test_new_thread_that_is_locked_at_once_is_told() -> None:
    created = event("thread.created", thread=thread_json("thr_1", status={"type": "locked"}))

    assert only(read(created), AccessChanged) == [AccessChanged("locked")]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"level": "info", "message": "Hello"}, Notice("info", "Hello")),
        ({"level": "danger", "message": "Hot", "title": "Mind"}, Notice("danger", "Mind\n\nHot")),
        ({"level": "purple", "title": "Mind"}, Notice("info", "Mind")),
    ],
)
def test_notice_is_shown(fields: dict[str, str], shown: Notice) -> None:
    assert only(read(event("notice", **fields)), Notice) == [shown]


def test_effect_goes_to_the_page() -> None:
    effects = event("client_effect", name="toast", data={"a": 1}) + event("client_effect", name="x")

    assert only(read(effects), ClientEffect) == [
        ClientEffect("toast", {"a": 1}),
        ClientEffect("x", {}),
    ]


def test_stream_that_must_not_be_cancelled_is_noted() -> None:
    reader = new_reader()
    assert reader.allows_cancel

    read(event("stream_options", stream_options={"allow_cancel": False}), reader=reader)

    assert not reader.allows_cancel


@pytest.mark.parametrize(
    ("fields", "failure"),
    [
        ({"code": "stream.error", "allow_retry": True}, Failure.UNKNOWN),
        ({"code": "stream.error"}, Failure.UNKNOWN),
        ({"code": "stream.error", "allow_retry": False}, Failure.CONFIG),
        ({"code": "custom", "message": "Too rude", "allow_retry": True}, Failure.UNKNOWN),
        ({"code": "custom", "message": "Too rude", "allow_retry": False}, Failure.CONTENT),
    ],
)
def test_error_offers_another_try_where_it_may(fields: dict[str, Any], failure: Failure) -> None:
    reader = new_reader()

    with pytest.raises(UpstreamError) as caught:
        read(event("error", **fields), reader=reader)

    assert caught.value.failure is failure
    assert caught.value.retryable is (fields.get("allow_retry") is not False)


def test_news_after_an_error_still_counts() -> None:
    """The server saves the thread once more when its answer has failed."""
    reader = new_reader()

    events = read(
        opened("msg_a"),
        event("error", code="custom", message="Closed now", allow_retry=False),
        news(status={"type": "closed"}),
        event("error", code="stream.error"),
        reader=reader,
        is_whole=False,
    )

    assert only(events, Notice) == [Notice("danger", "Closed now")]
    assert only(events, AccessChanged) == [AccessChanged("closed")]
    with pytest.raises(UpstreamError, match="Closed now"):
        reader.finish()


def test_key_in_the_words_of_an_error_is_cut_out() -> None:
    reader = new_reader()

    events = read(
        event("error", code="custom", message="bad key ck-secret"), reader=reader, is_whole=False
    )

    assert only(events, Notice) == [Notice("danger", "bad key …")]
    assert "ck-secret" not in str(reader.trouble)
