from __future__ import annotations

import pytest

from widget.domain.errors import Misconfigured
from widget.store.cipher import Cipher

CIPHER = Cipher(b"a" * 32)


@pytest.mark.parametrize("text", ["", "sk-secret", "密钥 🔑", "x" * 10_000])
def test_sealed_text_opens_again(text: str) -> None:
    assert CIPHER.open(CIPHER.seal(text, "here"), "here") == text


def test_sealed_text_shows_nothing_of_the_text_and_differs_each_time() -> None:
    first, second = CIPHER.seal("sk-secret"), CIPHER.seal("sk-secret")

    assert first != second
    assert "secret" not in first


def test_another_key_does_not_open_it() -> None:
    sealed = CIPHER.seal("sk-secret")

    with pytest.raises(Misconfigured, match=r"put the old secret\.key back"):
        Cipher(b"b" * 32).open(sealed)


def test_a_value_copied_to_another_place_does_not_open() -> None:
    sealed = CIPHER.seal("sk-secret", "sites/acme/provider_settings")

    with pytest.raises(Misconfigured):
        CIPHER.open(sealed, "sites/evil/provider_settings")


@pytest.mark.parametrize("text", ["", "v1.", "v1.AAAA", "not sealed at all"])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(Misconfigured):
        CIPHER.open(text)
