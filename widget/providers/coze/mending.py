"""What may be tried again before the first word of an answer, each thing for a while."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamRejected,
)
from widget.providers.coze.failures import CONFLICT, EXPIRED, LOST, TOO_LONG, code_of
from widget.providers.coze.pace import Pace
from widget.providers.coze.request import Request

# A platform that asks for more patience than this is busy; the visitor decides.
LONGEST_RETRY_PAUSE_S = 5.0


class Mending:
    """``end_other_run`` cancels what is known to run in the conversation, ``renew_token`` is None
    where there is nothing to renew."""

    def __init__(
        self,
        request: Request,
        pace: Pace,
        *,
        end_other_run: Callable[[], None],
        renew_token: Callable[[], None] | None,
    ) -> None:
        self._request = request
        self._end_other_run = end_other_run
        self._renew_token = renew_token
        self._trouble_pauses = list(pace.trouble_pauses_s)
        self._busy_pauses = list(pace.busy_pauses_s)
        self._conflict_pauses = list(pace.conflict_pauses_s)
        self._has_moved = self._has_shortened = False

    def mend(self, error: UpstreamError) -> bool:
        """Whether another attempt is worth it; waits as long as it should."""
        code = code_of(error)
        if code in LOST:
            return self._move()
        if code == TOO_LONG:
            return self._shorten()
        if code == CONFLICT:
            self._end_other_run()
            return _wait(self._conflict_pauses)
        if code in EXPIRED:
            return self._renew()
        if isinstance(error, UpstreamBusy):
            return _is_brief(error) and _wait(self._busy_pauses, error.retry_after_s)
        return _is_passing(error) and _wait(self._trouble_pauses)

    def _move(self) -> bool:
        """A conversation that is gone, or another token's, is forgotten once."""
        if self._has_moved or not self._request.conversation:
            return False
        self._has_moved = True
        self._request.forget_conversation()
        return True

    def _shorten(self) -> bool:
        if self._has_shortened:
            return False
        self._has_shortened = True
        return self._request.drop_history()

    def _renew(self) -> bool:
        if self._renew_token is None:
            return False
        self._renew_token()
        self._renew_token = None
        return True


def _is_passing(error: UpstreamError) -> bool:
    """Trouble over there, or a connection that broke before the run began."""
    is_theirs = isinstance(error, UpstreamInterrupted | UpstreamRejected)
    return is_theirs and error.failure is Failure.UPSTREAM_DOWN


def _is_brief(error: UpstreamBusy) -> bool:
    return (error.retry_after_s or 0) <= LONGEST_RETRY_PAUSE_S


def _wait(pauses: list[float], told_s: float | None = None) -> bool:
    if not pauses:
        return False
    pause_s = pauses.pop(0) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads tries, guards nothing
    time.sleep(pause_s if told_s is None else told_s)
    return True
