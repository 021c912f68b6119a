"""One run as a scenario sees it: its ids, and the events of its kind of app and version."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.dify.wire import USAGE, Drop, Gate, Pause, Pieces, Raw, Stay, frame, now

Mode = Literal["chat", "agent-chat", "advanced-chat", "agent", "workflow", "completion"]
Version = Literal["1.5.0", "1.13.0", "2026-07"]
Event = dict[str, Any]
Step = Event | Raw | Pieces | Gate | Drop | Stay | Pause
PROMPT = "You are the shop's secret prompt"


@dataclass
class Stage:
    question: str
    mode: Mode
    version: Version
    conversation: str
    message: str
    task: str
    run: str
    file_url: str
    body: dict[str, Any]
    form_token: str = ""
    answered: dict[str, Any] = field(default_factory=dict)

    @property
    def is_flow(self) -> bool:
        return self.mode == "advanced-chat"

    def event(self, name: str, /, **payload: Any) -> Event:
        common = {
            "event": name,
            "conversation_id": self.conversation,
            "message_id": self.message,
            "created_at": now(),
        }
        return {**common, **({} if name == "error" else {"task_id": self.task}), **payload}

    def flow(self, name: str, /, **data: Any) -> Event:
        return self.event(name, workflow_run_id=self.run, data=data)

    # -- text

    def text(self, words: str, selector: tuple[str, ...] = ("llm-1", "text")) -> Event:
        """A delta, labelled as this kind of app labels it."""
        if self.mode in ("agent-chat", "agent"):
            return self.event("agent_message", id=self.message, answer=words)
        more = {"from_variable_selector": list(selector)} if self.is_flow else {}
        return self.event("message", id=self.message, answer=words, **more)

    def thought(self, id: str, **more: Any) -> Event:  # noqa: A002
        empty = {"thought": "", "observation": "", "tool": "", "tool_labels": {}, "tool_input": ""}
        return self.event(
            "agent_thought", **{"id": id, "position": 1, "message_files": [], **empty, **more}
        )

    def file(self, file_id: str, /, **more: Any) -> Event:
        own = {"type": "image", "belongs_to": "assistant", "url": self.file_url}
        return self.event("message_file", **{"id": file_id, **own, **more})

    # -- the flow

    def node(self, name: str, id: str, title: str, **more: Any) -> Event:  # noqa: A002
        """``node_started`` or ``node_finished``, with all that must not reach a visitor."""
        data: dict[str, Any] = {
            "id": id,
            "node_id": f"node-{id}",
            "node_type": "llm",
            "title": title,
            "index": 1,
            "predecessor_node_id": None,
            "inputs": {"prompt": PROMPT},
            "created_at": now(),
            "extras": {},
            "iteration_id": None,
            "loop_id": None,
        }
        if name in ("node_finished", "node_retry"):
            data |= {
                "process_data": {"prompts": [PROMPT]},
                "outputs": {"text": PROMPT},
                "status": "succeeded",
                "error": None,
                "elapsed_time": 0.5,
                "execution_metadata": {"total_tokens": 33},
                "finished_at": now(),
                "files": [],
            }
        return self.flow(name, **{**data, **more})

    def nodes(self, *events: Step) -> Iterator[Step]:
        """A flow's way to its answer."""
        yield self.node("node_started", "n1", "Start", node_type="start")
        yield self.node("node_finished", "n1", "Start", node_type="start")
        yield self.node("node_started", "n2", "Look up the tariff")
        yield from events
        yield self.node("node_finished", "n2", "Look up the tariff")

    # -- beginning and end

    def opening(self) -> Iterator[Step]:
        if self.is_flow:
            yield self.flow(
                "workflow_started",
                id=self.run,
                workflow_id="flow-1",
                inputs={"sys.query": self.question},
                created_at=now(),
                reason="initial",
            )

    def message_end(self, **metadata: Any) -> Event:
        told = {"usage": dict(USAGE), "retriever_resources": [], **metadata}
        files = told.pop("files", None)
        return self.event("message_end", id=self.message, metadata=told, files=files)

    def finished(self, status: str = "succeeded", **more: Any) -> Event:
        data: dict[str, Any] = {
            "id": self.run,
            "workflow_id": "flow-1",
            "status": status,
            "outputs": {"answer": "whatever"},
            "error": None,
            "elapsed_time": 1.5,
            "total_tokens": 33,
            "total_steps": 3,
            "created_at": now(),
            "finished_at": now(),
            "exceptions_count": 0,
            "files": [],
        }
        return self.flow("workflow_finished", **{**data, **more})

    def closing(self, **metadata: Any) -> Iterator[Step]:
        """In the order of the version; at 1.13.0 the reader has gone before ``message_end``."""
        end = self.message_end(**metadata)
        if not self.is_flow:
            yield end
        elif self.version == "2026-07":
            yield from (end, self.finished())
        else:
            yield from (self.finished(), end)

    def error(self, status: int, code: str, message: str) -> Event:
        return self.event("error", status=status, code=code, message=message)

    def failing(self, status: int, code: str, message: str) -> Iterator[Step]:
        if self.is_flow:
            yield self.finished("failed", error=message)
        yield self.error(status, code, message)

    # -- forms

    def form(self, **more: Any) -> Event:
        inputs = [
            {
                "type": "paragraph",
                "output_variable_name": "reason",
                "default": {"type": "constant", "value": "Too small", "selector": []},
            },
            {
                "type": "select",
                "output_variable_name": "size",
                "option_source": {"type": "constant", "value": ["S", "M"], "selector": []},
                "default": None,
            },
        ]
        data = {
            "form_id": "form-1",
            "node_id": "node-form",
            "node_title": "Return",
            "form_content": "**Why?** {{#$output.reason#}}\n\nWhich? {{#$output.size#}}",
            "inputs": inputs,
            "actions": [
                {"id": "yes", "title": "Send it back", "button_style": "primary"},
                {"id": "no", "title": "Keep it", "button_style": "default"},
            ],
            "display_in_ui": True,
            "form_token": self.form_token,
            "resolved_default_values": {},
            "expiration_time": now() + 3600,
        }
        return self.flow("human_input_required", **{**data, **more})

    def paused(self) -> Event:
        return self.flow(
            "workflow_paused",
            workflow_run_id=self.run,
            paused_nodes=["node-form"],
            outputs={},
            reasons=[{"type": "human_input_required", "form_id": "form-1"}],
            status="paused",
            created_at=now(),
            elapsed_time=0.5,
            total_tokens=3,
            total_steps=2,
        )

    def resumed(self) -> Event:
        """What a stream that is taken up again begins with."""
        return self.flow(
            "workflow_started",
            id=self.run,
            workflow_id="flow-1",
            inputs={},
            created_at=now(),
            reason="resumption",
        )

    def filled(self) -> Event:
        return self.flow(
            "human_input_form_filled",
            node_id="node-form",
            node_title="Return",
            rendered_content="**Why?** Too small",
            action_id=self.answered.get("action"),
            action_text="Send it back",
            submitted_data=self.answered.get("inputs"),
        )


def cut(event: Event, *places: int) -> Pieces:
    """The event's frame, cut at these places."""
    data = frame(event)
    edges = [0, *places, len(data)]
    return Pieces(event, tuple(data[a:b] for a, b in itertools.pairwise(edges)))
