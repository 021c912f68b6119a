"""What else a frame asks for on its socket: conversations, history, feedback, a fresh token."""

from __future__ import annotations

from typing import Any

from tests.serving import Frames, Server
from tests.web.conftest import Model
from tests.web.talk import error, joined, whole


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
    answer = frame.until("conversations")
    listed = [(row["id"], row["title"]) for row in answer["items"]]
    frame.send("conversation.list", before=second)
    older = frame.until("conversations")
    frame.send("conversation.rename", conversation=first, title="Postage")
    renamed = {row["id"]: row["title"] for row in frame.until("conversations")["items"]}
    frame.send("conversation.delete", conversation=second)
    cleared = whole(frame)
    left = [row["id"] for row in frame.until("conversations")["items"]]

    assert listed == [(second, "now the second"), (first, "now the first")]
    assert (answer["has_more"], "before" in answer) == (False, False)
    assert ([row["id"] for row in older["items"]], older["before"]) == ([first], second)
    assert renamed == {first: "Postage", second: "now the second"}
    assert (cleared.id, left) == ("", [first])
    assert error(frame, "conversation.open", conversation=second)[0] == "not_found"


def test_words_are_searched_and_changes_of_the_list_are_told_once(
    shared: Server, connect: Frames, model: Model
) -> None:
    token = shared.token()
    frame = joined(shared, connect, token, epoch="")
    first = frame.ask("now about Lamps")["conversation"]
    frame.until("run.ended")
    other = joined(shared, connect, token, epoch="")
    other.send("conversation.list", search="LAMPS now")
    answer = other.until("conversations")

    frame.send("conversation.rename", conversation=first, title="Light")
    frame.until("conversations")
    stale = other.until("conversations.stale")
    frame.send("conversation.rename", conversation=first, title="Lights")
    frame.until("conversations")
    other.send("conversation.list")
    renamed = other.until("conversations")["items"]

    assert (answer["search"], answer["has_more"]) == ("LAMPS now", False)
    assert [(row["id"], row["excerpt"]) for row in answer["items"]] == [(first, "now about Lamps")]
    assert stale == {"type": "conversations.stale"}
    assert [row["title"] for row in renamed] == ["Lights"]
    assert sum("conversations.stale" in one for one in other.seen) == 1


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
        "conversation.list": {"before": accepted["conversation"]},
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
