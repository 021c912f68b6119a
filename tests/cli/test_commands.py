from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest

from tests.cli.conftest import SITE, Chatdock
from widget.store.database import Store
from widget.store.sites import find_site, identity_secrets

Write = Callable[[str], None]


def test_apply_makes_a_site_and_shows_its_secrets_once(chatdock: Chatdock, write: Write) -> None:
    write(SITE)

    first, second = chatdock("apply", "chatdock.toml"), chatdock("apply", "chatdock.toml")

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("acme: made.\n")
    assert re.search(r"identity secret  \S{40,}", first.stdout)
    assert re.search(r"server key       key_\S{40,}", first.stdout)
    assert second.stdout == "acme: as it was.\n"


def test_apply_tells_each_change(chatdock: Chatdock, write: Write) -> None:
    write(SITE)
    chatdock("apply", "chatdock.toml")
    write(SITE.replace('"Acme"', '"New"'))

    assert chatdock("apply", "chatdock.toml").stdout == 'acme: changed.\n  name: "Acme" → "New"\n'


def test_apply_says_what_is_wrong_and_leaves_with_1(chatdock: Chatdock, write: Write) -> None:
    write(SITE.replace("demo", "dmo"))

    done = chatdock("apply", "chatdock.toml")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "Error: chatdock.toml: site acme: provider.kind: there is no 'dmo'; did you mean demo?\n"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[sites]\n", "chatdock.toml is not valid TOML"),
        ("[[site]]\n", "chatdock.toml: site is unknown; did you mean sites?"),
        ("[server]\nprot = 1\n", "chatdock.toml: server.prot is unknown; did you mean port?"),
    ],
)
def test_apply_refuses_a_file_that_cannot_be_read(
    chatdock: Chatdock, write: Write, text: str, says: str
) -> None:
    write(text)

    done = chatdock("apply", "chatdock.toml")

    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_apply_takes_keys_from_the_environment_and_prints_none(
    chatdock: Chatdock, write: Write, store: Store
) -> None:
    write(
        SITE.replace('kind = "demo"', 'kind = "openai"\napi_key = "${KEY}"\nmodel = "m"')
        + 'base_url = "https://api.example/v1"\n'
    )

    missing = chatdock("apply", "chatdock.toml")
    done = chatdock("apply", "chatdock.toml", KEY="sk-planted")

    assert missing.returncode == 1
    assert "provider.api_key: the environment variable KEY is not set" in missing.stderr
    assert done.returncode == 0
    assert "sk-planted" not in done.stdout + done.stderr
    with store.read() as tx:
        site = find_site(tx, "acme", store.cipher)
    assert site
    assert site.provider.settings["api_key"] == "sk-planted"


def test_sites_lists_what_there_is(chatdock: Chatdock, write: Write) -> None:
    write(SITE)
    chatdock("apply", "chatdock.toml")
    chatdock("site", "acme", "pause")

    assert chatdock("sites").stdout == "acme\tpaused\tdemo\tAcme\thttps://www.acme.example\n"


def test_a_site_is_paused_and_resumed(chatdock: Chatdock, write: Write, store: Store) -> None:
    write(SITE)
    chatdock("apply", "chatdock.toml")
    states = []
    for action in ("pause", "resume"):
        assert chatdock("site", "acme", action).returncode == 0
        with store.read() as tx:
            site = find_site(tx, "acme", store.cipher)
        states.append(site and site.is_paused)

    assert states == [True, False]


def test_rotate_shows_new_secrets(chatdock: Chatdock, write: Write, store: Store) -> None:
    write(SITE)
    made = chatdock("apply", "chatdock.toml").stdout
    kept = chatdock("site", "acme", "rotate").stdout

    ended = chatdock("site", "acme", "rotate", "--now").stdout

    shown = [re.findall(r"identity secret  (\S+)", text)[0] for text in (made, kept, ended)]
    assert len(set(shown)) == 3
    assert "good for 24 hours more" in kept
    assert "have ended" in ended
    with store.read() as tx:
        site = find_site(tx, "acme", store.cipher)
        assert identity_secrets(tx, "acme", store.cipher) == (shown[2],)
    assert site
    assert site.token_generation == 2


