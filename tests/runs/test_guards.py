"""The last guards: what is cleaned, cut out of logs, and shown of broken texts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from tests.runs.stage import KEY, Gate, Stage, answer, make_site, until
from tests.security.leaks import shapes
from widget.domain.errors import Failure, UpstreamUnreachable
from widget.domain.events import RunEvent
from widget.providers.base import Capabilities, Turn
from widget.runs.clean import clean, clean_tree
from widget.runs.redact import redacted
from widget.runs.shown import shown_failure, web_address


def test_clean_leaves_good_text_alone() -> None:
    assert clean("运费 👍🏽 \n\t a") == "运费 👍🏽 \n\t a"


def test_clean_mends_halves_of_characters() -> None:
    assert clean("\ud83d\ude00 \ud83d") == "😀 \ufffd"


def test_clean_reaches_every_text_of_a_tree() -> None:
    tree = {"a\0": ["\ud83d", 1, None, {"b": "c\0"}]}

    assert clean_tree(tree) == {"a": ["\ufffd", 1, None, {"b": "c"}]}


@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": KEY},
        {"Authorization_Token": KEY},
        {"extra": {"headers": {"x-secret": KEY}}},
        {"keys": [KEY, "another"]},
        {"proxy": KEY},
        {"headers": {"Authorization": KEY}},
        {"headers": {"Authorization": f"Basic {KEY}"}},
    ],
)
def test_secrets_are_cut_out_wherever_they_are_configured(settings: dict[str, object]) -> None:
    site = make_site()
    site.provider.settings.clear()
    site.provider.settings.update(settings)

    assert redacted(f"asked with {KEY}.", site) == "asked with …."


def test_secrets_are_cut_out_however_they_are_written() -> None:
    site = make_site()
    site.provider.settings["api_key"] = key = 'sk/Zm9v+"bar=-4f9c21'

    left = {name: redacted(f"<{one}>", site) for name, one in shapes(key).items()}

    assert set(left.values()) == {"<…>"}


def test_password_in_an_address_is_cut_out() -> None:
    site = make_site()
    site.provider.settings["base_url"] = "https://me:long-password@models.example/v1"

    assert redacted("me:long-password was refused", site) == "me:… was refused"


def test_words_that_are_no_secrets_stay() -> None:
    site = make_site()
    site.provider.settings["model"] = "a-model-of-some-length"

    assert redacted("a-model-of-some-length", site) == "a-model-of-some-length"
    assert redacted("anything", None) == "anything"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x", True),
        ("HTTP://a.example", True),
        ("", False),
        ("javascript:alert(1)", False),
        (" https://a.example", False),
        ("file:///etc/passwd", False),
        ("//a.example", False),
    ],
)
def test_only_web_addresses_become_links(url: str, kept: bool) -> None:
    assert web_address(url) == (url if kept else None)


def test_a_wait_is_rounded_up_to_whole_seconds() -> None:
    assert shown_failure(Failure.BUSY, 0.2).retry_after_s == 1
    assert shown_failure(Failure.BUSY).retry_after_s is None


def test_a_provider_whose_offers_cannot_be_read_ends_the_run_all_the_same(stage: Stage) -> None:
    def refuse() -> Capabilities:
        raise ValueError("a bug")

    def script(turn: Turn) -> list[RunEvent]:
        raise UpstreamUnreachable("down")

    stage.provider.capabilities = refuse  # type: ignore[method-assign]
    stage.provider.script = script
    with capture_logs() as logs:
        assert stage.engine.capabilities(stage.site) == Capabilities()
        stage.ask()
        stage.engine.drain(0)

    assert stage.shown_answer().state == "failed"
    assert {"provider could not be made", "run failed"} == {entry["event"] for entry in logs}


def test_a_follow_up_that_the_platform_refuses_stays_stored(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> list[RunEvent]:
        if turn.kind == "follow_up":
            raise UpstreamUnreachable(f"with {KEY}")
        gate.wait()
        return answer("Late.")

    stage.provider.offers = Capabilities(follow_up="queue")
    stage.provider.script = script
    first = stage.send("One")
    gate.reached()
    with capture_logs() as logs:
        second = stage.send("Two", conversation=first.conversation)
        until(lambda: logs)
    gate.open()
    stage.settle()

    assert logs[0]["detail"] == "UpstreamUnreachable: with …"
    assert second.message in [message.id for message in stage.shown().messages]


STUMBLED = {
    "a checkpoint failed",
    "old deliveries could not be thrown away",
    "old files could not be removed",
    "the search for deliveries to webhooks stumbled",
    "the search for ownerless runs stumbled",
    "the watch over runs stumbled",
}


def test_the_keepers_survive_a_store_that_is_away(stage: Stage) -> None:
    """Each stumbles, says so, and goes on."""
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        gate.wait()
        yield from answer("Late.")

    class Away:
        def __getattr__(self, name: str) -> object:
            raise OSError("the disk is gone")

    stage.provider.script = script
    stage.send()
    gate.reached()
    store, stage.engine.store = stage.engine.store, Away()  # type: ignore[assignment]
    stage.engine.sites = Away()  # type: ignore[assignment]
    with capture_logs() as logs:
        stage.engine.start()
        until(lambda: {entry["event"] for entry in logs} == STUMBLED)
    stage.engine.store = store
    stage.forget_sites()
    gate.open()
    stage.settle()

    assert stage.shown_answer().state == "done"
