"""What ``chatdock doctor`` says about XpertAI: what the key may see, and what it is bound to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

from widget.domain.errors import Failure, UpstreamError, UpstreamRejected
from widget.domain.events import (
    ClientToolCalled,
    InputRequested,
    ReasoningDelta,
    RunStarted,
    Step,
    TextDelta,
    TextReplaced,
)
from widget.providers.base import Finding, Turn
from widget.providers.paths import segment
from widget.providers.xpertai import binding
from widget.providers.xpertai.api import PREFIX, Api
from widget.providers.xpertai.assistant import slug_of
from widget.providers.xpertai.binding import VISITOR
from widget.providers.xpertai.settings import XpertAISettings
from widget.providers.xpertai.turns import Turns

NAMED = 10
QUESTION = "Hello"
PATIENCE_S = 60.0
HEARD = (TextDelta, TextReplaced, ReasoningDelta, Step, InputRequested, ClientToolCalled)
_WHY = {
    Failure.QUOTA: "the tokens or points of the key's user or organisation are used up, so top up "
    "the account or raise the limit",
    Failure.CONFIG: "it has no model, or one that the account may not use: choose a model in the "
    "assistant and publish it again",
    Failure.AUTH: "the model's provider refuses the platform's own key: check it under the "
    "platform's AI models",
    Failure.BUSY: "the platform or its model limits how much is asked, so try again later",
}


def check(api: Api, turns: Turns, chosen: XpertAISettings) -> list[Finding]:
    """One finding per question, in the order in which they build on each other."""
    try:
        seen = binding.seen(api)
    except UpstreamRejected as error:
        return [Finding(False, _refused(error, chosen))]
    findings = [_address(api, chosen), _list(seen)]
    assistant = _find(seen, chosen)
    if assistant is None:
        return [*findings, Finding(False, _not_seen(chosen))]
    return [*findings, *_usable(api, turns, assistant, seen)]


def _refused(error: UpstreamRejected, chosen: XpertAISettings) -> str:
    if error.status == 401 and chosen.principal_user_id:
        return (
            "The platform refuses the key together with principal_user_id: the key is wrong or has "
            f"expired, or {chosen.principal_user_id} is no user of its tenant."
        )
    if error.status == 401:
        return "The platform refuses the key: it is wrong, has expired, or was deleted."
    if error.status == 403 and not chosen.organization_id:
        return "The key may not list assistants without an organisation: set organization_id."
    if error.status == 403:
        return f"The key may not list the assistants of organisation {chosen.organization_id}."
    if error.status in (404, 405):
        return (
            f"{chosen.base_url} is a web server, but not this API there: the address ends in "
            f"{PREFIX}, as https://api.xpertai.cn{PREFIX} does."
        )
    return f"The platform answered {error.status} when asked for its assistants ({error.detail})."


def _address(api: Api, chosen: XpertAISettings) -> Finding:
    if api.base == chosen.base_url.strip().rstrip("/"):
        return Finding(True, f"{api.base} answers and takes the key.")
    return Finding(True, f"{api.base} answers and takes the key; note: set it as base_url.")


def _list(seen: list[dict[str, Any]]) -> Finding:
    names = ", ".join(f"{_name(row)} ({row.get('assistant_id')})" for row in seen[:NAMED])
    more = f" and {len(seen) - NAMED} more" if len(seen) > NAMED else ""
    return Finding(True, f"The key sees {len(seen)} assistant(s): {names or 'none'}{more}.")


def _name(row: dict[str, Any]) -> str:
    metadata = row.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else None
    return str(title or row.get("name") or slug_of(row) or "unnamed")


def _find(seen: list[dict[str, Any]], chosen: XpertAISettings) -> dict[str, Any] | None:
    wanted, slug = chosen.assistant_id.strip(), chosen.slug.strip()
    for row in seen:
        if row.get("assistant_id") == wanted if wanted else slug_of(row) == slug:
            return row
    return None


def _not_seen(chosen: XpertAISettings) -> str:
    wanted = chosen.assistant_id or f"with slug {chosen.slug}"
    return (
        f"The assistant {wanted} is not among them: publish it, check the id, let the key's user "
        "see it, or set organization_id to the organisation that it belongs to."
    )


def _usable(
    api: Api, turns: Turns, assistant: dict[str, Any], seen: list[dict[str, Any]]
) -> Iterator[Finding]:
    own = str(assistant.get("assistant_id"))
    try:
        refusal = binding.open_thread(api, own)
    except UpstreamError as error:
        yield Finding(False, f"No conversation can be opened: {error.detail}.")
        return
    if refusal:
        yield Finding(False, f"The key may not talk to {_name(assistant)}: {refusal.detail}.")
        return
    yield Finding(True, f"A client secret is given, and {_name(assistant)} takes conversations.")
    yield _answers(api, turns, _name(assistant))
    yield _bound(api, binding.others(seen, own))


def _answers(api: Api, turns: Turns, name: str) -> Finding:
    """Asks it something, and takes the first word for an answer."""
    thread = run = None
    began_at = time.monotonic()
    try:
        with closing(turns.ask(Turn("send", QUESTION, VISITOR))) as events:
            for event in events:
                if isinstance(event, RunStarted):
                    thread, run = event.upstream_conversation, event.upstream_run
                    if time.monotonic() - began_at > PATIENCE_S:
                        return Finding(False, f"{name} has said nothing for {PATIENCE_S:.0f} s.")
                elif isinstance(event, HEARD):
                    return Finding(True, f"{name} answers.")
    except UpstreamError as error:
        return Finding(False, f"{name} does not answer: {_why(error)} ({error.detail}).")
    finally:
        _tidy_up(api, thread, run)
    return Finding(False, f"{name} ends without a word.")


def _why(error: UpstreamError) -> str:
    return _WHY.get(error.failure, "its run failed; try the assistant in the platform's own page")


def _tidy_up(api: Api, thread: str | None, run: str | None) -> None:
    path = f"/threads/{segment(thread or '')}"
    steps = [("POST", f"{path}/runs/{segment(run)}/cancel")] if run else []
    steps += [("DELETE", path)] if thread else []
    for method, path in steps:
        with suppress(UpstreamError):
            api.call(VISITOR, method, path)


def _bound(api: Api, others: list[str]) -> Finding:
    if not others:
        return Finding(True, "The key reaches this assistant alone, as it should.")
    if not binding.reaches(api, others):
        return Finding(True, "The key is bound to this assistant, as it should be.")
    return Finding(
        True,
        "Note: the key is a general one and reaches other assistants too. Make a key that is bound "
        "to this assistant; session endpoints refuse this one.",
    )
