"""Words of an answer, by every update that the protocol has."""

from __future__ import annotations

from tests.fakes.chatkit.wire import (
    closed,
    delta,
    item,
    message,
    opened,
    part,
    updated,
)
from tests.providers.chatkit.kit import only
from tests.providers.chatkit.made import SHOES, note_at
from tests.providers.chatkit.reader import (
    added,
    done,
    read,
    removed,
    replaced,
    text_of,
)
from widget.domain.events import (
    PartRemoved,
    RunCompleted,
    Source,
    TextDelta,
    TextReplaced,
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
