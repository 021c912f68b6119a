"""What the fake streams, by the visitor's question: steps after the head of the stream, or a whole
reply of its own. Any other question gets ``ANSWER``."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

from tests.fakes.chatkit.wire import (
    STREAM_HEADERS,
    closed,
    delta,
    event,
    frame,
    item,
    message,
    opened,
)
from tests.fakes.script import Die, Reply, Stall, Step, Until, Wait, json_reply

KEY = "ck-7f3e9a51c2d84b60"
PIECES = ("Half", " the 答案", " is **here** 🎉", " now.")
ANSWER = "".join(PIECES)

Scenario = Callable[[threading.Event], list[Step] | Reply]
SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str) -> Callable[[Scenario], Scenario]:
    def keep(made: Scenario) -> Scenario:
        SCENARIOS[name] = made
        return made

    return keep


def steps(name: str, *scripted: Step) -> None:
    SCENARIOS[name] = lambda gate: list(scripted)


def plain(gate: threading.Event) -> list[Step]:
    return [message("msg_a", *PIECES)]


@scenario("gated")
def gated(gate: threading.Event) -> list[Step]:
    return [
        opened("msg_a") + delta("msg_a", PIECES[0]),
        Until(gate),
        *(delta("msg_a", piece) for piece in PIECES[1:]),
        closed("msg_a", ANSWER),
    ]


@scenario("unauthorized")
def unauthorized(gate: threading.Event) -> Reply:
    return json_reply(401, {"error": {"message": f"Bearer {KEY} is not known here"}})


@scenario("rate-limited")
def rate_limited(gate: threading.Event) -> Reply:
    return json_reply(429, {"detail": "slow down"}, {"Retry-After": "17", "X-Request-Id": "r-1"})


@scenario("status-500")
def status_500(gate: threading.Event) -> Reply:
    body = b"<html><h1>Internal Server Error</h1></html>"
    return Reply(500, {"Content-Type": "text/html"}, [body], framing="length")


@scenario("not-sse")
def not_sse(gate: threading.Event) -> Reply:
    return json_reply(200, {"hello": f"you with {KEY}"})


@scenario("elsewhere")
def elsewhere(gate: threading.Event) -> Reply:
    return Reply(307, {"Location": "http://127.0.0.1/chatkit/?x=1"}, [b""], framing="length")


@scenario("silent-break")
def silent_break(gate: threading.Event) -> Reply:
    """200 and not one event: what any exception before the first one looks like."""
    return Reply(200, dict(STREAM_HEADERS), [Wait(), Die()])


HALF: list[Step] = [opened("msg_a") + delta("msg_a", PIECES[0])]
REST: list[Step] = [*(delta("msg_a", piece) for piece in PIECES[1:]), closed("msg_a", ANSWER)]
BROKEN = b'data: {"type": "thread.item.updated", "secret words\n\n'

steps("stall", *HALF, Stall(), *REST)
steps("die", *HALF, Wait(), Die())
steps("ends-early", *HALF)
steps("broken-once", *HALF, BROKEN, *REST)
steps("broken", *HALF, BROKEN, BROKEN, *REST)
steps(
    "unknown",
    event("thread.teleported", where="moon"),
    event("thread.item.done", item=item("hologram", "hol_1")),
    event("thread.item.done", item=item("hidden_context_item", "hid_1", content="secret words")),
    event("thread.item.done", item=item("sdk_hidden_context", "hid_2", content="secret words")),
    frame({"type": 7}),
    b"data: 17\n\n",
    *HALF,
    event("thread.item.updated", item_id="msg_a", update={"type": "assistant_message.sung"}),
    *REST,
)
steps("crlf", (b"".join(s for s in HALF + REST if isinstance(s, bytes))).replace(b"\n", b"\r\n"))
steps("comments", b": hello\n\n", *HALF, b":\n\n", *REST)


@scenario("split")
def split(gate: threading.Event) -> list[Step]:
    """Every character of more than one byte comes in two packets."""
    whole = message("msg_a", *PIECES)
    cuts = [i for i in range(1, len(whole)) if whole[i] & 0xC0 == 0x80]
    places = [0, *cuts, len(whole)]
    made: list[Step] = []
    for start, end in itertools.pairwise(places):
        made += [whole[start:end], Wait(0.01)]
    return made


@scenario("multi-line")
def multi_line(gate: threading.Event) -> list[Step]:
    """An event over several ``data:`` lines."""
    whole = message("msg_a", *PIECES).replace(b', "update"', b',\ndata: "update"')
    return [whole]
