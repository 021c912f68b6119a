"""Server settings: one table, read once at start-up, in the order command line, environment
(``CHATDOCK_*``), ``[server]`` of the configuration file, default.

What concerns one site is a row in the database (``chatdock apply``), never a setting.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from widget.casts import FOLDER, HOST, NETWORKS, ORIGIN, TEXT, Kind, Network, one_of, whole
from widget.domain.errors import Misconfigured
from widget.secret_key import read_or_make_secret_key

PREFIX = "CHATDOCK_"
SQLITE = "sqlite:///"
FILE_NAME = "chatdock.toml"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"


@dataclass(frozen=True)
class Setting:
    """A secret may also stand in a file that ``CHATDOCK_<NAME>_FILE`` names."""

    name: str
    kind: Kind
    default: Any
    help: str
    is_secret: bool = False

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting("host", HOST, "127.0.0.1", "Address to listen on; 0.0.0.0 for every one."),
    Setting("port", whole(1, 65_535), 8080, "Port to listen on."),
    Setting(
        "public_url",
        ORIGIN,
        "",
        "Address that visitors see, such as https://chat.example.com. Empty: as each request says.",
    ),
    Setting(
        "trusted_proxies",
        NETWORKS,
        (),
        "Addresses of our own reverse proxies: only their X-Forwarded-For and -Proto count.",
    ),
    Setting("data", FOLDER, Path("data"), "Folder of the database and the secret key."),
    Setting(
        "check_files",
        FOLDER,
        "",
        "Folder whose NAME.txt files are served at /NAME.txt: check files of WeChat and others.",
    ),
    Setting(
        "translations",
        FOLDER,
        "",
        "Folder of more languages and other words (docs/languages.md); empty is"
        " <data>/translations.",
    ),
    Setting(
        "database_url",
        TEXT,
        "",
        "Database; empty is sqlite:///<data>/chatdock.db.",
        is_secret=True,
    ),
    Setting("redis_url", TEXT, "", "Redis, for more than one worker.", is_secret=True),
    Setting(
        "secret_key",
        TEXT,
        "",
        "Seals platform keys and signs tokens. Empty: <data>/secret.key, made on first start.",
        is_secret=True,
    ),
    Setting("workers", whole(1, 64), 1, "Server processes; above 1 they need redis_url."),
    Setting(
        "worker_connections",
        whole(10, 100_000),
        12_000,
        "Most sockets and requests that one worker holds open.",
    ),
    Setting(
        "drain_limit_s",
        whole(0, 3_600),
        30,
        "Seconds that running answers get to end when the server is stopped.",
    ),
    Setting(
        "run_limit_s",
        whole(10, 86_400),
        600,
        "Seconds that an answer may take in all; then it ends with a time-out.",
    ),
    Setting(
        "silence_limit_s",
        whole(5, 86_400),
        180,
        "Seconds that a platform may stay silent in the middle of an answer.",
    ),
    Setting(
        "log_level", one_of("debug", "info", "warning", "error"), "info", "Least level logged."
    ),
)


@dataclass(frozen=True)
class Settings:
    """``public_url`` is an origin or empty; ``config`` the file that was read, if any."""

    host: str
    port: int
    public_url: str
    trusted_proxies: tuple[Network, ...]
    data: Path
    check_files: Path | None
    translations: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: bytes = field(repr=False)
    workers: int
    worker_connections: int
    drain_limit_s: int
    run_limit_s: int
    silence_limit_s: int
    log_level: str
    config: Path | None = None

    @property
    def local_url(self) -> str:
        """Where a browser on this machine reaches the server."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
        host = everywhere.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def database(self) -> Path:
        return Path(self.database_url.removeprefix(SQLITE))


def load_settings(
    command_line: Mapping[str, str | None] | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Every setting from its first source; ``Misconfigured`` says the first fault in a sentence."""
    given = {name: text for name, text in (command_line or {}).items() if text is not None}
    _refuse_unknown_variables(environ)
    config = _config_file(given.pop("config", None), environ)
    table = read_file(config).get("server", {}) if config else {}
    _refuse_unknown_keys(table, config)
    values = {one.name: _value(one, given, environ, table) for one in SETTINGS}
    return _complete(values, config)


def read_file(path: Path) -> dict[str, Any]:
    """The whole configuration file, with its two tables ``server`` and ``sites``."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} is not valid TOML: {error}.") from None
    for name in tree:
        if name not in {"server", "sites"}:
            raise Misconfigured(
                f"{path}: {name} is unknown{_suggestion(name, ['server', 'sites'])}"
            )
    if not isinstance(tree.get("server", {}), dict):
        raise Misconfigured(f"{path}: server must be a table, [server].")
    return tree


