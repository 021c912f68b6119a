"""Where the forms that agents put into their answers post to, on a page made by the server."""

from __future__ import annotations

from dataclasses import dataclass, field

from widget.runs.doors import with_door
from widget.web.look import Look

Place = tuple[str, int]


@dataclass(frozen=True)
class Door:
    """``refilled`` holds forms that came back with what was typed, by message and part."""

    look: Look
    conversation: str
    refilled: dict[Place, str] = field(default_factory=dict)

    def on(self, message: str, index: int, html: str) -> str:
        """The drawn form or widget with its address, the token and our own words."""
        path = ("messages", message, "parts", str(index), "answer")
        return with_door(
            self.refilled.get((message, index), html),
            action=self.look.action(*path, conversation=self.conversation),
            token=self.look.token,
            say=self.look.say,
        )
