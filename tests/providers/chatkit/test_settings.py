"""What an owner may set for a ChatKit server, and what is said to one who cannot have meant it."""

from __future__ import annotations

from typing import Any

import pytest

from widget.domain.errors import BadInput
from widget.providers.base import Secret
from widget.providers.chatkit.settings import ChatKitSettings
from widget.providers.registry import parse_settings

URL = "https://agents.example.com/chatkit"


def parsed(**more: Any) -> ChatKitSettings:
    settings = parse_settings("chatkit", {"url": URL, **more})
    assert isinstance(settings, ChatKitSettings)
    return settings


def test_address_alone_is_enough() -> None:
    assert parsed().credentials() == {}


def test_address_may_have_a_query_and_blanks_around_it() -> None:
    assert parsed(url=f" {URL}/?tenant=1 ").url == f" {URL}/?tenant=1 "


def test_credentials_are_key_and_headers() -> None:
    settings = parsed(api_key="k-1", headers={"X-Tenant": "acme"})

    assert settings.credentials() == {"X-Tenant": "acme", "Authorization": "Bearer k-1"}


def test_authorization_may_be_another_than_bearer() -> None:
    settings = parsed(headers={"Authorization": "Basic abc"})

    assert settings.credentials() == {"Authorization": "Basic abc"}


def test_values_of_headers_are_secrets() -> None:
    settings = parsed(headers={"X-Tenant": "acme"})

    assert isinstance(settings.headers["X-Tenant"], Secret)
    assert "acme" not in repr(settings)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"url": "agents.example.com"}, "url: write the whole address"),
        ({"url": "ftp://agents.example.com"}, "url: write the whole address"),
        ({"url": "https://[::1/chatkit"}, "url: write the whole address"),
        ({"url": "https://a.example:port/"}, "url: write the whole address"),
        ({"url": "https://a.example/x y"}, "url: holds characters that no address has"),
        ({"url": "https://a.example/#x"}, "url: leave out what follows #"),
        ({"url": "https://me:pw@a.example/"}, "url: put the credential into api_key"),
        ({"upload_strategy": "direct"}, "upload_url: write the whole address"),
        ({"upload_url": URL}, 'upload_url: is for upload_strategy = "direct" only'),
        ({"upload_strategy": "three_phase"}, "upload_strategy"),
        ({"upload_max_bytes": 0}, "upload_max_bytes"),
        ({"headers": {"X Tenant": "a"}}, "headers: 'X Tenant' is no header's name"),
        ({"headers": {"Content-Type": "a"}}, "headers.Content-Type: this header is made by"),
        ({"headers": {"X-Tenant": " "}}, "headers.X-Tenant: is empty"),
        ({"headers": {"X-Tenant": "ключ"}}, "headers"),
        ({"api_key": "k", "headers": {"authorization": "b"}}, "leave one of them out"),
    ],
)
def test_mistake_is_named(more: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parsed(**more)

    assert str(caught.value).startswith("provider.")
    assert words in str(caught.value)


def test_secret_in_an_address_is_not_repeated() -> None:
    with pytest.raises(BadInput) as caught:
        parsed(url="https://me:hush-hush@a.example/")

    assert "hush-hush" not in str(caught.value)
