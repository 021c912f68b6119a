"""What the made-up agent does, by the visitor's question: one named scenario per trap."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.fakes.coze.run import Run, Scenario
from tests.fakes.coze.wire import Event, frame
from tests.fakes.upstream import Stall, Step, Until, Wait

PIECES = ("运费 ", "free", " 🎉, ", "满 99 元。")
ANSWER = "".join(PIECES)
SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str) -> Callable[[Scenario], Scenario]:
    def keep(play: Scenario) -> Scenario:
        SCENARIOS[name] = play
        return play

    return keep


def around(play: Scenario) -> Scenario:
    """A whole, good run around these steps."""

    def whole(run: Run) -> Iterator[Step | Event]:
        yield from run.opening()
        yield from play(run)
        yield from run.ending()

    return whole


def in_a_run(name: str) -> Callable[[Scenario], Scenario]:
    def keep(play: Scenario) -> Scenario:
        SCENARIOS[name] = around(play)
        return play

    return keep


def as_bytes(run: Run, steps: Iterable[Step | Event]) -> bytes:
    """The same steps in one piece."""
    return b"".join(frame(s, run.style) if isinstance(s, Event) else bytes(s) for s in steps)  # type: ignore[arg-type]


@in_a_run("plain")
def plain(run: Run) -> Iterator[Step | Event]:
    yield from run.say(*PIECES)


@in_a_run("slow")
def slow(run: Run) -> Iterator[Step | Event]:
    for piece in PIECES:
        yield run.delta(piece)
        yield Wait()
    yield run.completed(ANSWER)


@in_a_run("gated")
def gated(run: Run) -> Iterator[Step | Event]:
    yield run.delta(PIECES[0])
    yield Until(run.gate("go"))
    yield from (run.delta(piece) for piece in PIECES[1:])
    yield run.completed(ANSWER)


@scenario("stall")
def stall(run: Run) -> Iterator[Step | Event]:
    """Half an answer, then nothing: the run lives on until somebody cancels it."""
    yield from run.opening()
    yield run.delta(PIECES[0])
    yield Stall()


# -- the wire


def _whole_answer(run: Run) -> list[Step | Event]:
    return [*run.opening(), *run.say(*PIECES), *run.ending()]


@scenario("bare done")
def bare_done(run: Run) -> Iterator[Step | Event]:
    """The other spelling of the same page: the marker without its quotes."""
    yield from _whole_answer(run)[:-1]
    yield b"event:done\ndata:[DONE]\n\n"


@scenario("done alone")
def done_alone(run: Run) -> Iterator[Step | Event]:
    """No chat.completed, and a marker without a name: still a good end."""
    yield from run.opening()
    yield from run.say(*PIECES)
    yield b'data:"[DONE]"\n\n'


@scenario("bare done alone")
def bare_done_alone(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    yield from run.say(*PIECES)
    yield b"event: done\ndata: [DONE]\n\n"


@scenario("spaces after the colons")
def spaced(run: Run) -> Iterator[Step | Event]:
    whole = as_bytes(run, _whole_answer(run))
    yield whole.replace(b"event:", b"event: ").replace(b"data:", b"data: ")


@scenario("no done")
def no_done(run: Run) -> Iterator[Step | Event]:
    yield from _whole_answer(run)[:-1]


@scenario("open after the end")
def open_after_the_end(run: Run) -> Iterator[Step | Event]:
    """The run is over, the connection is not."""
    yield from _whole_answer(run)[:-1]
    yield Stall()


@scenario("no blank line at the end")
def no_blank_line(run: Run) -> Iterator[Step | Event]:
    yield as_bytes(run, _whole_answer(run)[:-1]).rstrip(b"\n")


@scenario("audio afterwards")
def audio_afterwards(run: Run) -> Iterator[Step | Event]:
    *before, end = _whole_answer(run)
    yield from before[:-1]
    yield Event("conversation.audio.delta", {"content": "UklGRg==", "content_type": "audio"})
    yield from before[-1:]
    yield Event("conversation.audio.delta", {"content": "UklGRg==", "content_type": "audio"})
    yield end


@scenario("byte by byte")
def byte_by_byte(run: Run) -> Iterator[Step | Event]:
    """The emoji's four bytes come in three packets."""
    whole = as_bytes(run, _whole_answer(run))
    middle = whole.index("🎉".encode()) + 2
    yield whole[:middle]
    yield Wait()
    yield whole[middle : middle + 1]
    yield Wait()
    yield whole[middle + 1 :]


