"""Messages and their answers on a socket: sent, streamed, replayed, stopped, tried again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.runs.frame import Screen
from tests.serving import Frame, Frames, Server, wait_until
from tests.web.conftest import Model
from tests.web.talk import error, joined, whole


def test_message_is_acknowledged_and_answered(
    shared: Server, connect: Frames, model: Model
) -> None:
    frame = joined(shared, connect, shared.token(), epoch="")

    accepted = frame.ask("now **bold** words")
    ended = frame.until("run.ended")

    assert ended["state"] == "done"
    numbers = [_number(text) for text in frame.numbered()]
    assert numbers == list(range(1, len(numbers) + 1))
    screen = Screen()
    for text in frame.numbered():
        screen.take(text)
    question, answer = screen.picture()["messages"]
    assert (question["id"], question["parts"][0]["text"]) == (
        accepted["message"],
        "now **bold** words",
    )
    assert answer["parts"] == [{"kind": "text", "root": "<p>now <strong>bold</strong> words</p>"}]


def test_repeat_gets_the_first_result(shared: Server, connect: Frames, model: Model) -> None:
    token = shared.token()
    frame = joined(shared, connect, token, epoch="")
    first = frame.ask("now then", id_="cm-the-same-id")
    frame.until("run.ended")

    again = frame.ask("now then", first["conversation"], id_="cm-the-same-id")
    elsewhere = joined(shared, connect, token, epoch="")
    from_elsewhere = elsewhere.ask("now then", id_="cm-the-same-id")

    assert again["message"] == from_elsewhere["message"] == first["message"]
    assert model.asked == 1
    assert whole(elsewhere).messages[0].id == first["message"]


def test_replay_and_whole_conversation_show_the_same(
    shared: Server, connect: Frames, model: Model
) -> None:
    """A frame that saw all, one that was away for a while, and one that starts from nothing."""
    token = shared.token()
    first = joined(shared, connect, token, epoch="")
    accepted = first.ask("now - a\n- b\n\n`c` and **d** in one")
    first.until("run.ended")
    seen = first.numbered()
    away_at = len(seen) // 2
    conversation = accepted["conversation"]

    returned = joined(
        shared, connect, token, conversation=conversation, epoch=accepted["epoch"], seq=away_at
    )
    returned.until("run.ended")
    fresh = joined(shared, connect, token)
    shown = whole(fresh)

    assert seen[:away_at] + returned.numbered() == seen
    replayed, direct = Screen(), Screen()
    for text in seen[:away_at] + returned.numbered():
        replayed.take(text)
    direct.show(shown)
    assert direct.picture()["messages"] == replayed.picture()["messages"]
    assert (direct.seq, shown.epoch) == (replayed.seq, accepted["epoch"])


def test_frame_that_joins_in_mid_answer_ends_with_the_same_screen(
    shared: Server, connect: Frames, model: Model
) -> None:
    token = shared.token()
    first = joined(shared, connect, token, epoch="")
    first.ask("one **two three** four")
    wait_until(lambda: any("three" in text for text in _arrived(first)))

    late = joined(shared, connect, token)
    half = whole(late)
    model.go.set()
    late.until("run.ended")
    first.until("run.ended")

    assert half.run is not None
    screens = Screen(), Screen()
    for text in first.numbered():
        screens[0].take(text)
    screens[1].show(half)
    for text in late.numbered():
        screens[1].take(text)
    pictures = [screen.picture()["messages"] for screen in screens]
    assert pictures[0] == pictures[1]
    assert "four" in str(pictures[0])


@pytest.mark.parametrize(
    "place", [{"epoch": "another-life", "seq": 3}, {"seq": 3}, {"epoch": None, "seq": None}]
)
def test_place_that_the_journal_does_not_know_is_answered_whole(
    shared: Server, connect: Frames, model: Model, place: dict[str, Any]
) -> None:
    token = shared.token()
    frame = joined(shared, connect, token, epoch="")
    conversation = frame.ask("now then")["conversation"]
    frame.until("run.ended")

    returned = connect(shared)
    ready = returned.hello(token, conversation=conversation, **place)
    shown = whole(returned)

    assert (ready["conversation"], ready["epoch"], ready["seq"]) == (
        conversation,
        shown.epoch,
        shown.seq,
    )
    assert len(shown.messages) == 2


def test_two_tabs_follow_one_conversation(shared: Server, connect: Frames, model: Model) -> None:
    token = shared.token()
    first = joined(shared, connect, token, epoch="")
    conversation = first.ask("now one")["conversation"]
    first.until("run.ended")
    second = joined(shared, connect, token, conversation=conversation)
    before = len(first.numbered())

    second.ask("now two", conversation)
    second.until("run.ended")
    first.until("run.ended")

    assert second.numbered() == first.numbered()[before:]


def test_empty_screen_stays_empty_on_a_reconnect(
    shared: Server, connect: Frames, model: Model
) -> None:
    token = shared.token()
    frame = joined(shared, connect, token, epoch="")
    frame.ask("now one")
    frame.until("run.ended")
    frame.send("conversation.new")
    empty = whole(frame)

    returned = connect(shared)
    ready = returned.hello(token, epoch="")
    returned.send("ping")

    assert (empty.id, empty.messages) == ("", ())
    assert ready["conversation"] is None
    assert returned.receive()["type"] == "pong", "no conversation is put on the empty screen"


def test_second_message_during_an_answer_is_refused(
    shared: Server, connect: Frames, model: Model
) -> None:
    frame = joined(shared, connect, shared.token(), epoch="")
    conversation = frame.ask("one two")["conversation"]

    refusal = error(
        frame,
        "message.send",
        client_message_id="cm-too-early",
        text="and?",
        conversation=conversation,
    )

    assert refusal == ("run_active", "cm-too-early")


def test_stop_ends_the_answer_for_every_tab(shared: Server, connect: Frames, model: Model) -> None:
    token = shared.token()
    first = joined(shared, connect, token, epoch="")
    conversation = first.ask("one two")["conversation"]
    second = joined(shared, connect, token, conversation=conversation)
    run = whole(second).run
    assert run is not None

    second.send("run.stop", run=run.id)

    assert second.until("run.ended")["state"] == "stopped"
    assert first.until("run.ended")["state"] == "stopped"


def test_retry_supersedes_the_answer(shared: Server, connect: Frames, model: Model) -> None:
    frame = joined(shared, connect, shared.token(), epoch="")
    conversation = frame.ask("now then")["conversation"]
    answer = frame.until("run.ended")["message"]

    frame.send("message.retry", message=answer)
    added = frame.until("message.added")
    ended = frame.until("run.ended")

    assert added["supersedes"] == [answer]
    assert ended["message"] == added["message"]["id"]
    frame.send("conversation.open", conversation=conversation)
    assert [one.role for one in whole(frame).messages] == ["visitor", "assistant"]
    assert model.asked == 2


def test_edit_supersedes_the_question(shared: Server, connect: Frames, model: Model) -> None:
    frame = joined(shared, connect, shared.token(), epoch="")
    question = frame.ask("now then")["message"]
    frame.until("run.ended")

    frame.send("message.edit", message=question, client_message_id="cm-edited", text="now else")
    accepted = frame.until("message.accepted")
    frame.until("run.ended")

    frame.send("conversation.open", conversation=accepted["conversation"])
    shown = whole(frame)
    assert shown.messages[0].id == accepted["message"]
    assert shown.messages[0].parts[0].text == "now else"


def _number(text: str) -> int:
    event = json.loads(text)
    number: int = event[0] if isinstance(event, list) else event["seq"]
    return number


def _arrived(frame: Frame) -> list[str]:
    """Reads one more event and returns all so far."""
    frame.receive()
    return frame.seen
