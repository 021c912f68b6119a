"""Whether the site's key reaches one assistant or all of them.

The platform names no binding, so others are tried: an empty thread is opened and deleted.
"""

from __future__ import annotations

from typing import Any

from widget.domain.errors import UpstreamRejected
from widget.providers.paths import segment
from widget.providers.xpertai.api import Api

VISITOR = "chatdock-doctor"
LISTED = 100
TRIED = 3


def seen(api: Api) -> list[dict[str, Any]]:
    """The assistants that the key may list."""
    asked = {"limit": LISTED, "offset": 0, "metadata": {}}
    found = api.call(None, "POST", "/assistants/search", asked)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def others(rows: list[dict[str, Any]], own: str) -> list[str]:
    """The ids of those that are not the site's own."""
    return [str(row["assistant_id"]) for row in rows if row.get("assistant_id") not in (None, own)]


def reaches(api: Api, assistants: list[str]) -> bool:
    """Whether the key talks to one of these. A few are enough: a key that is bound is refused by
    all, and another one may be refused by some whose organisation or group it does not share."""
    return any(open_thread(api, one) is None for one in assistants[:TRIED])


def open_thread(api: Api, assistant: str) -> UpstreamRejected | None:
    """Opens an empty thread and deletes it; the refusal when the key may not."""
    try:
        made = api.call(VISITOR, "POST", "/threads", {"assistant_id": assistant})
    except UpstreamRejected as error:
        if error.status != 403:
            raise
        return error
    if isinstance(made, dict) and made.get("thread_id"):
        api.call(VISITOR, "DELETE", f"/threads/{segment(made['thread_id'])}")
    return None
