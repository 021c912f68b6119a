"""The ``input`` of a run in XpertAI's words: send, retry, follow up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Literal

from widget.providers.base import Turn


def question(
    text: str, files: Sequence[dict[str, Any]] = (), *, client_message: str = ""
) -> dict[str, Any]:
    """An edit too is a new question: the platform keeps what was said before it."""
    message: dict[str, Any] = {"input": {"input": text}}
    if files:
        message["input"]["files"] = list(files)
    if client_message:
        message["clientMessageId"] = client_message
    return {"action": "send", "message": message}


def follow_up(
    mode: Literal["queue", "steer"], asked: dict[str, Any], run: str | None
) -> dict[str, Any]:
    target = {"target": {"executionId": run}} if run else {}
    return {"action": "follow_up", "mode": mode, "message": asked["message"], **target}


def source_of(turn: Turn) -> dict[str, str]:
    """What a retry or an answer is about, in the platform's ids; empty where none are known."""
    if not turn.target_message:
        return {}
    source = {"aiMessageId": turn.target_message}
    return {**source, "executionId": turn.target_run} if turn.target_run else source


def waiting_id(thread: str, text: str) -> str:
    """The id of a message that waits for its turn. The platform shows no such id, so whoever
    finds the message there makes it again from what is shown."""
    return hashlib.sha256(f"{thread}\n{text}".encode(errors="replace")).hexdigest()[:32]
