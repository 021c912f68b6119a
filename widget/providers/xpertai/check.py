"""What ``chatdock doctor`` says about XpertAI: what the key may see, and what it is bound to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from widget.domain.errors import UpstreamError, UpstreamRejected
from widget.providers.base import Finding
from widget.providers.xpertai.api import PREFIX, Api
from widget.providers.xpertai.assistant import slug_of
from widget.providers.xpertai.settings import XpertAISettings

LISTED = 100
NAMED = 10
VISITOR = "chatdock-doctor"


def check(api: Api, chosen: XpertAISettings) -> list[Finding]:
    """One finding per question, in the order in which they build on each other."""
    try:
        seen = _seen(api)
    except UpstreamRejected as error:
        return [Finding(False, _refused(error, chosen))]
    findings = [_address(api, chosen), _list(seen)]
    assistant = _find(seen, chosen)
    if assistant is None:
        return [*findings, Finding(False, _not_seen(chosen))]
    return [*findings, *_usable(api, assistant, seen, chosen)]


def _seen(api: Api) -> list[dict[str, Any]]:
    asked = {"limit": LISTED, "offset": 0, "metadata": {}}
    found = api.call(None, "POST", "/assistants/search", asked)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


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
    api: Api, assistant: dict[str, Any], seen: list[dict[str, Any]], chosen: XpertAISettings
) -> Iterator[Finding]:
    own = str(assistant.get("assistant_id"))
    try:
        refusal = _open_thread(api, own)
    except UpstreamError as error:
        yield Finding(False, f"No conversation can be opened: {error.detail}.")
        return
    if refusal:
        yield Finding(False, f"The key may not talk to {_name(assistant)}: {refusal.detail}.")
        return
    yield Finding(True, f"A client secret is given, and {_name(assistant)} takes conversations.")
    others = [str(r["assistant_id"]) for r in seen if r.get("assistant_id") not in (None, own)]
    yield _binding(api, others[0] if others else None)


def _binding(api: Api, other: str | None) -> Finding:
    """The platform names no binding, so another assistant is tried."""
    if other is None:
        return Finding(True, "The key reaches this assistant alone, as it should.")
    if _open_thread(api, other):
        return Finding(True, "The key is bound to this assistant, as it should be.")
    return Finding(
        True,
        "Note: the key is a general one and reaches other assistants too. Make a key that is bound "
        "to this assistant; session endpoints refuse this one.",
    )


def _open_thread(api: Api, assistant: str) -> UpstreamRejected | None:
    """Opens an empty thread and deletes it; the refusal when the key may not."""
    try:
        made = api.call(VISITOR, "POST", "/threads", {"assistant_id": assistant})
    except UpstreamRejected as error:
        if error.status != 403:
            raise
        return error
    if isinstance(made, dict) and made.get("thread_id"):
        api.call(VISITOR, "DELETE", f"/threads/{made['thread_id']}")
    return None
