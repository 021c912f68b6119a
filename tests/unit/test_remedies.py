"""For everything that can go wrong: words in every language, and what helps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from widget.domain.errors import RETRYABLE, ChatdockError, Failure, Misconfigured, RunStopped
from widget.domain.remedies import OF_CODE, OF_FAILURE, Remedy
from widget.runs.shown import shown_failure
from widget.web.errors import CODES_OF_STATUS, STATUSES
from widget.web.texts import Texts

ERRORS = "widget.domain.errors"  # other doors have envelopes of their own
UNSAID = {
    RunStopped,
    Misconfigured,
}  # one ends a run, the other the start


def kinds(kind: type[ChatdockError] = ChatdockError) -> Iterator[type[ChatdockError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds(below)


def test_every_failure_of_an_answer_says_what_helps() -> None:
    assert set(OF_FAILURE) == set(Failure)


def test_every_refusal_says_what_helps() -> None:
    codes = {kind.code for kind in kinds() if kind.__module__ == ERRORS and kind not in UNSAID}

    assert set(OF_CODE) == codes | set(STATUSES) | set(CODES_OF_STATUS.values())


def test_what_can_be_tried_again_has_a_button_for_it() -> None:
    again = {failure for failure, remedy in OF_FAILURE.items() if remedy in ("again", "wait")}

    assert again == RETRYABLE


def test_every_failure_refusal_and_remedy_has_words() -> None:
    texts = Texts()
    keys = {f"live.failure.{failure}" for failure in Failure}
    keys |= {f"error.{code}" for code in OF_CODE} - {"error.file_refused"}
    keys |= {f"remedy.{remedy}" for remedy in get_args(Remedy)}

    assert [key for key in sorted(keys) if not texts.has(key)] == []


def test_a_failure_carries_its_remedy() -> None:
    assert {failure: shown_failure(failure).remedy for failure in Failure} == dict(OF_FAILURE)
