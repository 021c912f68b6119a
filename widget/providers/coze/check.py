"""What ``chatdock doctor`` says about Coze: asks like a visitor, and tells what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Protocol

from widget.domain.errors import (
    Failure,
    UpstreamError,
    UpstreamProtocolError,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from widget.domain.events import RunCompleted, RunEvent, RunStarted, Usage
from widget.providers.base import Finding, Turn
from widget.providers.coze import conversations
from widget.providers.coze.api import Api
from widget.providers.coze.asking import cancel_run
from widget.providers.coze.failures import (
    NO_SUCH_AGENT,
    NOT_PUBLISHED,
    TokenRefused,
    code_of,
    scrub,
)
from widget.providers.coze.opening import about, name_of
from widget.providers.coze.settings import CozeSettings

VISITOR = "chatdock-doctor"
NO_PERMISSION = 4101
_WRONG_TOKEN = frozenset({4100, 700012006})
_STUDIO_PERMISSION = 103000001

_BY_CLASS = {
    Failure.AUTH: "The platform refuses the token. Check that it is whole and made for this "
    "address.",
    Failure.QUOTA: "The token works, but the account has nothing left: its plan, its credits or "
    "the model's account. Top it up, or wait when a daily limit is reached.",
    Failure.BUSY: "The platform is overloaded or limits this account. Try again in a minute.",
    Failure.CONFIG: "The platform does not take the request. Compare the settings with the agent's "
    "page, and look at the model and the parameters that it needs.",
    Failure.CONTENT: "The platform refused a harmless word. Ask its support.",
    Failure.NOT_FOUND: "What is asked for is not there. Compare base_url and the ids with the "
    "address of the agent's page.",
    Failure.UPSTREAM_DOWN: "The platform has trouble of its own. Try again later.",
    Failure.TIMEOUT: "The platform takes connections but does not answer in time.",
}


class Asked(Protocol):
    """The provider, as far as the check needs it."""

    settings: CozeSettings

    def run(self, turn: Turn) -> Iterator[RunEvent]: ...


def check(provider: Asked, api: Api) -> list[Finding]:
    """Its description first, then one word of its model; raises when nothing is there at all."""
    settings = provider.settings
    try:
        name = name_of(about(api, settings))
    except (UpstreamUnreachable, UpstreamTimeout):
        raise
    except UpstreamError as error:
        if code_of(error) != NO_PERMISSION:
            return [Finding(False, _words(error, settings))]
        return _without_description(provider, api, error)
    what = f"the chatflow {name}" if settings.is_flow else f"the agent {name}"
    known = Finding(True, f"{settings.address} answers and takes the token, which sees {what}.")
    return [known, _ask_one_word(provider, api), *_notes(settings)]


def _without_description(provider: Asked, api: Api, error: UpstreamError) -> list[Finding]:
    """A token without the right to read settings may still talk."""
    settings = provider.settings
    asked = _ask_one_word(provider, api)
    if not asked.is_ok:
        return [Finding(False, _words(error, settings))]
    note = (
        "Note: the token may not read the agent's settings, so greeting and suggested questions "
        "are missing. Give it the permission getMetadata."
    )
    return [asked, Finding(True, note), *_notes(settings)]


def _ask_one_word(provider: Asked, api: Api) -> Finding:
    """In a conversation of its own, which goes again."""
    turn = Turn(kind="send", text="Hi", visitor=VISITOR)
    heard: list[RunEvent] = []
    events = provider.run(turn)
    try:
        for event in events:
            heard.append(event)
            if not isinstance(event, RunStarted | RunCompleted | Usage):
                return Finding(True, "It answers.")
    except UpstreamError as error:
        return Finding(False, _words(error, provider.settings))
    finally:
        _leave(events, api, heard)
    return Finding(False, "It takes a question but says nothing: try the agent on its own page.")


def _leave(events: Iterator[RunEvent], api: Api, heard: list[RunEvent]) -> None:
    close = getattr(events, "close", lambda: None)
    close()
    started = [event for event in heard if isinstance(event, RunStarted)]
    if not started or not started[-1].upstream_conversation:
        return
    conversation = started[-1].upstream_conversation
    with contextlib.suppress(UpstreamError):
        if started[-1].upstream_run:
            cancel_run(api, VISITOR, conversation, started[-1].upstream_run)
    with contextlib.suppress(UpstreamError):
        conversations.delete(api, VISITOR, conversation)


def _notes(settings: CozeSettings) -> Iterator[Finding]:
    if settings.api_key.startswith("pat_") and not settings.is_studio:
        yield Finding(
            True,
            "Note: a personal token ends after 30 days at most. For many visitors set up OAuth by "
            "JWT, which also keeps their variables apart.",
        )


def _words(error: UpstreamError, settings: CozeSettings) -> str:
    """What is wrong, what to do, and what the platform said."""
    said = f" ({scrub(error.detail, settings.api_key)})"
    if error.log_id:
        said += f" Their reference: {error.log_id}."
    return _advice(error, settings) + said


def _advice(error: UpstreamError, settings: CozeSettings) -> str:
    code = code_of(error)
    if isinstance(error, TokenRefused):
        return (
            "The platform gives the OAuth app no token. Compare oauth_app_id and oauth_fingerprint "
            "with the app's page, see that oauth_private_key belongs to that fingerprint, that the "
            "app is of type JWT at this region, and that this machine's clock is right."
        )
    if isinstance(error, UpstreamProtocolError):
        return f"{settings.address} is a web server, but not Coze's API. Check base_url."
    if code in NOT_PUBLISHED:
        channel = settings.connector_id or "API"
        return (
            f"The agent is not published to the channel {channel}. Publish it again and tick that "
            "channel (API, and Chat SDK for its greeting), then wait a minute."
        )
    if code in NO_SUCH_AGENT:
        return _no_such(settings)
    if code in _WRONG_TOKEN:
        return (
            "The platform refuses the token: it is wrong, has ended, was deleted, or was made at "
            f"another region than {settings.address}. Make a new one there."
        )
    if code == NO_PERMISSION:
        return _no_permission(settings)
    if code == _STUDIO_PERMISSION:
        return "The token's maker is not the maker of this agent, as Coze Studio asks for."
    return _BY_CLASS.get(error.failure, "The platform's answer makes no sense. Check base_url.")


def _no_such(settings: CozeSettings) -> str:
    if settings.is_flow:
        return (
            f"There is no published chatflow {settings.workflow_id} for this token. Check "
            "workflow_id, publish the app as API, and let the token reach its workspace."
        )
    return (
        f"There is no agent {settings.bot_id} for this token. Check bot_id, and let the token "
        "reach the agent's workspace."
    )


def _no_permission(settings: CozeSettings) -> str:
    return (
        "The token may not do this. Tick the permissions for chat, conversations, messages, files "
        "and metadata, choose the agent's workspace, and see that it was made at "
        f"{settings.address}: tokens of coze.cn are worth nothing at coze.com, nor the other way."
    )
