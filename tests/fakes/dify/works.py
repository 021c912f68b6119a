"""What agents and flows do on their way, and what hangs on their answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.dify.scenarios import ANSWER, PIECES, answering, scenario
from tests.fakes.dify.stage import Stage, Step

# -- agents


@scenario("repeats itself as a file")
def repeats_itself_as_a_file(stage: Stage) -> Iterator[Step]:
    yield stage.file("file-1")
    yield stage.event("agent_message", id=stage.message, answer="")
    for piece in PIECES:
        yield stage.text(piece)
    yield stage.event("message_file", id=stage.message, answer=ANSWER)
    yield from stage.closing()


@scenario("mislabelled, then whole")
def mislabelled_then_whole(stage: Stage) -> Iterator[Step]:
    yield stage.file("file-1")
    for piece in PIECES:
        yield stage.event("message_file", id=stage.message, answer=piece)
    yield stage.event("message", id=stage.message, answer=ANSWER)
    yield from stage.closing()


@scenario("corrects itself")
def corrects_itself(stage: Stage) -> Iterator[Step]:
    yield stage.text("A half answer")
    yield stage.event("message", id=stage.message, answer="The whole answer.")
    yield from stage.closing()


@scenario("uses a tool")
def uses_a_tool(stage: Stage) -> Iterator[Step]:
    """The same thought again and again as it fills up, and the answer in it once more."""
    labels = {"tariff": {"en_US": "Tariff", "zh_Hans": "运费表"}}
    asked = {"tool": "tariff;currency", "tool_labels": labels, "tool_input": '{"secret": 42}'}
    yield stage.thought("t1")
    yield stage.thought("t1", thought="I look it up.", **asked)
    yield stage.thought("t1", thought="I look it up.", observation="free above 99", **asked)
    yield stage.file("file-1")
    yield stage.thought("t2", position=2)
    for piece in PIECES:
        yield stage.text(piece)
    yield stage.thought("t2", position=2, thought=ANSWER)
    if stage.mode == "agent":
        yield stage.event("message", id=stage.message, answer=ANSWER)
    yield from stage.closing()


@scenario("left open")
def left_open(stage: Stage) -> Iterator[Step]:
    """A tool that found nothing never gets a word about its end."""
    yield from answering(stage, stage.thought("t1", tool="tariff"), stage.text(ANSWER))


@scenario("left and lost")
def left_and_lost(stage: Stage) -> Iterator[Step]:
    yield stage.thought("t1", tool="tariff")
    yield from stage.failing(400, "completion_request_error", "the model is tired")


# -- flows


@scenario("nodes")
def nodes(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield from stage.nodes(stage.node("node_retry", "n2", "Look up the tariff", retry_index=1))
    yield stage.node("node_started", "n3", "Ask the weather")
    yield stage.node("node_finished", "n3", "Ask the weather", status="failed", error="no key x")
    yield stage.text(ANSWER)
    yield from stage.closing()


@scenario("iterates")
def iterates(stage: Stage) -> Iterator[Step]:
    """A hundred inner nodes are not a hundred steps."""
    each = {"node_id": "it", "node_type": "iteration", "title": "Each parcel"}
    around = {"node_id": "lo", "node_type": "loop", "title": "Until cheap"}
    yield from stage.opening()
    yield stage.node("node_started", "n1", "Each parcel", node_id="it", node_type="iteration")
    yield stage.flow("iteration_started", id="it-1", **each)
    for index in range(2):
        yield stage.flow("iteration_next", id="it-1", index=index, **each)
        yield stage.node("node_started", f"in{index}", "Weigh", iteration_id="it")
        yield stage.node("node_finished", f"in{index}", "Weigh", iteration_id="it")
    yield stage.flow("iteration_completed", id="it-1", status="succeeded", outputs={}, **each)
    yield stage.flow("loop_started", id="lo-1", **around)
    yield stage.flow("loop_next", id="lo-1", index=1, pre_loop_output={"x": 1}, **around)
    yield stage.node("node_started", "in9", "Haggle", loop_id="lo")
    yield stage.flow("loop_completed", id="lo-1", status="failed", error="dear", **around)
    yield stage.text(ANSWER)
    yield from stage.closing()


@scenario("logs")
def logs(stage: Stage) -> Iterator[Step]:
    def log(id: str, label: str, status: str, **more: Any) -> Step:  # noqa: A002
        told = {"id": id, "label": label, "status": status, "node_id": "agent-1"}
        data = {"secret": "the prompt"}
        about = {"parent_id": None, "error": None, "data": data, "metadata": {}}
        return stage.event("agent_log", data={"node_execution_id": "x", **told, **about, **more})

    yield from answering(
        stage,
        log("l1", "ROUND 1", "start"),
        log("l2", "CALL tariff", "start", parent_id="l1"),
        log("l2", "CALL tariff", "error", parent_id="l1", error="no such tariff"),
        log("l1", "ROUND 1", "success"),
        stage.text(ANSWER),
    )


# -- what hangs on an answer


@scenario("cites")
def cites(stage: Stage) -> Iterator[Step]:
    def found(position: int, segment: str, name: str) -> dict[str, Any]:
        return {
            "position": position,
            "dataset_id": "set-1",
            "dataset_name": "Shop",
            "document_id": "doc-1",
            "document_name": name,
            "segment_id": segment,
            "score": 0.9,
            "content": "Free above 99. " * 40,
            "summary": None,
            "data_source_type": "upload_file",
            "hit_count": 3,
            "word_count": 120,
        }

    sources = [found(1, "seg-1", "tariff.pdf"), found(2, "seg-2", "faq.md"), "odd", {}]
    yield from answering(stage, stage.text(ANSWER), retriever_resources=sources)


@scenario("files")
def files(stage: Stage) -> Iterator[Step]:
    """The same picture in the stream and at the end, a file, and one of the visitor's own."""
    picture = {"id": "f9", "type": "image", "url": stage.file_url + "&again=1", "filename": "a.png"}
    other = {
        "related_id": "f2",
        "type": "document",
        "remote_url": "https://files.example/list.pdf?sign=1",
        "filename": "list.pdf",
        "size": 1234,
        "mime_type": "application/pdf",
    }
    yield from answering(
        stage,
        stage.file("file-1"),
        stage.file("file-3", belongs_to="user", url="/files/mine.png"),
        stage.text(ANSWER),
        files=[picture, other, None, {"type": "image"}],
    )


@scenario("no usage")
def no_usage(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.text(ANSWER)
    if stage.is_flow:
        yield stage.finished(total_tokens=None)
    else:
        yield stage.event("message_end", id=stage.message, metadata={}, files=None)


@scenario("echo")
def echo(stage: Stage) -> Iterator[Step]:
    """What the app was asked with."""
    asked = {name: stage.body.get(name) for name in ("query", "inputs", "files")}
    yield from answering(stage, stage.text(repr(asked)))
