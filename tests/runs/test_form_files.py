"""Files that a form asks for: they go to the platform with the answer, and with its retry."""

from __future__ import annotations

from typing import Any

import pytest

from tests.runs.asks import ask, fill
from tests.runs.stage import Stage, make_caller
from widget.domain import events
from widget.domain.errors import FileRefused, NotOffered
from widget.domain.inputs import Field, Form, FormAnswered
from widget.providers.base import Capabilities, Uploads
from widget.runs import start, uploads

FORM = Form(fields=(Field("photo", "Photo", kind="file"),))
REQUEST = events.InputRequested("req-1", FORM)
OFFERS = Capabilities(uploads=Uploads(("text/plain",), 1000, 2))


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.provider.offers = OFFERS
    return stage


def keep(stage: Stage, text: bytes = b"A note.") -> str:
    incoming = uploads.receive(stage.engine, stage.site)
    incoming.write(text)
    kept: Any = uploads.keep(
        stage.engine, stage.caller, incoming, name="note.txt", declared="text/plain"
    )
    return str(kept.id)


def test_a_file_goes_with_the_answer_and_again_with_a_retry(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST)
    file = keep(stage)

    accepted = fill(stage, message, values={"photo": (file,)})
    stage.settle()
    start.retry(stage.engine, stage.caller, accepted.answer)
    stage.settle()

    for turn in stage.provider.turns[1:]:
        assert turn.reply == FormAnswered("req-1", values={"photo": (file,)})
        assert [(one.id, one.name, one.read()) for one in turn.attachments] == [
            (file, "note.txt", b"A note.")
        ]
    assert stage.rows("SELECT message FROM attachments") == [(message,)]


def test_files_of_the_question_are_not_sent_again(stage: Stage) -> None:
    stage.provider.script = lambda turn: [REQUEST, events.RunCompleted("tool")]
    first = keep(stage, b"With the question.")
    sent = start.send(stage.engine, stage.caller, None, "client-no-1", "Look", attachments=(first,))
    stage.settle()
    second = keep(stage)

    fill(stage, sent.answer, 0, values={"photo": (second,)})
    stage.settle()

    turn = stage.provider.turns[-1]
    assert [one.id for one in turn.attachments] == [second]
    assert set(turn.earlier_attachments) == {first}


@pytest.mark.parametrize("given", ["no file", "att_missing"])
def test_a_file_that_is_not_there_is_refused(stage: Stage, given: str) -> None:
    message, _ = ask(stage, REQUEST)

    with pytest.raises(FileRefused):
        fill(stage, message, values={"photo": (given,)})


def test_nobody_elses_file_goes_along(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST)
    mine, stage.caller = stage.caller, make_caller(stage.site, visitor="vis_bob")
    theirs = keep(stage)
    stage.caller = mine

    with pytest.raises(FileRefused):
        fill(stage, message, values={"photo": (theirs,)})


def test_a_file_goes_along_once(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST, events.InputRequested("req-2", FORM))
    file = keep(stage)
    fill(stage, message, values={"photo": (file,)})
    stage.settle()
    stage.provider.script = lambda turn: [REQUEST, events.RunCompleted("tool")]
    again = stage.ask("More", conversation=stage.shown().id)

    with pytest.raises(FileRefused):
        fill(stage, again.answer, 0, values={"photo": (file,)})


def test_a_site_without_uploads_takes_none(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST)
    file = keep(stage)
    stage.provider.offers = Capabilities()

    with pytest.raises(NotOffered):
        fill(stage, message, values={"photo": (file,)})
