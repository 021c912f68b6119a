"""Tasks, workflows and progress as steps, thoughts as reasoning."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.chatkit.wire import event, item, message, updated
from tests.providers.chatkit.kit import only
from tests.providers.chatkit.made import CALL, SEARCH, steps, task_at, workflow
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
    ReasoningDelta,
    RunCompleted,
    Step,
    WidgetChanged,
)


def test_task_runs_while_it_is_loading_and_is_done_with_its_workflow() -> None:
    loading = {**SEARCH, "status_indicator": "loading"}

    events = read(added(workflow()), task_at(0, loading), done(workflow(loading)))

    assert steps(events) == [("wf_1/0", "shoes", "running"), ("wf_1/0", "shoes", "done")]


def test_detail_of_a_search_names_queries_and_pages() -> None:
    (step,) = only(read(done(workflow(SEARCH))), Step)

    assert step.detail == "red shoes\nShop https://shop.example"


def test_updated_task_updates_its_step() -> None:
    first = {"type": "custom", "title": "Pack", "status_indicator": "loading"}
    last = {"type": "custom", "title": "Packed", "status_indicator": "complete"}

    events = read(added(workflow()), task_at(0, first), task_at(0, last, "updated"))

    assert steps(events) == [("wf_1/0", "Pack", "running"), ("wf_1/0", "Packed", "done")]


@pytest.mark.parametrize(
    ("task", "title"),
    [
        ({"type": "custom", "content": "First line\nsecond"}, "First line"),
        ({"type": "file", "sources": [{"type": "file", "filename": "a.pdf"}]}, "a.pdf"),
        ({"type": "web_search", "queries": ["red"]}, "red"),
        ({"type": "image", "title": "Draw"}, "Draw"),
    ],
)
def test_task_without_a_title_takes_its_first_words(task: dict[str, Any], title: str) -> None:
    assert [step[1] for step in steps(read(done(workflow(task))))] == [title]


def test_task_without_any_word_is_not_shown() -> None:
    assert steps(read(done(workflow({"type": "image"}, {})))) == []


def test_workflow_that_ends_with_a_summary_has_a_step_for_it() -> None:
    events = read(done(workflow(SEARCH, summary={"title": "Looked around"})))

    assert steps(events)[-1] == ("wf_1", "Looked around", "done")


def test_thought_is_reasoning_that_grows() -> None:
    thought = {"type": "thought", "title": "Plan", "content": "First"}

    events = read(
        added(workflow(type="reasoning")),
        task_at(0, thought),
        task_at(0, {**thought, "content": "First this"}, "updated"),
        task_at(1, {"type": "thought", "content": "Then that"}),
        task_at(2, {"type": "thought", "content": 7}),
        done(
            workflow(
                {**thought, "content": "First this"}, {"type": "thought", "content": "Then that"}
            )
        ),
    )

    assert only(events, ReasoningDelta) == [
        ReasoningDelta("**Plan**\n\nFirst"),
        ReasoningDelta(" this"),
        ReasoningDelta("\n\nThen that"),
    ]
    assert steps(events) == []


def test_thought_that_was_worded_anew_is_added() -> None:
    thought = {"type": "thought", "content": "One"}

    events = read(
        added(workflow()),
        task_at(0, thought),
        task_at(0, {**thought, "content": "Uno"}, "updated"),
    )

    assert only(events, ReasoningDelta) == [ReasoningDelta("One"), ReasoningDelta("\n\nUno")]


def test_update_that_an_item_does_not_know_changes_nothing() -> None:
    events = read(
        added(workflow()),
        updated("wf_1", "workflow.danced", task_index=0, task=SEARCH),
        done(CALL),
        updated("tc_1", "call.danced"),
    )

    assert steps(events) == []
    assert events[-1] == RunCompleted("tool")


def test_task_alone_is_a_step() -> None:
    one = item("task", "tsk_1", task={"type": "custom", "title": "Pack", "content": "body"})

    (step,) = only(read(done(one)), Step)

    assert step == Step("tsk_1/0", "Pack", "done", "body")


def test_stored_task_runs_no_more_whatever_it_says() -> None:
    loading = {"type": "custom", "title": "Pack", "status_indicator": "loading"}

    events = read(done(item("task", "tsk_1", task=loading)))

    assert steps(events) == [("tsk_1/0", "Pack", "done")]


def test_removed_workflow_and_task_take_their_steps_back() -> None:
    one = item("task", "tsk_1", task={"type": "custom", "title": "Pack"})
    events = read(
        done(workflow(SEARCH, summary={"title": "x"})), done(one), removed("wf_1"), removed("tsk_1")
    )

    assert only(events, PartRemoved) == [
        PartRemoved("wf_1/0"),
        PartRemoved("wf_1"),
        PartRemoved("tsk_1/0"),
    ]


def test_replaced_workflow_keeps_only_its_tasks() -> None:
    pack = {"type": "custom", "title": "Pack"}

    events = read(done(workflow(SEARCH, pack)), replaced(workflow(SEARCH)))

    assert only(events, PartRemoved) == [PartRemoved("wf_1/1")]


def test_item_that_becomes_another_kind_is_removed_first() -> None:
    card = item("widget", "wf_1", widget={"type": "Card", "children": []})

    events = read(done(workflow(SEARCH)), replaced(card))

    changes = [one for one in events if isinstance(one, PartRemoved | WidgetChanged)]
    assert changes == [
        PartRemoved("wf_1/0"),
        WidgetChanged("wf_1", {"type": "Card", "children": []}),
    ]


def test_item_that_becomes_hidden_is_gone() -> None:
    events = read(done(workflow(SEARCH)), replaced(item("hidden_context_item", "wf_1", content=1)))

    assert only(events, PartRemoved) == [PartRemoved("wf_1/0")]


def test_step_is_done_when_a_workflow_never_ends() -> None:
    loading = {**SEARCH, "status_indicator": "loading"}

    assert steps(read(added(workflow()), task_at(0, loading)))[-1][2] == "done"


def test_step_has_failed_when_the_stream_breaks() -> None:
    reader = new_reader()
    alone = item("task", "tsk_1", task={"type": "custom", "title": "x", "status_indicator": "no"})
    loading = {"type": "custom", "title": "Pack", "status_indicator": "loading"}
    begun = added(item("task", "tsk_2", task=loading))
    search = task_at(0, {**SEARCH, "status_indicator": "loading"})
    read(added(workflow()), search, added(alone), begun, reader=reader, is_whole=False)

    assert steps(reader.end("failed")) == [
        ("wf_1/0", "shoes", "failed"),
        ("tsk_2/0", "Pack", "failed"),
    ]


def test_progress_updates_one_step_until_the_next_item() -> None:
    events = read(
        event("progress_update", text="Looking", icon="search"),
        event("progress_update", text="Reading"),
        message("msg_a", "x"),
        event("progress_update", text="Writing"),
    )

    assert steps(events) == [
        ("progress/1", "Looking", "running"),
        ("progress/1", "Reading", "running"),
        ("progress/1", "Reading", "done"),
        ("progress/2", "Writing", "running"),
        ("progress/2", "Writing", "done"),
    ]


def test_progress_has_failed_when_the_stream_breaks() -> None:
    reader = new_reader()
    read(event("progress_update", text="Looking"), reader=reader, is_whole=False)

    assert steps(reader.end("failed")) == [("progress/1", "Looking", "failed")]