def _config_file(given: str | None, environ: Mapping[str, str]) -> Path | None:
    named = given or environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    return Path(FILE_NAME) if Path(FILE_NAME).is_file() else None


def _value(
    one: Setting, given: Mapping[str, str], environ: Mapping[str, str], table: Mapping[str, Any]
) -> Any:
    if one.name in given:
        option = "--" + one.name.replace("_", "-")
        return _cast(one.kind.of_text, given[one.name], option)
    text = _variable(one, environ)
    if text is not None:
        return _cast(one.kind.of_text, text, one.variable)
    if one.name in table:
        return _cast(one.kind.of_value, table[one.name], f"server.{one.name}")
    return one.default


def _variable(one: Setting, environ: Mapping[str, str]) -> str | None:
    file_variable = f"{one.variable}_FILE"
    if not one.is_secret:
        return environ.get(one.variable)
    if environ.get(one.variable) == "":
        raise Misconfigured(f"{one.variable} is set but empty: give it a value or leave it away.")
    if file_variable not in environ:
        return environ.get(one.variable)
    if one.variable in environ:
        raise Misconfigured(f"{one.variable} and {file_variable} are both set: leave one away.")
    return _secret_file(Path(environ[file_variable]), file_variable)


def _secret_file(path: Path, variable: str) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{variable} names {path}, which cannot be read: {error}.") from None
    if not text:
        raise Misconfigured(f"{variable} names {path}, which is empty.")
    return text


def _cast(cast: Any, value: object, source: str) -> Any:
    try:
        return cast(value)
    except ValueError as error:
        raise Misconfigured(f"{source} must be {error}.") from None


def _complete(values: dict[str, Any], config: Path | None) -> Settings:
    _refuse_what_is_not_there(values)
    data = values["data"] = values["data"].absolute()
    values["check_files"] = _folder_that_is_there("check_files", values["check_files"])
    named = _folder_that_is_there("translations", values["translations"])
    values["translations"] = named or data / "translations"
    values["database_url"] = values["database_url"] or f"{SQLITE}{data / 'chatdock.db'}"
    settings = Settings(**values, config=config)
    _make_folder(data)
    key = read_or_make_secret_key(values["secret_key"], data, database=settings.database)
    return replace(settings, secret_key=key)


def _folder_that_is_there(name: str, folder: Path | Literal[""]) -> Path | None:
    """Said at the start, not when WeChat asks for the file."""
    if not folder:
        return None
    if not folder.is_dir():
        raise Misconfigured(f"{name} names {folder}, which is no folder.")
    return folder.absolute()


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Misconfigured(f"The data folder {data} cannot be made: {error.strerror}.") from None


def _refuse_what_is_not_there(values: Mapping[str, Any]) -> None:
    if values["workers"] > 1:
        raise Misconfigured(
            "More than one worker needs Redis (CHATDOCK_REDIS_URL), which this version cannot use"
            " yet: run one worker."
        )
    if values["redis_url"]:
        raise Misconfigured("Redis cannot be used yet: leave CHATDOCK_REDIS_URL away.")
    if values["database_url"] and not re.fullmatch(r"sqlite:///[^?:]+", values["database_url"]):
        raise Misconfigured(
            "The database must be an SQLite file (sqlite:///path): PostgreSQL cannot be used yet."
        )


def _refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    known = {CONFIG_VARIABLE} | {one.variable for one in SETTINGS}
    known |= {f"{one.variable}_FILE" for one in SETTINGS if one.is_secret}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            raise Misconfigured(f"{name} is no setting{_suggestion(name, known)}")


def _refuse_unknown_keys(table: Mapping[str, Any], config: Path | None) -> None:
    known = [one.name for one in SETTINGS]
    for name in table:
        if name not in known:
            raise Misconfigured(f"{config}: server.{name} is unknown{_suggestion(name, known)}")


def _suggestion(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else "."
