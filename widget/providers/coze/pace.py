"""How patient a run of Coze is."""

from __future__ import annotations

from msgspec import Struct


class Pace(Struct, frozen=True):
    """``poll_s`` lies between looks at a run whose stream was lost, for ``patience_s`` at most.

    The pauses lie between tries: of what failed over there, of what was too much at once, and while
    an earlier run of the conversation ends. Each list says how often.
    """

    poll_s: float = 1.0
    patience_s: float = 300.0
    trouble_pauses_s: tuple[float, ...] = (0.4,)
    busy_pauses_s: tuple[float, ...] = (0.7, 2.0)
    conflict_pauses_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)
