"""Items that several tests speak of."""

from __future__ import annotations

from typing import Any

from tests.fakes.chatkit.wire import item, updated, url_note
from tests.providers.chatkit.kit import only
from widget.domain.events import RunEvent, Step

CALL = item(
    "client_tool_call", "tc_1", status="pending", call_id="c", name="get_page", arguments={"a": 1}
)


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


def card(value: str, **more: Any) -> dict[str, Any]:
    text = {"type": "Text", "id": "t1", "value": value, "streaming": True, **more}
    return {"type": "Card", "children": [{"type": "Row", "children": [text]}]}


def widget(tree: Any) -> dict[str, Any]:
    return item("widget", "wgt_1", widget=tree, copy_text="Hello")


SHOES = url_note("Shoes", "https://shop.example/shoes", description="All our shoes")
BOOTS = url_note("Boots", "https://shop.example/boots")


def note_at(index: int, note: object, content_index: int = 0) -> bytes:
    kind = "assistant_message.content_part.annotation_added"
    return updated(
        "msg_a", kind, content_index=content_index, annotation_index=index, annotation=note
    )
