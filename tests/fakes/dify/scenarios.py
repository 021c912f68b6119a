"""What the made-up app does, by the visitor's question: one named scenario per trap.

Written from what is known of the platform, before the adapter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.fakes.dify.stage import Stage, Step, cut
from tests.fakes.dify.wire import KEY, PING, Drop, Gate, Pause, Raw, Stay, frame

Scenario = Callable[[Stage], Iterator[Step]]
SCENARIOS: dict[str, Scenario] = {}
PIECES = ("运费", " free ", "🎉, ", "满 99", " 元。")
ANSWER = "".join(PIECES)


def scenario(name: str) -> Callable[[Scenario], Scenario]:
    def keep(function: Scenario) -> Scenario:
        SCENARIOS[name] = function
        return function

    return keep


def answering(stage: Stage, *steps: Step, **metadata: Any) -> Iterator[Step]:
    """A whole, good run around these steps."""
    yield from stage.opening()
    yield from steps
    yield from stage.closing(**metadata)


@scenario("plain")
def plain(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    for piece in PIECES:
        yield stage.text(piece)
    if stage.mode == "agent":
        yield stage.event("message", id=stage.message, answer=ANSWER)
    yield from stage.closing()


@scenario("gated")
def gated(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.text("Half ")
    yield Gate("go")
    yield stage.text("whole")
    yield from stage.closing()


@scenario("slow start")
def slow_start(stage: Stage) -> Iterator[Step]:
    yield Gate("go")
    yield from plain(stage)


@scenario("stall")
def stall(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.text("Half ")
    yield Gate("never")


@scenario("dies")
def dies(stage: Stage) -> Iterator[Step]:
    """The connection breaks; whether the run goes on is not certain with every version."""
    yield from stage.opening()
    yield stage.text("Half ")
    yield Drop("die")
    yield Gate("go")
    yield stage.text("whole")
    yield from stage.closing()


@scenario("ends politely")
def ends_politely(stage: Stage) -> Iterator[Step]:
    """The body ends well, the answer does not."""
    yield from stage.opening()
    yield stage.text("Half ")
    yield Drop("close")
    yield Gate("never")


@scenario("nameless")
def nameless(stage: Stage) -> Iterator[Step]:
    """Without the common fields; some gateways strip what they do not know."""
    yield Raw(b'data: "text"\n\n')
    yield Raw(frame({"event": ["odd"]}))
    yield Raw(frame({"event": "message", "answer": ANSWER, "from_variable_selector": []}))
    yield Raw(frame({"event": "message_end", "metadata": {"usage": [], "x": 1}}))


@scenario("nameless, dies")
def nameless_dies(stage: Stage) -> Iterator[Step]:
    yield Raw(frame({"event": "message", "answer": "Half "}))
    yield Drop("die")


@scenario("thinks in a replacement")
def thinks_in_a_replacement(stage: Stage) -> Iterator[Step]:
    again = "Let me see.\n</think>\n\nFree."
    yield from answering(stage, stage.event("message_replace", answer=again, reason="x"))


# -- how a stream closes


@scenario("last event lost, breaks")
def last_event_lost_breaks(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.text(ANSWER)
    yield stage.finished()
    yield Drop("die")


@scenario("file at the very end")
def file_at_the_very_end(stage: Stage) -> Iterator[Step]:
    file = {"type": "document", "url": "/files/list.pdf?sign=1", "filename": "list.pdf"}
    yield from stage.opening()
    yield stage.text(ANSWER)
    yield stage.message_end()
    yield cut(stage.finished(files=[file]), 10)


@scenario("last event lost, open")
def last_event_lost(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.text(ANSWER)
    yield stage.finished()
    yield Stay()


@scenario("stays open")
def stays_open(stage: Stage) -> Iterator[Step]:
    yield from plain(stage)
    yield Stay()


@scenario("audio after the end")
def audio_after_the_end(stage: Stage) -> Iterator[Step]:
    yield from plain(stage)
    yield stage.event("tts_message", audio="//NExAAAAAAAAAAAAAAAAA")
    yield stage.event("tts_message_end", audio="")


@scenario("breaks after the end")
def breaks_after_the_end(stage: Stage) -> Iterator[Step]:
    yield from plain(stage)
    yield Drop("die")


@scenario("flow fails")
def flow_fails(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.text("Half ")
    yield from stage.failing(400, "invalid_param", "Run failed: no such tool")


@scenario("flow is stopped")
def flow_is_stopped(stage: Stage) -> Iterator[Step]:
    """Somebody stopped it in the platform's console."""
    yield from stage.opening()
    yield stage.text("Half ")
    yield stage.finished("stopped")


