"""The docs' answer: a flow's node, thinking, text and the document it comes from. What may be asked
next is asked for afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.advice import ADVICE, Advice
from tests.fakes.dify.scenarios import SCENARIOS, Scenario
from tests.fakes.dify.stage import Stage, Step

FOLLOW_UPS = {advice.question: advice.follow_ups for advice in ADVICE.values()}


def _play(advice: Advice) -> Scenario:
    source = {
        "position": 1,
        "dataset_id": "set-1",
        "dataset_name": "Shop",
        "document_id": "doc-1",
        "document_name": advice.source,
        "segment_id": "seg-1",
        "score": 0.9,
        "content": advice.quote,
    }

    def play(stage: Stage) -> Iterator[Step]:
        thought = {"message_id": stage.message, "node_id": "llm-1", "reasoning": advice.thought}
        yield from stage.opening()
        yield stage.node("node_started", "n1", advice.lookup)
        yield stage.node("node_finished", "n1", advice.lookup)
        yield stage.event("reasoning_chunk", data={**thought, "is_final": False})
        yield stage.event("reasoning_chunk", data={**thought, "reasoning": "", "is_final": True})
        for piece in advice.pieces:
            yield stage.text(piece)
        yield from stage.closing(retriever_resources=[source])

    return play


for _advice in ADVICE.values():
    SCENARIOS[_advice.question] = _play(_advice)
