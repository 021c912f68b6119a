"""Doors, threads, leases and checkpoints in the database itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy.exc import IntegrityError

from tests.runs.stage import make_caller, make_site
from widget.domain.conversations import (
    Conversation,
    Feedback,
    FilePart,
    ImagePart,
    InputRequestPart,
    Message,
    NoticePart,
    Part,
    ReasoningPart,
    Run,
    SourcePart,
    StepPart,
    TextPart,
    Visitor,
    WidgetPart,
)
from widget.domain.errors import Failure, NotFound
from widget.domain.inputs import Field, Form
from widget.domain.sites import Caller
from widget.store.checkpoints import RunEnding, RunSave, end_run, release_run, save_runs
from widget.store.conversations import (
    access_conversation,
    add_conversation,
    delete_conversation,
    find_conversation,
    latest_conversation,
    list_conversations,
    rename_conversation,
)
from widget.store.database import Store, Transaction
from widget.store.feedback import save_feedback
from widget.store.messages import (
    access_message,
    add_message,
    find_message,
    find_sent,
    next_position,
    supersede,
    thread,
)
from widget.store.parts import PartRow
from widget.store.runs import (
    access_run,
    add_run,
    claim,
    ownerless_runs,
    owners,
    run_of_answer,
    run_of_question,
    unfinished_run,
)
from widget.store.sites import save_site
from widget.store.visitors import ensure_visitor

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)
SITE = make_site()
ADA = make_caller(SITE)
BOB = make_caller(SITE, visitor="vis_bob")
ELSEWHERE = make_caller(msgspec.structs.replace(SITE, key="other"))
STRANGERS = pytest.mark.parametrize("stranger", [BOB, ELSEWHERE], ids=["visitor", "site"])

PARTS: tuple[Part, ...] = (
    ReasoningPart("Hm."),
    TextPart("So 好."),
    StepPart("s", "Search", "failed", "boom"),
    SourcePart("q", "Terms", "https://acme.example", "free"),
    ImagePart("i", "https://acme.example/i.png", "A cat"),
    FilePart("f", "https://acme.example/f.pdf", "f.pdf", 12),
    WidgetPart("w", {"type": "Card", "children": [1, None]}),
    InputRequestPart("r", Form("Name?", fields=(Field("age", "Age", "number"),))),
    NoticePart("warning", "Slow."),
)


@pytest.fixture
def store(store: Store) -> Store:
    """With one conversation of Ada's: a question, and an answer that is being written."""
    with store.begin() as tx:
        save_site(tx, SITE, store.cipher)
        ensure_visitor(tx, Visitor("vis_ada", "acme", "a" * 64, NOW))
        add_conversation(tx, Conversation("cnv_1", "acme", "vis_ada", "One", None, NOW, NOW))
        add_message(tx, message("msg_q", 1, role="visitor", client_message_id="client-1"))
        add_message(tx, message("msg_a", 2, state="running", parts=()))
        add_run(tx, RUN, at=NOW)
    return store


def message(identity: str, position: int, **changes: object) -> Message:
    made = Message(identity, "cnv_1", "assistant", "done", (TextPart("x"),), position, NOW)
    return msgspec.structs.replace(made, **changes)


RUN = Run("run_1", "cnv_1", "msg_q", "msg_a", "send", "running", "me", LATER)
SAVE = RunSave("run_1", "cnv_1", "msg_a", [PartRow(0, "text", "So")], cursor="7")


def test_every_door_opens_to_the_owner(store: Store) -> None:
    with store.read() as tx:
        assert access_conversation(tx, ADA, "cnv_1").title == "One"
        assert access_message(tx, ADA, "msg_q").client_message_id == "client-1"
        assert access_run(tx, ADA, "run_1") == RUN


