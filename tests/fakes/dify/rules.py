"""What the fake lets in: only headers, queries and body fields that the facts name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.fakes.dify.wire import Refused

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
QUERIES: dict[str, set[str]] = {
    "suggested": {"user"},
    "conversations": {"user", "last_id", "limit", "sort_by"},
    "messages": {"conversation_id", "user", "first_id", "limit"},
    "events": {"user", "include_state_snapshot", "continue_on_pause"},
}
CHAT_FIELDS = {
    "query",
    "inputs",
    "user",
    "response_mode",
    "conversation_id",
    "files",
    "auto_generate_name",
    "workflow_id",
}
KINDS = {"image", "document", "audio", "video", "custom"}


def check_headers(headers: Mapping[str, str]) -> None:
    if unknown := set(headers) - HEADERS:
        raise Refused(400, "invalid_param", f"unknown headers {sorted(unknown)}")


def check_query(endpoint: str, query: Mapping[str, list[str]]) -> None:
    only(query, QUERIES.get(endpoint, set()))
    if endpoint in QUERIES and not query.get("user"):
        # The platform would fall back to a user that all callers share.
        raise Refused(400, "invalid_param", "user is required")
    limit = query.get("limit", ["20"])[0]
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        raise Refused(400, "invalid_param", "limit must be from 1 to 100")


def check_chat(body: Any, form: list[Any], mode: str) -> None:
    only(body, CHAT_FIELDS)
    if not isinstance(body.get("query"), str) or not body["query"].strip():
        raise Refused(400, "invalid_param", "query is required")
    if not isinstance(body.get("inputs"), dict):
        raise Refused(400, "invalid_param", "inputs is required")
    check_user(body)
    check_inputs(body["inputs"], form)
    if body.get("response_mode", "blocking") not in ("streaming", "blocking"):
        raise Refused(400, "invalid_param", "response_mode is not supported")
    if body.get("response_mode", "blocking") == "blocking" and mode in ("agent-chat", "agent"):
        code = "invalid_param" if mode == "agent-chat" else "bad_request"
        raise Refused(400, code, "Agent Chat App does not support blocking mode")
    if given := body.get("conversation_id"):
        check_uuid(given)


def check_inputs(inputs: dict[str, Any], form: list[Any]) -> None:
    declared = {field["variable"]: (kind, field) for row in form for kind, field in row.items()}
    only(inputs, set(declared))
    for name, (kind, field) in declared.items():
        value = inputs.get(name)
        if value in (None, ""):
            if field.get("required"):
                raise Refused(400, "invalid_param", f"{name} is required in input form")
            continue
        if kind == "number" and not isinstance(value, int | float):
            raise Refused(400, "invalid_param", f"{name} in input form must be a number")
        if kind == "select" and value not in field["options"]:
            raise Refused(400, "invalid_param", f"{name} must be one of {field['options']}")


def check_file(given: Any, uploads: Mapping[str, dict[str, Any]], user: str) -> None:
    """A file that this user has uploaded, under a kind that fits."""
    only(given, {"type", "transfer_method", "url", "upload_file_id"})
    if given.get("type") not in KINDS or given.get("transfer_method") != "local_file":
        raise Refused(400, "invalid_param", "Invalid file type or transfer_method")
    known = uploads.get(given.get("upload_file_id", ""))
    if known is None or known["created_by"] != user:
        raise Refused(400, "invalid_param", "Invalid upload file")


def check_user(body: Any) -> str:
    if not isinstance(body.get("user"), str) or not body["user"]:
        raise Refused(400, "invalid_param", "user is required")
    return str(body["user"])


def check_uuid(value: Any) -> None:
    try:
        UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise Refused(400, "invalid_param", f"{value} is not a valid uuid.") from None


def only(given: Any, known: set[str]) -> None:
    if not hasattr(given, "keys"):
        raise Refused(400, "invalid_param", "Expected object")
    for name in given:
        if name not in known:
            raise Refused(400, "invalid_param", f"unknown field {name}")