@scenario("flow succeeds in part")
def flow_succeeds_in_part(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.node("node_started", "n1", "Weather")
    yield stage.node("node_finished", "n1", "Weather", status="exception", error="no weather")
    yield stage.text(ANSWER)
    yield stage.finished("partial-succeeded", exceptions_count=1)
    yield stage.message_end()


# -- text


@scenario("replaced")
def replaced(stage: Stage) -> Iterator[Step]:
    """Moderation of the output; what comes after it grows on."""
    yield from answering(
        stage,
        stage.text("Something rude"),
        stage.event("message_replace", answer="Let us talk", reason="output_moderation"),
        stage.text(" kindly."),
    )


@scenario("mislabelled")
def mislabelled(stage: Stage) -> Iterator[Step]:
    """Once the message has a file of the assistant's, deltas carry the wrong name."""
    yield from stage.opening()
    yield stage.file("file-1")
    for piece in PIECES:
        yield stage.event("message_file", id=stage.message, answer=piece)
    yield from stage.closing()


@scenario("thinks")
def thinks(stage: Stage) -> Iterator[Step]:
    def thought(words: str, *, is_final: bool) -> Step:
        told = {"message_id": stage.message, "reasoning": words, "node_id": "llm-1"}
        return stage.event("reasoning_chunk", data={**told, "is_final": is_final})

    yield from stage.opening()
    yield thought("The visitor ", is_final=False)
    yield thought("asks about postage.", is_final=False)
    yield thought("", is_final=True)
    yield stage.text(ANSWER)
    yield from stage.closing()


@scenario("thinks in tags")
def thinks_in_tags(stage: Stage) -> Iterator[Step]:
    """Two models in one flow, each thinking in its own text."""
    yield from stage.opening()
    for piece in ("<thi", "nk>The visitor asks.</th", "ink>\n\nOne. "):
        yield stage.text(piece)
    for piece in ("<think>And again.</think>", "Two."):
        yield stage.text(piece, ("llm-2", "text"))
    yield from stage.closing()


@scenario("half a tag")
def half_a_tag(stage: Stage) -> Iterator[Step]:
    """Some servers swallow the opening tag."""
    yield from stage.opening()
    yield stage.text("One. ")
    for piece in ("Let me see.\n", "</think>", "Two."):
        yield stage.text(piece, ("llm-2", "text"))
    yield from stage.closing()


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


# -- forms


@scenario("form")
def form(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.text("One moment. ")
    yield stage.form()
    yield stage.paused()
    yield Pause()
    yield stage.filled()
    yield Gate("followed")
    action = stage.answered.get("action")
    yield stage.text(f"You chose {action}. ")
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("form at once")
def form_at_once(stage: Stage) -> Iterator[Step]:
    """After the form the run is over before anyone can follow it."""
    yield from stage.opening()
    yield stage.text("One moment. ")
    yield stage.form()
    yield stage.paused()
    yield Pause()
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("two forms")
def two_forms(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    for number in (1, 2):
        yield stage.text(f"{number}. ")
        yield stage.form(form_id=f"form-{number}", form_token=f"{stage.form_token}-{number}")
        yield stage.paused()
        yield Pause()
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("forms at once")
def forms_at_once(stage: Stage) -> Iterator[Step]:
    """Two people's work, or two questions: the flow waits for both."""
    yield from stage.opening()
    for waiting in ((1, 2), (2,)):
        for number in waiting:
            yield stage.form(form_id=f"form-{number}", form_token=f"{stage.form_token}-{number}")
        yield stage.paused()
        yield Pause()
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("form, then moderated")
def form_then_moderated(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.text("One moment. ")
    yield stage.form()
    yield stage.paused()
    yield Pause()
    yield Gate("followed")
    again = "Let us rather talk about something else, shall we?"
    yield stage.event("message_replace", answer=again, reason="output_moderation")
    yield from stage.closing()


@scenario("form told again")
def form_told_again(stage: Stage) -> Iterator[Step]:
    """Who follows the run at once may still be shown the pause that is just over."""
    yield from stage.opening()
    yield stage.form()
    yield stage.paused()
    yield Pause()
    yield Gate("followed")
    yield stage.form()
    yield stage.paused()
    for _ in range(5):
        yield Raw(PING)
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("form after a node")
def form_after_a_node(stage: Stage) -> Iterator[Step]:
    """Who follows the run is told its nodes from the first one on."""
    yield from stage.opening()
    yield from stage.nodes()
    yield stage.form()
    yield stage.paused()
    yield Pause()
    yield Gate("followed")
    yield from stage.nodes()
    yield stage.node("node_started", "n5", "Book the parcel")
    yield stage.node("node_finished", "n5", "Book the parcel")
    yield stage.text("Done.")
    yield from stage.closing()


@scenario("form times out")
def form_times_out(stage: Stage) -> Iterator[Step]:
    yield from stage.opening()
    yield stage.form()
    yield stage.paused()
    yield Pause()
    late = {"node_id": "node-form", "node_title": "Return", "expiration_time": 1}
    yield Gate("followed")
    yield stage.flow("human_input_form_timeout", **late)
    yield stage.text("Too late.")
    yield from stage.closing()


@scenario("form elsewhere")
def form_elsewhere(stage: Stage) -> Iterator[Step]:
    """The form goes out by e-mail; no token, so nobody can answer here."""
    yield from stage.opening()
    yield stage.form(form_token=None, display_in_ui=False)
    yield stage.paused()
    yield Pause()


@scenario("form with files")
def form_with_files(stage: Stage) -> Iterator[Step]:
    inputs = [
        {"type": "file", "output_variable_name": "photo"},
        {"type": "file-list", "output_variable_name": "papers", "default": None},
        {"type": "odd", "output_variable_name": "note"},
        {"type": "select", "output_variable_name": "why", "options": [{"value": "a"}, 7]},
        {
            "type": "paragraph",
            "output_variable_name": "name",
            "default": {"type": "variable", "selector": ["start", "name"], "value": ""},
        },
        {"type": "paragraph"},
        "odd",
    ]
    defaults = {"name": "Li", "papers": ["x"]}
    actions = [
        {"id": "ok", "title": "", "button_style": "accent"},
        {"id": "stop", "title": "Stop", "button_style": "ghost"},
        {"title": "nameless"},
    ]
    yield from stage.opening()
    yield stage.form(inputs=inputs, actions=actions, resolved_default_values=defaults)
    yield stage.paused()
    yield Pause()
    yield stage.text(repr(stage.answered.get("inputs")))
    yield from stage.closing()


# -- odd wire


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


def in_stream(status: int, code: str, message: str) -> Scenario:
    """An error inside a stream that began with 200."""

    def play(stage: Stage) -> Iterator[Step]:
        yield from stage.failing(status, code, message)

    return play


SCENARIOS["fails at once"] = in_stream(400, "invalid_param", "Run failed: no such tool")
SCENARIOS["error at once"] = in_stream(400, "provider_quota_exceeded", "no credits")
SCENARIOS["error with the key"] = in_stream(401, "unauthorized", f"Access token {KEY} is invalid")
