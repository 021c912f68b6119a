"""Ways around the limits: what is no message costs the platform and us something too."""

from __future__ import annotations

from collections.abc import Callable

from tests.serving import Frames, Server
from widget.web.limits import TRIES_PER_MESSAGE

ONE_A_MINUTE = """
[[sites]]
key = "acme"
name = "Acme"
[sites.limits]
address_per_minute = 1
[sites.ui.chatBot.feedback]
isNeedFeedback = true
[sites.provider]
kind = "demo"
delay_ms = 0
"""


def test_verdicts_of_an_address_are_bounded(
    start_server: Callable[..., Server], connect: Frames
) -> None:
    frame = connect(server := start_server(ONE_A_MINUTE))
    frame.hello(server.token())  # the first try
    frame.ask("hello")
    answer = frame.until("run.ended")["message"]

    for _ in range(TRIES_PER_MESSAGE - 1):
        frame.send("feedback.give", message=answer, verdict="like")
        frame.until("feedback.saved")
    frame.send("feedback.give", message=answer, verdict=None)

    refused = frame.until("error")
    assert (refused["code"], refused["ref"]) == ("rate_limited", "feedback.give")