@STRANGERS
def test_missing_and_not_yours_look_the_same(store: Store, stranger: Caller) -> None:
    doors: list[tuple[Callable[[Transaction, Caller, str], object], str]] = [
        (access_conversation, "cnv_1"),
        (access_message, "msg_q"),
        (access_run, "run_1"),
    ]
    with store.read() as tx:
        for door, identity in doors:
            with pytest.raises(NotFound) as not_yours:
                door(tx, stranger, identity)
            with pytest.raises(NotFound) as missing:
                door(tx, ADA, identity[:-1] + "9")
            assert str(not_yours.value)[:-2] == str(missing.value)[:-2]


@STRANGERS
def test_nothing_of_others_is_found(store: Store, stranger: Caller) -> None:
    with store.read() as tx:
        assert latest_conversation(tx, stranger) is None
        assert list_conversations(tx, stranger, limit=9) == []
        assert find_sent(tx, stranger, "client-1") is None


def test_every_kind_of_part_comes_back_as_it_went(store: Store) -> None:
    with store.begin() as tx:
        add_message(tx, message("msg_p", 3, parts=PARTS))

    with store.read() as tx:
        found = find_message(tx, "msg_p")
    assert found is not None
    assert found.parts == PARTS


def test_a_message_comes_back_with_failure_and_feedback(store: Store) -> None:
    given = Feedback("msg_f", "dislike", ("错误",), "The price.")
    with store.begin() as tx:
        add_message(tx, message("msg_f", 3, state="failed", failure=Failure.BUSY))
        save_feedback(tx, given, at=NOW)

    with store.read() as tx:
        found = access_message(tx, ADA, "msg_f")
    assert (found.failure, found.feedback) == (Failure.BUSY, given)


def test_the_thread_is_the_last_shown_messages_in_order(store: Store) -> None:
    with store.begin() as tx:
        for position in range(3, 8):
            add_message(tx, message(f"msg_{position}", position))
        gone = supersede(tx, "cnv_1", since=6, by="msg_7")

    with store.read() as tx:
        shown = [found.id for found in thread(tx, "cnv_1", limit=3)]
        before = [found.id for found in thread(tx, "cnv_1", before=4, limit=2)]
        assert next_position(tx, "cnv_1") == 8
    assert gone == ("msg_6", "msg_7")
    assert (shown, before) == (["msg_3", "msg_4", "msg_5"], ["msg_a", "msg_3"])


def test_an_empty_thread_begins_at_one(store: Store) -> None:
    with store.read() as tx:
        assert next_position(tx, "cnv_none") == 1
        assert thread(tx, "cnv_none", limit=5) == []


def test_a_client_message_id_is_taken_once_per_conversation(store: Store) -> None:
    with pytest.raises(IntegrityError), store.begin() as tx:
        add_message(tx, message("msg_2", 3, client_message_id="client-1"))


def test_one_conversation_has_one_unfinished_run(store: Store) -> None:
    with store.begin() as tx:
        add_message(tx, message("msg_b", 3))
    with pytest.raises(IntegrityError), store.begin() as tx:
        add_run(tx, msgspec.structs.replace(RUN, id="run_2", answer="msg_b"), at=NOW)


def test_runs_are_found_by_what_they_belong_to(store: Store) -> None:
    with store.read() as tx:
        assert run_of_answer(tx, "msg_a") == run_of_question(tx, "msg_q") == RUN
        assert unfinished_run(tx, "cnv_1") == RUN
        assert run_of_answer(tx, "msg_q") is None
        assert owners(tx) == {"me"}


def test_a_run_is_ownerless_when_its_lease_or_its_owner_is_gone(store: Store) -> None:
    with store.read() as tx:
        assert ownerless_runs(tx, at=LATER) == []
        assert ownerless_runs(tx, at=LATER + timedelta(seconds=1)) == [RUN]
        assert ownerless_runs(tx, at=NOW, gone={"me"}) == [RUN]


def test_a_claim_counts_only_on_what_was_read(store: Store) -> None:
    with store.begin() as tx:
        first = claim(tx, RUN, owner="a", until=LATER)
        second = claim(tx, RUN, owner="b", until=LATER)

    with store.read() as tx:
        assert (first, second) == (True, False)
        assert access_run(tx, ADA, "run_1").owner == "a"


