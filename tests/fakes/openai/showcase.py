"""The docs' answer from both APIs: thinking, text, a page; the Responses API also searches."""

from __future__ import annotations

from typing import Any

from tests.fakes.advice import ADVICE, Advice
from tests.fakes.openai.responses import (
    RESPONSES,
    Answer,
    Call,
    completed,
    event,
    message,
    reasoning_item,
    said,
    text_item,
)
from tests.fakes.openai.responses import opening as begun
from tests.fakes.openai.scenarios import (
    SCENARIOS,
    Scenario,
    chunk,
    ending,
    frame,
    opening,
    stream,
    text,
)
from tests.fakes.upstream import Reply


def _chat(advice: Advice) -> Scenario:
    page = {"url": advice.url, "title": advice.source}
    cited = [{"type": "url_citation", "url_citation": page}]

    def play(body: dict[str, Any], tries: int) -> Reply:
        thought = frame(chunk({"reasoning_content": advice.thought}))
        end = frame(chunk({"annotations": cited}))
        return stream(opening(), thought, text(*advice.pieces), end, ending())

    return play


def _response(advice: Advice) -> Answer:
    cited = {"type": "url_citation", "start_index": 0, "end_index": 2, "title": advice.source}
    searching = {"type": "web_search_call", "id": "ws_1", "status": "in_progress"}
    action = {"type": "search", "query": advice.question}
    searched = {**searching, "status": "completed", "action": action}
    thought = reasoning_item(advice.thought)

    def play(call: Call) -> Reply:
        item = text_item(*advice.pieces, index=2, annotations=[{**cited, "url": advice.url}])
        whole = message(advice.text, 2)
        return said(
            begun(call),
            event("output_item.done", output_index=0, item=thought),
            event("output_item.added", output_index=1, item=searching),
            event("output_item.done", output_index=1, item=searched),
            item,
            completed(call, thought, searched, whole),
        )

    return play


for _advice in ADVICE.values():
    SCENARIOS[_advice.question] = _chat(_advice)
    RESPONSES[_advice.question] = _response(_advice)
