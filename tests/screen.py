"""What a frame has on screen, in Python: a document, its patches, and a whole conversation.

The patch rules are those of ``widget.domain.transcript``; ``static/frame/patches.js`` is the other
implementation of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser
from typing import Any

import msgspec

from widget.domain.transcript import ShownConversation

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "wbr"})


class Element:
    """An element or, with an empty tag, a part's root. Children are elements and texts."""

    def __init__(self, tag: str = "", attributes: Iterable[tuple[str, str | None]] = ()) -> None:
        self.tag = tag
        self.attributes = dict(attributes)
        self.children: list[Element | str] = []

    def add(self, child: Element | str) -> None:
        """Adjacent text is one node, as in a document that was parsed."""
        last = self.children[-1] if self.children else None
        if isinstance(child, str) and isinstance(last, str):
            self.children[-1] = last + child
        elif child != "":
            self.children.append(child)

    def html(self) -> str:
        inner = "".join(
            child.html() if isinstance(child, Element) else escape(child, quote=False)
            for child in self.children
        )
        if not self.tag:
            return inner
        attributes = "".join(
            f' {name}="{escape(value or "")}"' for name, value in sorted(self.attributes.items())
        )
        return f"<{self.tag}{attributes}>" + ("" if self.tag in VOID else f"{inner}</{self.tag}>")


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, attrs)
        self.open[-1].add(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].add(data)


def parse(html: str) -> Element:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert len(builder.open) == 1, f"<{builder.open[-1].tag}> is left open"
    return builder.open[0]


def apply(root: Element, patch: list[Any]) -> None:
    """One patch as it travels, without its number."""
    match patch:
        case [-1, int(block), str(html)]:
            elements = [i for i, child in enumerate(root.children) if isinstance(child, Element)]
            root.children[elements[block] : elements[block] + 1] = parse(html).children
        case [int(depth), str(text)]:
            _at(root, depth).add(text)
        case [int(depth), int(drop), str(html)]:
            parent = _at(root, depth)
            assert drop <= len(parent.children), f"{drop} of {len(parent.children)} dropped"
            del parent.children[len(parent.children) - drop :]
            for child in parse(html).children:
                parent.add(child)
        case _:
            raise AssertionError(f"no patch: {patch}")


def _at(root: Element, depth: int) -> Element:
    found = root
    for _ in range(depth):
        found = [child for child in found.children if isinstance(child, Element)][-1]
    return found


class Screen:
    """A frame: takes a conversation whole and every event after it."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.run: str | None = None
        self.suggestions: list[str] = []
        self.title = ""
        self.seq = 0
        self._open: Element | None = None

    def show(self, conversation: ShownConversation) -> None:
        tree = msgspec.to_builtins(conversation)
        self.messages = {message["id"]: self._message(message) for message in tree["messages"]}
        self.run = tree["run"] and tree["run"]["id"]
        self.suggestions = list(tree["suggestions"])
        self.title = tree["title"]
        self.seq = conversation.seq
        self._open = None
        if conversation.run:
            parts = self.messages[conversation.run.message]["parts"]
            if parts and isinstance(parts[-1].get("root"), Element):
                self._open = parts[-1]["root"]

    def take(self, frame: str) -> None:
        event = json.loads(frame)
        seq = event[0] if isinstance(event, list) else event["seq"]
        assert seq == self.seq + 1, f"{seq} came after {self.seq}"
        self.seq = seq
        if isinstance(event, list):
            assert self._open is not None, "a patch came and no part is open"
            apply(self._open, event[1:])
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
        if "root" in part:
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
        if part.get("html") is None:
            return {name: value for name, value in part.items() if value is not None}
        return {"kind": part["kind"], "root": parse(part["html"])}


def _drawn(part: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.html() if isinstance(value, Element) else value for name, value in part.items()
    }
