"""A visitor signs in: what goes along, and what the platform hears of it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from tests.runs.acts import begin
from tests.runs.stage import Gate, Stage, Watcher, answer, make_caller, until
from widget.domain import events
from widget.domain.errors import NotFound
from widget.domain.events import RunEvent
from widget.domain.sites import Caller, Identity
from widget.providers.base import Capabilities, Turn
from widget.providers.demo.files import drawn
from widget.runs import feedback, follow, opening, start
from widget.runs.sign_in import sign_in
from widget.store.attachments import access_file

CONTEXT = {"plan": "gold"}


def person_of(stage: Stage, visitor: str = "vis_person") -> Caller:
    identity = Identity("u1", "Ada", CONTEXT, ends_at=2_000_000_000)
    return msgspec.structs.replace(make_caller(stage.site, visitor=visitor), identity=identity)


def signed_in(stage: Stage, conversation: str) -> Caller:
    person = person_of(stage)
    assert sign_in(stage.engine, person, stage.caller.visitor, conversation)
    return person


def test_running_answer_goes_on_for_the_person(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("One ")
        gate.wait()
        yield events.TextDelta("two.")
        yield events.RunCompleted()

    stage.provider.script = script
    accepted = stage.send()
    watcher = Watcher(stage, accepted.conversation)
    gate.reached()

    person = signed_in(stage, accepted.conversation)
    gate.open()
    stage.settle()

    shown = opening.show(stage.engine, person, None)
    assert shown.id == accepted.conversation
    assert shown.messages[-1].parts[0].html == "<p>One two.</p>"
    picture = watcher.look().picture()
    assert picture["messages"][-1]["parts"][0]["root"] == "<p>One two.</p>"


def test_former_visitor_finds_it_no_more(stage: Stage) -> None:
    accepted = stage.ask()

    signed_in(stage, accepted.conversation)

    assert stage.shown().id == ""
    with pytest.raises(NotFound):
        stage.shown(accepted.conversation)
    with pytest.raises(NotFound):
        stage.send(conversation=accepted.conversation)


def test_platform_goes_on_knowing_it_of_the_one_before(stage: Stage) -> None:
    accepted = stage.ask()
    person = signed_in(stage, accepted.conversation)

    start.send(stage.engine, person, accepted.conversation, "client-next", "Again")
    stage.settle()
    start.send(stage.engine, person, None, "client-new", "Something new")
    stage.settle()

    assert [turn.visitor for turn in stage.provider.turns] == ["vis_ada", "vis_ada", "vis_person"]


def test_context_goes_with_every_kind_of_turn(stage: Stage) -> None:
    stage.caller = person_of(stage)
    first = stage.ask()
    start.retry(stage.engine, stage.caller, first.answer)
    stage.settle()
    start.edit(stage.engine, stage.caller, first.message, "client-edit", "Otherwise")
    stage.settle()

    turns = stage.provider.turns
    assert [(turn.kind, dict(turn.context)) for turn in turns] == [
        ("send", CONTEXT),
        ("retry", CONTEXT),
        ("edit", CONTEXT),
    ]


def test_follow_up_has_the_context_and_the_pseudonym(stage: Stage) -> None:
    stage.provider.offers = Capabilities(follow_up="queue")
    accepted = begin(stage)
    person = signed_in(stage, accepted.conversation)
    told = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        told.wait()
        yield from answer("Too late.")

    stage.provider.script = script
    start.send(stage.engine, person, accepted.conversation, "client-follow", "Also this")
    told.reached()
    told.open()

    turn = stage.provider.turns[-1]
    assert (turn.kind, turn.visitor, dict(turn.context)) == ("follow_up", "vis_ada", CONTEXT)


def test_verdict_is_passed_on_under_the_pseudonym(stage: Stage) -> None:
    accepted = stage.ask()
    person = signed_in(stage, accepted.conversation)

    feedback.give(stage.engine, person, accepted.answer, verdict="like")
    until(lambda: stage.provider.verdicts)

    assert stage.provider.verdicts[0][0].visitor == "vis_ada"


def test_picture_of_a_running_answer_is_the_persons(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        gate.wait()
        yield events.ImageReady("img-1", drawn(), "A lamp")
        yield events.RunCompleted()

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()
    person = signed_in(stage, accepted.conversation)
    gate.open()
    stage.settle()

    ((attachment,),) = stage.rows("SELECT id FROM attachments")
    with stage.store.read() as tx:
        assert access_file(tx, "acme", person.visitor, attachment).message == accepted.answer


def test_open_screen_picks_up_where_it_stood(stage: Stage) -> None:
    accepted = stage.ask()
    shown = stage.shown()
    person = signed_in(stage, accepted.conversation)

    follower = follow.from_here(
        stage.engine, person, shown.id, epoch=shown.epoch, seq=shown.seq, wake=lambda: None
    )

    assert follower is not None
    follower.close()


def test_row_keeps_who_it_is_from_the_first_message_on(stage: Stage) -> None:
    stage.caller = person_of(stage)

    stage.ask()

    (row,) = stage.rows('SELECT id, "user", name, context FROM visitors')
    assert row == ("vis_person", "u1", "Ada", '{"plan":"gold"}')


def test_empty_screen_takes_nothing_along(stage: Stage) -> None:
    accepted = stage.ask()

    assert not sign_in(stage.engine, person_of(stage), stage.caller.visitor, "")

    assert stage.shown().id == accepted.conversation


def test_other_site_has_no_such_conversation(stage: Stage) -> None:
    accepted = stage.ask()
    site = msgspec.structs.replace(stage.site, key="globex")
    person = msgspec.structs.replace(person_of(stage), site=site)

    assert not sign_in(stage.engine, person, stage.caller.visitor, accepted.conversation)

    assert stage.shown().id == accepted.conversation
