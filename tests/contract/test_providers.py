"""What every provider of the registry must do, case by case, each at its own platform."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.contract.docks.base import FACTS, Dock
from tests.contract.docks.registered import DOCKS
from tests.leaks import leaks
from tests.providers.openai.kit import Heard, ask, thread
from widget.domain.errors import (
    Failure,
    NotOffered,
    UpstreamBusy,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamTimeout,
)
from widget.domain.events import (
    ReasoningDelta,
    RunCompleted,
    RunStarted,
    Suggestions,
    TextDelta,
    Usage,
)
from widget.providers.base import Turn
from widget.providers.registry import PROVIDERS

ROOT = Path(__file__).parents[2]
REFUSALS = ["unauthorized", "rate_limited", "server_error"]
# The demo has no wire, so nothing can be wrong with one.
WIRE = ["broken_once", "unknown", "split_character", "crlf", "comments", "multi_line"]
WIRED = sorted(set(DOCKS) - {"demo"})
FAILURES = [*REFUSALS, "stall", "death", "broken"]

each_provider = pytest.mark.parametrize("dock", sorted(DOCKS), indirect=True)
each_wired_provider = pytest.mark.parametrize("dock", WIRED, indirect=True)


@pytest.fixture
def dock(request: pytest.FixtureRequest) -> Iterator[Dock]:
    with DOCKS[request.param]() as docked:
        yield docked


def _play(dock: Dock, case: str) -> Heard:
    dock.prepare(case)
    return ask(dock.provider(), dock.questions[case])


def test_every_provider_is_held_to_the_contract() -> None:
    assert {dock.kind for dock in DOCKS.values()} == set(PROVIDERS)
    for name in WIRED:
        assert sorted(DOCKS[name].questions) == sorted(["plain", "gated", *WIRE, *FAILURES])


@each_provider
def test_answer_comes_in_order_and_ends_once(dock: Dock) -> None:
    """The first piece is here before the platform has the second."""
    running = dock.provider().run(Turn("send", dock.questions["gated"], "vis_1"))
    heard = Heard()
    for event in running:
        heard.events.append(event)
        if isinstance(event, TextDelta):
            dock.go_on()

    assert heard.text == dock.answer_of("gated")
    assert isinstance(heard.events[0], RunStarted)
    assert len([e for e in heard.events if isinstance(e, TextDelta)]) > 1
    assert [isinstance(e, RunCompleted) for e in heard.events].index(True) == len(heard.events) - 1


@each_provider
def test_platform_is_told_of_visitor_and_page_where_it_has_a_place_for_it(dock: Dock) -> None:
    """What the owner signed wins over a page that says otherwise."""
    dock.prepare("facts")
    page = {"sku": "A-7", "page_url": "/lamps", "plan": "whatever the page likes"}

    ask(dock.provider(), dock.questions["plain"], page=page, context={"plan": "gold"})

    assert dock.facts() == (None if dock.kind in ("demo", "openai") else FACTS)


@each_provider
def test_only_the_last_usage_is_told(dock: Dock) -> None:
    assert len(_play(dock, "plain").usage) == int(dock.tells_usage)


@each_provider
def test_no_delta_is_empty(dock: Dock) -> None:
    for event in _play(dock, "plain").events:
        assert not isinstance(event, TextDelta | ReasoningDelta) or event.text


@each_provider
def test_second_run_goes_on_with_the_conversation(dock: Dock) -> None:
    provider = dock.provider()
    question = dock.questions["plain"]
    first = ask(provider, question)
    started = [e for e in first.events if isinstance(e, RunStarted)]
    history = thread(question, first.text)

    second = ask(
        provider,
        question,
        history=history,
        upstream_conversation=started[-1].upstream_conversation,
    )

    assert second.error is None
    started += [e for e in second.events if isinstance(e, RunStarted)]
    assert dock.kept_conversation(started, history)


@each_provider
def test_edit_is_answered_where_it_is_offered_and_refused_where_not(dock: Dock) -> None:
    provider = dock.provider()
    question = dock.questions["plain"]
    first = ask(provider, question)
    started = [e for e in first.events if isinstance(e, RunStarted)][-1]
    of_before = {
        "upstream_conversation": started.upstream_conversation,
        "target_message": started.upstream_message,
        "target_run": started.upstream_run,
    }

    if not provider.capabilities().edit:
        with pytest.raises(NotOffered):
            ask(provider, question, kind="edit", **of_before)
        return

    edited = ask(provider, question, kind="edit", **of_before)
    assert (edited.error, edited.text) == (None, first.text)


@each_provider
@pytest.mark.parametrize(
    ("case", "failure"),
    [
        ("unauthorized", Failure.AUTH),
        ("rate_limited", Failure.BUSY),
        ("server_error", Failure.UPSTREAM_DOWN),
    ],
)
def test_refusal_has_its_class(dock: Dock, case: str, failure: Failure) -> None:
    heard = _play(dock, case)

    assert heard.failed.failure is failure
    assert heard.failed.retryable is (failure is not Failure.AUTH)


@each_provider
def test_wait_that_the_platform_asks_for_is_kept(dock: Dock) -> None:
    error = _play(dock, "rate_limited").failed

    assert isinstance(error, UpstreamBusy)
    assert error.retry_after_s == (20 if dock.kind == "demo" else 17)


@each_provider
def test_stall_ends_as_a_timeout(dock: Dock) -> None:
    heard = _play(dock, "stall")

    assert heard.text
    assert isinstance(heard.failed, UpstreamTimeout | UpstreamInterrupted)
    assert heard.failed.retryable


@each_provider
def test_death_in_mid_answer_is_never_a_good_end(dock: Dock) -> None:
    """Either the run is joined and the answer is whole, or it failed with its text kept."""
    heard = _play(dock, "death")

    if heard.error is None:
        assert heard.text == dock.answer_of("death")
    else:
        assert isinstance(heard.error, UpstreamInterrupted)
        assert heard.text


@each_wired_provider
@pytest.mark.parametrize("case", WIRE)
def test_odd_wire_gives_the_whole_answer(dock: Dock, case: str) -> None:
    heard = _play(dock, case)

    assert heard.error is None
    assert heard.text == dock.answer_of(case)
    assert isinstance(heard.events[-1], RunCompleted)


@each_wired_provider
def test_repeated_broken_json_fails_the_run(dock: Dock) -> None:
    assert isinstance(_play(dock, "broken").failed, UpstreamProtocolError)


@each_provider
def test_stop_reaches_the_platform_in_mid_stall(dock: Dock) -> None:
    arguments = [dock.kind, json.dumps(dock.choice.settings), dock.questions["stall"]]

    done = subprocess.run(
        [sys.executable, "-m", "tests.contract.stopping", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["caught"] == ["RunStopped"]
    assert told["is_dead"]
    assert told["took_s"] < 1
    assert dock.was_stopped()


@each_wired_provider
def test_key_is_in_no_error_and_no_log(dock: Dock, capsys: pytest.CaptureFixture[str]) -> None:
    shown = "".join(_told_of(_play(dock, case)) for case in FAILURES)

    shown += "".join(capsys.readouterr()) + repr(dock.provider().settings) + repr(dock.choice)

    assert shown.count("Upstream") >= len(FAILURES)
    assert leaks(shown, dock.secret) == []


@each_wired_provider
@pytest.mark.parametrize("wrap", ["{}", "Bearer {}", "me:{}"])
@pytest.mark.parametrize("form", ["plain", "base64", "url", "json"])
def test_planted_key_is_found(
    dock: Dock, capsys: pytest.CaptureFixture[str], form: str, wrap: str
) -> None:
    secret = dock.secret + "/+\u00e9"
    shapes: dict[str, Callable[[str], str]] = {
        "plain": str,
        "base64": lambda text: base64.b64encode(text.encode()).decode(),
        "url": lambda text: quote(text, safe=""),
        "json": json.dumps,
    }

    sys.stdout.write(shapes[form](wrap.format(secret)))

    assert leaks("".join(capsys.readouterr()), secret) != []


def _told_of(heard: Heard) -> str:
    """All that a log could show of a failure."""
    error = heard.failed if heard.error else UpstreamError("joined: nothing failed")
    return "".join(traceback.format_exception(error)) + repr(error) + str(error.__dict__)


def test_demo_offers_what_to_ask_next() -> None:
    with DOCKS["demo"]() as dock:
        heard = ask(dock.provider(), "How do I return something?")

    assert [type(e) for e in heard.events[-3:]] == [Suggestions, Usage, RunCompleted]
