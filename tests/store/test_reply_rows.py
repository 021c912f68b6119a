"""What a run was given for an answer, as it is kept."""

from __future__ import annotations

import pytest

from widget.domain.inputs import ActionTaken, FormAnswered, Reply, ToolAnswered
from widget.store.replies import decoded, encoded


@pytest.mark.parametrize(
    "reply",
    [
        None,
        FormAnswered("r"),
        FormAnswered("r", "yes", {"a": ("1", "2")}, is_skipped=True),
        ActionTaken("w", "go"),
        ActionTaken("w", "go", {"a": {"b": [1, None]}}, is_quiet=True),
        (ToolAnswered("c", "where"),),
        (ToolAnswered("c", "where", {"a": 1}), ToolAnswered("d", "who", "no", is_error=True)),
    ],
)
def test_a_reply_is_read_as_it_was_written(reply: Reply | None) -> None:
    assert decoded(encoded(reply)) == reply
