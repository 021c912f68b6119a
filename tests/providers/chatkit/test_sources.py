"""Annotations as sources: each with an index of its own, and never lost on the way."""

from __future__ import annotations

import pytest

from tests.fakes.chatkit.wire import (
    closed,
    item,
    opened,
    part,
)
from tests.providers.chatkit.kit import only
from tests.providers.chatkit.made import BOOTS, SHOES, note_at
from tests.providers.chatkit.reader import (
    done,
    read,
)
from widget.domain.events import (
    PartRemoved,
    Source,
)


def said(*texts: str, id_: str = "msg_a") -> dict[str, object]:
    return item("assistant_message", id_, content=[part(text) for text in texts])


def test_source_has_title_address_and_quote() -> None:
    events = read(opened("msg_a"), note_at(0, SHOES), closed("msg_a", "See", SHOES))

    assert only(events, Source) == [
        Source("msg_a/0/0", "Shoes", "https://shop.example/shoes", "All our shoes")
    ]


def test_finished_part_without_annotations_erases_none() -> None:
    """The reference library ends a part with an empty list although it sent annotations."""
    events = read(opened("msg_a"), note_at(0, SHOES), closed("msg_a", "See"))

    assert len(only(events, Source)) == 1
    assert only(events, PartRemoved) == []


def test_annotations_have_an_index_of_their_own_in_each_part() -> None:
    events = read(
        opened("msg_a"),
        note_at(0, SHOES),
        note_at(0, BOOTS, content_index=1),
        done(said("One", "Two")),
    )

    assert [source.title for source in only(events, Source)] == ["Shoes", "Boots"]
    assert len({source.id for source in only(events, Source)}) == 2


def test_final_annotations_of_one_part_leave_those_of_the_others() -> None:
    whole = item("assistant_message", "msg_a", content=[part("One", SHOES), part("Two", BOOTS)])

    events = read(opened("msg_a"), note_at(0, BOOTS, content_index=1), done(whole))

    assert [source.title for source in only(events, Source)] == ["Boots", "Shoes"]
    assert only(events, PartRemoved) == []


def test_final_annotations_replace_those_on_the_way() -> None:
    events = read(opened("msg_a"), note_at(0, SHOES), closed("msg_a", "See", BOOTS))

    shoes, boots = only(events, Source)
    assert boots.title == "Boots"
    assert only(events, PartRemoved) == [PartRemoved(shoes.id)]
    assert shoes.id != boots.id or events.index(boots) > events.index(PartRemoved(shoes.id))


def test_source_that_is_cited_twice_is_shown_once() -> None:
    events = read(
        opened("msg_a"), note_at(0, SHOES), note_at(1, SHOES), closed("msg_a", "x", SHOES, SHOES)
    )

    assert len(only(events, Source)) == 1
    assert only(events, PartRemoved) == []


def test_source_that_moves_to_another_index_keeps_its_place() -> None:
    events = read(
        opened("msg_a"),
        note_at(0, SHOES),
        note_at(1, SHOES),
        note_at(0, BOOTS),
        closed("msg_a", "x", BOOTS, SHOES),
    )

    shown = {}
    for one in events:
        if isinstance(one, Source):
            assert one.id not in shown
            shown[one.id] = one.title
        elif isinstance(one, PartRemoved):
            del shown[one.id]
    assert sorted(shown.values()) == ["Boots", "Shoes"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ({"type": "file", "filename": "a.pdf", "title": ""}, ("a.pdf", "")),
        ({"type": "file", "filename": "a.pdf", "title": "Terms"}, ("Terms", "")),
        ({"type": "entity", "id": "e1", "label": "Ada", "title": " "}, ("Ada", "")),
        ({"type": "url", "url": "https://a.example"}, ("https://a.example",) * 2),
        ({"type": "url", "url": "javascript:alert(1)", "title": "Bad"}, ("Bad", "")),
        ({"type": "url", "url": "https://[", "title": "Odd"}, ("Odd", "")),
    ],
)
def test_source_of_every_kind(source: object, shown: tuple[str, str]) -> None:
    events = read(opened("msg_a"), note_at(0, {"source": source}), closed("msg_a", "x"))

    assert [(one.title, one.url) for one in only(events, Source)] == [shown]


@pytest.mark.parametrize("note", [None, {}, {"source": 7}, {"source": {"type": "url"}}])
def test_unusable_annotation_is_passed_over(note: object) -> None:
    begun = opened("msg_a")
    whole = item("assistant_message", "msg_a", content=[{**part("x"), "annotations": [note]}])

    assert only(read(begun, note_at(0, note), done(whole)), Source) == []
