"""Whether this process serves: starting, ready, or on its way out."""

from __future__ import annotations

from enum import Enum


class Phase(Enum):
    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"


class Lifecycle:
    """Changed by the worker, read by the readiness check and by every new socket."""

    def __init__(self) -> None:
        self.phase = Phase.STARTING
        self.has_told_of_proxy = False

    @property
    def is_ready(self) -> bool:
        return self.phase is Phase.READY

    @property
    def is_stopping(self) -> bool:
        return self.phase is Phase.STOPPING
