"""A visitor of a site whose platform is the ChatKit server, at the socket."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from tests.serving import Frame, Frames, Server
from widget.domain.transcript import ShownConversation, ShownMessage, ShownPart


class Visit:
    """One visitor with an open chat, who sees what a page opened anew would show."""

    def __init__(self, server: Server, connect: Frames) -> None:
        self._server = server
        self._connect = connect
        self.token = server.token()
        self.frame = connect(server)
        self.frame.hello(self.token)
        self.conversation = ""

    def ask(self, text: str, state: str = "done", **more: Any) -> ShownMessage:
        self.begin(text, **more)
        assert self.frame.until("run.ended")["state"] == state
        return self.shown().messages[-1]

    def begin(self, text: str, **more: Any) -> None:
        fields = {"client_message_id": f"cm-{len(self.frame.seen):06}", "text": text, **more}
        if self.conversation:
            fields["conversation"] = self.conversation
        self.frame.send("message.send", **fields)
        self.conversation = self.frame.until("message.accepted")["conversation"]

    def then(self, command: str, state: str = "done", **fields: Any) -> ShownMessage:
        """Does this and waits for the answer that comes of it."""
        self.frame.send(command, **fields)
        assert self.frame.until("run.ended")["state"] == state
        return self.shown().messages[-1]

    def shown(self) -> ShownConversation:
        again: Frame = self._connect(self._server)
        again.hello(self.token, conversation=self.conversation)
        whole = again.until("conversation")["conversation"]
        return msgspec.convert(whole, ShownConversation)


def kinds(message: ShownMessage) -> list[str]:
    return [part.kind for part in message.parts]


def control(html: str, label: str) -> str:
    """What a button of a widget sends."""
    found = re.search(rf'value="([^"]+)"[^>]*><span>{label}<', html)
    assert found, html
    return found[1]


def part_of(message: ShownMessage, kind: str) -> ShownPart:
    (found,) = [part for part in message.parts if part.kind == kind]
    return found
