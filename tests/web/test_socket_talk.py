"""What is said on a socket: messages and their answers, conversations, feedback."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from tests.runs.frame import Screen
from tests.serving import Frame, Frames, Server, wait_until
from tests.web.conftest import Model
from widget.domain.transcript import ShownConversation


def whole(frame: Frame) -> ShownConversation:
    """The next conversation that is sent whole."""
    return msgspec.convert(frame.until("conversation")["conversation"], ShownConversation)


def joined(server: Server, connect: Frames, token: str, **hello: Any) -> Frame:
    frame = connect(server)
    frame.hello(token, **hello)
    return frame


def error(frame: Frame, command: str, **fields: Any) -> tuple[str, str]:
    """Code and reference of the refusal of a command."""
    frame.send(command, **fields)
    refusal = frame.until("error")
    return refusal["code"], refusal["ref"]


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


def test_conversations_are_listed_renamed_and_deleted(
    shared: Server, connect: Frames, model: Model
) -> None:
    frame = joined(shared, connect, shared.token(), epoch="")
    first = frame.ask("now the first")["conversation"]
    frame.until("run.ended")
    frame.send("conversation.new")
    second = frame.ask("now the second")["conversation"]
    frame.until("run.ended")

    frame.send("conversation.list")
    listed = [(row["id"], row["title"]) for row in frame.until("conversations")["items"]]
    frame.send("conversation.rename", conversation=first, title="Postage")
    renamed = {row["id"]: row["title"] for row in frame.until("conversations")["items"]}
    frame.send("conversation.delete", conversation=second)
    cleared = whole(frame)
    left = [row["id"] for row in frame.until("conversations")["items"]]

    assert listed == [(second, "now the second"), (first, "now the first")]
    assert renamed == {first: "Postage", second: "now the second"}
    assert (cleared.id, left) == ("", [first])
    assert error(frame, "conversation.open", conversation=second)[0] == "not_found"


def test_history_goes_back_from_a_message(shared: Server, connect: Frames, model: Model) -> None:
    frame = joined(shared, connect, shared.token(), epoch="")
    first = frame.ask("now one")
    frame.until("run.ended")
    second = frame.ask("now two", first["conversation"])
    frame.until("run.ended")

    frame.send("history.before", conversation=first["conversation"], message=second["message"])
    history = frame.until("history")

    assert [one["role"] for one in history["messages"]] == ["visitor", "assistant"]
    assert (history["before"], history["has_more"]) == (second["message"], False)


def test_other_visitors_rows_look_as_if_they_were_not_there(
    shared: Server, connect: Frames, model: Model
) -> None:
    mine = joined(shared, connect, shared.token(), epoch="")
    accepted = mine.ask("now mine")
    answer = mine.until("run.ended")["message"]
    other = joined(shared, connect, shared.token(), epoch="")
    theirs: dict[str, dict[str, Any]] = {
        "conversation.open": {"conversation": accepted["conversation"]},
        "conversation.rename": {"conversation": accepted["conversation"], "title": "x"},
        "conversation.delete": {"conversation": accepted["conversation"]},
        "history.before": {"conversation": accepted["conversation"], "message": answer},
        "message.retry": {"message": answer},
        "feedback.give": {"message": answer, "verdict": "like"},
    }

    for command, fields in theirs.items():
        missing = {name: value[:-4] + "none" for name, value in fields.items() if name != "verdict"}
        assert error(other, command, **fields) == ("not_found", command)
        assert error(other, command, **{**fields, **missing}) == ("not_found", command)
    picked_up = connect(shared)
    ready = picked_up.hello(
        shared.token(), conversation=accepted["conversation"], epoch=accepted["epoch"], seq=1
    )
    assert ready["conversation"] is None


def test_feedback_is_saved_and_withdrawn(shared: Server, connect: Frames, model: Model) -> None:
    frame = joined(shared, connect, shared.token(), epoch="")
    conversation = frame.ask("now then")["conversation"]
    answer = frame.until("run.ended")["message"]

    frame.send("feedback.give", message=answer, verdict="dislike", tags=["slow"], detail="too slow")
    saved = frame.until("feedback.saved")
    frame.send("conversation.open", conversation=conversation)
    shown = whole(frame).messages[-1].feedback
    frame.send("feedback.give", message=answer, verdict=None)
    withdrawn = frame.until("feedback.saved")

    assert saved["feedback"] == {
        "message": answer,
        "verdict": "dislike",
        "tags": ["slow"],
        "detail": "too slow",
    }
    assert shown is not None
    assert withdrawn["feedback"] is None


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("input.answer", {"message": "msg_1", "request": "r", "answer": {}}),
        ("tool.result", {"id": "t", "result": None}),
    ],
)
def test_what_is_not_offered_is_refused_by_name(
    server: Server, connect: Frames, command: str, fields: dict[str, Any]
) -> None:
    frame = joined(server, connect, server.token(), epoch="")

    assert error(frame, command, **fields) == ("not_offered", command)


def test_token_is_renewed_on_the_socket(server: Server, connect: Frames) -> None:
    token = server.token(origin="https://www.acme.example")
    frame = joined(server, connect, token, epoch="")

    frame.send("token.renew")
    renewed = frame.until("token")

    assert server.tokens.read(renewed["token"]) == server.tokens.read(token)
    assert renewed["expires_in_s"] == 900


def test_token_is_not_renewed_for_an_origin_off_the_list(server: Server, connect: Frames) -> None:
    token = server.token(origin="https://left.example")
    frame = joined(server, connect, token, epoch="")

    assert error(frame, "token.renew") == ("unauthorized", "token.renew")


def test_long_message_is_refused_in_the_frames_language(server: Server, connect: Frames) -> None:
    frame = joined(server, connect, server.token(), epoch="", lang="zh-CN")

    frame.send("message.send", client_message_id="cm-too-long", text="长" * 8_001)
    refusal = frame.until("error")

    assert refusal["ref"] == "cm-too-long"
    assert refusal["message"] == "消息太长：共 8001 个字符，最多 8000 个。"


def test_key_of_the_platform_reaches_neither_frame_nor_log(
    shared: Server, connect: Frames, model: Model
) -> None:
    frame = joined(shared, connect, shared.token(), epoch="")
    frame.ask("now then")
    frame.until("run.ended")

    sent = model.upstream.requests[0].headers["authorization"]
    assert "planted" in sent, "the platform does get it"
    assert "planted" not in "".join(frame.seen)
    assert "planted" not in shared.log.read_text()


def _number(text: str) -> int:
    event = json.loads(text)
    number: int = event[0] if isinstance(event, list) else event["seq"]
    return number


def _arrived(frame: Frame) -> list[str]:
    """Reads one more event and returns all so far."""
    frame.receive()
    return frame.seen
