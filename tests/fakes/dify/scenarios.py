"""What the made-up app does, by the visitor's question: one named scenario per trap.

Written from what is known of the platform, before the adapter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.fakes.dify.stage import Stage, Step, cut
from tests.fakes.dify.wire import KEY, Drop, Gate, Raw, Stay, frame

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


# -- errors


def in_stream(status: int, code: str, message: str) -> Scenario:
    """An error inside a stream that began with 200."""

    def play(stage: Stage) -> Iterator[Step]:
        yield from stage.failing(status, code, message)

    return play


SCENARIOS["fails at once"] = in_stream(400, "invalid_param", "Run failed: no such tool")
SCENARIOS["error at once"] = in_stream(400, "provider_quota_exceeded", "no credits")
SCENARIOS["error with the key"] = in_stream(401, "unauthorized", f"Access token {KEY} is invalid")
