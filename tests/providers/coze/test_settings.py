"""What an owner may write for Coze, and what each mistake is told as."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.coze.door import PERSONAL_KEY, key_pair
from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.shop import APP, BOT, FLOW
from widget.domain.errors import BadInput
from widget.providers.coze.settings import CozeSettings
from widget.providers.registry import parse_settings

OAUTH = {"oauth_app_id": "11", "oauth_private_key": key_pair()[0], "oauth_fingerprint": "f"}


def parsed(**settings: Any) -> CozeSettings:
    made = parse_settings("coze", settings)
    assert isinstance(made, CozeSettings)
    return made


def agent(**more: Any) -> CozeSettings:
    return parsed(**{"bot_id": BOT, "api_key": PERSONAL_KEY, **more})


def fault(**settings: Any) -> str:
    with pytest.raises(BadInput) as refused:
        parsed(**settings)
    return str(refused.value)


def test_the_cloud_in_china_is_the_default() -> None:
    settings = agent()

    assert settings.address == "https://api.coze.cn"
    assert (settings.is_studio, settings.is_flow, settings.uses_oauth) == (False, False, False)


@pytest.mark.parametrize(
    ("base_url", "address", "is_studio"),
    [
        ("https://api.coze.cn/", "https://api.coze.cn", False),
        ("https://api.coze.cn/v3/chat", "https://api.coze.cn", False),
        ("https://www.coze.com/open/docs", "https://api.coze.com", False),
        ("https://coze.com", "https://api.coze.com", False),
        ("http://10.0.0.7:8888", "http://10.0.0.7:8888", True),
        ("https://my.example.com/coze", "https://my.example.com/coze", True),
        ("https://notcoze.cn", "https://notcoze.cn", True),
    ],
)
def test_address_tells_which_coze_it_is(base_url: str, address: str, is_studio: bool) -> None:
    settings = agent(base_url=base_url)

    assert (settings.address, settings.is_studio) == (address, is_studio)


@pytest.mark.parametrize(("edition", "is_studio"), [("cloud", False), ("studio", True)])
def test_edition_decides_where_the_address_does_not(edition: str, is_studio: bool) -> None:
    settings = agent(base_url="https://gateway.example.com", edition=edition)

    assert settings.is_studio is is_studio


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"api_key": "pat_x"}, "bot_id: give the agent's id"),
        ({"api_key": "pat_x", "app_id": APP}, "workflow_id: an app answers through a chatflow"),
        ({"api_key": "pat_x", "workflow_id": FLOW}, "app_id: beside workflow_id give either"),
        (
            {"api_key": "pat_x", "workflow_id": FLOW, "app_id": APP, "bot_id": BOT},
            "app_id: beside workflow_id give either",
        ),
        ({"bot_id": BOT}, "api_key: give a token, or an OAuth app"),
        ({"bot_id": BOT, "api_key": "pat_x", **OAUTH}, "api_key: there is oauth_app_id too"),
        ({"bot_id": BOT, "oauth_app_id": "11"}, "oauth_private_key: is missing"),
        ({"bot_id": BOT, "oauth_private_key": "x"}, "oauth_app_id: is missing beside"),
        ({"bot_id": BOT, **OAUTH, "oauth_private_key": "hello"}, "is no RSA private key"),
        ({"bot_id": BOT, **OAUTH, "edition": "studio"}, "Coze Studio takes personal tokens only"),
        ({"bot_id": BOT, "api_key": key_pair()[0]}, "set it as oauth_private_key"),
        ({"bot_id": "my bot", "api_key": "pat_x"}, "bot_id: is a number"),
        ({"bot_id": BOT, "api_key": "pat_x", "connector_id": "API"}, "connector_id: is a number"),
        ({"bot_id": BOT, "api_key": "pat_x", "base_url": "coze.cn"}, "write the whole address"),
        ({"bot_id": BOT, "api_key": "pat_x\ny"}, "holds characters that no key has"),
        ({"bot_id": BOT, "api_key": "pat_x", "edition": "cn"}, "edition"),
        ({"bot_id": BOT, "api_key": "pat_x", "bot": "1"}, "did you mean bot_id?"),
    ],
)
def test_mistake_is_told_by_name(settings: dict[str, Any], words: str) -> None:
    assert words in fault(**settings)


def _without_breaks(pem: str) -> str:
    return pem.replace("\n", "")


def _escaped(pem: str) -> str:
    return pem.replace("\n", "\\n")


def _indented(pem: str) -> str:
    return "\n  ".join(pem.splitlines())


@pytest.mark.parametrize("shape", [str, _without_breaks, _escaped, _indented])
def test_private_key_is_read_however_it_was_pasted(shape: Any) -> None:
    settings = parsed(bot_id=BOT, **{**OAUTH, "oauth_private_key": shape(key_pair()[0])})

    assert settings.uses_oauth


@pytest.mark.parametrize(
    "broken",
    [
        key_pair()[1],
        key_pair()[0][:200],
        key_pair()[0].replace("PRIVATE", "PUBLIC"),
        key_pair()[0].replace("MII", "XXX"),
    ],
)
def test_broken_private_key_is_told_and_not_quoted(broken: str) -> None:
    words = fault(bot_id=BOT, **{**OAUTH, "oauth_private_key": broken})

    assert "is no RSA private key" in words
    assert broken.split("\n")[1] not in words


def test_keys_are_hidden_in_what_is_printed() -> None:
    settings = parsed(bot_id=BOT, **OAUTH)

    assert "BEGIN" not in repr(settings)
    assert PERSONAL_KEY not in repr(agent())


def test_fakes_settings_are_the_registrys(platform: Platform) -> None:
    for made in (platform.settings(), platform.oauth(), platform.flow()):
        assert parsed(**made).address == platform.url
