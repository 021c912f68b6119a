"""The docs' answer: a workflow with a thought and a task, text, and the page it comes from."""

from __future__ import annotations

from tests.fakes.advice import ADVICE, Advice
from tests.fakes.chatkit.scenarios import steps
from tests.fakes.chatkit.wire import closed, delta, event, item, opened, updated, url_note


def _workflow(advice: Advice, *, is_over: bool) -> bytes:
    thought = {"type": "thought", "content": advice.thought}
    task = {"type": "custom", "title": advice.lookup, "content": advice.quote}
    tasks = [thought, {**task, "status_indicator": "complete"}] if is_over else []
    made = {"type": "custom", "tasks": tasks, "expanded": False}
    whole = item("workflow", "wf_1", workflow=made)
    if is_over:
        return event("thread.item.done", item=whole)
    begun = (thought, {**task, "status_indicator": "loading"})
    return event("thread.item.added", item=whole) + b"".join(
        updated("wf_1", "workflow.task.added", task_index=index, task=one)
        for index, one in enumerate(begun)
    )


for _advice in ADVICE.values():
    steps(
        _advice.question,
        _workflow(_advice, is_over=False),
        _workflow(_advice, is_over=True),
        opened("msg_a"),
        *(delta("msg_a", piece) for piece in _advice.pieces),
        closed(
            "msg_a",
            _advice.text,
            url_note(_advice.source, _advice.url, description=_advice.quote),
        ),
    )
