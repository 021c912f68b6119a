from __future__ import annotations

import pytest

from widget.domain.errors import BadInput
from widget.domain.origins import parse_origin, warnings_about
from widget.domain.sites import allows


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.acme.example", "https://www.acme.example"),
        (" HTTPS://WWW.Acme.Example/ ", "https://www.acme.example"),
        ("https://*.Acme.example", "https://*.acme.example"),
        ("https://acme.example:443", "https://acme.example"),
        ("http://acme.example:80", "http://acme.example"),
        ("http://acme.example:443", "http://acme.example:443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://商店.example", "https://xn--czrs0t.example"),
        ("https://*.商店.example", "https://*.xn--czrs0t.example"),
    ],
)
def test_an_origin_is_brought_to_the_form_of_browsers(text: str, origin: str) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "an origin is empty"),
        ("*", "would let every page in"),
        ("acme.example", "write https://acme.example"),
        ("*.acme.example", "write https://*.acme.example"),
        ("ftp://acme.example", "write https://acme.example"),
        ("https://acme.example/shop", "write https://acme.example"),
        ("https://acme.example?x=1", "must end after the host"),
        ("https://user@acme.example", "write https://acme.example"),
        ("https://*", "no usable host"),
        ("https://a.*.example", "no usable host"),
        ("https://*.*.example", "no usable host"),
        ("https://a..example", "no usable host"),
        ("https://a b", "no usable host"),
        ("https://a;script-src", "no usable host"),
        ("https://a'b", "no usable host"),
        ("https://*.[::1]", "no usable host"),
        ("https://acme.example:99999", "is no origin"),
        ("https://[::1", "is no origin"),
        (f"https://{'ä' * 80}.example", "no valid name"),
    ],
)
def test_what_is_no_origin_is_refused_with_a_hint(text: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_origin(text)

    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("origins", "warnings"),
    [
        (["https://acme.example"], []),
        (["https://*.acme.example", "https://acme.example"], []),
        (
            ["https://*.acme.example"],
            [
                "https://*.acme.example does not match https://acme.example:"
                " add it if pages there have the tag too"
            ],
        ),
        (
            ["https://acme.example:8443"],
            ["https://acme.example:8443 matches that port only: https://acme.example is another"
             " origin"],
        ),
        (
            ["http://localhost"],
            ["http://localhost matches port 80 only: a page on http://localhost:3000 is another"
             " origin"],
        ),
    ],
)  # fmt: skip
def test_owners_are_told_what_an_origin_does_not_match(
    origins: list[str], warnings: list[str]
) -> None:
    assert warnings_about(origins) == warnings


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("https://acme.example", False),
        ("https://www.acme.example", True),
        ("https://a.b.acme.example", True),
        ("http://www.acme.example", False),
        ("https://www.acme.example:8443", False),
        ("https://evilacme.example", False),
        ("https://.acme.example", False),
        ("https://www.acme.example.evil", False),
        ("https://exact.example", True),
        ("https://exact.example.evil", False),
        ("https://xexact.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_host_origin_is_matched_exactly_or_by_subdomain(origin: str, is_allowed: bool) -> None:
    assert allows(("https://*.acme.example", "https://exact.example"), origin) is is_allowed


def test_an_empty_list_allows_nobody() -> None:
    assert not allows((), "https://acme.example")
