"""OAuth by JWT: one token per visitor, minted once, kept until its moment, renewed once."""

from __future__ import annotations

import threading
import time

import jwt
import pytest

from tests.fakes.coze.door import FINGERPRINT, OAUTH_APP, Identity, key_pair
from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import ANSWER
from tests.leaks import leaks
from tests.providers.coze.kit import ask, docked, ended
from tests.providers.openai.kit import Heard
from widget.domain.errors import Failure, UpstreamProtocolError
from widget.providers.base import Secret
from widget.providers.coze.provider import Coze
from widget.providers.coze.tokens import Minted, Tokens


def mints(platform: Platform) -> int:
    return len(platform.asked("/token"))


def test_jwt_holds_what_the_platform_asks_for(platform: Platform) -> None:
    with docked(platform, platform.oauth()) as provider:
        heard = ask(provider, "plain")

    (asked,) = platform.asked("/token")
    sent = asked.headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(sent, key_pair()[1], algorithms=["RS256"], audience="127.0.0.1")
    assert heard.text == ANSWER
    assert jwt.get_unverified_header(sent) == {"alg": "RS256", "typ": "JWT", "kid": FINGERPRINT}
    assert (claims["iss"], claims["session_name"]) == (OAUTH_APP, "vis_1")
    assert claims["exp"] - claims["iat"] == 3600
    assert len(claims["jti"]) == 64
    assert asked.json == {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "duration_seconds": 3600,
    }


def test_every_call_of_a_visitor_goes_by_the_visitors_token(platform: Platform) -> None:
    with docked(platform, platform.oauth()) as provider:
        ask(provider, "plain")
        ask(provider, "plain")

    (token,) = platform.door.tokens
    calls = [a for a in platform.requests if not a.path.endswith("/token")]
    assert mints(platform) == 1
    assert {a.headers["authorization"] for a in calls} == {f"Bearer {token}"}


def test_visitors_never_share_a_session(platform: Platform) -> None:
    with docked(platform, platform.oauth()) as provider:
        first = ask(provider, "plain", visitor="vis_a")
        ask(provider, "plain", visitor="vis_b")
        stolen = ask(
            provider,
            "plain",
            visitor="vis_b",
            upstream_conversation=first.events[0].upstream_conversation,  # type: ignore[union-attr]
        )

    owners = [c.owner for c in platform.state.conversations.values()]
    assert owners == [Identity("oauth", v) for v in ("vis_a", "vis_b", "vis_b")]
    assert ended(stolen) == "stop"


def test_site_itself_asks_without_a_session(platform: Platform) -> None:
    with docked(platform, platform.oauth()) as provider:
        provider.opening()

    assert "session_name" not in platform.door.claims[0]


def test_token_is_minted_once_for_all_who_wait(platform: Platform) -> None:
    platform.minting.clear()
    heard: list[Heard] = []
    with docked(platform, platform.oauth()) as provider:
        threads = [
            threading.Thread(target=lambda: heard.append(ask(provider, "plain"))) for _ in range(5)
        ]
        for thread in threads:
            thread.start()
        platform.upstream.wait_for_requests(1)
        platform.minting.set()
        for thread in threads:
            thread.join()

    assert [h.text for h in heard] == [ANSWER] * 5
    assert mints(platform) == 1


def test_expires_in_is_a_moment_and_not_a_duration(platform: Platform) -> None:
    """Taken for a duration, a token of today would live for fifty years."""
    now = time.time()
    clock = [now]
    with docked(platform, platform.oauth(), clock=lambda: clock[0]) as provider:
        ask(provider, "plain")
        clock[0] = now + 3600 - 70
        ask(provider, "plain")
        assert mints(platform) == 1

        clock[0] = now + 3600 - 50
        ask(provider, "plain")

    assert mints(platform) == 2


def test_duration_in_place_of_a_moment_is_understood(platform: Platform) -> None:
    now = time.time()
    with docked(platform, platform.oauth()) as provider:
        ask(provider, "plain")
    (token,) = platform.door.tokens
    answer = f'{{"access_token":"{token}","expires_in":900}}'
    platform.answer_next("/token", 200, answer)
    clock = [now]

    with docked(platform, platform.oauth(), clock=lambda: clock[0]) as provider:
        ask(provider, "plain")
        ask(provider, "plain")
        clock[0] = now + 850
        ask(provider, "plain")

    assert mints(platform) == 3


@pytest.mark.parametrize("code", [4100, 4101, 700012006])
@pytest.mark.parametrize("status", [200, 401])
def test_refused_token_is_renewed_once(platform: Platform, code: int, status: int) -> None:
    with docked(platform, platform.oauth()) as provider:
        ask(provider, "plain")
        platform.answer_next("/create", status, f'{{"code":{code},"msg":"expired"}}')
        heard = ask(provider, "plain")

    assert (ended(heard), mints(platform)) == ("stop", 2)


