"""Client secrets that leave the server: which may, whom they act for, and why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

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
from tests.providers.xpertai.kit import VISITOR, docked
from widget.domain.errors import SecretWithheld, Unauthorized, UpstreamBusy, UpstreamRejected
from widget.providers.xpertai.minting import BELIEVED_S, FOREIGN, GENERAL

SESSIONS = "/v1/chatkit/sessions"
PERSONAL = {"api_key": GENERAL_KEY, "principal_from_user_token": True}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as started:
        yield started


def last_mint(platform: Platform) -> Any:
    return platform.asked("POST", SESSIONS)[-1]


def test_secret_of_a_bound_key_is_given(platform: Platform) -> None:
    with docked(platform, api_key=DEDICATED_KEY) as provider:
        secret = provider.mint(VISITOR, life_s=120)

    assert secret.secret in platform.state.secrets
    assert "cs-x" not in repr(secret)
    assert secret.life_s == 120
    assert abs((secret.expires_at - datetime.now(UTC)).total_seconds() - 120) < 30
    assert secret.details == {"assistantId": ASSISTANT, "xpertId": ASSISTANT}
    asked = last_mint(platform)
    assert asked.json == {"expires_after": 120, "assistant": {"id": ASSISTANT}}
    assert "x-principal-user-id" not in asked.headers


def test_secret_of_a_general_key_is_withheld(platform: Platform) -> None:
    with docked(platform) as provider:
        assert provider.minting_fault() == GENERAL
        with pytest.raises(SecretWithheld, match="set principal_from_user_token"):
            provider.mint(VISITOR)


def test_secret_of_a_key_of_another_assistant_is_withheld(platform: Platform) -> None:
    with docked(platform, api_key=FOREIGN_KEY) as provider, pytest.raises(SecretWithheld) as held:
        provider.mint(VISITOR)

    assert str(held.value) == FOREIGN


def test_key_that_reaches_a_later_one_is_general(platform: Platform) -> None:
    """The first of the others refuses it, as one of another group does."""
    platform.state.assistants.append({**platform.state.assistants[1], "assistant_id": "third"})
    with docked(platform) as provider:
        own, refused = '{"thread_id":"t"}', '{"message":"no access"}'
        platform.answer_next("/threads", 201, own, Content_Type="application/json")
        platform.answer_next("/threads/t", 202, "")
        platform.answer_next("/threads", 403, refused, Content_Type="application/json")

        assert provider.minting_fault() == GENERAL


def test_key_that_sees_one_assistant_is_as_good_as_bound(platform: Platform) -> None:
    platform.state.assistants.pop()
    with docked(platform) as provider:
        assert provider.minting_fault() == ""


def test_binding_is_asked_once_in_ten_minutes(platform: Platform) -> None:
    clock = Clock()
    with docked(platform, api_key=DEDICATED_KEY, clock=clock) as provider:
        for clock.now in (0.0, 599.0):
            provider.mint(VISITOR)
        searches = len(platform.asked("POST", "/assistants/search"))
        clock.now = 600.0
        provider.mint(VISITOR)

    assert searches == 1
    assert len(platform.asked("POST", "/assistants/search")) == 2


def test_owner_who_mends_the_key_waits_half_a_minute(platform: Platform) -> None:
    clock = Clock()
    with docked(platform, clock=clock) as provider:
        assert provider.minting_fault() == GENERAL
        platform.keys[GENERAL_KEY] = ASSISTANT
        assert provider.minting_fault() == GENERAL
        clock.now = 30.0
        assert provider.minting_fault() == ""


def test_secret_acts_for_the_person_of_the_user_token(platform: Platform) -> None:
    with docked(platform, **PERSONAL) as provider:
        secret = provider.mint(VISITOR, user=PRINCIPAL)

    assert platform.state.secrets[secret.secret].principal == PRINCIPAL
    assert last_mint(platform).headers["x-principal-user-id"] == PRINCIPAL


def test_person_goes_before_the_sites_principal(platform: Platform) -> None:
    with docked(platform, **PERSONAL, principal_user_id="user-of-the-site") as provider:
        provider.mint(VISITOR, user=PRINCIPAL)

    assert last_mint(platform).headers["x-principal-user-id"] == PRINCIPAL


@pytest.mark.parametrize("user", ["", "张三", "a\nb"])
def test_nobody_else_gets_a_secret_there(platform: Platform, user: str) -> None:
    with docked(platform, **PERSONAL) as provider, pytest.raises(Unauthorized):
        provider.mint(VISITOR, user=user)

    assert platform.requests == []


def test_secret_is_the_sites_own_principals_without_that_setting(platform: Platform) -> None:
    """A user token's id is the owner's own, and no user of the platform."""
    with docked(platform, api_key=DEDICATED_KEY, principal_user_id=PRINCIPAL) as provider:
        provider.mint(VISITOR, user="u-1")

    assert last_mint(platform).headers["x-principal-user-id"] == PRINCIPAL


def test_organization_and_slug_are_told(platform: Platform) -> None:
    settings = {"assistant_id": "", "slug": "shop", "organization_id": ORGANIZATION}
    with docked(platform, api_key=DEDICATED_KEY, **settings) as provider:
        assert provider.mint(VISITOR).details == {
            "assistantId": ASSISTANT,
            "xpertId": ASSISTANT,
            "organizationId": ORGANIZATION,
        }


def test_life_that_nobody_can_mean_is_not_believed(platform: Platform) -> None:
    made = '{"client_secret":"cs-x-1","expires_after":1e300}'
    with docked(platform, **PERSONAL) as provider:
        platform.answer_next(SESSIONS, 201, made, Content_Type="application/json")
        assert provider.mint(VISITOR, user=PRINCIPAL).life_s == BELIEVED_S


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "XpertAI refuses the key: it is wrong, was deleted or has expired ("),
        (403, "the key may not mint for this assistant: give it the right, publish"),
        (404, "there is no such address or assistant: publish the assistant"),
        (500, "POST /api/ai/v1/chatkit/sessions: 500 no"),
    ],
)
def test_refusal_names_the_likely_cause(platform: Platform, status: int, words: str) -> None:
    with docked(platform, api_key=DEDICATED_KEY) as provider:
        provider.mint(VISITOR)
        refusal = f'{{"message":"no {DEDICATED_KEY}"}}'
        platform.answer_next(SESSIONS, status, refusal, Content_Type="application/json")

        with pytest.raises(UpstreamRejected) as caught:
            provider.mint(VISITOR)

    assert caught.value.detail.startswith(words)
    assert caught.value.status == status
    assert DEDICATED_KEY not in caught.value.detail


def test_refused_person_is_named_as_a_cause(platform: Platform) -> None:
    with docked(platform, **PERSONAL) as provider, pytest.raises(UpstreamRejected) as caught:
        provider.mint(VISITOR, user="nobody")

    assert "the user on whose behalf the secret was asked for is none of its tenant" in str(
        caught.value
    )


def test_busy_platform_stays_busy(platform: Platform) -> None:
    with docked(platform, **PERSONAL) as provider:
        platform.answer_next(SESSIONS, 429, "{}", Content_Type="application/json")
        with pytest.raises(UpstreamBusy):
            provider.mint(VISITOR, user=PRINCIPAL)


def test_wrong_key_is_explained_before_its_binding_is_known(platform: Platform) -> None:
    with (
        docked(platform, api_key="sk-x-deleted") as provider,
        pytest.raises(UpstreamRejected, match="XpertAI refuses the key: it is wrong"),
    ):
        provider.mint(VISITOR)
