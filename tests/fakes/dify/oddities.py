"""Good answers on an odd wire."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.dify.scenarios import PIECES, plain, scenario
from tests.fakes.dify.stage import Stage, Step, cut
from tests.fakes.dify.wire import PING, Raw, frame


@scenario("byte by byte")
def byte_by_byte(stage: Stage) -> Iterator[Step]:
    for piece in PIECES:
        event = stage.text(piece)
        yield cut(event, *range(1, len(frame(event)), 1))
    yield from stage.closing()


@scenario("crlf")
def crlf(stage: Stage) -> Iterator[Step]:
    for step in plain(stage):
        yield Raw(frame(step).replace(b"\n", b"\r\n")) if isinstance(step, dict) else step


@scenario("pings")
def pings(stage: Stage) -> Iterator[Step]:
    """Bare ``event: ping`` lines, comments, and a ping with data as gateways make them."""
    for step in plain(stage):
        yield Raw(PING)
        yield Raw(b": a comment\n\n")
        yield Raw(b'event: ping\ndata: {"event": "ping"}\n\n')
        yield step


@scenario("multi-line")
def multi_line(stage: Stage) -> Iterator[Step]:
    for step in plain(stage):
        if isinstance(step, dict):
            yield Raw(frame(step).replace(b', "message_id"', b',\ndata: "message_id"', 1))


@scenario("broken once")
def broken_once(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield Raw(b'data: {"event": "message", "answer": "lo\n\n')
    yield Raw(b'data: ["neither"]\n\n')
    for piece in PIECES:
        yield stage.text(piece)
    yield from stage.closing()


@scenario("broken")
def broken(stage: Stage) -> Iterator[Step]:
    yield stage.text("Half ")
    for _ in range(5):
        yield Raw(b'data: {"event": "message", "answer": "lo\n\n')
    yield from stage.closing()


@scenario("unknown")
def unknown(stage: Stage) -> Iterator[Step]:
    """Events and shapes of a later version."""
    yield stage.event("queue_position", data={"place": 3})
    yield stage.flow("text_chunk", text="not for chat apps", from_variable_selector=[])
    yield stage.event("node_started", data=None)
    yield stage.event("agent_log", data={"id": 7, "label": None})
    yield stage.event("agent_thought", id=None, tool=None)
    yield stage.event("message_file", id="x", url=None)
    yield stage.event("human_input_required", data={"form_id": None})
    yield stage.event("reasoning_chunk", data={"reasoning": None})
    yield stage.event("message", id=stage.message, answer=None)
    for piece in PIECES:
        yield stage.text(piece)
    yield stage.event("message_end", metadata=None, files="none")
    yield from stage.closing(retriever_resources=None, annotation_reply={"id": "a"})
