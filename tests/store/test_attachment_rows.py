"""Rows of attachments: each behind a door that takes the caller."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.factories import MOMENT, make_caller, make_conversation, make_site, make_visitor
from widget.domain.conversations import Message, new_id
from widget.domain.errors import NotFound
from widget.domain.sites import Caller
from widget.store.attachments import (
    AT_ONCE,
    Stored,
    access_attachment,
    access_file,
    add_attachment,
    attachments_of,
    bind_attachments,
    count_unsent,
    delete_attachments,
    delete_unsent,
    find_attachments,
    save_upstream,
    without_row,
)
from widget.store.conversations import add_conversation, delete_conversation
from widget.store.database import Store
from widget.store.messages import add_message
from widget.store.sites import save_site
from widget.store.visitors import ensure_visitor


@pytest.fixture
def caller(store: Store) -> Caller:
    with store.begin() as tx:
        save_site(tx, make_site(), store.cipher)
        save_site(tx, make_site(key="other"), store.cipher)
    return make_caller()


def put(store: Store, caller: Caller, **changes: Any) -> Stored:
    stored = Stored(
        id=new_id("att"),
        site=caller.site.key,
        visitor=caller.visitor,
        name="photo.png",
        content_type="image/png",
        size=7,
        created_at=MOMENT,
    )
    stored = msgspec.structs.replace(stored, **changes)
    with store.begin() as tx:
        add_attachment(tx, stored)
    return stored


def put_message(store: Store, caller: Caller) -> Message:
    visitor = make_visitor(id=caller.visitor)
    conversation = make_conversation(visitor)
    message = Message(
        id=new_id("msg"),
        conversation=conversation.id,
        role="visitor",
        state="done",
        parts=(),
        position=1,
        created_at=MOMENT,
    )
    with store.begin() as tx:
        ensure_visitor(tx, visitor, at=MOMENT)
        add_conversation(tx, conversation)
        add_message(tx, message)
    return message


def test_what_is_stored_is_found_again(store: Store, caller: Caller) -> None:
    stored = put(store, caller, upstream="file-1", platform="p1")

    with store.read() as tx:
        assert access_attachment(tx, caller, stored.id) == stored
        assert find_attachments(tx, "acme", caller.visitor, [stored.id, "att_none"]) == {
            stored.id: stored
        }
        assert find_attachments(tx, "acme", caller.visitor, []) == {}


def test_missing_and_somebody_elses_look_the_same(store: Store, caller: Caller) -> None:
    stored = put(store, caller)
    others = [
        ("acme", "vis_stranger", stored.id),
        ("other", caller.visitor, stored.id),
        ("acme", caller.visitor, "att_none"),
    ]

    for site, visitor, attachment in others:
        with store.read() as tx, pytest.raises(NotFound) as refused:
            access_file(tx, site, visitor, attachment)
        assert str(refused.value) == f"no attachment {attachment!r}"
        with store.read() as tx:
            assert find_attachments(tx, site, visitor, [attachment]) == {}


def test_unsent_ones_are_counted_until_they_are_sent(store: Store, caller: Caller) -> None:
    first, second = put(store, caller), put(store, caller)
    put(store, make_caller())
    message = put_message(store, caller)

    with store.begin() as tx:
        assert count_unsent(tx, caller) == 2
        bind_attachments(tx, [], message.id)
        bind_attachments(tx, [first.id], message.id)
        assert count_unsent(tx, caller) == 1
        assert access_attachment(tx, caller, first.id).message == message.id
        assert access_attachment(tx, caller, second.id).message is None


def test_what_the_platform_called_it_is_kept(store: Store, caller: Caller) -> None:
    stored = put(store, caller)
    with store.begin() as tx:
        save_upstream(tx, stored.id, upstream="file-9", platform="p2")

    with store.read() as tx:
        found = access_attachment(tx, caller, stored.id)
    assert (found.upstream, found.platform) == ("file-9", "p2")


def test_only_old_ones_that_nobody_sent_are_deleted(store: Store, caller: Caller) -> None:
    old = put(store, caller, created_at=MOMENT - timedelta(hours=25))
    sent = put(store, caller, created_at=MOMENT - timedelta(hours=25))
    new = put(store, caller)
    message = put_message(store, caller)
    with store.begin() as tx:
        bind_attachments(tx, [sent.id], message.id)
        deleted = delete_unsent(tx, before=MOMENT - timedelta(hours=24))

    assert deleted == [old.id]
    with store.read() as tx:
        left = find_attachments(tx, "acme", caller.visitor, [old.id, sent.id, new.id])
    assert set(left) == {sent.id, new.id}


def test_a_deleted_conversation_takes_its_rows_along(store: Store, caller: Caller) -> None:
    sent, unsent = put(store, caller), put(store, caller)
    message = put_message(store, caller)
    with store.begin() as tx:
        bind_attachments(tx, [sent.id], message.id)
        assert attachments_of(tx, message.conversation) == [sent.id]
        delete_conversation(tx, message.conversation)

    with store.read() as tx:
        assert without_row(tx, [sent.id, unsent.id]) == [sent.id]


def test_strays_are_found_among_many(store: Store, caller: Caller) -> None:
    stored = put(store, caller)
    names = [f"att_{number}" for number in range(AT_ONCE + 3)]

    with store.read() as tx:
        assert without_row(tx, [*names, stored.id]) == names
        assert without_row(tx, []) == []


def test_deleting_by_id(store: Store, caller: Caller) -> None:
    stored = put(store, caller)
    with store.begin() as tx:
        delete_attachments(tx, [])
        delete_attachments(tx, [stored.id])
        assert count_unsent(tx, caller) == 0
