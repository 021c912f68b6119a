"""What owners paste as the address of a platform, and what is said of what is none."""

from __future__ import annotations

import pytest

from widget.domain.errors import BadInput
from widget.providers.http import normalise_base_url
from widget.providers.registry import parse_settings

WHOLE = "provider.base_url: write the whole address, as https://api.example.com/v1"


@pytest.mark.parametrize(
    ("pasted", "base"),
    [
        (" https://api.example.com/v1/ ", "https://api.example.com/v1"),
        ("https://api.example.com/v1/chat/completions", "https://api.example.com/v1"),
        ("http://[::1]:11434/v1", "http://[::1]:11434/v1"),
    ],
)
def test_address_is_taken_as_it_is_pasted(pasted: str, base: str) -> None:
    assert normalise_base_url(pasted) == base


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        ("", WHOLE),
        ("api.example.com/v1", WHOLE),
        ("ftp://api.example.com", WHOLE),
        ("https:///v1", WHOLE),
        ("https://[::1/v1", WHOLE),
        ("https://api.example.com:port/v1", WHOLE),
        ("https://api.example.com:99999/v1", WHOLE),
        ("https://api.example.com:0/v1", WHOLE),
        (
            "https://api.example.com /v1",
            "provider.base_url: holds characters that no address has; copy it again",
        ),
        (
            "https://api.example.com\u200b/v1",
            "provider.base_url: holds characters that no address has; copy it again",
        ),
        ("https://api.example.com/v1?key=1", "provider.base_url: leave out what follows ? or #"),
        ("https://api.example.com/v1#key", "provider.base_url: leave out what follows ? or #"),
    ],
)
def test_address_that_is_none_is_named(pasted: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_settings("openai", {"base_url": pasted, "model": "m"})

    assert str(refused.value) == sentence
