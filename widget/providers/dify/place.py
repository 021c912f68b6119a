"""What we call a Dify run: enough to stop it, to follow it and to answer its forms.

The platform knows a run by several names: the task (stop), the message (its stored answer) and, in
a flow, the workflow run (following it). A form's token admits whoever holds it, so it stays with
them in the store and never goes to a browser; visitors see the form's id alone.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct, field


class AskedForm(Struct, frozen=True, omit_defaults=True):
    """A form that waits; ``file`` and ``files`` are the fields that take one, or several."""

    token: str
    file: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Shown(Struct, frozen=True, omit_defaults=True):
    """What stands in our messages already of an answer that the platform goes on with: so many
    characters, the last of them, and these steps."""

    chars: int = 0
    tail: str = ""
    steps: tuple[str, ...] = ()

    def rest_of(self, text: str) -> str:
        """The text without what is shown; all of it where it is another one."""
        return text[self.chars :] if text[: self.chars].endswith(self.tail) else text


class Place(Struct, frozen=True, omit_defaults=True):
    task: str = ""
    message: str = ""
    run: str = ""
    forms: dict[str, AskedForm] = field(default_factory=dict)
    shown: Shown = Shown()

    def encode(self) -> str | None:
        """As the store keeps it; None while the platform has named nothing."""
        return msgspec.json.encode(self).decode() if self != Place() else None


def parse_place(stored: str | None) -> Place:
    """Nothing is known where there is none, or one that is not ours."""
    try:
        return msgspec.json.decode(stored or "{}", type=Place)
    except msgspec.MsgspecError:
        return Place()
