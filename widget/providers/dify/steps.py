"""What an agent or a flow does on its way to the answer, as steps.

A visitor sees titles. Inputs, prompts and outputs are the owner's: what is worth keeping of them
stands in ``detail``, which only the owner can open, and prompts do not stand there either.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from widget.domain.events import RunEvent, Step
from widget.providers.dify.payload import text_of

DETAIL_CHARS = 2_000
TITLE_CHARS = 200
KNOWN = 50
State = Literal["running", "done", "failed"]

# Where a flow begins, branches and speaks: nothing that takes time or that a title would tell of.
_PLUMBING = frozenset(
    {
        "start",
        "end",
        "answer",
        "if-else",
        "assigner",
        "variable-assigner",
        "variable-aggregator",
        "iteration-start",
        "loop-start",
        "loop-end",
    }
)
# Told by events of their own.
_AROUND = frozenset({"iteration", "loop"})
_STATES: dict[Any, State] = {
    "start": "running",
    "running": "running",
    "succeeded": "done",
    "success": "done",
    "failed": "failed",
    "exception": "failed",
    "error": "failed",
    "stopped": "failed",
}


class Steps:
    """Keeps what is running, so that none is left so at the end. ``shown`` are ids of steps that
    stand in an earlier message already."""

    def __init__(self, locale: str, shown: tuple[str, ...] = ()) -> None:
        self._locale = locale
        self._shown = frozenset(shown)
        self._told: dict[str, None] = dict.fromkeys(shown)
        self._running: dict[str, Step] = {}

    def thought(self, event: dict[str, Any]) -> list[RunEvent]:
        """An agent's use of tools. Its ``thought`` is not shown: some kinds of app repeat the
        answer there."""
        id_, tools = text_of(event.get("id")), text_of(event.get("tool"))
        if not id_ or not tools:
            return []
        found = text_of(event.get("observation"))
        title = self._tool_title(tools, event.get("tool_labels"))
        detail = "\n".join(filter(None, (text_of(event.get("tool_input")), found)))
        return self._put(id_, title, "done" if found else "running", detail)

    def node_started(self, data: dict[str, Any]) -> list[RunEvent]:
        return self._node(data, "running")

    def node_finished(self, data: dict[str, Any]) -> list[RunEvent]:
        return self._node(data, _STATES.get(data.get("status"), "done"))

    def around_started(self, data: dict[str, Any]) -> list[RunEvent]:
        """An iteration or a loop; what runs inside it is not told one by one."""
        return self._put(_id(data), text_of(data.get("title")), "running", "")

    def around_completed(self, data: dict[str, Any]) -> list[RunEvent]:
        state = _STATES.get(data.get("status"), "done")
        return self._put(_id(data), text_of(data.get("title")), state, text_of(data.get("error")))

    def log(self, data: dict[str, Any]) -> list[RunEvent]:
        """What an agent node writes down about its rounds and calls."""
        state = _STATES.get(data.get("status"), "running")
        title = text_of(data.get("label"))
        return self._put(text_of(data.get("id")), title, state, text_of(data.get("error")))

    def told(self) -> tuple[str, ...]:
        """The last ids that stand in our messages now."""
        return tuple(self._told)[-KNOWN:]

    def close(self, state: State) -> list[RunEvent]:
        """How those end that never said so."""
        left = list(self._running.values())
        return [e for s in left for e in self._put(s.id, s.title, state, s.detail)]

    def _node(self, data: dict[str, Any], state: State) -> list[RunEvent]:
        kind = data.get("node_type")
        if kind in _PLUMBING or kind in _AROUND:
            return []
        if data.get("iteration_id") or data.get("loop_id"):
            return []
        detail = text_of(data.get("error")) or _json(data.get("outputs"))
        return self._put(text_of(data.get("id")), text_of(data.get("title")), state, detail)

    def _put(self, id_: str, title: str, state: State, detail: str) -> list[RunEvent]:
        if not id_ or not title or id_ in self._shown:
            return []
        self._told[id_] = None
        step = Step(id_, title[:TITLE_CHARS], state, detail[:DETAIL_CHARS])
        if state == "running":
            self._running[id_] = step
        else:
            self._running.pop(id_, None)
        return [step]

    def _tool_title(self, tools: str, labels: Any) -> str:
        """Several tools come joined by ``;``, each with labels by language or without."""
        known = labels if isinstance(labels, dict) else {}
        names = [name.strip() for name in tools.split(";") if name.strip()]
        return ", ".join(self._label(known.get(name)) or name for name in names)

    def _label(self, label: Any) -> str:
        if not isinstance(label, dict):
            return text_of(label)
        own = "zh_Hans" if self._locale.lower().startswith("zh") else "en_US"
        return text_of(label.get(own)) or text_of(label.get("en_US"))


def _id(data: dict[str, Any]) -> str:
    return text_of(data.get("id")) or text_of(data.get("node_id"))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode() if value else ""
