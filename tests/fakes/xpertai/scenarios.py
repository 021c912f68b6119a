"""What the made-up assistant does, by the visitor's question: one named scenario per trap."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.fakes.xpertai.interrupts import INTERRUPTS
from tests.fakes.xpertai.parts import PARTS, WIDGETS, search_steps, tool_steps
from tests.fakes.xpertai.showcase import SHOWCASE
from tests.fakes.xpertai.stage import ANSWER, Scenario, Stage, Step, answer
from tests.fakes.xpertai.wire import (
    KEEP_ALIVE,
    Drop,
    Gate,
    Raw,
    Reframed,
    Steer,
    Vanish,
    component,
    error_frame,
    event,
    message,
    reasoning,
    text,
)


def plain(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    for letter in ANSWER:
        yield text(letter)
    yield from stage.ending()


def slow_start(stage: Stage) -> Iterator[Step]:
    """Nothing but keep-alives for a while, not even the run's name."""
    yield Gate("go")
    yield from plain(stage)


def wordless(stage: Stage) -> Iterator[Step]:
    yield event("on_conversation_end", id=stage.conversation, status="idle")


def failing(error: str, said: str = "Half an ans") -> Scenario:
    """A run that fails inside the graph: the status line said 2xx long ago."""

    def play(stage: Stage) -> Iterator[Step]:
        yield from stage.opening()
        if said:
            yield text(said)
        yield from stage.ending("error", error)

    return play


