"""What is asked about a thread beside its answers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from widget.domain.errors import UpstreamError, UpstreamRejected
from widget.providers.base import Turn
from widget.providers.chatkit import requests
from widget.providers.chatkit.api import Api, Request
from widget.providers.chatkit.images import Domains, domains_of
from widget.providers.chatkit.shapes import fields_of, objects
from widget.providers.sse import batches

# A model may call the page again when it hears that the first call came to nothing.
MOST_CALLS = 3
# The reference library lets exceptions through, which web frameworks answer with 500.
_MISSING = (400, 404, 410, 500)


def is_gone(api: Api, turn: Turn, thread: str) -> bool:
    """Whether the server knows this thread no more. A stream for a missing one just breaks off, as
    any trouble may break one off; so the thread is asked for, and then the server itself."""
    try:
        api.ask(requests.about(turn, "threads.get_by_id", thread_id=thread))
    except UpstreamRejected as error:
        return error.status in _MISSING and (error.status in (404, 410) or _is_well(api, turn))
    except UpstreamError:
        return False
    return False


def delete(api: Api, turn: Turn, thread: str) -> bool:
    """False when the server knows it no more: some say so, others delete nothing with ``{}``."""
    try:
        api.ask(requests.about(turn, "threads.delete", thread_id=thread))
    except UpstreamRejected as error:
        if error.status not in _MISSING or not is_gone(api, turn, thread):
            raise
        return False
    return True


def clear_away(api: Api, turn: Turn, thread: str | None) -> None:
    """A thread that nobody has seen; a leftover does no harm."""
    if not thread:
        return
    with suppress(UpstreamError):
        delete(api, turn, thread)


def close_calls(api: Api, turn: Turn, thread: str) -> None:
    """Ends the calls into the host page that the visitor's next message finds still open: the
    server itself forgets none of them, and a model refuses a thread that holds one.

    The words that the model answers with are read to their end and dropped: a connection closed
    before would be noted as the visitor's wish to stop, behind the new question.
    """
    with suppress(UpstreamError):
        for _ in range(MOST_CALLS):
            if not _has_open_call(api, turn, thread):
                return
            output = requests.tool_output(turn, thread, requests.UNANSWERED)
            with api.stream(output) as body:
                for _records in batches(body):
                    pass


def domains(api: Api, request: Request, thread: str | None) -> Domains:
    """The hosts whose pictures this thread may show."""
    if not thread:
        return None
    params: dict[str, Any] = {"thread_id": thread}
    try:
        known = api.ask(Request("threads.get_by_id", params, request.visitor, request.locale))
    except UpstreamError:
        return None
    return domains_of(fields_of(known))


def _is_well(api: Api, turn: Turn) -> bool:
    try:
        listed = api.ask(requests.about(turn, "threads.list", limit=1))
    except UpstreamError:
        return False
    return isinstance(fields_of(listed).get("data"), list)


def _has_open_call(api: Api, turn: Turn, thread: str) -> bool:
    listed = api.ask(requests.about(turn, "items.list", thread_id=thread, limit=1, order="desc"))
    newest = objects(fields_of(listed).get("data"))[:1]
    return any(
        item.get("type") == "client_tool_call" and item.get("status") == "pending"
        for item in newest
    )