@scenario("crlf")
def crlf(run: Run) -> Iterator[Step | Event]:
    whole = as_bytes(run, _whole_answer(run)).replace(b"\n", b"\r\n")
    yield from (whole[at : at + 7] for at in range(0, len(whole), 7))


@scenario("keep-alive")
def keep_alive(run: Run) -> Iterator[Step | Event]:
    """No such record was ever seen; a proxy in between may send them all the same."""
    for step in _whole_answer(run):
        yield b": ping\n\n"
        yield Wait(0.01)
        yield step


@scenario("multiline")
def multiline(run: Run) -> Iterator[Step | Event]:
    for step in _whole_answer(run):
        if isinstance(step, Event) and not isinstance(step.data, str):
            lines = json.dumps(step.data, indent=1, ensure_ascii=False).split("\n")
            yield (
                f"event:{step.name}\n".encode()
                + b"".join(b"data:" + line.encode() + b"\n" for line in lines)
                + b"\n"
            )
        else:
            yield step


@in_a_run("broken json")
def broken_json(run: Run) -> Iterator[Step | Event]:
    yield run.delta(PIECES[0])
    yield b'event:conversation.message.delta\ndata:{"content": "secret wo\n\n'
    yield from (run.delta(piece) for piece in PIECES[1:])
    yield run.completed(ANSWER)


@in_a_run("broken twice")
def broken_twice(run: Run) -> Iterator[Step | Event]:
    yield run.delta(PIECES[0])
    yield b'event:conversation.message.delta\ndata:{"content": "secret wo\n\n'
    yield b'event:conversation.message.delta\ndata:["secret words"]\n\n'
    yield run.completed(ANSWER)


@in_a_run("unknown")
def unknown(run: Run) -> Iterator[Step | Event]:
    odd: list[Step | Event] = [
        Event("conversation.message.reviewed", {"id": 7, "type": ["new"]}),
        Event("ping", {}),
        b"event:ping\n\n",
        b"data: null\n\n",
        b"id: 7\nretry: 10\nhello: world\n\n",
        b"event:conversation.message.delta\ndata:\n\n",
    ]
    yield from odd
    yield run.delta(PIECES[0], brand_new={"x": [1]}, meta_data=None)
    yield from odd
    yield from (run.delta(piece) for piece in PIECES[1:])
    yield run.completed("", type="brand_new")
    yield run.completed(ANSWER, role=None, section_id=None)


@in_a_run("ids as numbers")
def ids_as_numbers(run: Run) -> Iterator[Step | Event]:
    """Ids beyond 53 bits, and absent fields."""
    number: Any = 7500000000000000123
    for piece in PIECES:
        yield Event(
            "conversation.message.delta", {"id": number, "type": "answer", "content": piece}
        )
    whole = {"id": number, "type": "answer", "content": ANSWER, "content_type": "text"}
    yield Event("conversation.message.completed", whole)


@scenario("no usage")
def no_usage(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    yield from run.say(*PIECES)
    yield run.event("completed", usage=None)
    yield run.end


@scenario("zero usage")
def zero_usage(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    yield from run.say(*PIECES)
    yield run.event("completed")
    yield run.end


@scenario("usage in tokens")
def usage_in_tokens(run: Run) -> Iterator[Step | Event]:
    yield from run.opening()
    yield from run.say(*PIECES)
    yield run.event("completed", usage={"token_count": 33, "output_tokens": 22, "input_tokens": 11})
    yield run.end
