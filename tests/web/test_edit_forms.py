"""Another wording of a question, and another answer, at a browser without scripts."""

from __future__ import annotations

import re

import pytest

from tests.serving import Answer, Server
from tests.web.test_forms import alert, draft, hidden, messages, page, post, send

WORDS = "You are changing an earlier message."


class Talk:
    """Two questions and their answers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.token = server.token()
        first = send(server, self.token, "Hello")
        self.conversation = hidden(first, "conversation")
        self.last = send(server, self.token, "Thanks", conversation=self.conversation)
        self.questions = re.findall(r'class="message question" data-id="([^"]+)"', page(self.last))

    def edit(self, message: str, **fields: str) -> Answer:
        given = {"token": self.token, "conversation": self.conversation, **fields}
        return post(self.server, f"messages/{message}/edit", **given)


@pytest.fixture
def talk(server: Server) -> Talk:
    return Talk(server)


def test_every_question_has_a_button(talk: Talk) -> None:
    found = re.findall(r'formaction="/frame/acme/messages/([^/]+)/edit', page(talk.last))

    assert found == talk.questions


def test_button_brings_the_question_into_the_composer(talk: Talk) -> None:
    answer = talk.edit(talk.questions[0], text="A draft")

    assert draft(answer) == "Hello"
    assert WORDS in page(answer)
    assert hidden(answer, "edits") == talk.questions[0]
    assert hidden(answer, "aside") == "A draft"
    assert f'action="/frame/acme/messages/{talk.questions[0]}/edit' in page(answer)
    assert messages(answer) == ["Hello", "Thanks"]


def test_new_wording_replaces_the_question_and_all_after_it(talk: Talk) -> None:
    fields = {"edits": talk.questions[0], "aside": "A draft", "text": "Good day"}

    answer = talk.edit(talk.questions[0], **fields, client_message_id="cm_12345678")
    again = talk.edit(talk.questions[0], **fields, client_message_id="cm_12345678")

    for one in (answer, again):
        assert messages(one) == ["Good day"]
        assert draft(one) == "A draft"
        assert WORDS not in page(one)


def test_edit_can_be_called_off(talk: Talk) -> None:
    answer = talk.edit(talk.questions[0], aside="A draft", text="Good", cancel="1")

    assert messages(answer) == ["Hello", "Thanks"]
    assert draft(answer) == "A draft"
    assert WORDS not in page(answer)


def test_other_buttons_leave_the_edit_as_it_was(talk: Talk) -> None:
    fields = {"edits": talk.questions[1], "aside": "A draft", "text": "Half a sen"}

    answer = post(
        talk.server,
        "runs/-/follow",
        token=talk.token,
        conversation=talk.conversation,
        **fields,
    )

    assert draft(answer) == "Half a sen"
    assert hidden(answer, "edits") == talk.questions[1]
    assert hidden(answer, "aside") == "A draft"


def test_refused_wording_is_not_lost(talk: Talk) -> None:
    question = talk.questions[1]

    answer = talk.edit(question, edits=question, aside="A draft", text="  ")

    assert answer.status == 422
    assert alert(answer)
    assert hidden(answer, "edits") == question
    assert hidden(answer, "aside") == "A draft"


def test_nobody_edits_an_answer_or_a_stranger(talk: Talk) -> None:
    answers = re.findall(r'class="message answer" data-id="([^"]+)"', page(talk.last))

    assert talk.edit(answers[0]).status == 422
    assert talk.edit(talk.questions[0], token=talk.server.token()).status == 404


def test_edit_ends_with_the_conversation(talk: Talk) -> None:
    answer = post(
        talk.server, "conversations", token=talk.token, edits=talk.questions[0], text="Half"
    )

    assert WORDS not in page(answer)
    assert draft(answer) == "Half"


def test_answer_that_ended_well_may_be_asked_for_again(talk: Talk) -> None:
    found = re.findall(r'formaction="/frame/acme/messages/([^/]+)/retry', page(talk.last))

    answer = post(talk.server, f"messages/{found[-1]}/retry", token=talk.token)

    assert messages(answer) == ["Hello", "Thanks"]


def test_messages_say_when_they_were_written(talk: Talk) -> None:
    found = re.findall(
        r'<time class="time" datetime="([^"]+)"><noscript>([^<]+)</noscript>', page(talk.last)
    )

    assert len(found) == 4
    for at, words in found:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", at)
        assert words == f"{at[:10]} {at[11:16]} UTC"
