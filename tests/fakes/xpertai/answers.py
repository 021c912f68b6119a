"""Whether an answer fits what an interrupted run of the fake waits for."""

from __future__ import annotations

from typing import Any

from tests.fakes.xpertai.rules import Refused, only

TOOL_MESSAGE = {"tool_call_id", "name", "content", "status", "artifact"}
DECISIONS: dict[str, set[str]] = {
    "approve": set(),
    "edit": {"editedAction"},
    "reject": {"message"},
    "respond": {"message"},
}


def check(operation: dict[str, Any], sent: dict[str, Any]) -> None:
    values = [i["value"] for task in operation["tasks"] for i in task["interrupts"]]
    payload = sent["decision"].get("payload")
    for value in values:
        if "clientToolCalls" in value:
            _check_tool_messages(value["clientToolCalls"], payload or {})
        elif "actionRequests" in value:
            _check_decisions(value, payload or {})


def _check_tool_messages(calls: list[dict[str, Any]], payload: dict[str, Any]) -> None:
    only(payload, {"toolMessages"})
    given = payload.get("toolMessages", [])
    for message in given:
        only(message, TOOL_MESSAGE)
        if not isinstance(message.get("content"), str):
            raise Refused(400, "toolMessages: content must be a string")
    if sorted(m["tool_call_id"] for m in given) != sorted(call["id"] for call in calls):
        raise Refused(400, "expected exactly one toolMessage for each tool_call_id")


def _check_decisions(value: dict[str, Any], payload: dict[str, Any]) -> None:
    only(payload, {"decisions"})
    given = payload.get("decisions", [])
    if len(given) != len(value["actionRequests"]):
        raise Refused(400, "Number of human decisions does not match number of tool calls")
    allowed = {review["actionName"]: review for review in value.get("reviewConfigs", [])}
    for request, decision in zip(value["actionRequests"], given, strict=True):
        kind = decision.get("type")
        review = allowed.get(request["name"])
        if kind not in DECISIONS or (review and kind not in review["allowedDecisions"]):
            raise Refused(400, f"Decision type '{kind}' is not allowed")
        only(decision, {"type", *DECISIONS[kind]})
        if kind == "edit":
            only(decision["editedAction"], {"name", "args"})
