"""How deliveries are sent: signed, tried again, given up, and by one process at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import gevent
import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from tests.fakes.script import Die, Reply, Wait
from tests.receiver import SECRET, Receiver, is_signed, receiving
from tests.runs.conftest import MakeStage
from tests.runs.stage import Stage, until
from widget.domain.apis import Webhook
from widget.providers.http import Patience, make_client
from widget.runs.engine import Timing
from widget.runs.webhooks_attempt import JITTER, Said, judge, post, signing_keys
from widget.store.tables import webhook_deliveries
from widget.store.webhooks import Attempt, Delivery, holders, recent_deliveries, record_attempt

SECOND = timedelta(seconds=1)
MINUTE = 60 * SECOND
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUICK = Timing(watch_s=0.02, retry_s=(0.02, 0.03, 0.04))
BUSY = Reply(status=500, script=[b"broken " * 2_000], framing="length")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def sending(make_stage: MakeStage, receiver: Receiver) -> Stage:
    """A process that sends, and tells of every answer."""
    stage = make_stage(timing=QUICK)
    listen(stage, receiver)
    stage.engine.start()
    return stage


def listen(stage: Stage, receiver: Receiver, **more: Any) -> None:
    choices = {"url": receiver.url, "secret": SECRET, "events": ("message.finished",), **more}
    stage.save_site(webhooks=(Webhook(**choices),))


def fates(stage: Stage) -> list[tuple[Any, ...]]:
    return stage.rows("SELECT state, attempts, status, fault FROM webhook_deliveries")


def is_over(stage: Stage) -> bool:
    return bool(fates(stage)) and all(state != "waiting" for state, *_ in fates(stage))


def test_a_delivery_is_signed_and_named(sending: Stage, receiver: Receiver) -> None:
    sending.ask()
    until(lambda: is_over(sending))

    (asked,) = receiver.requests
    ((name, body),) = sending.rows("SELECT id, body FROM webhook_deliveries")
    assert (asked.method, asked.path, asked.query) == ("POST", "/hooks/chat", {"door": ["7"]})
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["webhook-id"] == name
    assert abs(int(asked.headers["webhook-timestamp"]) - time.time()) < 5
    assert asked.body == body.encode()
    assert is_signed(asked)
    assert fates(sending) == [("delivered", 1, 204, "")]
    assert sending.rows("SELECT next_at, owner FROM webhook_deliveries") == [(None, None)]


def test_both_secrets_sign_while_there_are_two(sending: Stage, receiver: Receiver) -> None:
    former = "whsec_" + "QUJD" * 12
    listen(sending, receiver, previous_secret=former)

    sending.ask()
    until(lambda: is_over(sending))

    (asked,) = receiver.requests
    assert (is_signed(asked), is_signed(asked, former)) == (True, True)
    assert not is_signed(asked, "whsec_" + "QUJE" * 12)
    assert len(asked.headers["webhook-signature"].split(" ")) == 2


def test_a_secret_of_another_kind_is_the_key_as_it_stands() -> None:
    webhook = Webhook("http://a.example/", "any words of four and twenty", SECRET)

    assert signing_keys(webhook) == [
        b"any words of four and twenty",
        b"0123456789abcdefghijklmnopqrstuv",
    ]


@pytest.mark.parametrize(
    ("replies", "fate"),
    [
        ([BUSY], ("delivered", 2, 204, "")),
        ([BUSY, Reply(status=404), Reply(status=302)], ("delivered", 4, 204, "")),
        ([BUSY] * 4, ("failed", 4, 500, "answered 500")),
        ([Reply(status=410)], ("failed", 1, 410, "answered 410: it wants no more of these")),
        (
            [Reply(status=307, headers={"Location": "/elsewhere"})] * 4,
            (
                "failed",
                4,
                307,
                "answered 307: redirects are not followed; write the new address into the file",
            ),
        ),
        ([Reply(status=200, script=[b"x" * 100_000])], ("delivered", 1, 200, "")),
        ([Reply(status=200, script=[b"x", Wait(), Die()])], ("delivered", 1, 200, "")),
    ],
)
def test_what_the_answer_means(
    sending: Stage, receiver: Receiver, replies: list[Reply], fate: tuple[Any, ...]
) -> None:
    receiver.next_answers = list(replies)

    sending.ask()
    until(lambda: is_over(sending))

    assert fates(sending) == [fate]
    assert {one.path for one in receiver.requests} == {"/hooks/chat"}
    assert len({one.headers["webhook-id"] for one in receiver.requests}) == 1
    assert all(is_signed(one) for one in receiver.requests)


def test_nobody_there_is_said_in_words_without_the_address(
    make_stage: MakeStage,
) -> None:
    stage = make_stage(timing=QUICK)
    stage.save_site(webhooks=(Webhook("http://127.0.0.1:9/hook?key=planted", SECRET),))
    stage.engine.start()

    with capture_logs() as logs:
        stage.ask()
        until(lambda: is_over(stage))

    faults = {(state, attempts, status) for state, attempts, status, _ in fates(stage)}
    assert faults == {("failed", 4, None)}
    assert {fault for *_, fault in fates(stage)} == {
        "cannot connect to 127.0.0.1:9: [Errno 111] Connection refused"
    }
    told = [one for one in logs if one["event"] == "a webhook was given up"]
    assert [(one["site"], one["host"]) for one in told] == [("acme", "127.0.0.1:9")] * 2
    assert "planted" not in repr(logs)


def test_an_address_that_no_client_can_use_is_a_fault_too(make_stage: MakeStage) -> None:
    stage = make_stage(timing=QUICK)
    stage.save_site(webhooks=(Webhook("http://127.0.0.1:port/key=planted", SECRET),))
    stage.engine.start()

    stage.ask()
    until(lambda: is_over(stage))

    assert {fault for *_, fault in fates(stage)} == {"the address cannot be used (InvalidURL)"}


def test_a_webhook_that_was_taken_out_gets_nothing_more(
    make_stage: MakeStage, receiver: Receiver
) -> None:
    stage = make_stage(timing=QUICK)
    listen(stage, receiver)
    stage.ask()
    stage.save_site(webhooks=())

    stage.engine.start()
    until(lambda: is_over(stage))

    assert fates(stage) == [("failed", 1, None, "the site has no such webhook any more")]
    assert receiver.requests == []


def waiting(**more: Any) -> Delivery:
    plain = {
        "id": "dlv_1",
        "site": "acme",
        "conversation": "cnv_1",
        "address": "a",
        "host": "a.example",
        "event": "message.finished",
        "body": "{}",
        "created_at": NOON,
        "next_at": NOON,
    }
    return Delivery(**{**plain, **more})


def test_pauses_grow_and_never_fall_together() -> None:
    pauses = Timing().retry_s
    tried = [waiting(attempts=count) for count in range(len(pauses)) for _ in range(50)]

    found = [judge(one, Said(500), pauses, at=NOON) for one in tried]

    for one, attempt in zip(tried, found, strict=True):
        assert attempt.next_at is not None
        pause_s = (attempt.next_at - NOON).total_seconds()
        wanted = pauses[one.attempts]
        assert wanted * (1 - JITTER) <= pause_s <= wanted * (1 + JITTER)
    assert len({one.next_at for one in found}) > 250
    assert judge(waiting(attempts=len(pauses)), Said(500), pauses, at=NOON).state == "failed"


@pytest.mark.parametrize(("wait_s", "pause_s"), [(0.0, 5.0), (1.0, 5.0), (100.0, 100.0)])
def test_a_receiver_that_asks_for_time_gets_it(wait_s: float, pause_s: float) -> None:
    attempt = judge(waiting(), Said(429, wait_s=wait_s), (5.0,), at=NOON)

    assert attempt.next_at is not None
    assert (attempt.next_at - NOON).total_seconds() == pytest.approx(pause_s, rel=JITTER)


@pytest.mark.parametrize(
    ("status", "header", "waits_s"),
    [
        (429, "120", 120),
        (503, "a date", 120),
        (503, "9" * 400, 86_400),
        (503, "Fri, 20 Nov 2020 12:00:00 GMT", 0),
        (503, "soon", 0),
        (503, "-5", 0),
        (503, "", 0),
        (500, "120", 0),
    ],
)
def test_retry_after_holds_for_everything_that_waits_for_that_address(
    make_stage: MakeStage, receiver: Receiver, status: int, header: str, waits_s: float
) -> None:
    stage = make_stage(timing=Timing(watch_s=0.02, retry_s=(0.2, 0.2)))
    listen(stage, receiver)
    other = stage.ask()
    with stage.store.begin() as tx:  # not due yet: it must not become so before its time either
        tx.execute(update(webhook_deliveries).values(next_at=datetime.now(UTC) + 10 * SECOND))
    began = datetime.now(UTC)
    if header == "a date":
        header = format_datetime(began + timedelta(seconds=waits_s), usegmt=True)
    receiver.next_answers = [Reply(status=status, headers={"Retry-After": header})] * 2
    stage.engine.start()

    stage.ask()
    until(lambda: any(attempts for _, attempts, *_ in fates(stage)))
    stage.engine.stop()

    with stage.store.read() as tx:
        rows = recent_deliveries(tx, "acme", limit=5)
    due = {one.conversation == other.conversation: one.next_at or began for one in rows}
    assert (due[False] - began).total_seconds() == pytest.approx(max(waits_s, 0.2), abs=3)
    assert (due[True] - began).total_seconds() == pytest.approx(max(waits_s, 10), abs=3)


def test_two_processes_send_nothing_twice(make_stage: MakeStage, receiver: Receiver) -> None:
    stages = [make_stage(timing=QUICK, owner=name) for name in ("one", "two")]
    for stage in stages:
        listen(stage, receiver)
    for _ in range(20):
        stages[0].ask()

    for stage in stages:
        stage.engine.start()
    until(lambda: is_over(stages[0]))

    names = [one.headers["webhook-id"] for one in receiver.requests]
    assert (len(names), len(set(names))) == (20, 20)


def claim_all(stage: Stage, owner: str, *, ends_in: timedelta) -> None:
    values = {"owner": owner, "next_at": datetime.now(UTC) + ends_in}
    with stage.store.begin() as tx:
        tx.execute(update(webhook_deliveries).values(values))


def test_a_living_claim_is_left_alone_until_it_ends(
    make_stage: MakeStage, receiver: Receiver
) -> None:
    stage = make_stage(timing=QUICK)
    listen(stage, receiver)
    held = stage.ask()
    claim_all(stage, "elsewhere.1.2", ends_in=MINUTE)
    free = stage.ask()
    stage.engine.start()
    until(lambda: "delivered" in {state for state, *_ in fates(stage)})

    claim_all(stage, "elsewhere.1.2", ends_in=-MINUTE)
    until(lambda: is_over(stage))

    told = [one["data"]["answer"]["id"] for one in receiver.wait_for(2)]
    assert told == [free.answer, held.answer]


def test_what_comes_too_late_counts_no_more(make_stage: MakeStage, receiver: Receiver) -> None:
    """Somebody else holds the claim by then, and has the last word."""
    stage = make_stage(timing=QUICK)
    listen(stage, receiver)
    stage.ask()
    claim_all(stage, "elsewhere.1.2", ends_in=MINUTE)

    with stage.store.begin() as tx:
        (held,) = recent_deliveries(tx, "acme", limit=5)
        done = Attempt("delivered", NOON, 204)
        assert not record_attempt(tx, held.id, done, owner=stage.engine.owner)

    assert fates(stage) == [("waiting", 0, None, "")]


def test_a_receiver_that_is_silent_is_left() -> None:
    with receiving() as silent, hurried_client() as client:
        silent.hold()
        said = post(client, Webhook(silent.url, SECRET), waiting(host="a.example"), limit_s=5)

    host = silent.upstream.url.removeprefix("http://")
    assert said == Said(fault=f"{host} did not answer in time")


def hurried_client() -> Any:
    return make_client(patience=Patience(first_byte_s=0.1, between_bytes_s=0.1))


def test_a_process_that_ends_lets_go_of_what_it_was_sending(
    make_stage: MakeStage, receiver: Receiver
) -> None:
    stage = make_stage(timing=QUICK)
    listen(stage, receiver)
    stage.ask()
    claim_all(stage, stage.engine.owner, ends_in=MINUTE)
    stage.engine.deliveries._pool.spawn(gevent.sleep, 60)

    stage.engine.stop()

    with stage.store.read() as tx:
        (given_back,) = recent_deliveries(tx, "acme", limit=5)
        assert holders(tx) == set()
    assert given_back.next_at is not None
    assert given_back.next_at <= datetime.now(UTC)


def test_old_deliveries_are_thrown_away(make_stage: MakeStage, receiver: Receiver) -> None:
    stage = make_stage(timing=QUICK)
    listen(stage, receiver)
    for _ in range(3):
        stage.ask()
    with stage.store.begin() as tx:
        tx.exec_driver_sql(
            "UPDATE webhook_deliveries SET created_at = datetime('now', '-31 days') WHERE rowid < 3"
        )

    stage.engine.deliveries.forget_old()

    assert len(fates(stage)) == 1
