"""A conversation on the platform that nobody comes back to."""

from __future__ import annotations

from widget.domain.errors import Failure, UpstreamRejected
from widget.providers.coze.api import Api, Ask
from widget.providers.paths import segment


def delete(api: Api, visitor: str, conversation: str) -> bool:
    """False when the visitor's token knows it no more. A release without this call answers with
    404 as well."""
    try:
        api.call(visitor, Ask("DELETE", f"/v1/conversations/{segment(conversation)}"))
    except UpstreamRejected as error:
        if error.failure is not Failure.NOT_FOUND:
            raise
        return False
    return True
