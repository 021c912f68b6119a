from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from widget.config import SETTINGS, Settings, load_settings
from widget.domain.errors import Misconfigured

KEY = "k" * 40


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(environ: dict[str, str] | None = None, **command_line: str | None) -> Settings:
    return load_settings(command_line, environ={"CHATDOCK_SECRET_KEY": KEY, **(environ or {})})


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def test_every_setting_of_the_table_is_a_field_and_the_other_way_round() -> None:
    assert {one.name for one in SETTINGS} | {"config"} == {one.name for one in fields(Settings)}


def test_every_setting_says_what_it_is_for() -> None:
    assert [one.name for one in SETTINGS if not one.help.endswith(".")] == []


def test_defaults_need_nothing(folder: Path) -> None:
    settings = load()

    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8080, 1)
    assert settings.data == folder / "data"
    assert settings.database == folder / "data/chatdock.db"
    assert settings.local_url == "http://127.0.0.1:8080"
    assert settings.config is None


def test_command_line_goes_before_environment_before_file_before_default(folder: Path) -> None:
    write(folder / "chatdock.toml", '[server]\nport = 1003\nhost = "file"\nlog_level = "error"\n')
    environ = {"CHATDOCK_PORT": "1002", "CHATDOCK_HOST": "environment"}

    settings = load(environ, port="1001", host=None)

    assert (settings.port, settings.host, settings.log_level) == (1001, "environment", "error")
    assert settings.worker_connections == 12_000


def test_the_configuration_file_may_be_named(folder: Path) -> None:
    write(folder / "chatdock.toml", "[server]\nport = 1001\n")
    write(folder / "other.toml", "[server]\nport = 1002\n")
    write(folder / "third.toml", "[server]\nport = 1003\n")
    environ = {"CHATDOCK_CONFIG": "other.toml"}

    assert load(environ).port == 1002
    assert load(environ, config="third.toml").port == 1003


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("PORT", "8080a", "CHATDOCK_PORT must be a whole number from 1 to 65535."),
        ("PORT", "", "CHATDOCK_PORT must be a whole number from 1 to 65535."),
        ("PORT", " 80", "CHATDOCK_PORT must be a whole number from 1 to 65535."),
        ("PORT", "0", "CHATDOCK_PORT must be a whole number from 1 to 65535."),
        ("PORT", "٣", "CHATDOCK_PORT must be a whole number from 1 to 65535."),
        ("LOG_LEVEL", "INFO", "CHATDOCK_LOG_LEVEL must be one of debug, info, warning, error."),
        (
            "HOST",
            "a b",
            "CHATDOCK_HOST must be an address to listen on, such as 127.0.0.1 or 0.0.0.0.",
        ),
        ("DATA", "", "CHATDOCK_DATA must be a folder."),
        (
            "DATABASE_URL",
            "sqlite:///a\n",
            "CHATDOCK_DATABASE_URL must be text without control characters.",
        ),
    ],
)
def test_a_wrong_variable_is_refused(variable: str, text: str, message: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        load({f"CHATDOCK_{variable}": text})

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('port = "8080"', "server.port must be a whole number from 1 to 65535."),
        ("port = true", "server.port must be a whole number from 1 to 65535."),
        ("host = 1", "server.host must be text in quotes."),
        ("prot = 1", "chatdock.toml: server.prot is unknown; did you mean port?"),
        ("trusted_proxies = [1]", "server.trusted_proxies must be IP addresses or networks"),
    ],
)
def test_a_wrong_line_is_refused(folder: Path, line: str, message: str) -> None:
    write(folder / "chatdock.toml", f"[server]\n{line}\n")

    with pytest.raises(Misconfigured) as caught:
        load()

    assert str(caught.value).startswith(message)


def test_an_option_is_named_as_it_is_typed() -> None:
    with pytest.raises(Misconfigured, match=r"^--log-level must be one of"):
        load(log_level="loud")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[server", "chatdock.toml is not valid TOML"),
        ("[sever]\n", "chatdock.toml: sever is unknown; did you mean server?"),
        ("server = 1\n", "chatdock.toml: server must be a table"),
    ],
)
def test_a_wrong_file_is_refused(folder: Path, text: str, message: str) -> None:
    write(folder / "chatdock.toml", text)

    with pytest.raises(Misconfigured) as caught:
        load()

    assert str(caught.value).startswith(message)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"nowhere\.toml cannot be read"):
        load(config="nowhere.toml")


