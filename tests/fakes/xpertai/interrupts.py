"""Runs of the fake XpertAI that stop in the middle and wait for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.xpertai.stage import Scenario, Stage, Step
from tests.fakes.xpertai.wire import Gate, event, text

QUESTIONS = {
    "questions": [
        {
            "id": "size",
            "header": "Size",
            "question": "Which size do you need?",
            "options": [
                {"label": "Small (Recommended)", "description": "Fits most."},
                {"label": "Large", "description": "For tall people."},
            ],
        },
        {
            "id": "color",
            "header": "Colour",
            "question": "Which colour?",
            "options": [{"label": "Red"}, {"label": "Blue"}, {"label": "Green"}],
        },
    ]
}
PLAN = {
    "questions": [
        {
            "id": "implement_plan",
            "header": "Confirm",
            "question": "Go ahead?",
            "options": [{"label": "Yes"}, {"label": "No"}],
        }
    ]
}


def interrupting(*values: dict[str, Any] | None, **task: Any) -> Scenario:
    """One task for each value; None is a breakpoint, which has no interrupt of its own. The
    message's own status is a success."""

    def play(stage: Stage) -> Iterator[Step]:
        yield from stage.opening()
        yield text("One moment")
        tasks = [
            {"id": f"t-{n}", "name": "client", "path": ["__pregel_pull", "client"], **task}
            | {"interrupts": [] if value is None else [{"id": f"i-{n}", "value": value}]}
            for n, value in enumerate(values, 1)
        ]
        yield event("on_interrupt", tasks=tasks)
        yield event("on_agent_end", id=stage.run, status="interrupted")
        yield event("on_message_end", id=stage.message, status="success")
        yield event(
            "on_conversation_end",
            id=stage.conversation,
            status="interrupted",
            operation={"tasks": tasks},
        )

    return play


def decided(stage: Stage) -> Iterator[Step]:
    """How it goes on: the same message, run and part ids of their own."""
    yield from stage.opening()
    done = stage.decision["type"] == "confirm"
    yield text("All done." if done else "Left as it was.", "text-after")
    yield from stage.ending()


def decided_slowly(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield text("All ", "text-after")
    yield Gate("go")
    yield text("done.", "text-after")
    yield from stage.ending()


def asks_again(stage: Stage) -> Iterator[Step]:
    yield from interrupting({"toolCalls": [{"id": "c-2", "name": "ship", "args": {}}]})(stage)


def call(number: int, name: str, **args: Any) -> dict[str, Any]:
    return {"id": f"k-{number}", "name": name, "args": args, "type": "tool_call"}


REVIEWS = {
    "actionRequests": [
        {"name": "refund", "args": {"order": "A7", "amount": 12.5, "fast": True, "tags": ["x"]}},
    ],
    "reviewConfigs": [
        {"actionName": "refund", "allowedDecisions": ["approve", "edit", "reject", "respond"]}
    ],
}
TWO_REVIEWS = {
    "actionRequests": [
        {"name": "refund", "args": {"order": "A7"}, "description": "Pays the money back."},
        {"name": "mail", "args": {"to": "a@b.example"}},
    ],
    "reviewConfigs": [
        {
            "actionName": "refund",
            "allowedDecisions": ["approve", "reject"],
        },
        {
            "actionName": "mail",
            "allowedDecisions": ["approve", "edit"],
            "argsSchema": {
                "type": "object",
                "properties": {
                    "to": {"type": "string", "title": "To whom", "description": "One address."},
                    "copies": {"type": "integer"},
                    "urgent": {"type": "boolean"},
                    "lang": {"type": "string", "enum": ["zh", "en"]},
                },
                "required": ["to"],
            },
        },
    ],
}
SENSITIVE = {
    "type": "tool",
    "info": {"name": "cancel_order", "title": "Cancel order", "description": "For good."},
    "parameters": [
        {
            "name": "order",
            "title": {"en_US": "Order", "zh_Hans": "订单"},
            "type": "string",
            "description": {"en_US": "Its number", "zh_Hans": "订单号"},
        },
        {"name": "count", "title": "Pieces", "type": "number", "placeholder": "3"},
    ],
    "call": {"id": "c-1", "name": "cancel_order", "args": {"order": "A7", "count": 3}},
    "agent": {"key": "Agent_1"},
}
TOOL_CALLS = {"toolCalls": [{"id": "c-1", "name": "cancel_order", "args": {"order": "A7"}}]}

INTERRUPTS: dict[str, Scenario] = {
    "client tool": interrupting({"clientToolCalls": [call(1, "open_cart", sku=7)]}),
    "client tools": interrupting(
        {"clientToolCalls": [call(1, "open_cart", sku=7), call(2, "read_page")]}
    ),
    "review": interrupting(REVIEWS),
    "two reviews": interrupting(TWO_REVIEWS),
    "review without words": interrupting({"actionRequests": [{"name": "refund", "args": {}}]}),
    "confirm": interrupting(TOOL_CALLS, **SENSITIVE),
    "confirm without words": interrupting(
        {"toolCalls": [{"id": "c-1", "name": "cancel_order", "args": {}}]}
    ),
    "confirm two": interrupting(
        TOOL_CALLS, {"toolCalls": [{"id": "c-9", "name": "mail", "args": {}}]}
    ),
    "confirm slowly": interrupting(TOOL_CALLS),
    "confirm twice": interrupting(TOOL_CALLS),
    "questions": interrupting({"clientToolCalls": [call(1, "request_user_input", **QUESTIONS)]}),
    "plan": interrupting({"clientToolCalls": [call(1, "request_user_input", **PLAN)]}),
    "questions without options": interrupting(
        {"clientToolCalls": [call(1, "request_user_input", questions=[{"id": "x"}])]}
    ),
    "breakpoint": interrupting(None, **SENSITIVE),
    "odd interrupt": interrupting({"weather": "fine"}),
}
RESUMED: dict[str, Scenario] = {"confirm slowly": decided_slowly, "confirm twice": asks_again}


def resumed(question: str) -> Scenario:
    return RESUMED.get(question, decided)
