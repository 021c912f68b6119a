"""Which credential goes where, how long it lives, and what scopes a request to XpertAI."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from tests.fakes.xpertai.door import PRINCIPAL
from tests.fakes.xpertai.platform import (
    ASSISTANT,
    DEDICATED_KEY,
    FOREIGN_KEY,
    GENERAL_KEY,
    ORGANIZATION,
)
from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.fakes.xpertai.stage import ANSWER
from tests.providers.xpertai.kit import docked, fails, only, play, ref_of, text_of, turn
from widget.domain.errors import BadInput, Failure, UpstreamProtocolError, UpstreamRejected
from widget.domain.events import RunCompleted
from widget.providers.base import Opening, Secret
from widget.providers.registry import parse_settings
from widget.providers.xpertai.provider import XpertAI
from widget.providers.xpertai.secrets import VISITORS, ClientSecrets, Minted


@pytest.fixture(params=["early", "aug", "late"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with Platform(dialect=request.param, keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_key_mints_and_the_secret_does_all_the_rest(platform: Platform, provider: XpertAI) -> None:
    events = play(provider, "plain")
    ref = ref_of(events)
    list(provider.join(ref))
    provider.cancel(ref)
    provider.give_feedback(
        ref, only(events, RunCompleted)[0].upstream_message, verdict="like", detail=""
    )

    (secret,) = platform.state.secrets
    for asked in platform.requests:
        is_mint = asked.path.endswith("/v1/chatkit/sessions")
        assert asked.headers.get("x-api-key") == (GENERAL_KEY if is_mint else None)
        assert asked.headers.get("authorization") == (None if is_mint else f"Bearer {secret}")
    assert len(platform.requests) > 8


def test_session_asks_for_whole_seconds_and_its_assistant(
    platform: Platform, provider: XpertAI
) -> None:
    play(provider, "plain")

    (asked,) = platform.asked("POST", "/sessions")
    assert asked.json == {"expires_after": 600, "assistant": {"id": ASSISTANT}}


def test_session_is_asked_for_again_where_the_assistant_is_refused() -> None:
    with Platform(dialect="late", refuses_assistant_in_session=True) as platform:
        with docked(platform) as provider:
            play(provider, "plain")
            play(provider, "plain", visitor="vis_2")

        bodies = [asked.json for asked in platform.asked("POST", "/sessions")]
        assert ["assistant" in body for body in bodies] == [True, False, False]


def test_secret_is_each_visitors_own_and_kept(platform: Platform, provider: XpertAI) -> None:
    for visitor in ("vis_1", "vis_2", "vis_1", "vis_2"):
        play(provider, "plain", visitor=visitor)

    used = platform.credentials("POST", "/runs/stream")
    assert used[0] != used[1]
    assert used[:2] == used[2:]
    assert len(platform.state.secrets) == 2


def test_secret_is_minted_once_for_callers_at_the_same_time(
    platform: Platform, provider: XpertAI
) -> None:
    platform.minting.clear()
    answers: list[str] = []
    callers = [
        threading.Thread(target=lambda: answers.append(text_of(play(provider, "plain"))))
        for _ in range(8)
    ]
    for caller in callers:
        caller.start()
    platform.upstream.wait_for_requests(1)
    platform.minting.set()
    for caller in callers:
        caller.join(10)

    assert answers == [ANSWER] * 8
    assert len(platform.asked("POST", "/sessions")) == 1


def test_secret_is_renewed_at_four_fifths_of_its_life(platform: Platform) -> None:
    platform.behaviour.secret_life_s = 100
    clock = Clock()
    with docked(platform, clock=clock) as provider:
        for moment in (0, 79.9, 80.1, 159, 161):
            clock.now = 1000.0 + moment
            play(provider, "plain")

    assert len(platform.asked("POST", "/sessions")) == 3


def test_secret_that_ends_in_mid_life_is_replaced_once(
    platform: Platform, provider: XpertAI
) -> None:
    thread = play(provider, "plain")[0].upstream_conversation  # type: ignore[union-attr]
    platform.expire_secrets()

    events = play(provider, "plain", upstream_conversation=thread)

    assert text_of(events) == ANSWER
    assert len(platform.asked("POST", "/sessions")) == 2
    assert len(platform.state.runs) == 2


def test_second_401_is_not_tried_a_third_time(platform: Platform, provider: XpertAI) -> None:
    thread = play(provider, "plain")[0].upstream_conversation  # type: ignore[union-attr]
    for _ in range(3):
        platform.answer_next("/runs/stream", 401, '{"message":"Unauthorized"}')

    _, error = fails(provider.run(turn("plain", upstream_conversation=thread)))

    assert error.failure is Failure.AUTH
    assert len(platform.asked("POST", "/runs/stream")) == 3
    assert len(platform.asked("POST", "/sessions")) == 2


def test_secret_that_ends_does_not_cut_a_running_stream(
    platform: Platform, provider: XpertAI
) -> None:
    running = provider.run(turn("gated"))
    before = [next(running), next(running)]
    platform.expire_secrets()
    platform.gate("go").set()

    assert text_of([*before, *running]) == "Half whole"


def test_wrong_key_is_an_auth_failure_without_the_key(platform: Platform) -> None:
    with docked(platform, api_key="sk-x-wrong-key") as provider:
        _, error = fails(provider.run(turn("plain")))

    assert error.failure is Failure.AUTH
    assert "sk-x" not in f"{error!r} {error.detail}"
    assert len(platform.asked("POST", "/sessions")) == 1


def test_neither_key_nor_secret_is_in_any_event_error_or_log(
    platform: Platform, provider: XpertAI, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = "the log is read: planted-secret"
    logging.getLogger("test").info(planted)
    told = [repr(play(provider, "plain"))]
    (secret,) = platform.state.secrets
    for path_end in ("/threads", "/runs/stream", "/sessions"):
        body = f"refused: {GENERAL_KEY} {secret} Bearer {secret}"
        platform.answer_next(path_end, 400, body)
        platform.answer_next(path_end, 400, body)
        events, error = fails(provider.run(turn("plain", visitor=f"of {path_end}")))
        told += [repr(events), repr(error), str(error), error.detail, repr(error.__dict__)]
        told += [repr(error.__cause__), repr(error.__context__)]
        platform.canned.clear()
    told += [record.getMessage() for record in caplog.records]

    assert planted in told
    assert "refused: …" in " ".join(told)
    assert [words for words in told if GENERAL_KEY in words or secret in words] == []
    assert GENERAL_KEY not in repr(provider.settings)


def test_key_of_any_shape_is_taken_out_of_errors(platform: Platform) -> None:
    platform.keys["plain-word"] = None
    with docked(platform, api_key="plain-word") as provider:
        platform.answer_next("/sessions", 403, '{"message":"plain-word may not"}')

        _, error = fails(provider.run(turn("plain")))

        _, in_stream = fails(provider.run(turn("repeats a word")))

    assert "… may not" in error.detail
    assert "… is no key" in in_stream.detail


def test_organization_and_principal_go_with_every_request(platform: Platform) -> None:
    platform.behaviour.needs_organization = True
    with docked(
        platform,
        organization_id=ORGANIZATION,
        principal_user_id=PRINCIPAL,
        assistant_id="",
        slug="shop",
    ) as provider:
        events = play(provider, "plain")
        list(provider.join(ref_of(events)))
        provider.cancel(ref_of(events))

    (secret,) = platform.state.secrets.values()
    assert (secret.organization, secret.principal) == (ORGANIZATION, PRINCIPAL)
    scopes = {
        (asked.headers.get("organization-id"), asked.headers.get("x-principal-user-id"))
        for asked in platform.requests
    }
    assert scopes == {(ORGANIZATION, PRINCIPAL)}


def test_scope_headers_stay_away_when_not_set(platform: Platform, provider: XpertAI) -> None:
    play(provider, "plain")

    for asked in platform.requests:
        assert "organization-id" not in asked.headers
        assert "x-principal-user-id" not in asked.headers


def test_slug_is_looked_up_once_and_again_after_a_while(platform: Platform) -> None:
    clock = Clock()
    with docked(platform, assistant_id="", slug="shop", clock=clock) as provider:
        play(provider, "plain")
        play(provider, "plain", visitor="vis_2")
        assert len(platform.asked("POST", "/assistants/search")) == 1
        clock.now += 301
        assert text_of(play(provider, "plain")) == ANSWER

    assert len(platform.asked("POST", "/assistants/search")) == 2
    assert {a.json["assistant_id"] for a in platform.asked("POST", "/runs/stream")} == {ASSISTANT}


def test_newest_version_behind_a_slug_is_taken(platform: Platform) -> None:
    old = {**platform.state.assistants[0], "assistant_id": "old", "version": 1}
    platform.state.assistants.insert(0, old)
    with docked(platform, assistant_id="", slug="shop") as provider:
        play(provider, "plain")

    assert {a.json["assistant_id"] for a in platform.asked("POST", "/runs/stream")} == {ASSISTANT}


def test_unknown_slug_says_what_to_look_at(platform: Platform) -> None:
    with docked(platform, assistant_id="", slug="nobody") as provider:
        _, error = fails(provider.run(turn("plain")))

    assert isinstance(error, UpstreamRejected)
    assert error.failure is Failure.NOT_FOUND
    assert "no assistant with slug 'nobody'; is it published" in error.detail


def test_key_of_another_assistant_is_an_auth_failure(platform: Platform) -> None:
    with docked(platform, api_key=FOREIGN_KEY) as provider:
        _, error = fails(provider.run(turn("plain")))

    assert error.failure is Failure.AUTH


def test_base_url_may_lack_the_path_of_the_api(platform: Platform) -> None:
    with docked(platform, base_url=platform.upstream.url + "/") as provider:
        events = play(provider, "plain")

    assert text_of(events) == ANSWER
    assert all(asked.path.startswith("/api/ai/") for asked in platform.requests)


@pytest.mark.parametrize(("prefix", "pasted"), [("", ""), ("/proxied", "/proxied")])
def test_base_url_of_ones_own_proxy_is_found(prefix: str, pasted: str) -> None:
    with Platform(prefix=prefix) as platform:
        with docked(platform, base_url=platform.upstream.url + pasted) as provider:
            events = play(provider, "plain")

        assert text_of(events) == ANSWER
        missed = [asked for asked in platform.requests if "/api/ai" in asked.path]
        assert len(missed) <= 1


def test_web_page_in_place_of_the_api_is_named(platform: Platform, provider: XpertAI) -> None:
    platform.answer_next("/sessions", 200, "<html>Welcome</html>", Content_Type="text/html")

    _, error = fails(provider.run(turn("plain")))

    assert type(error) is UpstreamProtocolError
    assert "base_url" in error.detail


def test_session_without_a_secret_is_a_protocol_error(
    platform: Platform, provider: XpertAI
) -> None:
    platform.answer_next("/sessions", 201, "{}", Content_Type="application/json")

    _, error = fails(provider.run(turn("plain")))

    assert type(error) is UpstreamProtocolError


def test_opening_is_the_assistants_own(platform: Platform, provider: XpertAI) -> None:
    first = provider.opening()

    assert first == Opening("您好, 我是小店助手。", ("运费?", "How do I return it?"))
    assert provider.opening() == first
    assert len(platform.asked("GET", f"/assistants/{ASSISTANT}")) == 1
    assert platform.requests[0].headers["x-api-key"] == GENERAL_KEY


def test_opening_that_is_switched_off_is_empty(platform: Platform) -> None:
    with docked(platform, assistant_id="", slug="other") as provider:
        assert provider.opening() == Opening()


@pytest.mark.parametrize("broken", [None, [], {"features": None}, {"features": {"opener": "hi"}}])
def test_opening_of_a_shape_that_we_do_not_know_is_empty(
    platform: Platform, provider: XpertAI, broken: object
) -> None:
    platform.state.assistants[0]["config"] = broken

    assert provider.opening() == Opening()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"assistant_id": ""}, "assistant_id: give the assistant's id, or its slug as slug"),
        ({"api_key": " "}, "api_key: is empty"),
        ({"api_key": "sk-x-…"}, "api_key: holds characters that no key has"),
        ({"organization_id": "a\nb"}, "organization_id: holds characters"),
        ({"base_url": "api.xpertai.cn"}, "base_url: write the whole address"),
    ],
)
def test_settings_name_what_is_wrong(settings: dict[str, str], sentence: str) -> None:
    whole = {"api_key": DEDICATED_KEY, "assistant_id": ASSISTANT, **settings}

    with pytest.raises(BadInput, match=f"provider.{sentence}"):
        parse_settings("xpertai", whole)


def test_secrets_of_visitors_long_gone_are_forgotten() -> None:
    minted = iter(range(100_000))
    secrets = ClientSecrets(lambda: Minted(Secret(f"s{next(minted)}"), 600.0), lambda: 0.0)

    first = secrets.get("first")
    for number in range(VISITORS):
        secrets.get(f"visitor {number}")

    assert secrets.get("first") != first
    assert secrets.get(f"visitor {VISITORS - 1}") == f"s{VISITORS}"


def test_refused_secret_that_another_caller_replaced_is_left_alone() -> None:
    minted = iter("ab")
    secrets = ClientSecrets(lambda: Minted(Secret(next(minted)), 600.0), lambda: 0.0)
    first = secrets.get("v")
    secrets.drop("v", first)
    second = secrets.get("v")

    secrets.drop("v", first)

    assert secrets.get("v") == second == "b"


def test_assistant_of_a_shape_that_we_do_not_know_is_not_found(
    platform: Platform, provider: XpertAI
) -> None:
    platform.answer_next(f"/assistants/{ASSISTANT}", 200, "[]", Content_Type="application/json")

    with pytest.raises(UpstreamRejected, match="shows this key no assistant"):
        provider.opening()
