"""``chatdock doctor`` for an OpenAI-compatible host: asks, and says in plain words what to do."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from widget.domain.errors import (
    Failure,
    UpstreamError,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from widget.domain.events import RunStarted
from widget.providers.base import Finding, Turn

if TYPE_CHECKING:
    from widget.providers.openai.provider import OpenAI

_ADVICE = {
    Failure.AUTH: "The platform refuses api_key. Check that it is whole, not expired, made for "
    "this region and platform, and that its account may use this model.",
    Failure.QUOTA: "The key works, but the account has no money or quota left. Top it up.",
    Failure.NOT_FOUND: "Nothing answers at this address, or the model is unknown. Compare base_url "
    "(does its path end in /v1, /v3 or /v4 as documented?) and model with the platform's pages.",
    Failure.BUSY: "The platform is overloaded or limits this key. Try again in a minute.",
    Failure.CONTENT: "The platform's content filter refused a harmless word. Ask its support.",
    Failure.CONFIG: "The platform does not take the request. Look at model, extra_body, "
    "temperature and max_tokens.",
    Failure.UPSTREAM_DOWN: "The platform has trouble of its own. Try again later.",
}


def check(provider: OpenAI) -> list[Finding]:
    try:
        names = _names(provider.get_models())
    except UpstreamError as error:
        if _may_lack_models(error):
            return [_ask_one_word(provider)]
        return [Finding(is_ok=False, text=_words(error, provider))]
    model = provider.settings.model
    if model in names and provider.settings.api == "chat":
        return [Finding(is_ok=True, text=f"The platform answers and lists the model {model}.")]
    return _check_unlisted(provider, names)


def _check_unlisted(provider: OpenAI, names: list[str]) -> list[Finding]:
    """Some hosts list few models or none, and answer for others: only an answer decides. The same
    for the Responses API, which many hosts do not have."""
    model = provider.settings.model
    finding = _ask_one_word(provider)
    if finding.is_ok or not names or model in names:
        return [finding]
    close = difflib.get_close_matches(model, names, n=3, cutoff=0.5) or names[:10]
    hint = f"The platform does not list the model {model}. It lists {', '.join(close)}."
    return [finding, Finding(is_ok=False, text=hint)]


def _ask_one_word(provider: OpenAI) -> Finding:
    turn = Turn(kind="send", text="Hi", visitor="doctor")
    body = provider.api.request(provider.settings, turn, asks_usage=False).body()
    try:
        _hear(provider, {**body, provider.api.limit: provider.api.least})
    except UpstreamError as error:
        return Finding(is_ok=False, text=_words(error, provider))
    model = provider.settings.model
    return Finding(is_ok=True, text=f"The platform answers with the model {model}.")


def _hear(provider: OpenAI, body: dict[str, Any]) -> None:
    """Reads the first piece of an answer; that is enough. Its beginning alone tells nothing."""
    limit = provider.api.limit
    try:
        with provider.post(body) as response:
            events = (event for batch in provider.read(response) for event in batch)
            next(event for event in events if not isinstance(event, RunStarted))
    except UpstreamRejected as error:
        if limit not in error.detail or limit not in body:
            raise
        _hear(provider, {name: value for name, value in body.items() if name != limit})


def _may_lack_models(error: UpstreamError) -> bool:
    return isinstance(error, UpstreamRejected) and error.status in (403, 404, 405, 501)


def _names(listing: Any) -> list[str]:
    rows = listing.get("data") if isinstance(listing, dict) else listing
    ids = [row.get("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [name for name in ids if isinstance(name, str)]


def _words(error: UpstreamError, provider: OpenAI) -> str:
    """What is wrong, what to do, and what the platform said."""
    base_url = provider.settings.base_url
    if error.failure is Failure.NOT_FOUND and provider.settings.api == "responses":
        advice = (
            f"{base_url} has no Responses API, or does not know the model. "
            'Set api = "chat", or compare base_url and model with the platform\'s pages.'
        )
    elif isinstance(error, UpstreamUnreachable):
        through = "through its proxy " if provider.settings.proxy else ""
        advice = (
            f"This machine does not reach {base_url} {through}- check the address, the name "
            "service, the firewall, and whether the site needs a proxy."
        )
    elif isinstance(error, UpstreamTimeout):
        advice = f"{base_url} accepts connections but does not answer in time."
    else:
        advice = _ADVICE.get(
            error.failure, "The platform's answer makes no sense. Is base_url right?"
        )
    return f"{advice} ({error.detail})"
