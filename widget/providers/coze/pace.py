"""How patient a run of Coze is."""

from __future__ import annotations

from msgspec import Struct


class Pace(Struct, frozen=True):
    """``poll_s`` lies between looks at a run whose stream was lost, for ``patience_s`` at most.
    ``busy_pauses_s`` lie between tries when the platform is overloaded, ``conflict_pauses_s`` while
    an earlier run of the conversation ends."""

    poll_s: float = 1.0
    patience_s: float = 300.0
    busy_pauses_s: tuple[float, ...] = (0.7, 2.0)
    conflict_pauses_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)