def test_bare_401_renews_too(platform: Platform) -> None:
    with docked(platform, platform.oauth()) as provider:
        platform.answer_next("/v3/chat", 401, "Unauthorized", Content_Type="text/plain")

        assert ask(provider, "plain").text == ANSWER

    assert mints(platform) == 2


def test_token_that_was_revoked_over_there_is_renewed(platform: Platform) -> None:
    with docked(platform, platform.oauth()) as provider:
        ask(provider, "plain")
        platform.door.tokens.clear()

        assert ask(provider, "plain").text == ANSWER


@pytest.mark.parametrize("how", ["failed", "error"])
def test_token_refused_inside_a_stream_is_renewed_once(platform: Platform, how: str) -> None:
    with docked(platform, platform.oauth()) as provider:
        heard = ask(provider, f"{how}:4100 once")

    assert (ended(heard), mints(platform)) == ("stop", 2)


def test_refusal_that_stays_is_told(platform: Platform) -> None:
    with docked(platform, platform.oauth()) as provider:
        heard = ask(provider, "refused:4101")

    assert heard.failed.failure is Failure.AUTH


def test_personal_token_cannot_be_renewed(provider: Coze, platform: Platform) -> None:
    heard = ask(provider, "error:4100 once")

    assert heard.failed.failure is Failure.AUTH
    assert len(platform.asked("/v3/chat")) == 1


def test_other_refusals_keep_the_token(platform: Platform) -> None:
    with docked(platform, platform.oauth()) as provider:
        ask(provider, "refused:4015")
        ask(provider, "plain")

    assert mints(platform) == 1


def test_app_of_several_organisations_has_its_own_address(platform: Platform) -> None:
    with docked(platform, platform.oauth(oauth_account_id="77")) as provider:
        ask(provider, "plain")

    assert platform.requests[0].path == "/api/permission/oauth2/account/77/token"


@pytest.mark.parametrize(
    ("word", "status", "failure"),
    [
        ("invalid_client", 401, Failure.AUTH),
        ("access_deny", 403, Failure.AUTH),
        ("invalid_request", 400, Failure.CONFIG),
        ("unsupported_grant_type", 400, Failure.CONFIG),
        ("slow_down", 400, Failure.BUSY),
        ("internal_error", 200, Failure.UPSTREAM_DOWN),
        ("news", 403, Failure.AUTH),
    ],
)
def test_refusal_of_a_token_has_its_class(
    platform: Platform, word: str, status: int, failure: Failure
) -> None:
    for _ in range(2):
        platform.answer_next(
            "/token", status, f'{{"error_code":"{word}","error_message":"because"}}'
        )
    with docked(platform, platform.oauth()) as provider:
        error = ask(provider, "plain").failed

    assert error.failure is failure
    assert word in error.detail


@pytest.mark.parametrize("body", ["{}", "[]", "<html>", '{"access_token":""}'])
def test_answer_without_a_token_is_told(platform: Platform, body: str) -> None:
    platform.answer_next("/token", 200, body)
    with docked(platform, platform.oauth()) as provider:
        error = ask(provider, "plain").failed

    assert isinstance(error, UpstreamProtocolError)
    assert "no access_token" in error.detail


def test_wrong_key_is_refused_and_told_nowhere(platform: Platform) -> None:
    with docked(platform, platform.oauth(oauth_fingerprint="another")) as provider:
        error = ask(provider, "plain").failed

    secret = key_pair()[0]
    assert error.failure is Failure.AUTH
    assert leaks(repr(error) + error.detail + repr(provider.settings), secret) == []
    assert "eyJ" not in error.detail


def test_tokens_are_in_no_error(platform: Platform) -> None:
    with docked(platform, platform.oauth()) as provider:
        error = ask(provider, "refused:4015").failed

    (token,) = platform.door.tokens
    assert leaks(repr(error) + error.detail, token) == []
    assert "…" in error.detail


def test_each_jwt_is_exchanged_once(platform: Platform) -> None:
    with docked(platform, platform.oauth()) as provider:
        for visitor in ("a", "b", "c"):
            ask(provider, "plain", visitor=visitor)

    sent = [asked.headers["authorization"] for asked in platform.asked("/token")]
    assert len(set(sent)) == 3


def test_token_that_another_caller_replaced_is_kept() -> None:
    minted = iter(range(10))
    tokens = Tokens(lambda _: Minted(Secret(f"t{next(minted)}"), 10_000), lambda: 0)
    first = tokens.get("a")
    tokens.drop("a", first)
    second = tokens.get("a")

    tokens.drop("a", first)

    assert (first, second, tokens.get("a")) == ("t0", "t1", "t1")


def test_visitors_who_left_long_ago_are_forgotten() -> None:
    minted = iter(range(20_000))
    tokens = Tokens(lambda _: Minted(Secret(f"t{next(minted)}"), 10_000), lambda: 0)
    for n in range(10_001):
        tokens.get(str(n))

    assert (tokens.get("10000"), tokens.get("0")) == ("t10000", "t10001")
