"""What the fake lets in: only headers, queries and fields that the facts name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

HEADERS = {
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
}
CHAT_FIELDS = {
    "bot_id",
    "user_id",
    "additional_messages",
    "stream",
    "auto_save_history",
    "custom_variables",
    "meta_data",
    "extra_params",
    "shortcut_command",
    "parameters",
    "enable_card",
    "publish_status",
    "bot_version",
    "connector_id",
}
FLOW_FIELDS = {
    "workflow_id",
    "additional_messages",
    "parameters",
    "app_id",
    "bot_id",
    "conversation_id",
    "workflow_version",
    "connector_id",
    "ext",
}
MESSAGE_FIELDS = {"role", "type", "content", "content_type", "meta_data"}
MOST_MESSAGES = {"chat": 100, "flow": 50}


class Refused(Exception):
    """A request that the platform would not take; a ``code`` of 4xx stands for the status alone."""

    def __init__(self, code: int, msg: str, status: int = 200) -> None:
        super().__init__(msg)
        self.code, self.msg, self.status = code, msg, status


def only(given: Any, known: set[str], what: str = "field") -> None:
    if not isinstance(given, Mapping):
        raise Refused(4000, f"{what}: an object is expected", 400)
    if unknown := set(given) - known:
        raise Refused(4000, f"unknown {what} {sorted(unknown)}", 400)


def check_headers(headers: Mapping[str, str]) -> None:
    only(headers, HEADERS, "header")
    if headers.get("accept-language", "zh") not in ("zh", "en", "*"):
        raise Refused(4000, "Accept-Language is zh or en", 400)


def check_chat(body: Any) -> None:
    only(body, CHAT_FIELDS)
    for name in ("bot_id", "user_id"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise Refused(4000, f"{name} is required")
    if body.get("stream") is not True or body.get("auto_save_history") is False:
        raise Refused(4007, "stream=false needs saved history, and this door streams")
    _check_texts(body.get("custom_variables", {}), "custom_variables")
    if not isinstance(body.get("parameters", {}), dict):
        raise Refused(4000, "parameters field should be an object, not a string")
    if body.get("publish_status", "published_online") not in (
        "published_online",
        "unpublished_draft",
    ):
        raise Refused(4000, "publish_status is wrong")
    check_messages(body.get("additional_messages"), "chat")


def check_flow(body: Any) -> None:
    only(body, FLOW_FIELDS)
    if ("app_id" in body) == ("bot_id" in body):
        raise Refused(4000, "exactly one of app_id and bot_id")
    if not isinstance(body.get("parameters"), dict):
        raise Refused(4000, "parameters is required")
    only(body.get("ext", {}), {"latitude", "longitude", "user_id"}, "ext")
    _check_texts(body.get("ext", {}), "ext")
    check_messages(body.get("additional_messages"), "flow")


def _check_texts(given: Any, what: str) -> None:
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise Refused(4000, f"{what} is a map of texts")


def check_messages(messages: Any, kind: str) -> None:
    """Roles and types agree, nothing is empty, the question comes last."""
    if not isinstance(messages, list) or not messages:
        raise Refused(4000, "additional_messages is required")
    if len(messages) > MOST_MESSAGES[kind]:
        raise Refused(4004, "too many messages")
    if messages[-1].get("role") != "user":
        raise Refused(4005, "the last message must be the user's")
    for index, message in enumerate(messages):
        _check_message(message, kind, bare=_has_text_neighbour(messages, index))


def _has_text_neighbour(messages: list[Any], index: int) -> bool:
    around = messages[max(index - 1, 0) : index] + messages[index + 1 : index + 2]
    return any(m.get("content_type") == "text" and m.get("role") == "user" for m in around)


def _check_message(message: Any, kind: str, *, bare: bool) -> None:
    only(message, MESSAGE_FIELDS, "message field")
    types = {"user": "question", "assistant": "answer"}
    if message.get("role") not in types or message.get("type") != types[message["role"]]:
        raise Refused(4005, "role and type do not agree")
    if not isinstance(message.get("content"), str) or not message["content"].strip():
        raise Refused(4005, "content is empty")
    if message.get("content_type") == "object_string" and kind == "chat":
        _check_objects(message["content"], bare=bare)
    elif message.get("content_type") != "text":
        raise Refused(4000, "content_type is wrong")


def _check_objects(content: str, *, bare: bool) -> None:
    """One text at most; a file needs text beside it, a picture at least next door."""
    try:
        items = json.loads(content)
    except ValueError:
        raise Refused(4000, "object_string is no JSON") from None
    kinds = [item.get("type") for item in items]
    if set(kinds) - {"text", "image", "file", "audio"} or kinds.count("text") > 1:
        raise Refused(4000, "object_string: items are wrong")
    if "text" not in kinds and ("file" in kinds or not bare):
        raise Refused(4000, "object_string: needs a text")
    for item in items:
        only(item, {"type", "text", "file_id", "file_url"}, "item field")


def check_feedback(body: Any) -> None:
    only(body, {"feedback_type", "reason_types", "comment"})
    reasons = body.get("reason_types", [])
    if body.get("feedback_type") not in ("like", "unlike"):
        raise Refused(4000, "feedback_type is like or unlike")
    if len(reasons) > 10 or any(len(reason) > 30 for reason in reasons):
        raise Refused(4000, "reason_types: at most 10 of at most 30 characters")
    if len(body.get("comment", "")) > 250:
        raise Refused(4000, "comment: at most 250 characters")


def check_tool_outputs(body: Any) -> list[dict[str, str]]:
    only(body, {"tool_outputs", "stream"})
    if body.get("stream") is not True:
        raise Refused(4000, "this door streams")
    outputs: list[dict[str, str]] = body["tool_outputs"]
    for output in outputs:
        only(output, {"tool_call_id", "output"}, "output field")
        if not isinstance(output.get("output"), str):
            raise Refused(4000, "output is a text")
    return outputs
