"""Widget trees by every update, told at most once for a network packet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.chatkit.wire import message, updated
from tests.providers.chatkit.kit import only
from tests.providers.chatkit.made import card, widget
from tests.providers.chatkit.reader import (
    added,
    done,
    new_reader,
    read,
    removed,
    replaced,
)
from widget.domain.events import (
    PartRemoved,
    WidgetChanged,
)


def grown(value: str, **more: Any) -> bytes:
    kind = "widget.streaming_text.value_delta"
    return updated("wgt_1", kind, **{"component_id": "t1", "delta": value, "done": False, **more})


def test_delta_grows_the_component_that_it_names() -> None:
    events = read(added(widget(card("Hel"))), grown("lo"), grown("!", done=True))

    assert only(events, WidgetChanged) == [
        WidgetChanged("wgt_1", card("Hel")),
        WidgetChanged("wgt_1", card("Hello")),
        WidgetChanged("wgt_1", card("Hello!", streaming=False)),
    ]


def test_tree_that_was_told_never_changes() -> None:
    reader = new_reader()
    (_, first) = read(added(widget(card("Hel"))), reader=reader, is_whole=False)[-2:]
    read(grown("lo"), reader=reader, is_whole=False)

    assert first == WidgetChanged("wgt_1", card("Hel"))


def test_component_is_replaced() -> None:
    fresh = {"type": "Badge", "id": "t1", "label": "Sold"}

    events = read(
        added(widget(card("Hel"))),
        updated("wgt_1", "widget.component.updated", component_id="t1", component=fresh),
    )

    tree = {"type": "Card", "children": [{"type": "Row", "children": [fresh]}]}
    assert only(events, WidgetChanged)[-1] == WidgetChanged("wgt_1", tree)


def test_root_is_replaced() -> None:
    events = read(
        added(widget(card("Hel"))),
        updated("wgt_1", "widget.root.updated", widget=card("Bye")),
        done(widget(card("Bye"))),
    )

    assert only(events, WidgetChanged)[1:] == [WidgetChanged("wgt_1", card("Bye"))]


def test_widget_changes_once_for_a_packet_and_stays_where_it_began() -> None:
    packet = added(widget(card("Hel"))) + message("msg_a", "x") + grown("l") + grown("o")

    events = read(packet)

    kinds = [type(one).__name__ for one in events if not type(one).__name__.startswith("Run")]
    assert kinds == ["WidgetChanged", "TextDelta"]
    assert only(events, WidgetChanged) == [WidgetChanged("wgt_1", card("Hello"))]


def test_widget_that_comes_again_after_its_removal_stands_behind_it() -> None:
    packet = added(widget(card("a"))) + removed("wgt_1") + added(widget(card("b")))

    events = [one for one in read(packet) if isinstance(one, WidgetChanged | PartRemoved)]

    assert events == [
        WidgetChanged("wgt_1", card("a")),
        PartRemoved("wgt_1"),
        WidgetChanged("wgt_1", card("b")),
    ]


def test_widget_of_an_earlier_answer_is_changed_as_a_whole() -> None:
    by_update = read(updated("wgt_1", "widget.root.updated", widget=card("Sold")))
    by_replacement = read(replaced(widget(card("Sold"))))

    assert only(by_update, WidgetChanged) == [WidgetChanged("wgt_1", card("Sold"))]
    assert only(by_replacement, WidgetChanged) == [WidgetChanged("wgt_1", card("Sold"))]


@pytest.mark.parametrize(
    "odd",
    [
        updated("wgt_1", "widget.root.updated", widget="x"),
        updated("wgt_1", "widget.component.updated", component_id="t1", component=7),
        updated("wgt_1", "widget.component.updated", component_id=7, component={}),
        updated("wgt_1", "widget.danced"),
        grown("lo", component_id="t9"),
        grown("lo", delta=7),
        done(widget("x")),
    ],
)
def test_update_that_means_nothing_changes_nothing(odd: bytes) -> None:
    assert len(only(read(added(widget(card("Hel"))), odd), WidgetChanged)) == 1


def test_component_without_a_value_begins_with_its_delta() -> None:
    tree = {"type": "Markdown", "id": "t1"}

    events = read(added(widget(tree)), grown("Hi"))

    assert only(events, WidgetChanged)[-1].tree == {**tree, "value": "Hi"}


def test_tree_that_is_too_deep_is_left_alone() -> None:
    tree: dict[str, Any] = {"type": "Text", "id": "t1", "value": "x"}
    for _ in range(200):
        tree = {"type": "Box", "children": [tree]}

    assert len(only(read(added(widget(tree)), grown("y")), WidgetChanged)) == 1
