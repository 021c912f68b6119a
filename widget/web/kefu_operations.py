"""The kefu calls as ``/openapi.json`` tells of them: each with and without the site in its path."""

from __future__ import annotations

from typing import Any

from widget.web.kefu_shapes import (
    ChatAnswered,
    ChatAsked,
    ConversationAnswered,
    ConversationAsked,
    HistoryAnswered,
    HistoryAsked,
    Refused,
)
from widget.web.operations import Answer, Operation

TAG = "Mini-programs (kefu)"
PREFIXES = {"": "/api/kefu", "OfSite": "/sites/{site}/api/kefu"}
HEADERS = {
    "X-Chatdock-User": (
        "The user token, for clients whose `Authorization` is another server's. Without one,"
        " `user_id` counts where the site's `apis.kefu.anonymous` is on."
    )
}
MEANS = {
    400: "The body cannot be used; the message names the field. Or several sites could be meant.",
    401: "Neither a good user token nor a user_id that counts here.",
    403: "The site is paused, or the page is not on its list of origins.",
    404: "No such conversation, somebody else's, or one that was idle for too long; or no site.",
    409: "An answer is being written in this conversation, or the platform has closed it.",
    413: "The body is too large.",
    429: "Too many; again after the seconds in `Retry-After`.",
    500: "A fault of ours.",
    502: "The platform failed, or gave an empty answer.",
    503: "Switched off, restarting, or the platform is busy.",
    504: "The answer takes longer; `data` says where it will be found.",
}
ALWAYS = (400, 401, 403, 404, 413, 429, 500, 503)


def _operations(prefix: str, suffix: str) -> tuple[Operation, ...]:
    return (
        Operation(
            id=f"kefuChat{suffix}",
            method="post",
            path=f"{prefix}/chat",
            tag=TAG,
            summary="Asks, and gives the answer whole, or with stream as an event stream.",
            answers={
                200: Answer("The answer.", ChatAnswered, streams=True),
                **_refusals(*ALWAYS, 409, 502, 504),
            },
            body=ChatAsked,
            **_common(),
        ),
        Operation(
            id=f"kefuGetHistory{suffix}",
            method="post",
            path=f"{prefix}/getHistory",
            tag=TAG,
            summary="A page of what was said in a conversation, the oldest first.",
            answers={200: Answer("The page.", HistoryAnswered), **_refusals(*ALWAYS)},
            body=HistoryAsked,
            **_common(),
        ),
        Operation(
            id=f"kefuCreateConversation{suffix}",
            method="post",
            path=f"{prefix}/createConversation",
            tag=TAG,
            summary="Begins an empty conversation.",
            answers={200: Answer("The conversation.", ConversationAnswered), **_refusals(*ALWAYS)},
            body=ConversationAsked,
            needs_body=False,
            **_common(),
        ),
    )


def _common() -> dict[str, Any]:
    return {"is_form": True, "credentials": ("user_token",), "headers": HEADERS}


def _refusals(*statuses: int) -> dict[int, Answer]:
    return {status: Answer(MEANS[status], Refused) for status in sorted(statuses)}


OPERATIONS = tuple(
    one for suffix, prefix in PREFIXES.items() for one in _operations(prefix, suffix)
)
