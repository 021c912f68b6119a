"""A thread on the platform that nobody comes back to."""

from __future__ import annotations

from widget.domain.errors import UpstreamRejected
from widget.providers.paths import segment
from widget.providers.xpertai.api import Api
from widget.providers.xpertai.stored import find_conversation


def delete(api: Api, visitor: str, thread: str) -> bool:
    """With its runs and its conversation; False when the platform has it no more. Builds tell a
    thread that is not there by 404 or by 500, which may be any trouble: so it is looked for."""
    try:
        api.call(visitor, "DELETE", f"/threads/{segment(thread)}")
    except UpstreamRejected as error:
        if error.status not in (404, 500):
            raise
        if error.status == 500 and find_conversation(api, visitor, thread).id is not None:
            raise
        return False
    return True
