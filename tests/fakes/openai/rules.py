"""What the made-up host takes: every header, field and content part that is not known is refused,
so that an adapter which sends something of its own making fails here and not at a platform."""

from __future__ import annotations

import base64
import binascii
from typing import Any

HEADERS = {
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
}
CHAT_FIELDS = {
    "model",
    "messages",
    "stream",
    "stream_options",
    "temperature",
    "max_tokens",
    "max_completion_tokens",
    "user",
    "thinking",
    "reasoning_effort",
    "enable_thinking",
    "thinking_budget",
    "reasoning_split",
    "chat_template_kwargs",
    "tools",
}
RESPONSES_FIELDS = {
    "model",
    "input",
    "stream",
    "previous_response_id",
    "temperature",
    "max_output_tokens",
    "store",
    "tools",
    "include",
    "reasoning",
    "truncation",
}
IMAGES = {"image/png", "image/jpeg", "image/webp", "image/gif"}
PDF = "application/pdf"
# Chat completions take PDF alone; the Responses API reads office documents too.
DOCUMENTS = {
    PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def fault_of_headers(method: str, headers: dict[str, str]) -> str:
    if unknown := set(headers) - HEADERS:
        return f"unknown headers {sorted(unknown)}"
    if method == "POST" and headers.get("content-type") != "application/json":
        return "Content-Type must be application/json"
    return ""


def fault_of_chat(body: Any) -> str:
    if fault := _fault_of_fields(body, CHAT_FIELDS):
        return fault
    if "stream_options" in body and body["stream_options"] != {"include_usage": True}:
        return "stream_options is wrong"
    return _fault_of_messages(body.get("messages"), ("system", "user", "assistant"), _chat_fault)


def fault_of_response(body: Any) -> str:
    if fault := _fault_of_fields(body, RESPONSES_FIELDS):
        return fault
    roles = ("system", "developer", "user", "assistant")
    return _fault_of_messages(body.get("input"), roles, _responses_fault)


def _fault_of_fields(body: Any, known: set[str]) -> str:
    if unknown := set(body) - known:
        return f"Unrecognized request argument supplied: {sorted(unknown)}"
    if body.get("stream") is not True:
        return "thinking models answer streams only"
    return ""


def _fault_of_messages(messages: Any, roles: tuple[str, ...], part_fault: Any) -> str:
    """Roles in order, nothing but role and content, no empty text, the question last."""
    if not isinstance(messages, list) or not messages or messages[-1]["role"] != "user":
        return "messages must end with the user's"
    for position, message in enumerate(messages):
        where = f"messages[{position}]"
        if set(message) != {"role", "content"}:
            return f"{where}: unknown fields {sorted(message)}"
        role = message["role"]
        if role not in roles or (role == "system" and position):
            return f"{where}: role {role} has no place here"
        if fault := _fault_of_content(role, message["content"], part_fault):
            return f"{where}: {fault}"
    return ""


def _fault_of_content(role: str, content: Any, part_fault: Any) -> str:
    if isinstance(content, str):
        return "" if content else "empty content"
    if role != "user" or not isinstance(content, list) or not content:
        return "content must be text"
    return next((fault for part in content if (fault := part_fault(part))), "")


def _chat_fault(part: Any) -> str:
    match part:
        case {"type": "text", "text": str(text), **rest} if text and not rest:
            return ""
        case {"type": "image_url", "image_url": {"url": url, **inner}, **rest} if not (
            inner or rest
        ):
            return _fault_of_data(url, IMAGES)
        case {
            "type": "file",
            "file": {"filename": str(), "file_data": url, **inner},
            **rest,
        } if not (inner or rest):
            return _fault_of_data(url, {PDF})
    return f"unknown part {sorted(part)}"


def _responses_fault(part: Any) -> str:
    match part:
        case {"type": "input_text", "text": str(text), **rest} if text and not rest:
            return ""
        case {"type": "input_image", "image_url": url, "detail": "auto", **rest} if not rest:
            return _fault_of_data(url, IMAGES)
        case {"type": "input_file", "filename": str(), "file_data": url, **rest} if not rest:
            return _fault_of_data(url, DOCUMENTS)
    return f"unknown part {sorted(part)}"


def _fault_of_data(url: Any, media: set[str]) -> str:
    head, _, data = str(url).partition(";base64,")
    if head.removeprefix("data:") not in media:
        return f"{head} is not supported"
    try:
        base64.b64decode(data, validate=True)
    except binascii.Error:
        return "invalid base64"
    return "" if data else "empty file"


def text_of(messages: list[Any]) -> str:
    """The last message's text, without what else it holds."""
    content = messages[-1]["content"]
    if isinstance(content, list):
        content = next((part["text"] for part in content if "text" in part), "")
    return str(content)


def question_of(messages: list[Any]) -> str:
    """The first line of it: the name of a scenario."""
    return text_of(messages).partition("\n")[0]
