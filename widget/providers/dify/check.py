"""What ``chatdock doctor`` says about a Dify app: asks, and says in plain words what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING

from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamError,
    UpstreamProtocolError,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from widget.domain.events import RunEvent, RunStarted, TextDelta, TextReplaced
from widget.providers.base import Finding, Turn, UpstreamRef
from widget.providers.dify.app import CHATS, Parameters, kind_of, wrong_kind
from widget.providers.dify.failures import code_of
from widget.providers.dify.inputs import missing_names, missing_words
from widget.providers.paths import segment

if TYPE_CHECKING:
    from widget.providers.dify.provider import Dify

VISITOR = "chatdock-doctor"
_KINDS = {
    "chat": "a chatbot",
    "agent-chat": "an agent",
    "advanced-chat": "a chatflow",
    "agent": "an agent of the new kind",
}
_BY_CODE = {
    "app_unavailable": "The app is not published, or its model is not set up. Open it in Dify, "
    "check the model, and publish it.",
    "agent_not_published": "The agent is not published. Open it in Dify and publish it.",
    "not_chat_app": "The key belongs to an app that does not chat. Use the key of a chatbot, agent "
    "or chatflow.",
    "provider_not_initialize": "The app's model has no key: in Dify, open Settings, Model "
    "provider, and set it up.",
    "provider_quota_exceeded": "The app's model has no quota left: top it up at its provider, or "
    "choose another model in Dify.",
    "rate_limit_error": "The plan at Dify has no requests left. Wait, or take a larger plan.",
    "model_currently_not_support": "Dify cannot use the app's model at the moment: choose another "
    "one in the app and publish it.",
    "completion_request_error": "The app's model refuses the request or is overloaded: try the app "
    "in Dify itself.",
    "workflow_version_execution_not_allowed": "Dify's plan does not allow this version of the "
    "flow.",
    "forbidden": "The app's API is switched off, or its workspace is archived. In Dify, open the "
    "app's page and switch the service API on.",
}
_BY_FAILURE = {
    Failure.AUTH: "Dify refuses api_key: it is wrong or was revoked. In Dify, open the app, API "
    "access, API key, and make a new one.",
    Failure.NOT_FOUND: "There is no Dify API at this address. For the cloud it is "
    "https://api.dify.ai/v1, for a server of your own https://<host>/v1.",
    Failure.UPSTREAM_DOWN: "Dify has trouble of its own. Look at its logs, or try again later.",
    Failure.CONFIG: "Dify does not take the request.",
    Failure.UNKNOWN: "The app runs into an error: try it in Dify itself and look at its logs.",
}


def check(dify: Dify) -> list[Finding]:
    """One finding per question, in the order in which they build on each other."""
    findings = _Findings(dify)
    try:
        findings.look()
    except UpstreamError as error:
        findings.add(False, words(error, dify))
    return findings.all


class _Findings:
    def __init__(self, dify: Dify) -> None:
        self._dify = dify
        self.all: list[Finding] = []

    def add(self, is_ok: bool, text: str) -> None:
        self.all.append(Finding(is_ok, text))

    def look(self) -> None:
        mode = kind_of(self._dify.api.call("GET", "/info"))
        if mode not in CHATS:
            self.add(False, f"{self._dify.api.base} answers, but {wrong_kind(mode or '?')}.")
            return
        self.add(True, f"{self._dify.api.base} answers and takes the key, of {_KINDS[mode]}.")
        told = self._dify.app.read_parameters()
        self._look_at_uploads(told)
        if self._has_inputs(told):
            self._ask_one_word()

    def _look_at_uploads(self, told: Parameters) -> None:
        if offered := told.limits.offered():
            kinds = ", ".join(told.limits.max_bytes)
            self.add(True, f"Visitors may send files ({kinds}), {offered.max_count} a message.")

    def _has_inputs(self, told: Parameters) -> bool:
        own = self._dify.settings.inputs
        defaults = {v.name: v.default for v in told.form if v.default not in (None, "")}
        missing = missing_names(told.form, {**defaults, **own})
        if missing:
            sentence = missing_words(missing)
            self.add(False, sentence[0].upper() + sentence[1:] + ".")
        return not missing

    def _ask_one_word(self) -> None:
        """A real question, stopped at its first word; the conversation is deleted again."""
        turn = Turn(kind="send", text="Hi", visitor=VISITOR)
        started: list[RunStarted] = []
        try:
            with closing(_events(self._dify, turn)) as events:
                for event in events:
                    if isinstance(event, RunStarted):
                        started.append(event)
                    elif isinstance(event, TextDelta | TextReplaced):
                        break
        finally:
            self._clean_up(started)
        self.add(True, "The app answers.")

    def _clean_up(self, started: list[RunStarted]) -> None:
        """Our own conversation, which nobody else knows."""
        if not started or not started[-1].upstream_conversation:
            return
        last = started[-1]
        ref = UpstreamRef(VISITOR, last.upstream_conversation, last.upstream_run, None)
        path = f"/conversations/{segment(str(last.upstream_conversation))}"
        with contextlib.suppress(UpstreamError):
            self._dify.cancel(ref)
            self._dify.api.call("DELETE", path, {"user": VISITOR})


def _events(dify: Dify, turn: Turn) -> Generator[RunEvent]:
    yield from dify.run(turn)


def words(error: UpstreamError, dify: Dify) -> str:
    """What is wrong, what to do, and what the platform said."""
    base = dify.api.base
    if isinstance(error, UpstreamUnreachable):
        through = " through its proxy" if dify.settings.proxy else ""
        advice = (
            f"This machine does not reach {base}{through}: check the address, the name service, "
            "the firewall, and whether the site needs a proxy."
        )
    elif isinstance(error, UpstreamTimeout):
        advice = f"{base} accepts connections but does not answer in time."
    elif isinstance(error, UpstreamProtocolError):
        advice = "What answers there is not Dify's API. Is base_url right?"
    elif isinstance(error, UpstreamRejected) and 300 <= error.status < 400:
        advice = "Set base_url to the address that it leads to."
    elif isinstance(error, UpstreamBusy) and not code_of(error):
        advice = "Dify is overloaded or limits this app. Try again in a minute."
    else:
        advice = _BY_CODE.get(code_of(error)) or _BY_FAILURE.get(
            error.failure, "Dify refuses the request."
        )
    return f"{advice} ({error.detail})"
