"""What runs of the fake XpertAI show besides text: tools, lookups, files, helpers, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.xpertai.stage import ANSWER, Scenario, Stage, Step, answer
from tests.fakes.xpertai.wire import Gate, component, event, message, now, text


def search_steps() -> tuple[Step, ...]:
    documents = [
        {
            "id": "d-1",
            "pageContent": "Free above 99.",
            "metadata": {"title": "Postage", "url": "https://shop.example/postage"},
        },
        {"pageContent": "Seven days.", "metadata": {"source": "returns.pdf"}},
        {"pageContent": "Bad link.", "metadata": {"title": "Bad", "url": "javascript:alert(1)"}},
    ]
    begin = {"category": "Tool", "type": "knowledges", "title": "Handbook", "status": "running"}
    return (
        component("r-1", **begin, message="postage", created_date=now(), end_date=None),
        component("r-1", category="Computer", status="success", data=documents, end_date=now()),
        text(ANSWER),
    )


def tool_steps(end: dict[str, Any]) -> tuple[Step, ...]:
    begin = {"category": "Tool", "toolset": "orders", "tool": "find_order", "title": "Find order"}
    return (
        text("Let me look."),
        component("c-1", **begin, status="running", input={"no": 7}, created_date=now()),
        component("c-1", **end, title=None, end_date=now()),
        text("It is on its way.", "text-2"),
    )


def canvas(part_id: str, type_: str, data: Any, **more: Any) -> tuple[Step, Step]:
    """A step on the canvas, from ``on_tool_message``: begun, then done with its data."""
    begin = {"category": "Computer", "type": type_, "title": type_.title(), "status": "running"}
    return (
        component(part_id, **begin, created_date=now(), **more),
        component(part_id, status="success", data=data, end_date=now()),
    )


def helpers(stage: Stage) -> Iterator[Step]:
    """A helper with a helper of its own; only their titles are words for visitors."""
    yield from stage.opening()
    yield event(
        "on_agent_start", id="h-1", agentKey="Agent_2", parentId=stage.run, title="Stock clerk"
    )
    yield event("on_agent_start", id="h-2", agentKey="Agent_3", parentId="h-1", inputs={"q": 1})
    yield event(
        "on_agent_end",
        id="h-2",
        agentKey="Agent_3",
        parentId="h-1",
        title="Warehouse",
        status="success",
        totalTokens=5,
    )
    yield event("on_agent_end", id="h-1", agentKey="Agent_2", parentId=stage.run, status="success")
    yield text(ANSWER)
    yield from stage.ending()


def named_tools() -> tuple[Step, ...]:
    """The events that the list of names knows and the build that was read never sends."""
    return (
        event("on_tool_start", id="n-1", name="find_order", input={"no": 7}),
        event("on_tool_message", id="n-1", title="Find order", status="running", message="looking"),
        event("on_tool_end", id="n-1", name="find_order", output="shipped"),
        event("on_tool_start", tool_call_id="n-2", name="weigh"),
        event("on_tool_error", tool_call_id="n-2", name="weigh", error="the scales are broken"),
        event("on_tool_end", output="nobody knows whose"),
        event("on_retriever_start", id="n-3", name="Handbook"),
        event("on_retriever_end", id="n-3", name="Handbook", data=[{"title": "Postage"}]),
        text(ANSWER),
    )


def spent(**usage: Any) -> Step:
    return event("on_chat_event", type="thread_context_usage", agentKey="Agent_1", usage=usage)


def counting(data: dict[str, Any], *steps: Step) -> Scenario:
    """Usage in another spelling of the root agent's end."""

    def play(stage: Stage) -> Iterator[Step]:
        yield from stage.opening()
        yield from steps
        yield text(ANSWER)
        yield event("on_agent_end", id=stage.run, status="success", **data)
        yield event("on_message_end", id=stage.message, status="success", role="ai")
        yield event("on_conversation_end", id=stage.conversation, status="idle")

    return play