def test_an_unknown_variable_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(Misconfigured) as caught:
        load({"CHATDOCK_PROT": "1"})

    assert str(caught.value) == "CHATDOCK_PROT is no setting; did you mean CHATDOCK_PORT?"


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("", ""),
        ("https://Chat.Example.com/", "https://chat.example.com"),
        ("https://chat.example.com:443", "https://chat.example.com"),
        ("http://10.0.0.5:8080", "http://10.0.0.5:8080"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_public_url_is_brought_to_an_origin(text: str, origin: str) -> None:
    assert load({"CHATDOCK_PUBLIC_URL": text}).public_url == origin


@pytest.mark.parametrize(
    "text",
    [
        "chat.example.com",
        "https://chat.example.com/path",
        "https://user@chat.example.com",
        "https://chat.example.com?x",
        "ftp://chat.example.com",
        "https://",
        "https://a b",
        "https://a:b",
        "https://a'; script-src *",
    ],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match=r"such as https://chat\.example\.com"):
        load({"CHATDOCK_PUBLIC_URL": text})


def test_trusted_proxies_are_networks(folder: Path) -> None:
    write(folder / "chatdock.toml", '[server]\ntrusted_proxies = ["10.0.0.0/8", "::1"]\n')
    expected = (ip_network("10.0.0.0/8"), ip_network("::1"))

    assert load().trusted_proxies == expected
    assert load({"CHATDOCK_TRUSTED_PROXIES": "10.0.0.0/8, ::1"}).trusted_proxies == expected
    assert load({"CHATDOCK_TRUSTED_PROXIES": ""}).trusted_proxies == ()
    write(folder / "chatdock.toml", '[server]\ntrusted_proxies = "10.0.0.0/8,::1"\n')
    assert load().trusted_proxies == expected


def test_a_network_with_host_bits_is_refused() -> None:
    with pytest.raises(Misconfigured, match="has host bits set"):
        load({"CHATDOCK_TRUSTED_PROXIES": "10.0.0.1/8"})


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"CHATDOCK_WORKERS": "2"}, "More than one worker needs Redis (CHATDOCK_REDIS_URL)"),
        ({"CHATDOCK_REDIS_URL": "redis://x"}, "Redis cannot be used yet"),
        ({"CHATDOCK_DATABASE_URL": "postgresql://u:secret@h/d"}, "PostgreSQL cannot be used yet"),
        ({"CHATDOCK_DATABASE_URL": "sqlite:///:memory:"}, "must be an SQLite file"),
    ],
)
def test_what_is_not_there_yet_is_refused_in_one_sentence(
    environ: dict[str, str], says: str
) -> None:
    with pytest.raises(Misconfigured) as caught:
        load(environ)

    assert says in str(caught.value)
    assert str(caught.value).count("\n") == 0
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://[::1]:8080"),
        ("::1", "http://[::1]:8080"),
        ("localhost", "http://localhost:8080"),
    ],
)
def test_local_url_can_be_opened_in_a_browser(host: str, url: str) -> None:
    assert load({"CHATDOCK_HOST": host}).local_url == url


def test_secrets_do_not_show_in_a_repr() -> None:
    settings = load()

    assert settings.secret_key == KEY.encode()
    assert KEY not in repr(settings)


def test_a_secret_may_stand_in_a_file(folder: Path) -> None:
    write(folder / "key", f"{'f' * 40}\n")

    settings = load_settings(environ={"CHATDOCK_SECRET_KEY_FILE": "key"})

    assert settings.secret_key == b"f" * 40


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"CHATDOCK_SECRET_KEY_FILE": "nowhere"}, "names nowhere, which cannot be read"),
        ({"CHATDOCK_SECRET_KEY_FILE": "empty"}, "names empty, which is empty"),
        (
            {"CHATDOCK_SECRET_KEY_FILE": "empty", "CHATDOCK_SECRET_KEY": KEY},
            "CHATDOCK_SECRET_KEY and CHATDOCK_SECRET_KEY_FILE are both set",
        ),
        ({"CHATDOCK_SECRET_KEY": ""}, "CHATDOCK_SECRET_KEY is set but empty"),
        ({"CHATDOCK_SECRET_KEY": "short"}, "must have 32 characters or more"),
        ({"CHATDOCK_PORT_FILE": "empty"}, "CHATDOCK_PORT_FILE is no setting"),
    ],
)
def test_a_missing_or_wrong_secret_stops_with_a_sentence(
    folder: Path, environ: dict[str, str], says: str
) -> None:
    write(folder / "empty", "\n")

    with pytest.raises(Misconfigured) as caught:
        load_settings(environ=environ)

    assert says in str(caught.value)
    assert not (folder / "data/secret.key").exists()


def test_the_secret_key_is_made_on_the_first_start_for_us_alone(folder: Path) -> None:
    first = load_settings(environ={})
    second = load_settings(environ={})

    file = folder / "data/secret.key"
    assert first.secret_key == second.secret_key == file.read_bytes().strip()
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.name for one in file.parent.iterdir()] == ["secret.key"]


def test_no_new_secret_key_is_made_for_an_old_database(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data/chatdock.db").touch()

    with pytest.raises(Misconfigured, match=r"secret\.key is missing, but .* was written with it"):
        load_settings(environ={})

    assert not (folder / "data/secret.key").exists()


def test_a_secret_key_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data/secret.key").write_bytes(b"\xff" * 40)

    with pytest.raises(Misconfigured, match=r"secret\.key cannot be read"):
        load_settings(environ={})


def test_of_two_first_starts_at_once_one_key_wins(folder: Path) -> None:
    code = "from widget.config import load_settings; print(load_settings(environ={}).secret_key)"
    command = [sys.executable, "-c", code]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    processes = [
        subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE) for _ in range(4)
    ]
    keys = {process.communicate()[0] for process in processes}

    assert len(keys) == 1
    assert [one.name for one in (folder / "data").iterdir()] == ["secret.key"]


def test_a_data_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    write(folder / "data", "a file stands here")

    with pytest.raises(Misconfigured, match=r"The data folder .* cannot be made"):
        load_settings(environ={})
