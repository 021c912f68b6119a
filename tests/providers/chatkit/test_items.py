"""Everything of an answer that is no text: steps, widgets, pictures, questions, news of the
thread."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.chatkit.wire import event, item, message, opened, thread_json, updated
from tests.providers.chatkit.kit import only
from tests.providers.chatkit.reader import (
    added,
    done,
    new_reader,
    read,
    removed,
    replaced,
)
from widget.domain.errors import Failure, UpstreamError
from widget.domain.events import (
    AccessChanged,
    ClientEffect,
    ClientToolCalled,
    ImageReady,
    InputRequested,
    Notice,
    PartRemoved,
    ReasoningDelta,
    RunCompleted,
    RunEvent,
    Step,
    TitleChanged,
    WidgetChanged,
)
from widget.domain.inputs import Choice, Field

SEARCH = {
    "type": "web_search",
    "title_query": "shoes",
    "queries": ["red shoes", 7],
    "sources": [{"type": "url", "title": "Shop", "url": "https://shop.example"}, {}],
}


def workflow(*tasks: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {"type": "custom", "tasks": list(tasks), "expanded": False, **more}
    return item("workflow", "wf_1", workflow=made)


def task_at(index: int, task: dict[str, Any], kind: str = "added") -> bytes:
    return updated("wf_1", f"workflow.task.{kind}", task_index=index, task=task)


def steps(events: list[RunEvent]) -> list[tuple[str, str, str]]:
    return [(step.id, step.title, step.state) for step in only(events, Step)]


# -- steps and thoughts


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


# -- progress


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


# -- widgets


def card(value: str, **more: Any) -> dict[str, Any]:
    text = {"type": "Text", "id": "t1", "value": value, "streaming": True, **more}
    return {"type": "Card", "children": [{"type": "Row", "children": [text]}]}


def widget(tree: Any) -> dict[str, Any]:
    return item("widget", "wgt_1", widget=tree, copy_text="Hello")


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


# -- pictures

PICTURE = "https://img.example.com/1.png"


def picture(url: Any = None) -> dict[str, Any]:
    named = {} if url is None else {"image": {"id": "img_1", "url": url}}
    return item("generated_image", "gen_1", **named)


def drawn(url: str) -> bytes:
    image = {"id": "img_1", "url": url}
    return updated("gen_1", "generated_image.updated", image=image, progress=0.5)


def images(events: list[RunEvent]) -> list[str]:
    return [image.url for image in only(events, ImageReady)]


def test_only_the_finished_picture_is_shown() -> None:
    half = "https://img.example.com/half.png"

    events = read(added(picture()), drawn(half), done(picture(PICTURE)))

    assert only(events, ImageReady) == [ImageReady("gen_1", PICTURE)]


def test_latest_stage_is_shown_when_the_end_names_no_picture() -> None:
    odd = updated("gen_1", "generated_image.danced", image={"url": "https://x.example/"})

    assert images(read(added(picture()), drawn(PICTURE), odd, done(picture()))) == [PICTURE]
    assert images(read(added(picture()), drawn(PICTURE))) == [PICTURE]


def test_half_picture_of_a_broken_stream_is_not_shown() -> None:
    reader = new_reader()
    read(added(picture()), drawn(PICTURE), reader=reader, is_whole=False)

    assert reader.end("failed") == []


def test_replaced_picture_is_told_again_and_the_same_one_not() -> None:
    other = "https://img.example.com/2.png"

    events = read(done(picture(PICTURE)), done(picture(PICTURE)), replaced(picture(other)))

    assert images(events) == [PICTURE, other]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/files/1.png", ["https://agents.example.com/files/1.png"]),
        ("data:image/png;base64,AAAA", ["data:image/png;base64,AAAA"]),
        ("data:text/html,x", []),
        ("file:///etc/passwd", []),
        ("https://[", []),
        ("  ", []),
        (7, []),
    ],
)
def test_address_of_a_picture(url: Any, shown: list[str]) -> None:
    assert images(read(done(picture(url)))) == shown


@pytest.mark.parametrize(
    ("domains", "is_shown"),
    [
        (["img.example.com"], True),
        (["IMG.example.com "], True),
        (["https://img.example.com"], True),
        (["*.example.com"], True),
        (["example.com"], False),
        (["*.img.example.com"], False),
        ([7], False),
        ([], False),
        (None, True),
    ],
)
def test_only_allowed_hosts_show_pictures(domains: Any, is_shown: bool) -> None:
    named = {} if domains is None else {"allowed_image_domains": domains}
    news = event("thread.updated", thread=thread_json("thr_1", **named))
    tree = {"type": "Card", "children": [{"type": "Image", "src": PICTURE, "alt": "Shoe"}]}

    events = read(news, done(picture(PICTURE)), done(widget(tree)))

    assert images(events) == ([PICTURE] if is_shown else [])
    shown = only(events, WidgetChanged)[0].tree["children"][0]
    assert shown == {"type": "Image", "alt": "Shoe", **({"src": PICTURE} if is_shown else {})}


def test_thread_is_asked_for_its_hosts_once_and_only_for_a_picture() -> None:
    asked: list[None] = []

    def ask() -> tuple[str, ...]:
        asked.append(None)
        return ("other.example.com",)

    read(message("msg_a", "x"), done(widget(card("x"))), reader=new_reader(ask))
    assert asked == []

    events = read(done(picture(PICTURE)), replaced(picture(PICTURE)), reader=new_reader(ask))
    assert (images(events), len(asked)) == ([], 1)


def test_picture_of_a_widget_gets_its_whole_address() -> None:
    bare = {"type": "Image", "alt": "none"}
    tree = {"type": "Card", "children": [{"type": "Image", "src": "/a.png"}, bare]}

    (shown,) = only(read(done(widget(tree))), WidgetChanged)

    assert shown.tree["children"] == [
        {"type": "Image", "src": "https://agents.example.com/a.png"},
        bare,
    ]


# -- questions

CALL = item(
    "client_tool_call", "tc_1", status="pending", call_id="c", name="get_page", arguments={"a": 1}
)


def form(*inputs: Any, status: str = "pending") -> dict[str, Any]:
    return item("structured_input", "si_1", status=status, inputs=list(inputs))


def test_tool_call_counts_when_it_is_stored() -> None:
    events = read(added(CALL), done(CALL), done(CALL))

    assert only(events, ClientToolCalled) == [ClientToolCalled("tc_1", "get_page", {"a": 1})]
    assert events[-1] == RunCompleted("tool")
    assert read(added(CALL))[-1] == RunCompleted("stop")


def test_completed_call_asks_nothing() -> None:
    completed = {**CALL, "status": "completed", "output": 1}

    assert read(done(completed))[-1] == RunCompleted("stop")
    assert read(done(CALL), replaced(completed))[-1] == RunCompleted("stop")


def test_call_that_is_taken_back_asks_nothing() -> None:
    events = read(done(CALL), removed("tc_1"))

    assert events[-2:] == [PartRemoved("tc_1"), RunCompleted("stop")]


def test_form_has_a_field_for_every_question() -> None:
    events = read(
        done(
            form(
                {
                    "id": "q1",
                    "type": "multiple_choice",
                    "question": "Size?",
                    "options": [{"value": "S"}, {"value": "M"}, {"value": ""}, {"value": 7}],
                },
                {
                    "id": "q2",
                    "type": "multiple_choice",
                    "multiple": True,
                    "question": "Colours?",
                    "options": [{"value": "red"}],
                },
                {"id": "q3", "type": "freeform", "question": "More?", "description": "Anything"},
                {"id": "q4", "type": "multiple_choice", "question": "Open?", "options": []},
                {"id": "", "question": "Nameless"},
                {"question": "Nameless"},
            )
        )
    )

    (request,) = only(events, InputRequested)
    sizes = (Choice("S", "S"), Choice("M", "M"))
    assert request.id == "si_1"
    assert request.form.may_skip
    assert request.form.fields == (
        Field("q1", "Size?", "choice", sizes, is_required=False),
        Field("q2", "Colours?", "choices", (Choice("red", "red"),), is_required=False),
        Field("q3", "More?", "paragraph", is_required=False, help="Anything"),
        Field("q4", "Open?", "paragraph", is_required=False),
    )
    assert events[-1] == RunCompleted("tool")


def test_form_that_was_answered_does_not_come_again() -> None:
    """The stream that follows an answer begins with the form, answered."""
    events = read(replaced(form(status="answered")), message("msg_a", "Thanks"))

    assert only(events, InputRequested) == []
    assert events[-1] == RunCompleted("stop", "msg_a")


# -- news


def news(**more: Any) -> bytes:
    return event("thread.updated", thread=thread_json("thr_1", **more))


def test_title_of_a_thread_is_told() -> None:
    created = event("thread.created", thread=thread_json("thr_1", title="Shoes"))

    assert only(read(created, news(title="Boots")), TitleChanged) == [
        TitleChanged("Shoes"),
        TitleChanged("Boots"),
    ]


def test_status_is_told_when_it_changes() -> None:
    closed = {"type": "closed", "reason": "Sold out"}
    created = event("thread.created", thread=thread_json("thr_1"))

    events = read(
        created,
        news(),
        news(status={"type": "locked"}),
        news(status=closed),
        news(status=closed),
        news(status={"type": "asleep"}),
        news(),
    )

    assert only(events, AccessChanged) == [
        AccessChanged("locked"),
        AccessChanged("closed", "Sold out"),
        AccessChanged("open"),
    ]


def test_thread_that_is_opened_again_is_told() -> None:
    assert only(read(news()), AccessChanged) == [AccessChanged("open")]


def test_new_thread_that_is_locked_at_once_is_told() -> None:
    created = event("thread.created", thread=thread_json("thr_1", status={"type": "locked"}))

    assert only(read(created), AccessChanged) == [AccessChanged("locked")]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"level": "info", "message": "Hello"}, Notice("info", "Hello")),
        ({"level": "danger", "message": "Hot", "title": "Mind"}, Notice("danger", "Mind\n\nHot")),
        ({"level": "purple", "title": "Mind"}, Notice("info", "Mind")),
    ],
)
def test_notice_is_shown(fields: dict[str, str], shown: Notice) -> None:
    assert only(read(event("notice", **fields)), Notice) == [shown]


def test_effect_goes_to_the_page() -> None:
    effects = event("client_effect", name="toast", data={"a": 1}) + event("client_effect", name="x")

    assert only(read(effects), ClientEffect) == [
        ClientEffect("toast", {"a": 1}),
        ClientEffect("x", {}),
    ]


def test_stream_that_must_not_be_cancelled_is_noted() -> None:
    reader = new_reader()
    assert reader.allows_cancel

    read(event("stream_options", stream_options={"allow_cancel": False}), reader=reader)

    assert not reader.allows_cancel


# -- errors


@pytest.mark.parametrize(
    ("fields", "failure"),
    [
        ({"code": "stream.error", "allow_retry": True}, Failure.UNKNOWN),
        ({"code": "stream.error"}, Failure.UNKNOWN),
        ({"code": "stream.error", "allow_retry": False}, Failure.CONFIG),
        ({"code": "custom", "message": "Too rude", "allow_retry": True}, Failure.UNKNOWN),
        ({"code": "custom", "message": "Too rude", "allow_retry": False}, Failure.CONTENT),
    ],
)
def test_error_offers_another_try_where_it_may(fields: dict[str, Any], failure: Failure) -> None:
    reader = new_reader()

    with pytest.raises(UpstreamError) as caught:
        read(event("error", **fields), reader=reader)

    assert caught.value.failure is failure
    assert caught.value.retryable is (fields.get("allow_retry") is not False)


def test_news_after_an_error_still_counts() -> None:
    """The server saves the thread once more when its answer has failed."""
    reader = new_reader()

    events = read(
        opened("msg_a"),
        event("error", code="custom", message="Closed now", allow_retry=False),
        news(status={"type": "closed"}),
        event("error", code="stream.error"),
        reader=reader,
        is_whole=False,
    )

    assert only(events, Notice) == [Notice("danger", "Closed now")]
    assert only(events, AccessChanged) == [AccessChanged("closed")]
    with pytest.raises(UpstreamError, match="Closed now"):
        reader.finish()


def test_key_in_the_words_of_an_error_is_cut_out() -> None:
    reader = new_reader()

    events = read(
        event("error", code="custom", message="bad key ck-secret"), reader=reader, is_whole=False
    )

    assert only(events, Notice) == [Notice("danger", "bad key …")]
    assert "ck-secret" not in str(reader.trouble)
