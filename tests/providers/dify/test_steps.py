"""What an agent or a flow does on its way, as visitors may see it: titles and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.dify.scenarios import ANSWER
from tests.fakes.dify.stage import PROMPT
from tests.providers.dify.kit import FLOW, only, told
from tests.providers.openai.kit import Heard
from widget.domain.events import Source, Step, TextDelta
from widget.providers.dify.sources import QUOTE_CHARS, sources
from widget.providers.dify.steps import DETAIL_CHARS, Steps


def seen(heard: Heard) -> list[tuple[str, str, str]]:
    return [(step.id, step.title, step.state) for step in only(heard.events, Step)]


@pytest.mark.parametrize("mode", ["agent-chat", "agent"])
def test_thought_fills_up_in_place(mode: str) -> None:
    """The same id again; what it thinks is the answer once more and is not shown."""
    heard = told("uses a tool", mode=mode)

    assert seen(heard) == [
        ("t1", "Tariff, currency", "running"),
        ("t1", "Tariff, currency", "done"),
    ]
    assert heard.text == ANSWER
    assert heard.thinking == ""


def test_tool_s_input_and_result_are_detail_alone() -> None:
    *_, last = only(told("uses a tool", mode="agent").events, Step)

    assert last.detail == '{"secret": 42}\nfree above 99'


@pytest.mark.parametrize(
    ("locale", "title"), [("zh-CN", "运费表"), ("en", "Tariff"), ("fr", "Tariff")]
)
def test_tool_s_label_follows_the_visitor_s_language(locale: str, title: str) -> None:
    labels = {"tariff": {"en_US": "Tariff", "zh_Hans": "运费表"}}

    (step,) = Steps(locale).thought({"id": "t", "tool": "tariff", "tool_labels": labels})

    assert isinstance(step, Step)
    assert step.title == title


@pytest.mark.parametrize(
    ("labels", "title"),
    [({"tariff": "Tariff"}, "Tariff"), (None, "tariff"), ({"tariff": {}}, "tariff")],
)
def test_tool_without_such_labels_has_its_name(labels: Any, title: str) -> None:
    (step,) = Steps("en").thought({"id": "t", "tool": "tariff;", "tool_labels": labels})

    assert isinstance(step, Step)
    assert step.title == title


def test_nodes_are_steps_and_plumbing_is_none() -> None:
    heard = told("nodes", mode=FLOW)

    assert seen(heard) == [
        ("n2", "Look up the tariff", "running"),
        ("n2", "Look up the tariff", "done"),
        ("n3", "Ask the weather", "running"),
        ("n3", "Ask the weather", "failed"),
    ]


def test_prompts_of_the_flow_reach_nothing_that_visitors_see() -> None:
    """Planted in inputs, process data and outputs of each node; outputs are the owner's detail."""
    heard = told("nodes", mode=FLOW)

    steps = only(heard.events, Step)
    others = [event for event in heard.events if not isinstance(event, Step)]
    assert any(PROMPT in step.detail for step in steps)
    assert not any(PROMPT in step.title for step in steps)
    assert PROMPT not in repr(others)
    assert not any("prompts" in step.detail or '"prompt"' in step.detail for step in steps)


def test_iterations_and_loops_are_one_step_each() -> None:
    assert seen(told("iterates", mode=FLOW)) == [
        ("it-1", "Each parcel", "running"),
        ("it-1", "Each parcel", "done"),
        ("lo-1", "Until cheap", "running"),
        ("lo-1", "Until cheap", "failed"),
    ]


def test_agent_log_is_known_by_its_id() -> None:
    heard = told("logs", mode=FLOW)

    assert seen(heard) == [
        ("l1", "ROUND 1", "running"),
        ("l2", "CALL tariff", "running"),
        ("l2", "CALL tariff", "failed"),
        ("l1", "ROUND 1", "done"),
    ]
    assert "the prompt" not in repr(heard.events)


@pytest.mark.parametrize(
    ("question", "state"), [("left open", "done"), ("left and lost", "failed")]
)
def test_no_step_is_left_running(question: str, state: str) -> None:
    heard = told(question, mode="agent-chat")

    assert seen(heard) == [("t1", "tariff", "running"), ("t1", "tariff", state)]


def test_detail_has_an_end() -> None:
    thought = {"id": "t", "tool": "tariff", "observation": "x" * 5_000}

    (step,) = Steps("en").thought(thought)

    assert isinstance(step, Step)
    assert len(step.detail) == DETAIL_CHARS


def test_citations_are_sources_at_the_end() -> None:
    heard = told("cites")

    quote = ("Free above 99. " * 40).strip()[:QUOTE_CHARS]
    assert only(heard.events, Source) == [
        Source("seg-1", "tariff.pdf", quote=quote),
        Source("seg-2", "faq.md", quote=quote),
    ]
    kinds = [type(event) for event in only(heard.events, Source, TextDelta)]
    assert kinds == [TextDelta, Source, Source]


def test_piece_without_an_id_is_known_by_its_place() -> None:
    row = {"document_id": "doc", "position": 2, "dataset_name": "Shop", "content": None}

    assert sources([row, row]) == [Source("doc:2", "Shop")]


def test_answer_without_citations_has_no_sources() -> None:
    assert sources(None) == []
