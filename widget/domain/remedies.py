"""What helps a visitor when something went wrong: one thing to press for each failure, or nothing
where only waiting or the owner helps. What is said beside it has the same key in the catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from widget.domain.errors import Failure

Remedy = Literal[
    "again",  # the same once more
    "wait",  # the same once more, when the time that was named is over
    "edit",  # other words for the question
    "stop",  # the answer that is being written
    "new",  # another conversation
    "reload",
    "sign_in",  # on the host page, which is asked
]

# Of an answer. Without one: nothing that a visitor does brings a quota back, or mends a setting.
OF_FAILURE: Mapping[Failure, Remedy | None] = {
    Failure.AUTH: None,
    Failure.QUOTA: None,
    Failure.BUSY: "wait",
    Failure.CONFIG: None,
    Failure.CONTENT: "edit",
    Failure.NOT_FOUND: None,
    Failure.TIMEOUT: "again",
    Failure.UPSTREAM_DOWN: "again",
    Failure.UNKNOWN: "again",
}
# Of a refusal, by its code. Without one: the words say what to mend, and what was typed is there.
OF_CODE: Mapping[str, Remedy | None] = {
    "bad_input": None,
    "code_spent": None,
    "conversation_closed": "new",
    "file_refused": None,
    "forbidden": None,
    "identity_ended": "sign_in",
    "method_not_allowed": None,
    "not_found": "new",
    "not_offered": None,
    "rate_limited": "wait",
    "request_settled": None,
    "restarting": "again",
    "run_active": "stop",
    "site_paused": "reload",
    "store_busy": "again",
    "too_large": None,
    "unauthorized": "reload",
    "unknown": "again",
    "user_token_refused": "sign_in",
}