WIDGETS = [
    {
        "name": "OrderCard",
        "config": {
            "title": "Order A7",
            "components": [
                {"id": "a", "component": {"Text": {"text": {"literalString": "On its way."}}}},
                {"id": "b", "component": {"Button": {"label": "Track", "action": {"name": "t"}}}},
            ],
        },
        "values": {"days": 3},
    },
    {"name": "Map", "config": {}},
    {"config": None},
]
PROGRAM = {"code": "print(6 * 7)", "output": "42"}
PARTS: dict[str, Scenario] = {
    "canvas web search": answer(
        *canvas(
            "w-s",
            "web_search",
            [{"title": "Postage", "url": "https://shop.example/p", "content": "Free above 99."}],
            message="postage",
        )
    ),
    "canvas files": answer(
        *canvas(
            "fs",
            "files",
            [
                {"name": "bill.pdf", "fileUrl": "https://files.example/bill.pdf", "size": 9},
                {"filePath": "/work/notes.txt"},
            ],
        )
    ),
    "canvas file": answer(
        *canvas("fi", "file", {"filename": "plan.md", "url": "https://files.example/plan.md"})
    ),
    "canvas program": answer(*canvas("pr", "program", PROGRAM)),
    "canvas list": answer(
        *canvas("li", "list", [{"title": "Shoes", "url": "https://shop.example/shoes"}, "plain"])
    ),
    "canvas memory": answer(
        *canvas("me", "memory", [{"title": "secret of another"}], message="secret of another")
    ),
    "canvas iframe": answer(
        component("if", type="iframe", title="Map", url="https://maps.example/1", status="success")
    ),
    "canvas tasks": answer(
        *canvas(
            "ta",
            "tasks",
            [
                {"id": "a", "name": "Find the order", "status": "success"},
                {"id": "b", "title": "Write the mail", "status": "running"},
                {"content": "Send it", "status": "pending"},
                {"note": "no words"},
            ],
        )
    ),
    "dashboard": answer(
        component("d-1", category="Dashboard", type="KPI", title="Sales", status="success", data={})
    ),
    "helpers": helpers,
    "named tools": answer(*named_tools()),
    "retriever fails": answer(
        component("r-9", category="Tool", type="knowledges", title="Handbook", status="running"),
        event("on_retriever_error", tags=[], name="kb-1", error="the index is gone"),
        text(ANSWER),
    ),
    "retriever fails unseen": answer(
        event("on_retriever_error", name="kb-1", error="the index is gone"), text(ANSWER)
    ),
    "two thoughts": answer(
        message({"type": "reasoning", "text": "First.", "id": "a"}),
        message({"type": "reasoning", "text": "Second.", "id": "b"}),
        text(ANSWER),
    ),
    "goal": answer(
        event("on_chat_event", type="thread_goal_updated", goal={"objective": "x"}),
        event("on_chat_event", type="thread_goal_cleared"),
        event("on_chat_event", type="middleware_event", anything=1),
        event(
            "on_chat_event", type="conversation_title_summary", title="Summing up", status="running"
        ),
        text(ANSWER),
    ),
    "usage of the thread": counting({}, spent(inputTokens=1, outputTokens=2, totalTokens=3)),
    "usage in snakes": counting(
        {}, spent(input_tokens=1, output_tokens=2, total_tokens=3, context_tokens=9)
    ),
    "usage as tokens": counting({"tokens": 7}),
    "picture in the message": answer(
        message({"type": "image_url", "id": "q", "image_url": "data:image/png;base64,AA=="}),
        message({"type": "image_url", "id": "r", "image_url": {"url": "ftp://a.example/i.png"}}),
    ),
    "half characters": answer(
        text("Yes \ud83c"),
        text("\udf89 and "),
        text("\ud83d", "text-2"),
        text("\ude00.", "text-2"),
        message({"type": "reasoning", "text": "hm \ud83d", "id": "a"}),
        message({"type": "reasoning", "text": "\ude00", "id": "a"}),
    ),
    "half gated": answer(text("Yes \ud83c"), Gate("go"), text("\udf89!")),
    "half a character": answer(text("Cut \ud83c")),
    "half a thought": answer(
        message({"type": "reasoning", "text": "\ud83d", "id": "a"}), text("x")
    ),
    "half a title": answer(
        component("c-h", title="Cut \ud83c", status="success", data=[{"title": "In \ude00"}]),
        text(ANSWER),
    ),
}
