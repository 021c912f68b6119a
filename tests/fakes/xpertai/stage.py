"""One run of the fake XpertAI as a scenario sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.xpertai.wire import Drop, Entry, Gate, Raw, Reframed, Steer, Vanish, event, now

ANSWER = "运费 free 🎉, 满 99 元。"
Step = dict[str, Any] | Entry | Raw | Reframed | Gate | Drop | Vanish | Steer


@dataclass
class Stage:
    """One run as a scenario sees it."""

    question: str
    conversation: str
    message: str
    run: str
    thread: str
    title: str = "Postage"
    decision: dict[str, Any] = field(default_factory=dict)
    consumed: tuple[dict[str, Any], ...] = ()
    entry: Callable[[Any], Entry] = field(default=lambda data: Entry("0-0", data))

    def opening(self) -> Iterator[Step]:
        yield event("on_conversation_start", id=self.conversation, title=None, status="busy")
        if self.consumed:
            yield self._consumed("queue", self.consumed)
        yield from self.message_start()
        yield event("on_agent_start", id=self.run, agentKey="Agent_1", threadId=self.thread)

    def _consumed(self, mode: str, messages: Sequence[dict[str, Any]]) -> Step:
        return event(
            "on_chat_event",
            type="follow_up_consumed",
            mode=mode,
            messageIds=[message["id"] for message in messages],
            clientMessageIds=[message["clientMessageId"] for message in messages],
            executionId=self.run,
            visibleAt=now(),
        )

    def steered(self, messages: Sequence[dict[str, Any]]) -> Iterator[Step]:
        """What was said meanwhile is taken up, and the message so far is over."""
        yield self._consumed("steer", messages)
        yield event("on_message_end", id=self.message, status="success", executionId=self.run)

    def message_start(self) -> Iterator[Step]:
        yield event(
            "on_message_start",
            id=self.message,
            role="ai",
            content="",
            executionId=self.run,
            conversationId=self.conversation,
            status="thinking",
        )

    def ending(self, status: str = "success", error: str | None = None) -> Iterator[Step]:
        yield event(
            "on_agent_end",
            id=self.run,
            agentKey="Agent_1",
            status=status,
            error=error,
            inputTokens=11,
            outputTokens=22,
            totalTokens=33,
            tokens=33,
        )
        yield event(
            "on_message_end",
            id=self.message,
            conversationId=self.conversation,
            executionId=self.run,
            role="ai",
            status="aborted" if status == "interrupted" else status,
            error=error,
        )
        yield event(
            "on_conversation_end",
            id=self.conversation,
            title=self.title,
            status="idle" if status == "success" else status,
            error=error,
        )


Scenario = Callable[[Stage], Iterator[Step]]


def answer(*steps: Step) -> Scenario:
    """A whole, good run around these steps."""

    def play(stage: Stage) -> Iterator[Step]:
        yield from stage.opening()
        yield from steps
        yield from stage.ending()

    return play
