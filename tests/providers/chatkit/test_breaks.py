"""Streams that break, end early or must not be cut."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.wire import (
    closed,
    delta,
    event,
    item,
    message,
    opened,
)
from tests.fakes.script import Die, Raw, Stall, Until, Wait
from tests.providers.chatkit.kit import (
    ask,
    docked,
    only,
)
from widget.domain.errors import (
    Failure,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamTimeout,
)
from widget.domain.events import (
    Notice,
    RunEvent,
    Step,
    TextDelta,
)
from widget.providers.base import Turn
from widget.providers.chatkit.provider import ChatKit
from widget.providers.http import Patience


def test_running_steps_have_failed_when_the_stream_breaks(
    host: ChatKitHost, provider: ChatKit
) -> None:
    host.play(event("progress_update", text="Looking"), Wait(), Die())

    heard = ask(provider, "look")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert only(heard.events, Step)[-1].state == "failed"


def test_running_steps_have_failed_when_the_stream_falls_silent(host: ChatKitHost) -> None:
    host.play(event("progress_update", text="Looking"), Stall())

    with docked(host.settings(), Patience(first_byte_s=0.3, between_bytes_s=0.3)) as provider:
        heard = ask(provider, "look")

    assert isinstance(heard.failed, UpstreamTimeout)
    assert only(heard.events, Step)[-1].state == "failed"


def test_polite_end_inside_a_message_is_a_break(provider: ChatKit) -> None:
    """Behind a proxy a crash may look like the end of the body."""
    heard = ask(provider, "ends-early")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.text == "Half"


def test_break_after_an_error_is_that_error(host: ChatKitHost, provider: ChatKit) -> None:
    host.play(event("error", code="custom", message="Too late", allow_retry=False), Wait(), Die())

    heard = ask(provider, "hello")

    assert heard.failed.failure is Failure.CONTENT
    assert only(heard.events, Notice) == [Notice("danger", "Too late")]


def test_break_after_the_declared_end_of_the_turn_is_no_break(
    host: ChatKitHost, provider: ChatKit
) -> None:
    end = event("thread.item.done", item=item("end_of_turn", "eot_1"))
    host.play(message("msg_a", "Hello"), end, Wait(), Die())

    heard = ask(provider, "hello")

    assert (heard.error, heard.text) == (None, "Hello")


def test_broken_framing_is_a_protocol_error(host: ChatKitHost, provider: ChatKit) -> None:
    host.play(opened("msg_a") + delta("msg_a", "Hel"), Wait(), Raw(b"zz\r\n"), Stall())

    assert isinstance(ask(provider, "hello").failed, UpstreamProtocolError)


def test_naive_times_disturb_nothing(host: ChatKitHost, provider: ChatKit) -> None:
    odd = {**item("assistant_message", "msg_a", content=[]), "created_at": "yesterday"}
    host.play(event("thread.item.added", item=odd), closed("msg_a", "Hello"))

    assert ask(provider, "hello").text == "Hello"


def _running(provider: ChatKit, text: str) -> Generator[RunEvent, None, None]:
    yield from provider.run(Turn(kind="send", text=text, visitor="vis_1"))


def _stop_after_text(provider: ChatKit, text: str) -> None:
    with closing(_running(provider, text)) as running:
        for one in running:
            if isinstance(one, TextDelta):
                return


def test_stop_closes_the_connection(host: ChatKitHost, provider: ChatKit) -> None:
    _stop_after_text(provider, "stall")

    assert host.requests[-1].gone.wait(5)


def test_stream_that_must_not_be_cancelled_is_read_to_its_end(
    host: ChatKitHost, provider: ChatKit
) -> None:
    options = event("stream_options", stream_options={"allow_cancel": False})
    go = threading.Event()
    host.play(options, opened("msg_a") + delta("msg_a", "Hel"), Until(go), closed("msg_a", "Hello"))

    _stop_after_text(provider, "hello")

    asked = host.requests[-1]
    (reading,) = [one for one in threading.enumerate() if one.name == "chatkit reads on"]
    go.set()
    reading.join(5)
    assert asked.ended.wait(5)
    assert not asked.gone.is_set()
