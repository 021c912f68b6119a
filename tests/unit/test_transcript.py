"""Events as the frame reads them, before the journal numbers them."""

from __future__ import annotations

import json

import pytest

from widget.domain.transcript import (
    Append,
    ConversationEvent,
    Graft,
    Patch,
    RunStarted,
    Swap,
    TitleChanged,
    body,
)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (Append(0, "运费"), [0, "运费"]),
        (Graft(1, 2, "<p>a</p>"), [1, 2, "<p>a</p>"]),
        (Swap(3, "<p>b</p>"), [-1, 3, "<p>b</p>"]),
        (TitleChanged("Postage"), {"type": "title", "title": "Postage"}),
        (RunStarted("run_1", "msg_1"), {"type": "run.started", "run": "run_1", "message": "msg_1"}),
    ],
)
def test_event_is_told_as_the_protocol_has_it(
    event: ConversationEvent | Patch, told: object
) -> None:
    assert json.loads(body(event)) == told
