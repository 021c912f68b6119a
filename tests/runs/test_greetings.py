from __future__ import annotations

import msgspec
import pytest
from structlog.testing import capture_logs

from tests.runs.stage import KEY, Gate, Scripted, Stage, until
from widget.domain.errors import UpstreamUnreachable
from widget.providers.base import Opening
from widget.runs import greeting, opening
from widget.runs.greeting import FRESH_AFTER_FAILURE_S, FRESH_S, Greetings

THEIRS = Opening("Welcome!", ("What is new?",))


class Asked:
    """A platform's opening that counts how often it was asked."""

    def __init__(self) -> None:
        self.count = 0
        self.now = 0.0

    def __call__(self) -> Opening:
        self.count += 1
        return THEIRS

    def clock(self) -> float:
        return self.now


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def greetings(asked: Asked) -> Greetings:
    provider = Scripted()
    provider.greets = asked
    return Greetings(lambda site: provider, clock=asked.clock)


def with_own(stage: Stage, **words: object) -> None:
    stage.save_site(options=msgspec.structs.replace(stage.site.options, **words))


def test_the_platforms_words_open_where_the_site_has_none(stage: Stage) -> None:
    stage.provider.greets = lambda: THEIRS

    assert opening.greeting(stage.engine, stage.site) == THEIRS


def test_the_sites_own_words_win_each_for_itself(stage: Stage) -> None:
    stage.provider.greets = lambda: THEIRS
    with_own(stage, greeting="Hello!")

    assert opening.greeting(stage.engine, stage.site) == Opening("Hello!", ("What is new?",))


def test_a_site_with_words_of_its_own_asks_nobody(
    stage: Stage, greetings: Greetings, asked: Asked
) -> None:
    with_own(stage, greeting="Hello!", starters=("Why?",))

    assert greetings.of(stage.site) == Opening("Hello!", ("Why?",))
    assert asked.count == 0


def test_the_platform_is_asked_rarely(stage: Stage, greetings: Greetings, asked: Asked) -> None:
    for _ in range(3):
        greetings.of(stage.site)
    often = asked.count
    asked.now += FRESH_S + 1
    greetings.of(stage.site)

    assert (often, asked.count) == (1, 2)


def test_a_changed_site_is_asked_again(stage: Stage, greetings: Greetings, asked: Asked) -> None:
    greetings.of(stage.site)
    stage.save_site(name="Acme II")

    greetings.of(stage.site)

    assert asked.count == 2


def test_a_slow_platform_keeps_no_page_waiting(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()

    def slow() -> Opening:
        gate.wait()
        return THEIRS

    monkeypatch.setattr(greeting, "PATIENCE_S", 0.01)
    stage.provider.greets = slow

    first = opening.greeting(stage.engine, stage.site)
    gate.open()

    assert first == Opening()
    until(lambda: opening.greeting(stage.engine, stage.site) == THEIRS)


def test_a_platform_without_an_answer_is_left_alone_for_a_while(
    stage: Stage, greetings: Greetings, asked: Asked
) -> None:
    def refuse() -> Opening:
        asked.count += 1
        raise UpstreamUnreachable(f"with {KEY}")

    provider = Scripted()
    provider.greets = refuse
    greetings = Greetings(lambda site: provider, clock=asked.clock)
    with capture_logs() as logs:
        assert greetings.of(stage.site) == greetings.of(stage.site) == Opening()
        asked.now += FRESH_AFTER_FAILURE_S + 1
        greetings.of(stage.site)

    assert asked.count == 2
    assert [entry["detail"] for entry in logs] == ["UpstreamUnreachable: with …"] * 2
