"""What the demo asks for, and what it says to each answer, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from widget.domain.events import (
    AccessChanged,
    ClientEffect,
    ClientToolCalled,
    InputRequested,
    RunCompleted,
    RunEvent,
    TextDelta,
    WidgetChanged,
)
from widget.domain.inputs import ActionTaken, FormAnswered, Reply, ToolAnswered
from widget.providers.base import Attachment, Turn
from widget.providers.demo import asking_en, asking_zh
from widget.providers.demo.provider import Demo, DemoSettings
from widget.providers.http import make_client
from widget.render.widgets.actions import checked_values, find_action

BOTH = pytest.mark.parametrize(
    ("words", "question"), [(asking_en, "Hello"), (asking_zh, "你好")], ids=["en", "zh"]
)


@pytest.fixture
def demo() -> Iterator[Demo]:
    with make_client() as client:
        yield Demo(DemoSettings(delay_ms=0), client)


def ask(demo: Demo, question: str) -> list[RunEvent]:
    return list(demo.run(Turn(kind="send", text=question, visitor="vis")))


def reply(demo: Demo, question: str, given: Reply, **more: Any) -> list[RunEvent]:
    turn = Turn(kind="answer", text=question, visitor="vis", reply=given, **more)
    return list(demo.run(turn))


def text(events: list[RunEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@pytest.mark.parametrize(
    ("question", "kind", "reason"),
    [
        ("Book an appointment", InputRequested, "tool"),
        ("我想预约", InputRequested, "tool"),
        ("Cancel my order", InputRequested, "tool"),
        ("取消订单", InputRequested, "tool"),
        ("Show me the Heron", WidgetChanged, "stop"),
        ("看看白鹭", WidgetChanged, "stop"),
        ("Which page is this?", ClientToolCalled, "tool"),
        ("这个页面是什么？", ClientToolCalled, "tool"),
        ("Point at the lamp", ClientEffect, "stop"),
        ("在页面上指给我看", ClientEffect, "stop"),
        ("Good-bye", AccessChanged, "stop"),
        ("再见", AccessChanged, "stop"),
        ("Lock", AccessChanged, "stop"),
        ("锁上", AccessChanged, "stop"),
        ("Show me the length limit", TextDelta, "length"),
        ("字数上限", TextDelta, "length"),
    ],
)
def test_each_thing_can_be_called_for(demo: Demo, question: str, kind: type, reason: str) -> None:
    events = ask(demo, question)

    assert any(isinstance(event, kind) for event in events)
    assert [event for event in events if isinstance(event, RunCompleted)] == [
        RunCompleted(reason)  # type: ignore[arg-type]
    ]
    assert isinstance(events[-1], RunCompleted)


@BOTH
def test_a_form_is_read_back(demo: Demo, words: ModuleType, question: str) -> None:
    form = next(beat.form for beat in words.APPOINTMENT if isinstance(beat, InputRequested))
    given = {"name": ("A*da",), "day": ("sat",), "topics": ("repair", "tour")}
    values = checked_values(form, given)

    said = text(reply(demo, question, FormAnswered("appointment", values=values)))

    assert "A\\*da" in said
    assert words.CHOICE_NAMES["sat"] in said
    assert words.AND.join((words.CHOICE_NAMES["repair"], words.CHOICE_NAMES["tour"])) in said


@BOTH
def test_a_picture_is_thanked_for(
    demo: Demo, words: ModuleType, question: str, tmp_path: Path
) -> None:
    file = Attachment("att_1", "lamp.png", "image/png", 3, tmp_path / "att_1")
    given = FormAnswered("appointment", values={"name": ("Ada",), "photo": ("att_1",)})

    said = text(reply(demo, question, given, attachments=(file,)))

    assert words.PICTURED.strip().format(name="lamp.png") in said
    assert "att_1" not in said


@BOTH
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (FormAnswered("cancel", "cancel"), "CANCELLED"),
        (FormAnswered("cancel", "keep"), "KEPT"),
        (FormAnswered("appointment", is_skipped=True), "SKIPPED"),
        ((ToolAnswered("page", "describe_page", "no", is_error=True),), "PAGE_SILENT"),
        ((ToolAnswered("page", "describe_page", 1),), "PAGE_SILENT"),
    ],
)
def test_each_answer_has_its_words(
    demo: Demo, words: ModuleType, question: str, *, given: Reply, said: str
) -> None:
    assert text(reply(demo, question, given)) == getattr(words, said)


@BOTH
def test_the_page_is_named(demo: Demo, words: ModuleType, question: str) -> None:
    told = (ToolAnswered("page", "describe_page", {"title": "Lamps"}),)

    assert text(reply(demo, question, told)) == words.PAGE_TOLD.format(title="Lamps")


@BOTH
def test_the_card_can_be_used(demo: Demo, words: ModuleType, question: str) -> None:
    tree = next(beat.tree for beat in words.LAMP if isinstance(beat, WidgetChanged))
    order = find_action(tree, "3.onSubmitAction")
    assert order is not None

    plain = text(reply(demo, question, ActionTaken("heron", order.type, order.payload)))
    engraved = {**order.payload, "engraving": "Ada"}
    more = text(reply(demo, question, ActionTaken("heron", order.type, engraved)))

    assert plain == words.ORDERED.format(colour=words.CARD_WORDS.colours["brass"][0])
    assert more == plain + words.ENGRAVED.format(text="Ada")


@BOTH
def test_a_choice_changes_the_card(demo: Demo, words: ModuleType, question: str) -> None:
    changed = reply(
        demo, question, ActionTaken("heron", "lamp.colour", {"colour": "white"}, is_quiet=True)
    )
    unknown = reply(demo, question, ActionTaken("heron", "lamp.colour", {"colour": "pink"}))

    (card,) = [event for event in changed if isinstance(event, WidgetChanged)]
    assert words.CARD_WORDS.colours["white"][1] in str(card.tree)
    assert not any(isinstance(event, WidgetChanged) for event in unknown)