@pytest.mark.parametrize(
    "arguments",
    [("site", "nobody", "pause"), ("site", "nobody", "rotate"), ("token", "nobody", "--user", "1")],
)
def test_an_unknown_site_is_said(chatdock: Chatdock, arguments: tuple[str, ...]) -> None:
    done = chatdock(*arguments)

    assert done.returncode == 1
    assert done.stderr == "Error: there is no site 'nobody'; `chatdock sites` lists them\n"


def test_now_belongs_to_rotate(chatdock: Chatdock) -> None:
    done = chatdock("site", "acme", "pause", "--now")

    assert done.returncode == 2
    assert "--now belongs to rotate" in done.stderr


def test_token_is_signed_with_the_identity_secret(
    chatdock: Chatdock, write: Write, store: Store
) -> None:
    write(SITE)
    chatdock("apply", "chatdock.toml")

    printed = chatdock("token", "acme", "--user", "u-1", "--name", "王小明").stdout.strip()

    with store.read() as tx:
        (secret,) = identity_secrets(tx, "acme", store.cipher)
    claims = jwt.decode(printed, secret, algorithms=["HS256"], audience="acme")
    assert (claims["sub"], claims["name"]) == ("u-1", "王小明")
    assert claims["exp"] - claims["iat"] == 3600


def test_doctor_finds_a_fresh_machine_in_order(chatdock: Chatdock, write: Write) -> None:
    write(SITE)
    chatdock("apply", "chatdock.toml")

    done = chatdock("doctor")

    assert (done.returncode, done.stderr) == (0, "")
    assert "WRONG" not in done.stdout
    assert "\nsite acme\n" in done.stdout


def test_doctor_names_a_platform_that_does_not_answer(chatdock: Chatdock, write: Write) -> None:
    write(
        SITE.replace('kind = "demo"', 'kind = "openai"\napi_key = "sk-planted"\nmodel = "m"')
        + 'base_url = "http://127.0.0.1:9/v1"\n'
    )
    chatdock("apply", "chatdock.toml")

    done = chatdock("doctor", "acme")

    assert done.returncode == 1
    assert re.search(r"WRONG .*127\.0\.0\.1:9", done.stdout)
    assert "sk-planted" not in done.stdout + done.stderr


def test_doctor_finds_a_readable_key_and_an_unknown_address(
    chatdock: Chatdock, tmp_path: Path
) -> None:
    chatdock("sites")
    key = tmp_path / "data/secret.key"
    key.chmod(0o644)

    done = chatdock("doctor", CHATDOCK_HOST="0.0.0.0")

    assert done.returncode == 1
    assert f"WRONG Others on this machine can read {key}: run chmod 600 {key}." in done.stdout
    assert "WRONG The server listens on 0.0.0.0 but does not know its own address" in done.stdout


def test_doctor_names_an_unknown_site(chatdock: Chatdock) -> None:
    done = chatdock("doctor", "nobody")

    assert done.returncode == 1
    assert "There is no such site" in done.stdout


def test_another_secret_key_is_named_instead_of_a_traceback(
    chatdock: Chatdock, write: Write
) -> None:
    write(SITE)
    chatdock("apply", "chatdock.toml")

    done = chatdock("sites", CHATDOCK_SECRET_KEY="x" * 40)

    assert done.returncode == 1
    assert "The secret key is not the one that this database was written with" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_database_is_ours_alone(chatdock: Chatdock, tmp_path: Path) -> None:
    chatdock("sites")

    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "data").iterdir()}
    assert modes == {"chatdock.db": 0o600, "secret.key": 0o600}


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"CHATDOCK_WORKERS": "2"}, "More than one worker needs Redis"),
        ({"CHATDOCK_DATABASE_URL": "postgresql://h/d"}, "PostgreSQL cannot be used yet"),
        ({"CHATDOCK_PROT": "1"}, "CHATDOCK_PROT is no setting; did you mean CHATDOCK_PORT?"),
    ],
)
def test_serve_refuses_in_one_sentence(
    chatdock: Chatdock, variables: dict[str, str], says: str
) -> None:
    done = chatdock("serve", **variables)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_serve_refuses_workers_on_the_command_line(chatdock: Chatdock) -> None:
    assert "More than one worker needs Redis" in chatdock("serve", "--workers", "2").stderr
