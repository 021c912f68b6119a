"""No key and no token in what any scenario tells: events, errors, their causes, logs."""

from __future__ import annotations

import traceback

import pytest

from tests.fakes.coze.door import PERSONAL_KEY, key_pair
from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import SCENARIOS
from tests.leaks import leaks
from tests.providers.coze.kit import SHORT, ask, docked
from tests.providers.openai.kit import Heard

ODD = ("refused:4015", "failed:4028", "error:5000", "text:4013", "wrapped:103000001")


def told(heard: Heard) -> str:
    shown = repr(heard.events)
    if heard.error:
        shown += "".join(traceback.format_exception(heard.error)) + str(heard.error.__dict__)
    return shown


@pytest.mark.parametrize("way", ["settings", "oauth", "flow"])
def test_no_scenario_tells_a_key(
    platform: Platform, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    platform.gate("go").set()
    with docked(platform, getattr(platform, way)(), patience=SHORT) as provider:
        shown = "".join(told(ask(provider, question)) for question in (*SCENARIOS, *ODD))

    shown += "".join(capsys.readouterr())
    secrets = [PERSONAL_KEY, key_pair()[0], key_pair()[0].split("\n")[1], *platform.door.tokens]
    assert [found for secret in secrets for found in leaks(shown, secret)] == []
    assert shown.count("RunStarted") > len(SCENARIOS)
    assert "eyJ" not in shown


def test_planted_token_is_found(platform: Platform) -> None:
    """The scenarios do quote by what they were asked."""
    with docked(platform) as provider:
        ask(provider, "error in words")

    assert platform.only_run().key == PERSONAL_KEY
