"""What the fake lets in: only headers and body fields that the facts name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Dialect = Literal["early", "aug", "late"]

PLATFORM_HEADERS = {
    "authorization",
    "x-api-key",
    "x-client-secret",
    "organization-id",
    "x-principal-user-id",
    "last-event-id",
    "language",
    "accept-language",
    "content-type",
    "accept",
}
TRANSPORT_HEADERS = {"host", "user-agent", "connection", "accept-encoding", "content-length"}

QUERY_FIELDS = {"limit", "offset", "checkpoint_id", "cancel_on_disconnect", "agentKey", "isDraft"}
RUN_FIELDS = {
    "assistant_id",
    "input",
    "context",
    "config",
    "metadata",
    "stream_mode",
    "stream_subgraphs",
    "on_disconnect",
    "multitask_strategy",
    "checkpoint",
    "command",
}
MESSAGE_FIELDS = {"input", "clientMessageId"}
INPUT_FIELDS = {
    "input",
    "files",
    "references",
    "planMode",
    "runtimeCapabilities",
    "commandSource",
    "model",
}
ACTIONS: dict[str, tuple[set[str], set[str]]] = {
    "send": (
        {"message"},
        {"conversationId", "projectId", "environmentId", "sandboxEnvironmentId", "state"},
    ),
    "resume": ({"target", "decision"}, {"conversationId", "patch", "state"}),
    "retry": ({"source"}, {"conversationId", "checkpointId", "environmentId"}),
    "follow_up": ({"mode", "message"}, {"conversationId", "target", "state"}),
}


TARGET_FIELDS = {"aiMessageId", "executionId"}
UPLOAD_FIELDS = {
    "target",
    "purpose",
    "parseMode",
    "conversationId",
    "threadId",
    "projectId",
    "xpertId",
    "workspacePath",
}


class Refused(Exception):
    """A request that the platform would not take; ``text`` may be an object with a code."""

    def __init__(self, status: int, text: Any) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def check_headers(headers: Mapping[str, str]) -> None:
    for name in headers:
        lower = name.lower()
        if lower not in PLATFORM_HEADERS | TRANSPORT_HEADERS:
            raise Refused(400, f"header {name} is not one of the platform's")


def check_session(body: dict[str, Any], dialect: Dialect) -> None:
    """Older builds ignore what they do not know; the newer schema is strict."""
    if dialect != "late":
        only(body, {"expires_after", "assistant", "user"})
        return
    only(body, {"expires_after", "assistant", "user", "project", "conversation", "scope"})
    seconds = body.get("expires_after", 600)
    if type(seconds) is not int or seconds <= 0:
        raise Refused(400, "expires_after: Expected a positive integer")
    if "assistant" in body:
        only(body["assistant"], {"id"})


def check_thread(body: dict[str, Any]) -> None:
    only(body, {"thread_id", "assistant_id", "if_exists", "metadata"})
    only(body.get("metadata", {}), {"title"})
    if not isinstance(body.get("assistant_id", "x"), str):
        raise Refused(400, "Thread assistant_id must be a non-empty string.")


def check_run(body: dict[str, Any]) -> dict[str, Any]:
    """The run's ``input``, once it fits the schema of its action."""
    only(body, RUN_FIELDS)
    given = body.get("input")
    if not isinstance(body.get("assistant_id"), str) or not isinstance(given, dict):
        raise Refused(400, "assistant_id: Required; input: Required")
    action = given.get("action", "send")
    if action not in ACTIONS:
        raise Refused(400, "action: Invalid discriminator value")
    required, optional = ACTIONS[action]
    only(given, required | optional | {"action"})
    for name in sorted(required):
        if name not in given:
            raise Refused(400, f"{name}: Required")
    _CHECKS[action](given)
    only(body.get("context", {}), {"env"})
    return given


def _check_send(given: dict[str, Any]) -> None:
    check_message(given["message"])


def _check_retry(given: dict[str, Any]) -> None:
    only(given["source"], TARGET_FIELDS)


def _check_follow_up(given: dict[str, Any]) -> None:
    check_message(given["message"])
    if given["mode"] not in ("queue", "steer"):
        raise Refused(400, "mode: Invalid enum value")
    only(given.get("target", {}), TARGET_FIELDS)


def _check_resume(given: dict[str, Any]) -> None:
    only(given["target"], TARGET_FIELDS)
    only(given["decision"], {"type", "payload"})
    if given["decision"].get("type") not in ("confirm", "reject"):
        raise Refused(400, "decision.type: Invalid enum value")
    only(given.get("patch", {}), {"agentKey", "toolCalls", "update"})


def check_message(sent: dict[str, Any]) -> None:
    only(sent, MESSAGE_FIELDS)
    if not isinstance(sent.get("input"), dict):
        raise Refused(400, "message.input: Required")
    only(sent["input"], INPUT_FIELDS)


_CHECKS = {
    "send": _check_send,
    "retry": _check_retry,
    "follow_up": _check_follow_up,
    "resume": _check_resume,
}


def check_feedback(body: dict[str, Any]) -> None:
    only(body, {"rating", "content"})
    if body.get("rating") not in ("like", "dislike"):
        raise Refused(400, "rating: Invalid enum value")


def check_search(body: dict[str, Any]) -> None:
    only(body, {"where", "order", "limit", "offset", "search"})


def only(body: Any, known: set[str]) -> None:
    if not isinstance(body, dict):
        raise Refused(400, "Expected object")
    for name in body:
        if name not in known:
            raise Refused(400, f"{name}: Unrecognized key")
