"""The docs' answer: thinking, a lookup with what it found, text."""

from __future__ import annotations

from tests.fakes.advice import ADVICE, Advice
from tests.fakes.xpertai.stage import Scenario, answer
from tests.fakes.xpertai.wire import component, now, reasoning, text


def _play(advice: Advice) -> Scenario:
    begin = {"category": "Tool", "type": "knowledges", "title": advice.lookup, "status": "running"}
    found = {
        "id": "d-1",
        "pageContent": advice.quote,
        "metadata": {"title": advice.source, "url": advice.url},
    }
    return answer(
        reasoning(advice.thought),
        component("r-1", **begin, message=advice.question, created_date=now(), end_date=None),
        component("r-1", category="Computer", status="success", data=[found], end_date=now()),
        *(text(piece) for piece in advice.pieces),
    )


SHOWCASE: dict[str, Scenario] = {advice.question: _play(advice) for advice in ADVICE.values()}
