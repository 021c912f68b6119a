"""Which requests the protocol names, with every field: anything else is refused."""

from __future__ import annotations

from typing import Any

INPUT = {"content", "attachments", "inference_options"}
_ACTION = {"thread_id", "item_id", "action"}
PARAMS: dict[str, set[str]] = {
    "threads.create": {"input"},
    "threads.add_user_message": {"thread_id", "input"},
    "threads.add_client_tool_output": {"thread_id", "result"},
    "threads.add_structured_input": {"thread_id", "item_id", "input"},
    "threads.retry_after_item": {"thread_id", "item_id"},
    "threads.custom_action": _ACTION,
    "threads.sync_custom_action": _ACTION,
    "threads.get_by_id": {"thread_id"},
    "threads.list": {"limit"},
    "threads.delete": {"thread_id"},
    "items.list": {"thread_id", "limit", "order"},
    "items.feedback": {"thread_id", "item_ids", "kind"},
    "attachments.create": {"name", "size", "mime_type"},
    "attachments.delete": {"attachment_id"},
}
HEADERS = {
    *("accept", "accept-encoding", "accept-language", "authorization", "connection"),
    *("content-length", "content-type", "host", "user-agent", "x-tenant"),
}


def fault(body: Any, headers: dict[str, str]) -> str:
    """What is wrong with a request; empty when nothing is."""
    if unknown := set(headers) - HEADERS:
        return f"unknown headers {sorted(unknown)}"
    if set(body) != {"type", "params", "metadata"} or body["type"] not in PARAMS:
        return f"unknown request {sorted(body)} {body.get('type')}"
    if unknown := set(body["metadata"]) - {"visitor", "context"}:
        return f"unknown metadata {sorted(unknown)}"
    params = body["params"]
    if set(params) != PARAMS[body["type"]]:
        return f"{body['type']}: wrong params {sorted(params)}"
    if body["type"] in ("threads.create", "threads.add_user_message"):
        return _fault_of_message(params["input"])
    return _FAULTS.get(body["type"], lambda params: "")(params)


def _fault_of_message(given: Any) -> str:
    if set(given) != INPUT:
        return f"input must hold exactly {sorted(INPUT)}"
    if any(set(c) != {"type", "text"} or c["type"] != "input_text" for c in given["content"]):
        return "content is wrong"
    return "" if all(isinstance(i, str) for i in given["attachments"]) else "attachments is wrong"


def _fault_of_form(params: Any) -> str:
    filled = params["input"]
    if set(filled) != {"status", "answers"} or filled["status"] not in ("answered", "skipped"):
        return "input is wrong"
    right = {"values", "skipped"}
    return "" if all(set(a) == right for a in filled["answers"].values()) else "answers are wrong"


def _fault_of_action(params: Any) -> str:
    return "" if set(params["action"]) == {"type", "payload"} else "action is wrong"


def _fault_of_feedback(params: Any) -> str:
    is_right = params["kind"] in ("positive", "negative") and isinstance(params["item_ids"], list)
    return "" if is_right else "feedback is wrong"


_FAULTS = {
    "threads.add_structured_input": _fault_of_form,
    "threads.custom_action": _fault_of_action,
    "threads.sync_custom_action": _fault_of_action,
    "items.feedback": _fault_of_feedback,
}
