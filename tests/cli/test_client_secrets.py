"""``chatdock apply`` and ``doctor`` where client secrets are to leave the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.cli.conftest import Chatdock
from tests.fakes.chatkit.sessions import HostedSessions
from tests.fakes.xpertai.platform import ASSISTANT, DEDICATED_KEY, GENERAL_KEY, XpertAI
from tests.serving import free_port

DOOR = "[sites.apis.client_secrets]\nenabled = true\n"
Write = Callable[[str], None]


@pytest.fixture
def platform() -> Iterator[XpertAI]:
    with XpertAI() as started:
        yield started


def xpertai(url: str, key: str, door: str = DOOR) -> str:
    return (
        '[[sites]]\nkey = "acme"\norigins = ["https://www.acme.example"]\n'
        f'[sites.provider]\nkind = "xpertai"\nbase_url = "{url}"\napi_key = "{key}"\n'
        f'assistant_id = "{ASSISTANT}"\n{door}'
    )


def test_general_key_is_refused_with_the_remedy(
    chatdock: Chatdock, write: Write, platform: XpertAI
) -> None:
    write(xpertai(platform.base_url, GENERAL_KEY))

    done = chatdock("apply", "chatdock.toml")

    assert done.returncode == 1
    assert "site acme: apis.client_secrets.enabled: the key is a general one" in done.stderr
    assert GENERAL_KEY not in done.stderr
    assert chatdock("sites").stdout == ""


def test_bound_key_is_taken_and_doctor_agrees(
    chatdock: Chatdock, write: Write, platform: XpertAI
) -> None:
    write(xpertai(platform.base_url, DEDICATED_KEY))

    applied, found = chatdock("apply", "chatdock.toml"), chatdock("doctor", "acme")

    assert applied.returncode == 0, applied.stderr
    assert "ok    Pages of this site's origins get client secrets." in found.stdout


def test_doctor_tells_of_a_key_that_became_general(
    chatdock: Chatdock, write: Write, platform: XpertAI
) -> None:
    write(xpertai(platform.base_url, DEDICATED_KEY))
    chatdock("apply", "chatdock.toml")
    platform.keys[DEDICATED_KEY] = None

    found = chatdock("doctor", "acme")

    assert found.returncode == 1
    assert "WRONG Client secrets do not leave the server: the key is a general one" in found.stdout


def test_platform_that_does_not_answer_is_a_note(chatdock: Chatdock, write: Write) -> None:
    write(xpertai(f"http://127.0.0.1:{free_port()}/api/ai", DEDICATED_KEY))

    applied, found = chatdock("apply", "chatdock.toml"), chatdock("doctor", "acme")

    assert applied.returncode == 0, applied.stderr
    assert "note: whether client secrets may leave the server is not known yet" in applied.stdout
    assert found.returncode == 1


def test_site_whose_door_is_off_asks_nobody(
    chatdock: Chatdock, write: Write, platform: XpertAI
) -> None:
    write(xpertai(platform.base_url, GENERAL_KEY, door=""))

    assert chatdock("apply", "chatdock.toml").returncode == 0
    assert platform.requests == []


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        ('kind = "demo"', "demo has no client secrets that a browser could use"),
        ('kind = "chatkit"\nurl = "https://a.example/c"', "workflow_id is empty"),
    ],
)
def test_platform_without_client_secrets_is_refused(
    chatdock: Chatdock, write: Write, provider: str, words: str
) -> None:
    write(f'[[sites]]\nkey = "acme"\n[sites.provider]\n{provider}\n{DOOR}')

    done = chatdock("apply", "chatdock.toml")

    assert done.returncode == 1
    assert words in done.stderr


def test_hosted_workflow_is_taken(chatdock: Chatdock, write: Write) -> None:
    with HostedSessions() as hosted:
        settings = "".join(f'{name} = "{one}"\n' for name, one in hosted.settings().items())
        write(f'[[sites]]\nkey = "acme"\n[sites.provider]\nkind = "chatkit"\n{settings}{DOOR}')

        applied, found = chatdock("apply", "chatdock.toml"), chatdock("doctor", "acme")

    assert applied.returncode == 0, applied.stderr
    assert "A client secret is given for the hosted workflow" in found.stdout
    assert found.returncode == 0, found.stdout
