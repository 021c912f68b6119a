"""Streams of the real ``openai-chatkit`` server 1.6.5, as it sent them; the network cuts them
anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.providers.chatkit.kit import only
from tests.providers.chatkit.reader import new_reader, read, text_of
from widget.domain.errors import UpstreamError
from widget.domain.events import (
    ClientToolCalled,
    InputRequested,
    ReasoningDelta,
    RunCompleted,
    RunEvent,
    RunStarted,
    Source,
    TitleChanged,
    WidgetChanged,
)

FOLDER = Path(__file__).parents[2] / "fixtures/upstream/chatkit"
ASKED = ("ask", "tool")
BAD = ("crash", "fail")
GOOD = sorted(path.stem for path in FOLDER.glob("*.sse") if path.stem not in (*ASKED, *BAD))


def played(name: str, size: int = 10**6) -> list[RunEvent]:
    whole = (FOLDER / f"{name}.sse").read_bytes()
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    return read(*pieces, reader=new_reader(thread=None))


@pytest.mark.parametrize("name", GOOD)
def test_answer_is_whole_with_its_names_and_source(name: str) -> None:
    events = played(name)

    asked = "title Shoes" if name == "title" else name
    assert text_of(events) == f"You said: {asked} "
    assert [source.url for source in only(events, Source)] == ["https://example.com"]
    named = only(events, RunStarted)[-1]
    assert named.upstream_conversation.startswith("thr_")
    assert named.upstream_run.startswith("msg_")
    assert events[-1] == RunCompleted("stop", named.upstream_message)


@pytest.mark.parametrize("name", [*GOOD, *ASKED])
def test_answer_does_not_depend_on_how_it_is_cut(name: str) -> None:
    whole = played(name)

    for size in (1, 7, 100):
        cut = played(name, size)
        assert text_of(cut) == text_of(whole)
        for kind in (Source, ReasoningDelta, TitleChanged, InputRequested, ClientToolCalled):
            assert only(cut, kind) == only(whole, kind)
        assert only(cut, WidgetChanged)[-1:] == only(whole, WidgetChanged)[-1:]
        assert cut[-1] == whole[-1]


@pytest.mark.parametrize("name", ASKED)
def test_question_ends_the_run(name: str) -> None:
    events = played(name)

    assert len(only(events, InputRequested, ClientToolCalled)) == 1
    assert events[-1] == RunCompleted("tool")


@pytest.mark.parametrize("name", BAD)
def test_failure_is_a_failure(name: str) -> None:
    with pytest.raises(UpstreamError) as caught:
        played(name)

    assert caught.value.retryable
