"""Words and sources of an answer, by every update that the protocol has."""

from __future__ import annotations

import json

import pytest

from tests.fakes.chatkit.wire import (
    closed,
    delta,
    event,
    item,
    message,
    opened,
    part,
    updated,
    url_note,
)
from tests.providers.chatkit.kit import only
from tests.providers.chatkit.reader import (
    added,
    done,
    new_reader,
    read,
    removed,
    replaced,
    text_of,
)
from widget.domain.errors import UpstreamInterrupted, UpstreamProtocolError
from widget.domain.events import (
    PartRemoved,
    RunCompleted,
    RunStarted,
    Source,
    TextDelta,
    TextReplaced,
)

SHOES = url_note("Shoes", "https://shop.example/shoes", description="All our shoes")
BOOTS = url_note("Boots", "https://shop.example/boots")


def note_at(index: int, note: object, content_index: int = 0) -> bytes:
    kind = "assistant_message.content_part.annotation_added"
    return updated(
        "msg_a", kind, content_index=content_index, annotation_index=index, annotation=note
    )


def said(*texts: str, id_: str = "msg_a") -> dict[str, object]:
    return item("assistant_message", id_, content=[part(text) for text in texts])


def test_finished_part_says_no_word_twice() -> None:
    events = read(message("msg_a", "Hello", " there"))

    assert only(events, TextDelta, TextReplaced) == [TextDelta("Hello"), TextDelta(" there")]


def test_message_may_come_whole() -> None:
    assert text_of(read(done(said("Hello")))) == "Hello"


def test_finished_part_may_say_more() -> None:
    events = read(opened("msg_a"), delta("msg_a", "Hel"), closed("msg_a", "Hello"))

    assert only(events, TextDelta, TextReplaced) == [TextDelta("Hel"), TextDelta("lo")]


def test_finished_part_corrects_what_was_said() -> None:
    events = read(opened("msg_a"), delta("msg_a", "Helo"), closed("msg_a", "Hello"))

    assert only(events, TextReplaced) == [TextReplaced("Hello")]


def test_empty_finished_message_erases_nothing() -> None:
    events = read(opened("msg_a"), delta("msg_a", "Hello"), done(said("")))

    assert text_of(events) == "Hello"


def test_content_parts_and_messages_are_paragraphs() -> None:
    events = read(
        opened("msg_a"),
        delta("msg_a", "One"),
        delta("msg_a", "Two", 1),
        done(said("One", "Two")),
        message("msg_b", "Three"),
    )

    assert text_of(events) == "One\n\nTwo\n\nThree"
    assert only(events, TextReplaced) == []


def test_part_that_grows_after_a_later_one_began_stays_in_its_place() -> None:
    events = read(
        opened("msg_a"),
        delta("msg_a", "One"),
        delta("msg_a", "Two", 1),
        delta("msg_a", "!", 0),
        done(said("One!", "Two")),
    )

    assert text_of(events) == "One!\n\nTwo"


def test_delta_without_its_part_opens_it() -> None:
    begun = item("assistant_message", "msg_a", content=[])
    events = read(added(begun), delta("msg_a", "Hello"), done(said("Hello")))

    assert text_of(events) == "Hello"


def test_delta_that_is_no_text_says_nothing() -> None:
    kind = "assistant_message.content_part.text_delta"
    odd = updated("msg_a", kind, content_index=-3, delta=7)

    assert text_of(read(opened("msg_a"), odd, closed("msg_a", "Hello"))) == "Hello"


def test_update_of_an_unknown_item_is_passed_over() -> None:
    assert text_of(read(delta("msg_x", "Boo"), message("msg_a", "Hello"))) == "Hello"


def test_halves_of_a_character_are_joined() -> None:
    """What counts text as JavaScript does may cut an emoji in two."""
    halves = [delta("msg_a", "XX").replace(b"XX", half) for half in (b"\\ud83c", b"\\udf89!")]

    events = read(opened("msg_a"), *halves, closed("msg_a", "🎉!"))

    assert only(events, TextDelta) == [TextDelta("🎉!")]


def test_half_that_stays_alone_is_made_whole_by_the_finished_part() -> None:
    half = delta("msg_a", "XX").replace(b"XX", b"a\\ud83c")

    events = read(opened("msg_a"), half, closed("msg_a", "a🎉"))

    assert text_of(events) == "a🎉"


def test_replaced_message_takes_its_words_back() -> None:
    events = read(message("msg_a", "One"), message("msg_b", "Two"), replaced(said("Uno")))

    assert text_of(events) == "Uno\n\nTwo"


