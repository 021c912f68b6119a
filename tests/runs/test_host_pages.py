"""What a host page says without a signature: where it goes, and what it does not do."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from tests.runs.asks import BUTTON, SIZES, card, fill
from tests.runs.stage import Gate, Stage, answer, make_caller, until
from tests.runs.test_webhooks import listen, told
from widget.domain import events
from widget.domain.errors import NotFound
from widget.domain.events import RunEvent
from widget.domain.host_page import HostPage, Label
from widget.domain.sites import Caller, Identity
from widget.providers.base import Capabilities, Turn
from widget.runs import feedback, opening, start
from widget.runs.listed import list_
from widget.runs.opened import Accepted
from widget.store.conversations import access_conversation
from widget.store.visitors import find_visitor

PAGE = {"sku": "A-7", "plan": "gold"}
MARKED = {"page_sku": "A-7", "page_plan": "gold"}


def say(
    stage: Stage,
    text: str = "Hello",
    *,
    caller: Caller | None = None,
    page: dict[str, str] | None = None,
    label: Label | None = None,
    name: str = "client-page",
) -> Accepted:
    """A question from a page that says this of itself, answered to its end."""
    accepted = start.send(
        stage.engine, caller or stage.caller, None, name, text, page=page or {}, label=label
    )
    stage.settle()
    return accepted


def signed_in(stage: Stage, person: Identity) -> Caller:
    caller = make_caller(stage.site, visitor="vis_person")
    return msgspec.structs.replace(caller, identity=person)


def pages(stage: Stage) -> list[tuple[str, dict[str, str]]]:
    return [(turn.kind, dict(turn.page)) for turn in stage.provider.turns]


def test_retry_and_edit_go_with_what_the_page_said_then(stage: Stage) -> None:
    first = say(stage, page=PAGE)

    start.retry(stage.engine, stage.caller, first.answer)
    stage.settle()
    start.edit(stage.engine, stage.caller, first.message, "client-edit", "Otherwise")
    stage.settle()

    assert pages(stage) == [("send", MARKED), ("retry", MARKED), ("edit", MARKED)]


def test_question_from_another_page_goes_with_its_own(stage: Stage) -> None:
    say(stage, page=PAGE)

    say(stage, page={"sku": "B-1"}, name="client-other")
    say(stage, name="client-third")

    assert [page for _, page in pages(stage)] == [MARKED, {"page_sku": "B-1"}, {}]


def test_owner_names_what_goes_unmarked_and_signs_what_wins(stage: Stage) -> None:
    stage.save_site(page=HostPage(inputs=("sku", "plan")))
    person = Identity("u1", context={"plan": "free"}, ends_at=2_000_000_000)

    say(stage, caller=signed_in(stage, person), page=PAGE)

    (turn,) = stage.provider.turns
    assert dict(turn.page) == PAGE
    assert turn.facts == {"sku": "A-7", "plan": "free"}


def test_answered_form_goes_with_the_page_of_the_question(stage: Stage) -> None:
    stage.provider.script = lambda turn: [
        events.InputRequested("req-1", SIZES),
        events.RunCompleted(),
    ]
    asked = say(stage, page=PAGE)
    stage.provider.script = lambda turn: answer("Done.")

    fill(stage, asked.answer, part=0, values={"size": ("s",)})
    stage.settle()

    assert pages(stage) == [("send", MARKED), ("answer", MARKED)]


def test_quiet_action_goes_with_the_page_of_the_question(stage: Stage) -> None:
    stage.provider.script = lambda turn: [
        events.WidgetChanged("w1", card(streaming=False)),
        events.RunCompleted(),
    ]
    asked = say(stage, page=PAGE)
    stage.provider.script = lambda turn: []

    fill(stage, asked.answer, part=0, action=BUTTON)

    until(lambda: len(stage.provider.turns) == 2)
    assert pages(stage) == [("send", MARKED), ("answer", MARKED)]


def test_follow_up_goes_with_its_own_page(stage: Stage) -> None:
    stage.provider.offers = Capabilities(follow_up="queue")
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        if turn.kind == "send":
            gate.wait()
            yield from answer("Both.")

    stage.provider.script = script
    first = start.send(stage.engine, stage.caller, None, "client-first", "Hello", page=PAGE)
    gate.reached()

    start.send(
        stage.engine, stage.caller, first.conversation, "client-more", "And?", page={"sku": "B-1"}
    )
    until(lambda: len(stage.provider.turns) == 2)
    gate.open()
    stage.settle()

    assert pages(stage) == [("send", MARKED), ("follow_up", {"page_sku": "B-1"})]


def test_what_no_store_keeps_is_taken_out(stage: Stage) -> None:
    say(stage, page={"sku": "A\0\ud83d7"}, label=Label("u\0", "A\ud83d"))

    assert pages(stage) == [("send", {"page_sku": "A\ufffd7"})]
    with stage.store.read() as tx:
        row = find_visitor(tx, "acme", stage.caller.visitor)
    assert row is not None
    assert row.label == Label("u", "A\ufffd")


def test_label_is_kept_with_the_visitor_until_the_page_says_another(stage: Stage) -> None:
    say(stage, label=Label("u-7", "Ada"))
    say(stage, name="client-silent")
    say(stage, label=Label(), name="client-empty")
    with stage.store.read() as tx:
        kept = find_visitor(tx, "acme", stage.caller.visitor)

    say(stage, label=Label("u-8"), name="client-other")

    with stage.store.read() as tx:
        changed = find_visitor(tx, "acme", stage.caller.visitor)
    assert kept is not None
    assert kept.label == Label("u-7", "Ada")
    assert changed is not None
    assert changed.label == Label("u-8")


def test_same_label_opens_nobody_s_history(stage: Stage) -> None:
    same = Label("u-7", "Ada")
    mine = say(stage, "A secret", label=same)
    other = make_caller(stage.site, visitor="vis_other")
    theirs = say(stage, "Something else", caller=other, label=same, name="client-theirs")

    listed = list_(stage.engine, other)

    assert [one.id for one in listed.rows] == [theirs.conversation]
    assert opening.show(stage.engine, other, None).id == theirs.conversation
    with stage.store.read() as tx, pytest.raises(NotFound):
        access_conversation(tx, other, mine.conversation)
    with pytest.raises(NotFound):
        start.retry(stage.engine, other, mine.answer)


def test_webhooks_tell_the_label_as_unsigned(stage: Stage) -> None:
    listen(stage)
    first = say(stage, label=Label("u-7", "Ada"))

    feedback.give(stage.engine, stage.caller, first.answer, verdict="like")

    visitors = [body["data"]["visitor"] for body in told(stage)]
    assert (
        visitors
        == [
            {
                "id": stage.caller.visitor,
                "user": None,
                "name": None,
                "unsigned": {"id": "u-7", "nickname": "Ada"},
            }
        ]
        * 3
    )


def test_signed_in_visitor_keeps_name_and_label_apart(stage: Stage) -> None:
    listen(stage, "conversation.started")
    person = Identity("u1", "Ada", ends_at=2_000_000_000)

    say(stage, caller=signed_in(stage, person), label=Label("u-7", "Eve"))

    (body,) = told(stage)
    assert body["data"]["visitor"] == {
        "id": "vis_person",
        "user": "u1",
        "name": "Ada",
        "unsigned": {"id": "u-7", "nickname": "Eve"},
    }
