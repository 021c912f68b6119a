"""What an agent asks for comes back: by socket and by plain form, counted like a message."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving import DEMO_SITE, Answer, Frame, Frames, Server, servers
from tests.web.talk import error, joined, whole
from tests.web.test_forms import DAY_S, alert, message_ids, messages, old_token, page, post, send
from widget.render.widgets.actions import PARAGRAPH_CHARS
from widget.web import wire

FORM = "Book an appointment"
CONFIRM = "Cancel my order"
CARD = "Show me the Heron"
CALL = "Which page is this?"
FILLED = {"name": ["Ada"], "day": ["sat"]}
ORDER, SHOW = "3.onSubmitAction", "3.4.1.onClickAction"
LIMITED = DEMO_SITE.replace("visitor_per_minute = 0", "visitor_per_minute = 2")


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    for start in servers(tmp_path_factory.mktemp("limited")):
        yield start(LIMITED)


def asked(server: Server, connect: Frames, question: str) -> tuple[Frame, str]:
    """A frame, and the answer of its agent that waits."""
    frame = joined(server, connect, server.token(), epoch="")
    frame.ask(question)
    return frame, frame.until("run.ended")["message"]


def test_a_form_is_answered_on_the_socket(server: Server, connect: Frames) -> None:
    frame, message = asked(server, connect, FORM)

    frame.send("input.answer", message=message, part=1, values=FILLED)
    part = frame.until("part")
    added = frame.until("message.added")
    ended = frame.until("run.ended")

    assert (part["message"], part["index"]) == (message, 1)
    assert (part["part"]["kind"], part["part"]["state"]) == ("input_request", "answered")
    assert added["message"]["id"] == ended["message"]
    assert ended["state"] == "done"
    frame.send("input.answer", message=message, part=1, values={})
    frame.send("ping")
    frame.until("pong")
    assert not any('"type":"error"' in one for one in frame.seen)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"part": 1, "values": {"name": ["Ada"]}}, "bad_input"),
        ({"part": 1, "values": {**FILLED, "day": ["never"]}}, "bad_input"),
        ({"part": 0, "values": FILLED}, "bad_input"),
        ({"part": 7, "values": FILLED}, "bad_input"),
        ({"part": 1, "action": "no", "values": FILLED}, "bad_input"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    server: Server, connect: Frames, fields: dict[str, Any], code: str
) -> None:
    frame, message = asked(server, connect, FORM)

    assert error(frame, "input.answer", message=message, **fields) == (code, "input.answer")


def test_as_much_is_taken_as_a_field_lets_one_write() -> None:
    """What the socket cannot read ends it, and what was typed would be lost with it."""
    values = {"note": ["x" * PARAGRAPH_CHARS]}
    frame = {"type": "input.answer", "message": "msg_x", "part": 0, "values": values}

    assert isinstance(wire.parse(json.dumps(frame)), wire.InputAnswer)


def test_a_refused_form_is_told_in_the_visitors_language(server: Server, connect: Frames) -> None:
    frame = joined(server, connect, server.token(), epoch="", lang="zh")
    frame.ask("我想预约")
    message = frame.until("run.ended")["message"]

    frame.send("input.answer", message=message, part=1)

    assert frame.until("error")["message"] == "请再看看填写的内容：有遗漏，或者不符合要求。"


def test_what_is_settled_and_what_is_closed_have_names(server: Server, connect: Frames) -> None:
    frame, message = asked(server, connect, FORM)
    conversation = frame.ask("Good-bye", whole_id(frame))["conversation"]
    access = frame.until("access")
    frame.until("run.ended")

    settled = error(frame, "input.answer", message=message, part=1, values=FILLED)
    frame.send(
        "message.send", client_message_id="cm-one-more", text="More", conversation=conversation
    )
    refusal = frame.until("error")

    assert (access["access"], access["reason"][:4]) == ("closed", "This")
    assert settled == ("request_settled", "input.answer")
    assert (refusal["code"], refusal["ref"]) == ("conversation_closed", "cm-one-more")
    assert refusal["retryable"] is False
    frame.send("conversation.open", conversation=conversation)
    assert whole(frame).access == "closed"


def whole_id(frame: Frame) -> str:
    """The conversation that this frame has begun."""
    found = re.search(r'"conversation":"(cnv_[\w-]+)"', " ".join(frame.seen))
    assert found
    return found[1]


def test_a_card_is_used_on_the_socket(server: Server, connect: Frames) -> None:
    frame, message = asked(server, connect, CARD)

    frame.send("input.answer", message=message, part=1, action=ORDER, values={"engraving": ["Ada"]})
    frame.until("run.ended")

    assert "Ada" in "".join(frame.seen)


def test_what_the_host_page_handles_is_told_to_this_frame_alone(
    server: Server, connect: Frames
) -> None:
    frame, message = asked(server, connect, CARD)
    frame.send("ping")
    frame.until("pong")

    frame.send("input.answer", message=message, part=1, action=SHOW, values={"engraving": ["x"]})
    action = frame.until("action")

    assert action == {
        "type": "action",
        "name": "show_lamp",
        "data": {"lamp": "heron", "engraving": "x"},
    }


def test_a_call_is_answered_on_the_socket_and_once(server: Server, connect: Frames) -> None:
    frame, message = asked(server, connect, CALL)
    called = next(one for one in frame.seen if '"tool.called"' in one)

    frame.send("tool.result", message=message, id="page", result={"title": "Lamps"})
    part = frame.until("part")
    frame.until("run.ended")
    frame.send("tool.result", message=message, id="page", result={"title": "Others"})
    frame.send("ping")
    frame.until("pong")

    assert f'"message":"{message}","id":"page","name":"describe_page","arguments":{{}}' in called
    assert (part["part"]["kind"], part["part"]["state"]) == ("tool_call", "done")
    assert sum('"type":"run.started"' in one for one in frame.seen) == 2
    assert not any('"type":"error"' in one for one in frame.seen)


def test_a_result_that_is_too_long_is_refused(server: Server, connect: Frames) -> None:
    frame, message = asked(server, connect, CALL)

    refusal = error(frame, "tool.result", message=message, id="page", result="x" * 40_000)

    assert refusal == ("bad_input", "tool.result")


@pytest.mark.parametrize(
    ("question", "type_", "fields"),
    [
        (CONFIRM, "input.answer", {"part": 1, "action": "keep"}),
        (CALL, "tool.result", {"id": "page", "result": {"title": "Lamps"}}),
    ],
)
def test_a_reply_costs_as_much_as_a_message(
    limited: Server, connect: Frames, question: str, type_: str, fields: dict[str, Any]
) -> None:
    frame, message = asked(limited, connect, question)

    frame.send(type_, message=message, **fields)
    frame.until("run.ended")
    frame.send("message.send", client_message_id="cm-one-more", text="More")
    refusal = frame.until("error")

    assert (refusal["code"], refusal["ref"]) == ("rate_limited", "cm-one-more")


def test_a_reply_over_the_limit_can_be_given_later(limited: Server, connect: Frames) -> None:
    frame, message = asked(limited, connect, CONFIRM)
    frame.ask("Hello")
    frame.until("run.ended")

    refusal = error(frame, "input.answer", message=message, part=1, action="keep")

    assert refusal == ("rate_limited", "input.answer")


def form_of(answer: Answer) -> str:
    """Where the last form of an agent on this page posts to, within the site."""
    found = re.findall(r'<form class="answer-form" method="post" action="([^"]+)"', page(answer))
    return str(found[-1]).partition("/frame/acme/")[2].partition("?")[0]


def test_a_plain_form_is_answered(server: Server) -> None:
    token = server.token()
    first = send(server, token, FORM)

    done = post(server, form_of(first), token=token, **{"f.name": "Ada", "f.day": "sat"})

    assert done.status == 200
    assert messages(done) == [FORM]
    assert len(message_ids(done)) == 2
    assert "Noted!" in page(done)
    assert '<form class="answer-form"' not in page(done)


def test_a_plain_form_that_is_refused_comes_back_filled_in(server: Server) -> None:
    token = server.token()
    first = send(server, token, FORM)
    fields = {"f.day": "sat", "f.note": "Two\r\nlines <b>", "f.topics": "tour"}

    refused = post(server, form_of(first), token=token, **fields)

    assert refused.status == 422
    assert alert(refused).startswith("Please look at your answers again")
    checked = [tag for tag in re.findall(r"<input[^>]*>", page(refused)) if " checked" in tag]
    assert [re.findall(r' value="(\w+)"', tag) for tag in checked] == [["sat"], ["tour"]]
    assert "Two\nlines &lt;b" in page(refused)


def test_a_plain_button_counts_and_a_plain_skip_too(server: Server) -> None:
    token = server.token()
    kept = post(server, form_of(send(server, token, CONFIRM)), token=token, action="keep")
    other = server.token()
    skipped = post(server, form_of(send(server, other, FORM)), token=other, skip="1")

    assert "stays as it is" in page(kept)
    assert "Never mind" in page(skipped)


def test_a_plain_form_twice_is_one_answer(server: Server) -> None:
    token = server.token()
    first = send(server, token, CONFIRM)
    post(server, form_of(first), token=token, action="keep")
    again = post(server, form_of(first), token=token, action="keep")

    assert len(message_ids(again)) == 2


def test_a_plain_form_with_an_expired_token_is_taken(server: Server) -> None:
    token = old_token(server, 29 * DAY_S)
    first = send(server, token, CONFIRM)

    done = post(server, form_of(first), token=token, action="keep")

    assert (done.status, len(message_ids(done))) == (200, 2)


def test_a_plain_card_says_what_it_cannot_do(server: Server) -> None:
    token = server.token()
    first = send(server, token, CARD)

    refused = post(server, form_of(first), token=token, action=SHOW)

    assert refused.status == 409
    assert len(message_ids(refused)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "x" * 201},
        {"f.name": "x" * 8_001, "f.day": "sat"},
        {f"f.{number}": "x" for number in range(51)},
        {"f." + "x" * 201: "x"},
    ],
)
def test_plain_fields_have_the_bounds_of_the_socket(server: Server, fields: dict[str, str]) -> None:
    token = server.token()
    first = send(server, token, FORM)

    refused = post(server, form_of(first), token=token, **fields)

    assert refused.status == 422
    assert len(message_ids(refused)) == 1


@pytest.mark.parametrize("part", ["0", "9"])
def test_a_plain_answer_to_nothing_is_refused(server: Server, part: str) -> None:
    token = server.token()
    (message,) = message_ids(send(server, token, FORM))

    refused = post(server, f"messages/{message}/parts/{part}/answer", token=token, action="x")

    assert refused.status == 422


def test_a_plain_answer_to_somebody_elses_form_is_not_found(server: Server) -> None:
    first = send(server, server.token(), FORM)

    refused = post(server, form_of(first), token=server.token(), **{"f.name": "Eve"})

    assert refused.status == 404
    assert "Eve" not in page(refused)


def test_a_page_of_elsewhere_cannot_answer(server: Server) -> None:
    token = server.token()
    path = form_of(send(server, token, CONFIRM))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": "https://evil.example",
    }

    refused = server.ask(
        "POST", f"/frame/acme/{path}", f"token={token}&action=keep".encode(), headers
    )

    assert refused.status == 403


def test_a_closed_conversation_has_no_composer_on_a_plain_page(server: Server) -> None:
    closed = send(server, server.token(), "Good-bye")
    token = re.findall(r'name="token" value="([^"]+)"', page(closed))[0]
    again = post(server, "messages", token=token, text="More", conversation=_here(closed))

    assert again.status == 409
    assert 'data-access="closed"' in page(again)
    assert "This conversation has ended. Thank you for your visit!" in page(again)
    assert alert(again).startswith("This conversation takes no messages any more.")


def _here(answer: Answer) -> str:
    return str(re.findall(r'name="conversation" value="([^"]+)"', page(answer))[0])
