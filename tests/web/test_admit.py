"""Where a request comes from, and whether an origin is our own."""

from __future__ import annotations

import dataclasses
from ipaddress import ip_network

import pytest
from flask import Flask, request

from widget.web.admit import client_address, is_own_origin, own_origin
from widget.web.services import EXTENSION


def set_up(app: Flask, **changes: object) -> None:
    """Replaces settings of a made application."""
    own = app.extensions[EXTENSION]
    settings = dataclasses.replace(own.settings, **changes)
    app.extensions[EXTENSION] = dataclasses.replace(own, settings=settings)


PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),  # not our proxy: whatever it says
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),  # the rest is hearsay
        ("2001:db8::1", "2001:db9::5", "2001:db9::5"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"),  # a visitor may have written the first
        ("10.0.0.1", "203.0.113.9, , 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, [2001:db9::5]:4711", "2001:db9::5"),
        ("10.0.0.1", "203.0.113.9, [2001:db9::5]", "2001:db9::5"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_address_is_the_nearest_that_is_not_a_proxy_of_ours(
    app: Flask, remote: str, forwarded: str, address: str
) -> None:
    set_up(app, trusted_proxies=PROXIES)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": remote}):
        assert client_address(request) == address


def test_forwarded_addresses_do_not_count_without_proxies(app: Flask) -> None:
    with app.test_request_context(
        headers={"X-Forwarded-For": "198.51.100.1"}, environ_base={"REMOTE_ADDR": "10.0.0.1"}
    ):
        assert client_address(request) == "10.0.0.1"


def test_operator_is_told_once_of_a_proxy_that_is_not_trusted(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    for remote in ("8.8.8.8", "127.0.0.1", "10.0.0.1"):  # of the first we know nothing
        with app.test_request_context(
            headers={"X-Forwarded-For": "198.51.100.1"}, environ_base={"REMOTE_ADDR": remote}
        ):
            client_address(request)

    told = [record.msg for record in caplog.records if "TRUSTED_PROXIES" in str(record.msg)]
    assert [line["proxy"] for line in told if isinstance(line, dict)] == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("remote", "origin"),
    [("10.0.0.1", "https://chat.example"), ("192.0.2.7", "http://chat.example")],
)
def test_scheme_is_believed_of_our_own_proxy_only(app: Flask, remote: str, origin: str) -> None:
    set_up(app, trusted_proxies=PROXIES)

    with app.test_request_context(
        base_url="http://Chat.Example",
        headers={"X-Forwarded-Proto": "https"},
        environ_base={"REMOTE_ADDR": remote},
    ):
        assert own_origin() == origin


def test_public_url_is_our_origin(app: Flask) -> None:
    set_up(app, public_url="https://chat.example.com")

    with app.test_request_context(base_url="http://10.1.2.3:8080"):
        assert own_origin() == "https://chat.example.com"
        assert is_own_origin("https://chat.example.com")
        assert is_own_origin("http://10.1.2.3:8080")
        assert not is_own_origin("http://chat.example.com")


@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        ("http://chat.example:8080", True),
        ("https://chat.example:8080", True),
        ("http://chat.example", False),
        ("http://evil.example", False),
        ("http://chat.example:8080.evil.example", False),
        ("null", False),
        ("", False),
        ("file://chat.example:8080", False),
    ],
)
def test_origin_is_our_own_when_its_host_was_asked(app: Flask, origin: str, is_own: bool) -> None:
    with app.test_request_context(base_url="http://chat.example:8080"):
        assert is_own_origin(origin) is is_own
