"""Client secrets of a workflow that OpenAI hosts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.sessions import DRAFT, KEY, WORKFLOW, HostedSessions, Refused, check_body
from tests.fakes.script import json_reply
from tests.providers.chatkit.kit import VISITOR, ask, docked
from widget.domain.errors import (
    BadInput,
    Failure,
    SecretWithheld,
    UpstreamError,
    UpstreamProtocolError,
    UpstreamRejected,
)
from widget.providers.chatkit.hosted import NOT_SET
from widget.providers.registry import parse_settings


@pytest.fixture
def hosted() -> Iterator[HostedSessions]:
    with HostedSessions() as sessions:
        yield sessions


def refused(hosted: HostedSessions, **settings: Any) -> UpstreamError:
    with docked(hosted.settings(**settings)) as provider, pytest.raises(UpstreamError) as caught:
        provider.mint(VISITOR)
    assert KEY not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(("asked_s", "sent_s"), [(600, 600), (60, 60), (3600, 600), (0, 1)])
def test_session_is_asked_for_as_the_schema_has_it(
    hosted: HostedSessions, asked_s: int, sent_s: int
) -> None:
    with docked(hosted.settings()) as provider:
        secret = provider.mint(VISITOR, user="u-1", life_s=asked_s)

    assert hosted.opened == [
        {
            "workflow": {"id": WORKFLOW},
            "user": VISITOR,
            "expires_after": {"anchor": "created_at", "seconds": sent_s},
        }
    ]
    session = hosted.sessions["cksess_1"]
    assert secret.secret == session["client_secret"]
    assert secret.expires_at.timestamp() == session["expires_at"]
    assert sent_s - 2 <= secret.life_s <= sent_s
    assert secret.details == {}


def test_relay_and_hosted_workflow_stand_side_by_side(hosted: HostedSessions) -> None:
    with ChatKitHost() as host, docked({**host.settings(), **hosted.settings()}) as provider:
        heard = ask(provider, "plain")
        secret = provider.mint(VISITOR)

    assert heard.error is None
    assert secret.secret == hosted.sessions["cksess_1"]["client_secret"]


def test_files_are_turned_on_at_both_ends(hosted: HostedSessions) -> None:
    with docked(hosted.settings(workflow_uploads=True)) as provider:
        provider.mint(VISITOR)

    assert hosted.opened[0]["chatkit_configuration"] == {"file_upload": {"enabled": True}}


@pytest.mark.parametrize("ends_at", [None, "soon", 5])
def test_unlikely_end_is_counted_by_ourselves(hosted: HostedSessions, ends_at: Any) -> None:
    hosted.answer_next(json_reply(200, {"client_secret": "ek_1", "expires_at": ends_at}))
    with docked(hosted.settings()) as provider:
        secret = provider.mint(VISITOR, life_s=60)

    assert abs(secret.expires_at.timestamp() - time.time() - 60) < 30
    assert 58 <= secret.life_s <= 60


@pytest.mark.parametrize("answer", [{}, [], {"client_secret": ""}, {"client_secret": 1}])
def test_answer_without_a_secret_is_a_failure(hosted: HostedSessions, answer: Any) -> None:
    hosted.answer_next(json_reply(200, answer))

    assert isinstance(refused(hosted), UpstreamProtocolError)


def test_answer_that_is_no_json_points_at_the_address(hosted: HostedSessions) -> None:
    reply = json_reply(200, {})
    hosted.answer_next(type(reply)(200, reply.headers, [b"<html>"], "length"))

    assert "is workflow_base_url right?" in str(refused(hosted))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"workflow_key": "sk-wrong-key-of-nobody"}, "OpenAI refuses workflow_key"),
        ({"workflow_id": DRAFT}, "or only a draft: publish it in Agent Builder"),
    ],
)
def test_refusal_names_the_likely_cause(
    hosted: HostedSessions, settings: dict[str, Any], words: str
) -> None:
    error = refused(hosted, **settings)

    assert isinstance(error, UpstreamRejected)
    assert words in error.detail
    assert "sk-wrong-key-of-nobody" not in error.detail


def test_right_that_is_missing_is_named(hosted: HostedSessions) -> None:
    hosted.answer_next(json_reply(403, {"error": {"message": "no"}}))

    assert "have the right to write ChatKit sessions" in refused(hosted).detail


def test_country_that_is_not_served_is_named(hosted: HostedSessions) -> None:
    fault = {"type": "request_forbidden", "code": "unsupported_country_region_territory"}
    hosted.answer_next(json_reply(403, {"error": {**fault, "message": "no"}}))

    assert refused(hosted).detail.startswith("OpenAI does not serve the country")


@pytest.mark.parametrize(
    ("status", "failure"),
    [(500, Failure.UPSTREAM_DOWN), (429, Failure.BUSY), (400, Failure.CONFIG)],
)
def test_other_refusals_stay_what_they_are(
    hosted: HostedSessions, status: int, failure: Failure
) -> None:
    hosted.answer_next(json_reply(status, {"error": {"message": "no"}}))

    assert refused(hosted).failure is failure


def test_site_without_a_workflow_has_none() -> None:
    with docked({"url": "https://agents.example.com/chatkit"}) as provider:
        assert provider.minting_fault() == NOT_SET
        with pytest.raises(SecretWithheld, match="workflow_id is empty"):
            provider.mint(VISITOR)


def test_site_without_a_server_has_no_chat(hosted: HostedSessions) -> None:
    with docked(hosted.settings()) as provider:
        heard = ask(provider, "plain")

    assert isinstance(heard.error, UpstreamRejected)
    assert heard.error.failure is Failure.CONFIG
    assert "set url to a ChatKit server of your own" in heard.error.detail


def test_doctor_opens_a_session_and_cancels_it(hosted: HostedSessions) -> None:
    with docked(hosted.settings()) as provider:
        found = provider.check()

    assert [(one.is_ok, one.text.split(",")[0]) for one in found] == [
        (True, "Note: url is empty"),
        (True, f"A client secret is given for the hosted workflow {WORKFLOW}."),
    ]
    assert hosted.sessions["cksess_1"]["status"] == "cancelled"


def test_doctor_bears_a_session_that_cannot_be_cancelled(hosted: HostedSessions) -> None:
    hosted.answer_next(json_reply(200, {"id": "cksess_x", "client_secret": "ek_1"}))
    with docked(hosted.settings()) as provider:
        assert all(one.is_ok for one in provider.check())


def test_doctor_says_why_there_is_none(hosted: HostedSessions) -> None:
    with ChatKitHost() as host:
        settings = {**host.settings(), **hosted.settings(workflow_id=DRAFT)}
        with docked(settings) as provider:
            *relay, last = provider.check()

    assert all(one.is_ok for one in relay)
    assert not last.is_ok
    assert last.text.startswith("No client secret is given: OpenAI knows no workflow of this id")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "url: write the whole address"),
        ({"workflow_id": "wf_1"}, "workflow_key: is empty"),
        ({"url": "https://a.example/c", "workflow_key": "k"}, "workflow_id: is empty"),
        (
            {"workflow_id": "wf_1", "workflow_key": "k", "workflow_base_url": "x"},
            "workflow_base_url: write the whole address",
        ),
    ],
)
def test_mistake_is_named(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        parse_settings("chatkit", settings)


@pytest.mark.parametrize(
    "body",
    [
        {"user": "u", "workflow": {"id": WORKFLOW}, "domain_key": "dk"},
        {"workflow": {"id": WORKFLOW}},
        {"user": "u", "workflow": {"id": WORKFLOW}, "expires_after": 600},
    ],
)
def test_fake_refuses_what_the_schema_does_not_name(body: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        check_body(body)
