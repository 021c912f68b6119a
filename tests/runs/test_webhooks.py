"""What webhooks tell, and that it is written with what it is about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import pytest
from msgspec.structs import replace

from tests.receiver import SECRET, Receiver, receiving
from tests.runs.asks import BUTTON, SIZES, WHERE, ask, card, fill, tell
from tests.runs.stage import Gate, Stage, answer, until
from tests.runs.test_uploads import Filing, upload
from tests.runs.test_verdicts import give
from widget.domain import events
from widget.domain.apis import WEBHOOK_EVENTS, Webhook, WebhookEvent
from widget.domain.conversations import new_id
from widget.domain.errors import UpstreamBusy
from widget.domain.sites import Identity
from widget.domain.webhooks import MOST_CHARS
from widget.providers.base import Capabilities
from widget.runs import start
from widget.runs.conversations import delete


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def listen(stage: Stage, *wanted: WebhookEvent, url: str = "http://127.0.0.1:9/hook") -> None:
    stage.save_site(webhooks=(Webhook(url, SECRET, events=wanted or WEBHOOK_EVENTS),))


def told(stage: Stage) -> list[Any]:
    rows = stage.rows("SELECT body FROM webhook_deliveries ORDER BY rowid")
    return [json.loads(body) for (body,) in rows]


def test_a_first_message_and_its_answer_are_told(stage: Stage) -> None:
    listen(stage)
    before = datetime.now(UTC)

    accepted = stage.ask("What does  shipping cost?")

    started, finished = told(stage)
    moments = [datetime.fromisoformat(one.pop("timestamp")) for one in (started, finished)]
    assert before <= moments[0] <= moments[1] <= datetime.now(UTC)
    asked_at = started["data"]["question"].pop("asked_at")
    assert finished["data"]["question"].pop("asked_at") == asked_at
    begun_at = started["data"]["conversation"].pop("started_at")
    assert finished["data"]["conversation"].pop("started_at") == begun_at
    common = {
        "site": "acme",
        "conversation": {
            "id": accepted.conversation,
            "title": "What does shipping cost?",
            "channel": "chat",
        },
        "visitor": {"id": "vis_ada", "user": None, "name": None, "unsigned": None},
        "question": {
            "id": accepted.message,
            "text": "What does  shipping cost?",
            "files": [],
            "is_cut": False,
        },
    }
    assert started == {
        "type": "conversation.started",
        "version": 1,
        "data": {**common, "origin": "https://acme.example", "lang": "en"},
    }
    assert finished == {
        "type": "message.finished",
        "version": 1,
        "data": {
            **common,
            "answer": {
                "id": accepted.answer,
                "text": "You said What does  shipping cost?.",
                "state": "done",
                "failure": None,
                "kind": "send",
                "is_cut": False,
            },
            "reply": None,
            "follow_ups": [],
        },
    }


def test_a_later_message_begins_no_conversation(stage: Stage) -> None:
    listen(stage)
    first = stage.ask()

    second = stage.ask("And then?", conversation=first.conversation)

    assert [(one["type"], one["data"]["question"]["id"]) for one in told(stage)] == [
        ("conversation.started", first.message),
        ("message.finished", first.message),
        ("message.finished", second.message),
    ]


def test_a_repeated_message_is_told_once(stage: Stage) -> None:
    listen(stage)
    stage.send(name="the-same")
    stage.settle()

    stage.send(name="the-same")
    stage.settle()

    assert [one["type"] for one in told(stage)] == ["conversation.started", "message.finished"]


def test_a_refused_message_is_not_told(stage: Stage) -> None:
    listen(stage)

    with pytest.raises(Exception, match="empty"):
        stage.send("  ")

    assert told(stage) == []


def test_a_signed_in_visitor_is_told_with_the_owners_id(stage: Stage) -> None:
    listen(stage)
    stage.caller = replace(stage.caller, identity=Identity("42", "Ada"))

    stage.ask()

    people = [one["data"]["visitor"] for one in told(stage)]
    ada = {"id": "vis_ada", "user": "42", "name": "Ada", "unsigned": None}
    assert people == [ada] * 2


@pytest.mark.parametrize(
    ("script", "ends"),
    [
        ([events.TextDelta("Half "), UpstreamBusy("no")], ("Half ", "failed", "busy")),
        ([UpstreamBusy("no")], ("", "failed", "busy")),
        (answer("One", " two"), ("One two", "done", None)),
    ],
)
def test_an_answer_is_told_however_it_ended(
    stage: Stage, script: list[Any], ends: tuple[str, str, str | None]
) -> None:
    listen(stage, "message.finished")
    stage.provider.script = lambda turn: play(script)

    stage.ask()

    (finished,) = told(stage)
    said = finished["data"]["answer"]
    assert (said["text"], said["state"], said["failure"]) == ends


def play(script: list[Any]) -> Iterator[Any]:
    for one in script:
        if isinstance(one, Exception):
            raise one
        yield one


def test_an_answer_tried_again_says_so(stage: Stage) -> None:
    listen(stage, "message.finished")
    first = stage.ask()

    second = start.retry(stage.engine, stage.caller, first.answer)
    stage.settle()

    said = [(one["data"]["answer"]["id"], one["data"]["answer"]["kind"]) for one in told(stage)]
    assert said == [(first.answer, "send"), (second.answer, "retry")]


def test_what_was_filled_in_is_told(stage: Stage) -> None:
    listen(stage, "message.finished")
    message, _ = ask(stage, events.InputRequested("req-1", SIZES))

    fill(stage, message, values={"size": ("l",)})
    stage.settle()

    assert [one["data"]["reply"] for one in told(stage)] == [
        None,
        {"kind": "form", "action": "", "values": {"size": ["l"]}, "is_skipped": False},
    ]


def test_what_was_pressed_on_a_card_is_told(stage: Stage) -> None:
    listen(stage, "message.finished")
    message, _ = ask(stage, events.WidgetChanged("w1", card()))

    fill(stage, message, action=BUTTON, values={"note": ("blue",)})
    stage.settle()

    assert told(stage)[1]["data"]["reply"] == {
        "kind": "action",
        "action": "go",
        "payload": {"id": 7, "note": "blue"},
    }


def test_what_the_page_itself_answered_is_no_news(stage: Stage) -> None:
    listen(stage, "message.finished")
    message, _ = ask(stage, WHERE)

    tell(stage, message, "call-1", {"city": "Ulm"})
    stage.settle()

    assert [one["data"]["reply"] for one in told(stage)] == [None, None]


def test_files_are_told_by_name(stage: Stage) -> None:
    listen(stage, "conversation.started")
    stage.provider = Filing()
    stored = upload(stage)

    start.send(stage.engine, stage.caller, None, "client-1", "Look", [stored.id])
    stage.settle()

    (started,) = told(stage)
    assert started["data"]["question"]["text"] == "Look"
    assert started["data"]["question"]["files"] == [
        {"name": "a.txt", "content_type": "text/plain", "size": 5}
    ]


def test_what_was_asked_in_the_middle_of_an_answer_is_told_with_it(stage: Stage) -> None:
    listen(stage, "message.finished")
    stage.provider.offers = Capabilities(follow_up="queue")
    gate = Gate()
    stage.provider.script = lambda turn: (
        [events.RunCompleted()]
        if turn.kind == "follow_up"
        else chain(wait_at(gate), answer("One", " two"))
    )
    accepted = stage.send("First")
    gate.reached()
    stage.send("And this", conversation=accepted.conversation)

    gate.open()
    stage.settle()

    (finished,) = told(stage)
    assert finished["data"]["question"]["text"] == "First"
    assert [one["text"] for one in finished["data"]["follow_ups"]] == ["And this"]


def wait_at(gate: Gate) -> Iterator[Any]:
    yield events.TextDelta("Well. ")
    gate.wait()


def test_a_verdict_is_told_and_so_is_taking_it_back(stage: Stage) -> None:
    listen(stage, "feedback.given")
    accepted = stage.ask()

    give(stage, accepted.answer, tags=("Wrong", "Too long"), detail=" The price. ")
    give(stage, accepted.answer, None)

    given, taken_back = told(stage)
    assert given["type"] == "feedback.given"
    assert given["data"]["answer"]["id"] == accepted.answer
    assert given["data"]["question"]["text"] == "Hello"
    assert [given["data"]["feedback"], taken_back["data"]["feedback"]] == [
        {"verdict": "dislike", "tags": ["Wrong", "Too long"], "detail": "The price."},
        None,
    ]


def test_a_site_without_webhooks_writes_nothing(stage: Stage) -> None:
    accepted = stage.ask()
    give(stage, accepted.answer)

    assert told(stage) == []


def test_each_webhook_gets_what_it_wants(stage: Stage) -> None:
    stage.save_site(
        webhooks=(
            Webhook("http://crm.example/a", SECRET, events=("conversation.started",)),
            Webhook("http://log.example:8080/?key=planted", SECRET),
        )
    )

    stage.ask()

    rows = stage.rows("SELECT host, event, body FROM webhook_deliveries ORDER BY host, rowid")
    assert [(host, event) for host, event, _ in rows] == [
        ("crm.example", "conversation.started"),
        ("log.example:8080", "conversation.started"),
        ("log.example:8080", "message.finished"),
    ]
    assert rows[0][2] == rows[1][2]


def test_a_long_text_is_cut_and_says_so(stage: Stage) -> None:
    listen(stage, "message.finished")
    stage.provider.script = lambda turn: answer("x" * (MOST_CHARS + 1))

    stage.ask()

    (finished,) = told(stage)
    said = finished["data"]["answer"]
    assert (len(said["text"]), said["is_cut"]) == (MOST_CHARS, True)


def test_deleting_a_conversation_takes_its_deliveries_along(stage: Stage) -> None:
    listen(stage)
    gone, kept = stage.ask(), stage.ask()

    delete(stage.engine, stage.caller, gone.conversation)

    assert {one["data"]["conversation"]["id"] for one in told(stage)} == {kept.conversation}


def test_an_answer_that_could_not_be_stored_is_not_told(stage: Stage) -> None:
    """Row and event stand or fall together."""
    listen(stage, "message.finished")
    with stage.store.begin() as tx:
        tx.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON webhook_deliveries"
            " BEGIN SELECT RAISE(FAIL, 'disk full'); END"
        )
    accepted = stage.send()
    until(lambda: stage.provider.turns)
    until(lambda: states(stage) == {"running"})

    with stage.store.begin() as tx:
        tx.exec_driver_sql("DROP TRIGGER full")
    stage.settle()

    assert [one["data"]["answer"]["id"] for one in told(stage)] == [accepted.answer]
    assert states(stage) == {"done"}


def states(stage: Stage) -> set[str]:
    return {state for (state,) in stage.rows("SELECT state FROM runs")}


def test_ids_hold_no_full_stop() -> None:
    """What is signed is id.timestamp.body: no id may move the stops."""
    assert all("." not in new_id("dlv") for _ in range(100))
