from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from widget.web import logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Logging is the process's own: put it back for the tests that follow."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")

    structlog.get_logger("widget.web.socket").info("socket failed", site="acme")
    logging.getLogger("some.library").warning("a %s matter", "small")

    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first.pop("timestamp") <= second.pop("timestamp")
    assert first == {
        "event": "socket failed",
        "level": "info",
        "logger": "widget.web.socket",
        "site": "acme",
    }
    assert second == {"event": "a small matter", "level": "warning", "logger": "some.library"}


def test_secrets_are_blanked_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    fields = ("key", "api_key", "embed_token", "identity_secret", "text", "authorization")

    structlog.get_logger().info("seen", site="planted", **dict.fromkeys(fields, "planted"))

    line = json.loads(capsys.readouterr().err)
    assert line["site"] == "planted"
    assert {line[field] for field in fields} == {logs.BLANK}


def test_level_holds_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning")

    structlog.get_logger().info("quiet")
    logging.getLogger("library").info("quiet")
    structlog.get_logger().warning("loud")

    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["loud"]


def test_exception_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        structlog.get_logger().exception("failed")

    assert "ZeroDivisionError" in json.loads(capsys.readouterr().err)["exception"]
