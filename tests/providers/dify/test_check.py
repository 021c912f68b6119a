"""``chatdock doctor`` and Dify: what is wrong in plain words, and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.dify.platform import Dify as Platform
from tests.fakes.dify.wire import KEY
from tests.fakes.upstream import Reply
from tests.providers.dify.kit import FLOW, docked
from widget.domain.errors import UpstreamBusy, UpstreamTimeout
from widget.providers.base import Finding
from widget.providers.dify.check import words

CHATS = {
    "chat": "a chatbot",
    "agent-chat": "an agent",
    "advanced-chat": "a chatflow",
    "agent": "an agent of the new kind",
}


def findings(platform: Platform, **settings: Any) -> list[Finding]:
    with docked(platform, **settings) as provider:
        return provider.check()


@pytest.mark.parametrize("mode", sorted(CHATS))
def test_good_configuration_is_told_as_such(mode: str) -> None:
    with Platform(mode=mode) as platform:
        found = findings(platform)

    assert found == [
        Finding(True, f"{platform.base_url} answers and takes the key, of {CHATS[mode]}."),
        Finding(True, "The app answers."),
    ]


def test_first_word_of_a_flow_comes_after_its_steps() -> None:
    with Platform(mode=FLOW, always="nodes") as platform:
        assert findings(platform)[-1] == Finding(True, "The app answers.")


@pytest.mark.parametrize("mode", ["chat", FLOW])
def test_doctor_leaves_nothing_behind(mode: str) -> None:
    with Platform(mode=mode) as platform:
        findings(platform)

        assert platform.state.conversations == {}
        (run,) = platform.state.runs.values()
        run.wait_over()
        (stopped,) = platform.asked("POST", "/stop")
        assert stopped.json == {"user": "chatdock-doctor"}


def test_uploads_are_told() -> None:
    with Platform() as platform:
        platform.parameters["file_upload"]["enabled"] = True
        found = findings(platform)

    assert found[1] == Finding(True, "Visitors may send files (image), 3 a message.")


@pytest.mark.parametrize(
    ("path", "status", "code", "advice"),
    [
        ("/info", 401, "unauthorized", "Dify refuses api_key"),
        ("/info", 403, "forbidden", "The app's API is switched off"),
        ("/info", 404, "not_found", "There is no Dify API at this address"),
        ("/info", 500, "internal_server_error", "Dify has trouble of its own"),
        ("/parameters", 400, "app_unavailable", "The app is not published"),
        ("/parameters", 400, "agent_not_published", "The agent is not published"),
        ("/chat-messages", 400, "provider_not_initialize", "The app's model has no key"),
        ("/chat-messages", 400, "provider_quota_exceeded", "The app's model has no quota left"),
        ("/chat-messages", 400, "model_currently_not_support", "Dify cannot use the app's model"),
        ("/chat-messages", 429, "rate_limit_error", "The plan at Dify has no requests left"),
        ("/chat-messages", 400, "not_chat_app", "The key belongs to an app that does not chat"),
        ("/chat-messages", 400, "invalid_param", "Dify does not take the request"),
        ("/chat-messages", 409, "", "Dify does not take the request"),
        ("/chat-messages", 413, "file_too_large", "Dify refuses the request"),
    ],
)
def test_refusal_says_what_to_do(path: str, status: int, code: str, advice: str) -> None:
    with Platform() as platform:
        platform.refuse_next(path, status, code)
        last = findings(platform)[-1]

    assert not last.is_ok
    assert last.text.startswith(advice)
    assert f"{path}: {status} {code}" in last.text


def test_app_that_fails_inside_its_stream_is_told() -> None:
    with Platform(mode=FLOW) as platform:
        platform.behaviour.always = "fails at once"
        last = findings(platform)[-1]

    assert not last.is_ok
    assert last.text.startswith("The app runs into an error")


@pytest.mark.parametrize("mode", ["workflow", "completion"])
def test_wrong_kind_of_app_is_told(mode: str) -> None:
    with Platform(mode=mode) as platform:
        (finding,) = findings(platform)

    assert not finding.is_ok
    assert "use the key of a chatbot, agent or chatflow" in finding.text


def test_kind_that_is_not_told_is_no_chat() -> None:
    with Platform() as platform:
        platform.answer_next("/info", Reply(200, {}, [b"{}"], framing="length"))
        (finding,) = findings(platform)

    assert not finding.is_ok


def test_missing_inputs_are_named() -> None:
    field = {"label": "Plan", "variable": "plan", "required": True}
    with Platform() as platform:
        platform.parameters["user_input_form"] = [{"text-input": field}]
        found = findings(platform)

        assert found[-1] == Finding(
            False,
            "The Dify app requires a value for plan: set provider.inputs.plan, sign it into the "
            "user token, or make it optional in the app.",
        )
        assert platform.chats() == []
        assert findings(platform, inputs={"plan": "gold"})[-1].is_ok


def test_unreachable_server_is_told() -> None:
    with Platform() as platform:
        (finding,) = findings(platform, base_url="http://127.0.0.1:9/v1")

    assert finding.text.startswith("This machine does not reach http://127.0.0.1:9/v1: check")


def test_unreachable_proxy_is_told() -> None:
    with Platform() as platform, docked(platform, proxy="http://127.0.0.1:9") as provider:
        error = UpstreamTimeout("late")
        assert words(error, provider).endswith("does not answer in time. (late)")
        (finding,) = findings(platform, base_url="http://127.0.0.1:9", proxy="http://127.0.0.1:9")

    assert "through its proxy: check" in finding.text


def test_web_page_at_the_address_is_told() -> None:
    page = Reply(200, {"Content-Type": "text/html"}, [b"<h1>Dify</h1>"], framing="length")
    with Platform() as platform:
        platform.answer_next("/info", page)
        (finding,) = findings(platform)

    assert finding.text.startswith("What answers there is not Dify's API. Is base_url right?")


def test_answer_that_is_no_object_is_told() -> None:
    odd = Reply(200, {"Content-Type": "application/json"}, [b"[1]"], framing="length")
    with Platform() as platform:
        platform.answer_next("/info", odd)
        (finding,) = findings(platform)

    assert finding.text.startswith("What answers there is not Dify's API.")


def test_address_that_leads_elsewhere_is_told() -> None:
    with Platform() as platform:
        platform.answer_next("/info", Reply(301, {"Location": "https://x.example/v1/info"}, []))
        (finding,) = findings(platform)

    assert finding.text.startswith("Set base_url to the address that it leads to.")


def test_busy_app_is_told() -> None:
    with Platform() as platform, docked(platform) as provider:
        text = words(UpstreamBusy("slow down"), provider)

    assert text.startswith("Dify is overloaded or limits this app.")


def test_key_stands_in_no_finding() -> None:
    with Platform() as platform:
        platform.refuse_next("/info", 401, "unauthorized", f"{KEY} is no key")
        told = repr(findings(platform))

    assert KEY not in told
