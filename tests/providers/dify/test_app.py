"""The app behind the key: its kind, its opening, and the inputs that it asks for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.dify.platform import Dify as Platform
from tests.fakes.dify.scenarios import ANSWER
from tests.fakes.upstream import json_reply
from tests.providers.dify.kit import Clock, ask, docked, ref_of, turn
from widget.domain.errors import BadInput, Misconfigured, UpstreamRejected
from widget.providers.base import Opening
from widget.providers.dify.inputs import fill
from widget.providers.dify.settings import api_address, chat_address
from widget.providers.registry import parse_settings


def field(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {kind: {"label": name.title(), "variable": name, "required": True, **more}}


# -- the address


@pytest.mark.parametrize(
    "pasted",
    [
        "https://dify.example",
        "https://dify.example/",
        "https://dify.example/v1",
        "https://dify.example/v1/",
        " https://dify.example/v1/chat-messages ",
    ],
)
def test_address_is_taken_as_owners_paste_it(pasted: str) -> None:
    assert api_address(pasted) == "https://dify.example/v1"


def test_address_below_a_path_keeps_it() -> None:
    assert api_address("https://example.com/dify") == "https://example.com/dify/v1"
    assert api_address("https://example.com/dify/v2") == "https://example.com/dify/v2"


@pytest.mark.parametrize("trailing", ["", "/", "/v1", "/v1/"])
def test_every_way_to_write_the_address_reaches_the_app(trailing: str) -> None:
    with (
        Platform() as platform,
        docked(platform, base_url=platform.upstream.url + trailing) as provider,
    ):
        assert ask(provider, "plain").text == ANSWER


def test_chat_path_can_be_moved_and_stop_moves_with_it() -> None:
    with (
        Platform(chat_path="/shop/chat") as platform,
        docked(platform, chat_path="shop/chat/") as provider,
    ):
        heard = ask(provider, "plain")
        provider.cancel(ref_of(heard.events))

    assert heard.text == ANSWER
    assert len(platform.asked("POST", "/stop")) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, r"provider\.api_key: is missing"),
        ({"api_key": ""}, "api_key: is empty"),
        ({"api_key": "k", "base_url": "dify.example"}, "write the whole address"),
        ({"api_key": "k", "chat_path": "/"}, "chat_path: write it as /chat-messages"),
        ({"api_key": "k", "chat_path": "/a b"}, "chat_path"),
        ({"api_key": "k", "chat_path": "/a?b"}, "chat_path"),
        ({"api_key": "k", "inputs": []}, r"provider\.inputs"),
    ],
)
def test_wrong_settings_are_refused_by_name(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        parse_settings("dify", settings)


def test_chat_path_is_tidied() -> None:
    assert chat_address(" chat/messages/ ") == "/chat/messages"


# -- the kind of app


def test_kind_is_asked_once() -> None:
    with Platform() as platform, docked(platform) as provider:
        for _ in range(3):
            ask(provider, "plain")

    assert len(platform.asked("GET", "/info")) == 1


def test_kind_that_was_not_told_is_asked_again_after_a_while() -> None:
    clock = Clock()
    with Platform() as platform, docked(platform, clock=clock) as provider:
        platform.refuse_next("/info", 500, "internal_server_error")
        for _ in range(2):
            assert ask(provider, "plain").text == ANSWER
        assert len(platform.asked("GET", "/info")) == 1

        clock.now += 31
        ask(provider, "plain")
        assert len(platform.asked("GET", "/info")) == 2


@pytest.mark.parametrize("mode", ["workflow", "completion"])
def test_app_that_does_not_chat_is_the_owner_s_to_change(mode: str) -> None:
    words = f"kind '{mode}', which does not chat"
    with Platform(mode=mode) as platform, docked(platform) as provider:
        running = provider.run(turn("plain"))

        with pytest.raises(Misconfigured, match=words):
            next(running)

    assert platform.chats() == []


def test_streams_are_asked_for_and_no_name() -> None:
    with Platform() as platform, docked(platform) as provider:
        ask(provider, "plain")

    assert platform.chats() == [
        {
            "query": "plain",
            "inputs": {},
            "user": "vis_1",
            "response_mode": "streaming",
            "auto_generate_name": False,
        }
    ]


# -- the opening


def test_opening_is_the_app_s() -> None:
    with Platform() as platform, docked(platform) as provider:
        opening = provider.opening()

    assert opening == Opening("您好, 我是小店助手。", ("运费?", "How do I return it?"))


def test_opening_has_its_inputs_filled_in() -> None:
    with Platform() as platform, docked(platform, inputs={"shop": "Acme"}) as provider:
        platform.parameters["opening_statement"] = "{{shop}}: {{ city }}, {{name}}!"
        platform.parameters["suggested_questions"] = ["What is {{shop}}?"]
        platform.parameters["user_input_form"] = [
            field("text-input", "city", default="Paris"),
            field("text-input", "shop", default="Shop"),
        ]
        opening = provider.opening()

    assert opening == Opening("Acme: Paris, !", ("What is Acme?",))


def test_braces_that_do_not_close_stay() -> None:
    assert fill("a {{b", {"b": 1}) == "a {{b"


@pytest.mark.parametrize("told", [{}, {"opening_statement": None, "suggested_questions": {}}])
def test_app_without_an_opening_has_none(told: dict[str, Any]) -> None:
    with Platform() as platform, docked(platform) as provider:
        platform.answer_next("/parameters", json_reply(200, told))

        assert provider.opening() == Opening()


def test_opening_that_cannot_be_had_is_said() -> None:
    """So that it is asked again soon, and not kept as none."""
    with Platform() as platform, docked(platform) as provider:
        for _ in range(2):
            platform.refuse_next("/parameters", 400, "app_unavailable")

        with pytest.raises(UpstreamRejected):
            provider.opening()


def test_what_was_known_stays_when_asking_again_fails() -> None:
    clock = Clock()
    with Platform() as platform, docked(platform, clock=clock) as provider:
        opening = provider.opening()
        clock.now += 301
        platform.refuse_next("/parameters", 500, "internal_server_error")

        assert provider.opening() == opening
        assert provider.opening() == opening
        assert len(platform.requests) == 2

        clock.now += 31
        provider.opening()
        assert len(platform.requests) == 3


# -- inputs


def test_inputs_come_from_the_token_then_the_site_then_the_form() -> None:
    form = [
        field("text-input", "plan"),
        field("text-input", "city", default="Paris"),
        field("select", "tier", options=["free", "paid"], required=False),
        field("number", "age"),
        field("number", "weight"),
        field("checkbox", "member"),
        field("number", "floor"),
        field("paragraph", "note", required=False),
    ]
    signed = {"plan": "gold", "age": "42", "weight": "1.5", "member": "True", "secret": "x"}
    own = {"plan": "basic", "tier": "paid", "other": 1, "floor": 3}
    with Platform() as platform, docked(platform, inputs=own) as provider:
        platform.parameters["user_input_form"] = form
        ask(provider, "plain", context=signed)

    assert platform.chats()[0]["inputs"] == {
        "plan": "gold",
        "city": "Paris",
        "tier": "paid",
        "age": 42,
        "weight": 1.5,
        "member": True,
        "floor": 3,
    }


def test_required_input_without_a_value_names_itself_to_the_owner() -> None:
    with Platform() as platform, docked(platform, inputs={"plan": ""}) as provider:
        platform.parameters["user_input_form"] = [
            field("text-input", "plan"),
            field("paragraph", "about you"),
        ]
        with pytest.raises(Misconfigured) as caught:
            list(provider.run(turn("plain")))

    assert str(caught.value) == (
        "the Dify app requires a value for plan, about you: set provider.inputs.plan and "
        "provider.inputs.about you, sign it into the user token, or make it optional in the app"
    )
    assert platform.chats() == []


def test_value_that_is_no_number_is_left_to_the_platform() -> None:
    with Platform() as platform, docked(platform, inputs={"age": "old"}) as provider:
        platform.parameters["user_input_form"] = [field("number", "age")]

        assert isinstance(ask(provider, "plain").failed, UpstreamRejected)

    assert platform.chats()[0]["inputs"] == {"age": "old"}


def test_site_s_inputs_are_sent_where_the_form_is_not_known() -> None:
    with Platform() as platform, docked(platform, inputs={"plan": "basic"}) as provider:
        platform.parameters["user_input_form"] = [field("text-input", "plan")]
        platform.refuse_next("/parameters", 500, "internal_server_error")

        assert ask(provider, "plain", context={"name": "Li"}).text == ANSWER

    assert platform.chats()[0]["inputs"] == {"plan": "basic"}


def test_odd_form_asks_for_nothing() -> None:
    with Platform() as platform, docked(platform) as provider:
        told = {**platform.parameters, "user_input_form": [7, {"text-input": None}, {"x": {}}]}
        platform.answer_next("/parameters", json_reply(200, told))

        assert ask(provider, "plain").text == ANSWER
