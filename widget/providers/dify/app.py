"""The app behind the key: what kind it is, and what it says about itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from msgspec import Struct

from widget.domain.errors import Misconfigured, UpstreamError
from widget.providers.base import Opening
from widget.providers.dify.api import Api
from widget.providers.dify.inputs import Variable, fill, parse_form
from widget.providers.dify.uploads import Limits, parse_limits

FRESH_S = 300.0
FRESH_AFTER_FAILURE_S = 30.0
GREETING_CHARS = 1_000
STARTER_CHARS = 200
STARTERS = 8
CHATS = ("chat", "agent-chat", "advanced-chat", "agent")

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Parameters(Struct, frozen=True):
    """What we use of ``GET /parameters``."""

    greeting: str = ""
    starters: tuple[str, ...] = ()
    suggests: bool = False
    form: tuple[Variable, ...] = ()
    limits: Limits = Limits()


class App:
    """Asked rarely and by one caller at a time; what was known stays when asking again fails."""

    def __init__(self, api: Api, clock: Callable[[], float]) -> None:
        self._api = api
        self._clock = clock
        self._mode = ""
        self._mode_stale_at = 0.0
        self._parameters: Parameters | None = None
        self._stale_at = 0.0
        self._asking_mode = threading.Lock()
        self._asking = threading.Lock()

    def mode(self) -> str:
        """The kind of app, "" while the platform does not tell: a question is asked all the same,
        and what is not certain is then handled both ways. An app never changes its kind."""
        with self._asking_mode:
            if not self._mode and self._clock() >= self._mode_stale_at:
                self._mode_stale_at = self._clock() + FRESH_AFTER_FAILURE_S
                self._mode = self._ask(lambda: kind_of(self._api.call("GET", "/info")), "/info", "")
            return self._mode

    def chat_mode(self) -> str:
        """The same; raises ``Misconfigured`` for an app that does not chat."""
        mode = self.mode()
        if mode and mode not in CHATS:
            raise Misconfigured(wrong_kind(mode))
        return mode

    def parameters(self) -> Parameters | None:
        """At most five minutes old; None while the platform has never told."""
        with self._asking:
            if self._clock() >= self._stale_at:
                known = self._parameters
                self._stale_at = self._clock() + FRESH_AFTER_FAILURE_S
                self._parameters = self._ask(self.read_parameters, "/parameters", known)
                if self._parameters is not known:
                    self._stale_at = self._clock() + FRESH_S
            return self._parameters

    def known(self) -> Parameters | None:
        """From memory; what is missing or old is asked for in the background."""
        if self._clock() >= self._stale_at and not self._asking.locked():
            threading.Thread(target=self._refresh, daemon=True).start()
        return self._parameters

    def read_parameters(self) -> Parameters:
        return parse_parameters(self._api.call("GET", "/parameters"))

    def _refresh(self) -> None:
        try:
            self.parameters()
        except Exception as error:  # the client may have been closed meanwhile
            log.info("the app's parameters were not read", error=type(error).__name__)

    def _ask(self, ask: Callable[[], T], what: str, otherwise: T) -> T:
        try:
            return ask()
        except UpstreamError as error:
            # not its words: they may repeat the key in a writing that only ``runs`` can cut out
            log.warning("the platform did not tell about its app", what=what, failure=error.failure)
            return otherwise


def kind_of(info: Mapping[str, Any]) -> str:
    mode = info.get("mode")
    return mode if isinstance(mode, str) else ""


def wrong_kind(mode: str) -> str:
    return (
        f"the key belongs to a Dify app of the kind {mode!r}, which does not chat: use the key of "
        "a chatbot, agent or chatflow"
    )


def parse_parameters(told: Mapping[str, Any]) -> Parameters:
    greeting = told.get("opening_statement")
    after = told.get("suggested_questions_after_answer")
    return Parameters(
        greeting=greeting.strip() if isinstance(greeting, str) else "",
        starters=questions(told.get("suggested_questions"), limit=STARTERS),
        suggests=isinstance(after, dict) and after.get("enabled") is True,
        form=parse_form(told.get("user_input_form")),
        limits=parse_limits(told),
    )


def opening_of(told: Parameters, values: Mapping[str, Any]) -> Opening:
    defaults = {variable.name: variable.default for variable in told.form if variable.default}
    filled = {**defaults, **values}
    return Opening(
        greeting=fill(told.greeting, filled)[:GREETING_CHARS],
        starters=tuple(fill(starter, filled) for starter in told.starters),
    )


def questions(value: Any, *, limit: int) -> tuple[str, ...]:
    found = [q.strip() for q in value if isinstance(q, str)] if isinstance(value, list) else []
    return tuple(q for q in found if q and len(q) <= STARTER_CHARS)[:limit]
