"""What tests of the socket say again and again."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.serving import Frame, Frames, Server
from widget.domain.transcript import ShownConversation


def whole(frame: Frame) -> ShownConversation:
    """The next conversation that is sent whole."""
    return msgspec.convert(frame.until("conversation")["conversation"], ShownConversation)


def joined(server: Server, connect: Frames, token: str, **hello: Any) -> Frame:
    frame = connect(server)
    frame.hello(token, **hello)
    return frame


def error(frame: Frame, command: str, **fields: Any) -> tuple[str, str]:
    """Code and reference of the refusal of a command."""
    frame.send(command, **fields)
    refusal = frame.until("error")
    return refusal["code"], refusal["ref"]