def test_replacement_may_have_fewer_parts_and_no_words() -> None:
    fewer = read(done(said("One", "Two")), replaced(said("One")))
    none = read(done(said("One")), replaced(said("")))

    assert (text_of(fewer), text_of(none)) == ("One", "")


def test_removed_message_takes_its_words_and_sources_back() -> None:
    events = read(
        message("msg_b", "Kept"),
        opened("msg_a"),
        delta("msg_a", "Secret"),
        note_at(0, SHOES),
        removed("msg_a"),
    )

    (source,) = only(events, Source)
    assert text_of(events) == "Kept"
    assert only(events, PartRemoved) == [PartRemoved(source.id)]
    assert events[-1] == RunCompleted("stop", "msg_b")


def test_text_goes_on_after_a_removed_message() -> None:
    events = read(
        opened("msg_a"), delta("msg_a", "Gone"), removed("msg_a"), message("msg_b", "Kept")
    )

    assert text_of(events) == "Kept"


def test_removed_message_without_words_changes_nothing() -> None:
    assert only(read(opened("msg_a"), removed("msg_a")), TextReplaced) == []


def test_item_of_an_earlier_answer_can_be_removed() -> None:
    assert only(read(removed("msg_old"), removed("")), PartRemoved) == [PartRemoved("msg_old")]


def test_replaced_message_of_an_earlier_answer_does_not_speak_here() -> None:
    assert text_of(read(replaced(said("Old", id_="msg_old")), message("msg_a", "New"))) == "New"


# -- sources


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


# -- names and ends


def test_names_of_thread_question_and_answer_are_told_as_they_come() -> None:
    created = event("thread.created", thread={"id": "thr_9", "status": {"type": "active"}})
    events = read(
        created,
        done(item("user_message", "msg_u")),
        message("msg_a", "x"),
        message("msg_b", "y"),
        reader=new_reader(thread=None),
    )

    assert only(events, RunStarted) == [
        RunStarted("thr_9"),
        RunStarted("thr_9", "msg_u"),
        RunStarted("thr_9", "msg_u", "msg_a"),
        RunStarted("thr_9", "msg_u", "msg_a msg_b"),
    ]
    assert events[-1] == RunCompleted("stop", "msg_a msg_b")


def test_retry_keeps_the_name_of_its_question() -> None:
    options = event("stream_options", stream_options={"allow_cancel": True})

    events = read(options, reader=new_reader(question="msg_u"))

    assert events == [RunStarted("thr_1", "msg_u"), RunCompleted()]


def test_stream_that_ends_inside_a_message_was_cut() -> None:
    """The polite end of a body is all the end mark that there is; a message has one of its own."""
    with pytest.raises(UpstreamInterrupted, match="in the middle of a message"):
        read(opened("msg_a"), delta("msg_a", "Hel"))


def test_turn_that_was_declared_over_is_not_cut() -> None:
    events = read(opened("msg_a"), delta("msg_a", "Hello"), done(item("end_of_turn", "eot_1")))

    assert events[-1] == RunCompleted("stop", "msg_a")


def test_one_event_that_is_no_json_is_passed_over_a_second_one_not() -> None:
    broken = b'data: {"type": "thread.item\n\n'

    assert text_of(read(broken, message("msg_a", "Hello"))) == "Hello"
    with pytest.raises(UpstreamProtocolError, match="not JSON"):
        read(broken, broken)


def test_json_that_is_too_deep_is_broken_json() -> None:
    deep = b"data: " + b"[" * 100_000 + b"\n\n"

    assert text_of(read(deep, message("msg_a", "Hello"))) == "Hello"


def test_events_without_what_they_need_are_passed_over() -> None:
    odd: list[dict[str, object]] = [
        {"type": kind} for kind in ("thread.created", "thread.updated", "progress_update")
    ]
    odd += [{"type": f"thread.item.{kind}"} for kind in ("added", "done", "replaced", "removed")]
    odd += [{"type": "thread.item.updated"}, {"type": "notice"}, {"type": "client_effect"}]
    odd += [{"type": "stream_options"}, {"type": "thread.item.done", "item": {"type": "widget"}}]
    odd += [{"type": "thread.item.done", "item": {"type": "user_message"}}]
    packets = [f"data: {json.dumps(one)}\n\n".encode() for one in odd]

    events = read(*packets, message("msg_a", "Hello"))

    assert [type(one) for one in events] == [RunStarted, RunStarted, TextDelta, RunCompleted]