def test_a_claim_fails_when_the_lease_was_renewed_in_between(store: Store) -> None:
    with store.begin() as tx:
        save_runs(tx, [SAVE], owner="me", until=LATER + timedelta(seconds=5))

        assert not claim(tx, RUN, owner="a", until=LATER)


def test_a_released_run_can_be_claimed(store: Store) -> None:
    with store.begin() as tx:
        assert release_run(tx, SAVE, owner="me", at=NOW)
        (released,) = ownerless_runs(tx, at=NOW)

        assert (released.owner, released.lease_ends_at, released.cursor) == (None, None, "7")
        assert claim(tx, released, owner="a", until=LATER)


def test_a_save_writes_text_ids_and_lease_together(store: Store) -> None:
    save = msgspec.structs.replace(
        SAVE,
        upstream_conversation="c",
        upstream_run="r",
        upstream_message="m",
        title="Shipping",
    )
    with store.begin() as tx:
        lost = save_runs(tx, [save], owner="me", until=LATER)

    with store.read() as tx:
        run = access_run(tx, ADA, "run_1")
        answer = access_message(tx, ADA, "msg_a")
        conversation = access_conversation(tx, ADA, "cnv_1")
    assert lost == frozenset()
    assert (run.upstream_run, run.cursor, run.lease_ends_at) == ("r", "7", LATER)
    assert (answer.parts, answer.upstream_message) == ((TextPart("So"),), "m")
    assert (conversation.upstream_conversation, conversation.title) == ("c", "Shipping")


def test_a_visitors_title_is_not_overwritten(store: Store) -> None:
    with store.begin() as tx:
        rename_conversation(tx, "cnv_1", "Mine")
        save_runs(tx, [msgspec.structs.replace(SAVE, title="Theirs")], owner="me", until=LATER)

        assert access_conversation(tx, ADA, "cnv_1").title == "Mine"


def test_nothing_of_a_run_that_is_not_ours_is_written(store: Store) -> None:
    ending = RunEnding("done", NOW)
    with store.begin() as tx:
        assert save_runs(tx, [SAVE], owner="other", until=LATER) == {"run_1"}
        assert not end_run(tx, SAVE, ending, owner="other")
        assert not release_run(tx, SAVE, owner="other", at=NOW)

    with store.read() as tx:
        assert access_run(tx, ADA, "run_1") == RUN
        assert access_message(tx, ADA, "msg_a").parts == ()


def test_an_ended_run_is_nobodys_and_stays_as_it_ended(store: Store) -> None:
    with store.begin() as tx:
        assert end_run(tx, SAVE, RunEnding("failed", NOW, Failure.BUSY), owner="me")
        assert not end_run(tx, SAVE, RunEnding("done", NOW), owner="me")
        assert save_runs(tx, [SAVE], owner="me", until=LATER) == {"run_1"}

    with store.read() as tx:
        run = access_run(tx, ADA, "run_1")
        answer = access_message(tx, ADA, "msg_a")
    assert (run.state, run.owner, run.lease_ends_at, run.failure) == (
        "failed",
        None,
        None,
        Failure.BUSY,
    )
    assert (answer.state, answer.failure) == ("failed", Failure.BUSY)


def test_the_end_drops_parts_that_the_answer_has_no_more(store: Store) -> None:
    rows = [PartRow(number, "text", str(number)) for number in range(3)]
    with store.begin() as tx:
        save_runs(tx, [msgspec.structs.replace(SAVE, parts=rows)], owner="me", until=LATER)
        end_run(tx, SAVE, RunEnding("done", NOW), owner="me")

        assert access_message(tx, ADA, "msg_a").parts == (TextPart("So"),)


def test_deleting_a_conversation_leaves_nothing_of_it(store: Store) -> None:
    with store.begin() as tx:
        save_feedback(tx, Feedback("msg_a", "like"), at=NOW)
        delete_conversation(tx, "cnv_1")

        assert find_conversation(tx, "cnv_1") is None
        for table in ("messages", "parts", "runs", "feedback"):
            assert tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0  # noqa: S608