def on_error(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield text("Half an ans")
    yield event("on_error", error="Stream broke")


def aborted(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield text("Half an ans")
    yield from stage.ending("interrupted", "Canceled by user")


def vanished(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield text("Half an ans")
    yield Vanish()


def crlf(stage: Stage) -> Iterator[Step]:
    for step in plain(stage):
        frame = stage.entry(step)
        yield Reframed(frame, (frame.frame().replace(b"\n", b"\r\n"),))


def multiline(stage: Stage) -> Iterator[Step]:
    """JSON over several ``data:`` lines, which join by a line feed."""
    for step in plain(stage):
        entry = stage.entry(step)
        lines = json.dumps(entry.data, ensure_ascii=False, indent=1).splitlines()
        body = "".join(f"data: {line}\n" for line in lines)
        yield Reframed(entry, (f": note\nid: {entry.id}\n{body}\n".encode(),))


def byte_by_byte(stage: Stage) -> Iterator[Step]:
    for step in plain(stage):
        entry = stage.entry(step)
        yield Reframed(entry, tuple(bytes([byte]) for byte in entry.frame()))


def sub_agent(stage: Stage) -> Iterator[Step]:
    """A helper fails and the root agent answers all the same; only the root's usage counts."""
    yield from stage.opening()
    yield event("on_agent_start", id="sub-1", agentKey="Agent_2", parentId=stage.run)
    yield event(
        "on_agent_end",
        id="sub-1",
        agentKey="Agent_2",
        parentId=stage.run,
        status="error",
        error="helper failed",
        totalTokens=5,
    )
    yield text(ANSWER)
    yield from stage.ending()


SCENARIOS: dict[str, Scenario] = {
    "plain": plain,
    "reasoning": answer(reasoning("Let me "), reasoning("think."), text(ANSWER)),
    "tool": answer(*tool_steps({"status": "success", "output": "shipped"})),
    "tool fails": answer(
        *tool_steps({"status": "fail", "tool": "find_order", "error": "secret innards"})
    ),
    "tool tells the key": answer(
        *tool_steps({"status": "fail", "error": "sk-x-general-key and Bearer cs-x-0123456789ab"})
    ),
    "retriever": answer(*search_steps()),
    "interleaved": answer(
        text("A1 ", "a"), text("B1 ", "b"), text("A2", "a"), text("B2", "b"), text("\n", "b")
    ),
    "gated interleaving": answer(
        text("A1 ", "a"), text("B1 ", "b"), Gate("go"), text("A2", "a"), text("B2", "b")
    ),
    "new part": answer(text("First.", "a"), text("Second.", "b")),
    "without ids": answer(
        text("One ", None, agentKey="x"),
        text("two", None, agentKey="x"),
        text("three", None, agentKey="y"),
    ),
    "strings": answer(message("One "), message("two")),
    "unknown": answer(
        {"type": "stream_start"},
        {"type": "galaxy", "data": {"deep": [1]}},
        event("on_galaxy", far=True),
        message({"type": "hologram", "id": "h", "beams": 3}),
        message({"type": "memory", "data": [1]}),
        message(None),
        event("on_chat_event", type="thread_context_usage", usage={"contextTokens": 5}),
        text(ANSWER),
    ),
    "null data": answer(Raw(b"data: null\n\n"), text(ANSWER), Raw(b"data: null\n\n")),
    "keep-alive": answer(Raw(KEEP_ALIVE), text("Half"), Raw(KEEP_ALIVE), text(" whole")),
    "keep-alive as data": answer(
        text("Half"), Raw(b"data: : keep-alive\ndata: \ndata: \n\n"), text(" whole")
    ),
    "plain words": answer(Raw(b"data: Bare words\n\n"), Raw(b'data: " quoted"\n\n')),
    "broken json": answer(Raw(b'data: {"type":"mess\n\n'), text(ANSWER)),
    "broken twice": answer(Raw(b'data: {"type":"mess\n\n'), Raw(b"data: [1,\n\n"), text(ANSWER)),
    "crlf": crlf,
    "multiline": multiline,
    "byte by byte": byte_by_byte,
    "sub-agent": sub_agent,
    "error frame late": answer(text("Half"), Raw(error_frame("Connection lost")), text(" whole")),
    "model fails": failing("Model 模型出错"),
    "model limit": failing("429 Rate limit reached for requests"),
    "quota": failing("模型 'qwen-max' 的 Token 使用量超出限制"),
    "quota of the organisation": failing(
        "Token usage of model 'qwen-max' exceeds organization limit"
    ),
    "points": failing("会员点数额度已用尽。"),
    "no plan": failing("Membership plan is required to use Copilot models."),
    "rate rule": failing("Membership rate limit exceeded."),
    "model not in plan": failing("当前会员计划无法使用该 Copilot 模型。"),
    "no model": failing("No AI model provided"),
    "unknown words": failing("您的令牌配额已用完"),
    "content refused": failing("400 Output blocked: data_inspection_failed"),
    "leaks the key": failing("Incorrect API key provided: sk-x-general-key"),
    "repeats a word": failing("plain-word is no key"),
    "on_error": on_error,
    "aborted": aborted,
    "vanished": vanished,
    "closes early": answer(text("Half"), Drop("close"), text(" whole")),
    "dies": answer(text("Half"), Drop("die"), text(" whole")),
    "gated": answer(text("Half"), Gate("go"), text(" whole")),
    "gated again": answer(Gate("again"), text("Once more")),
    "gated tool": answer(
        text("Look: "),
        component("c-1", category="Tool", title="Find order", tool="find_order", status="running"),
        Gate("go"),
        component("c-1", status="success"),
        text("found.", "text-2"),
    ),
    "closes gated": answer(text("Half"), Drop("close"), Gate("go"), text(" whole")),
    "no words": wordless,
    "slow start": slow_start,
    "steered": answer(text("First."), Steer(), text("Second.", "text-2")),
    "stall": answer(text("Half"), Gate("never")),
    **INTERRUPTS,
    **PARTS,
    **SHOWCASE,
    "effect": answer(
        event("on_client_effect", name="confetti", args={"n": 3}, tool_call_id="e-1"), text("Yay")
    ),
    "chat step": answer(
        event("on_chat_event", type="sandbox", id="s-1", title="Run code", status="running"),
        event("on_chat_event", type="sandbox", id="s-1", title="Run code", status="success"),
        text(ANSWER),
    ),
    "image": answer(
        message({"type": "image_url", "id": "p", "image_url": {"url": "https://a.example/i.png"}})
    ),
    "widget": answer(component("w-1", type="Widget", mode="inline", widgets=WIDGETS)),
}
