"""What a turn asks for in the words of the protocol."""

from __future__ import annotations

from typing import Any

from widget.domain.conversations import ToolCallPart
from widget.domain.inputs import ActionTaken, FormAnswered, Reply, ToolAnswered
from widget.providers.base import Turn
from widget.providers.chatkit.api import Request
from widget.providers.chatkit.forms import answers_of

UNANSWERED = {"error": "The page did not answer before the visitor wrote again."}


def question(turn: Turn, thread: str | None, files: tuple[str, ...]) -> Request:
    """The visitor's message, in this thread or in a new one. All three fields of ``input`` must be
    there, even empty."""
    said = [{"type": "input_text", "text": turn.text}] if turn.text else []
    given = {"content": said, "attachments": list(files), "inference_options": {}}
    if thread is None:
        return _of(turn, "threads.create", {"input": given})
    return _of(turn, "threads.add_user_message", {"thread_id": thread, "input": given})


def retry(turn: Turn, thread: str, item: str) -> Request:
    return _of(turn, "threads.retry_after_item", {"thread_id": thread, "item_id": item})


def answer(turn: Turn, thread: str, reply: Reply) -> Request:
    if isinstance(reply, FormAnswered):
        filled = {"item_id": reply.request, "input": answers_of(reply)}
        return _of(turn, "threads.add_structured_input", {"thread_id": thread, **filled})
    if isinstance(reply, ActionTaken):
        action = {"type": reply.type, "payload": reply.payload}
        kind = "threads.sync_custom_action" if reply.is_quiet else "threads.custom_action"
        where = {"thread_id": thread, "item_id": reply.widget}
        return _of(turn, kind, {**where, "action": action})
    return tool_output(turn, thread, _result(reply[-1]))


def tool_output(turn: Turn, thread: str, result: Any) -> Request:
    """The server finds the call by itself: it is the newest item, and there is one in a turn."""
    params = {"thread_id": thread, "result": result}
    return _of(turn, "threads.add_client_tool_output", params)


def may_wait_for_page(turn: Turn) -> bool:
    """Whether the latest answer called the host page and may never have heard of it again."""
    latest = next((m for m in reversed(turn.history) if m.role == "assistant"), None)
    return latest is not None and any(
        isinstance(part, ToolCallPart) and part.state != "done" for part in latest.parts
    )


def about(turn: Turn, kind: str, **params: Any) -> Request:
    """Any other request on behalf of this turn's visitor."""
    return _of(turn, kind, params)


def _result(answered: ToolAnswered) -> Any:
    return {"error": answered.result} if answered.is_error else answered.result


def _of(turn: Turn, kind: str, params: dict[str, Any]) -> Request:
    return Request(kind, params, turn.visitor, turn.locale, turn.facts)
