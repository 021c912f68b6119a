"""A frame in Python: what it has on screen from a whole conversation and the events after it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from tests.screen import Element, apply, inner_html, parsed
from widget.domain.transcript import Append, Graft, Patch, ShownConversation, Swap


def patch_of(fields: list[Any]) -> Patch:
    """A patch as it travels, without its number."""
    match fields:
        case [-1, int(block), str(html)]:
            return Swap(block, html)
        case [int(depth), str(text)]:
            return Append(depth, text)
        case [int(depth), int(drop), str(html)]:
            return Graft(depth, drop, html)
        case _:
            raise AssertionError(f"no patch: {fields}")


class Screen:
    """A frame: takes a conversation whole and every event after it."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.run: str | None = None
        self.suggestions: list[str] = []
        self.title = ""
        self.access = ("open", "")
        self.seq = 0
        self._open: Element | None = None

    def show(self, conversation: ShownConversation) -> None:
        tree = msgspec.to_builtins(conversation)
        self.messages = {message["id"]: self._message(message) for message in tree["messages"]}
        self.run = tree["run"] and tree["run"]["id"]
        self.suggestions = list(tree["suggestions"])
        self.title = tree["title"]
        self.access = (tree["access"], tree["access_reason"])
        self.seq = conversation.seq
        self._open = None
        if conversation.run:
            parts = self.messages[conversation.run.message]["parts"]
            if parts and parts[-1]["kind"] in ("text", "reasoning"):
                self._open = parts[-1]["root"]

    def take(self, frame: str) -> None:
        event = json.loads(frame)
        seq = event[0] if isinstance(event, list) else event["seq"]
        assert seq == self.seq + 1, f"{seq} came after {self.seq}"
        self.seq = seq
        if isinstance(event, list):
            assert self._open is not None, "a patch came and no part is open"
            apply(self._open, patch_of(event[1:]))
        else:
            getattr(self, "_" + event["type"].replace(".", "_"))(event)

    def picture(self) -> dict[str, Any]:
        """Everything that a visitor sees, comparable."""
        return {
            "messages": [
                {
                    **{name: value for name, value in message.items() if name != "parts"},
                    "parts": [_drawn(part) for part in message["parts"]],
                }
                for message in self.messages.values()
            ],
            "run": self.run,
            "suggestions": self.suggestions,
            "title": self.title,
            "access": self.access,
        }

    def _message_added(self, event: dict[str, Any]) -> None:
        for gone in event["supersedes"]:
            self.messages.pop(gone, None)
        self.messages[event["message"]["id"]] = self._message(event["message"])
        self.suggestions = []

    def _run_started(self, event: dict[str, Any]) -> None:
        self.run = event["run"]

    def _part(self, event: dict[str, Any]) -> None:
        parts = self.messages[event["message"]]["parts"]
        assert event["index"] <= len(parts), f"part {event['index']} of {len(parts)}"
        part = self._drawable(event["part"])
        parts[event["index"] : event["index"] + 1] = [part]
        if part["kind"] in ("text", "reasoning"):
            self._open = part["root"]

    def _run_ended(self, event: dict[str, Any]) -> None:
        message = self.messages[event["message"]]
        message["state"] = event["state"]
        if event["failure"]:
            message["failure"] = event["failure"]["code"]
        self.run = None

    def _suggestions(self, event: dict[str, Any]) -> None:
        self.suggestions = list(event["items"])

    def _title(self, event: dict[str, Any]) -> None:
        self.title = event["title"]

    def _access(self, event: dict[str, Any]) -> None:
        self.access = (event["access"], event["reason"])

    def _effect(self, event: dict[str, Any]) -> None:
        """Nothing stands on screen of it."""

    def _tool_called(self, event: dict[str, Any]) -> None:
        """Nothing stands on screen of it."""

    def _message(self, message: dict[str, Any]) -> dict[str, Any]:
        failure = message.get("failure")
        return {
            "id": message["id"],
            "role": message["role"],
            "state": message["state"],
            "failure": failure["code"] if failure else None,
            "parts": [self._drawable(part) for part in message.get("parts", ())],
        }

    def _drawable(self, part: dict[str, Any]) -> dict[str, Any]:
        said = {name: value for name, value in part.items() if value is not None}
        if "html" in said:
            said["root"] = parsed(said.pop("html"))
        return said


def _drawn(part: dict[str, Any]) -> dict[str, Any]:
    return {
        name: inner_html(value) if isinstance(value, Element) else value
        for name, value in part.items()
    }
