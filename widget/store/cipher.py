"""Sealing what must not lie readable on disk: platform keys and identity secrets."""

from __future__ import annotations

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from widget.domain.errors import Misconfigured

FORMAT = "v1."
NONCE_BYTES = 12


class Cipher:
    """AES-256-GCM under a key derived from the server's secret key.

    ``place`` names where the value is kept; a sealed value copied to another place does not open.
    """

    def __init__(self, secret_key: bytes) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"chatdock store v1").derive(secret_key)
        self._aead = AESGCM(derived)

    def seal(self, text: str, place: str = "") -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._aead.encrypt(nonce, text.encode(), place.encode())
        return FORMAT + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, place: str = "") -> str:
        """The text again; ``Misconfigured`` when it was sealed under another secret key."""
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(FORMAT))
            return self._aead.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Misconfigured(
                "The secret key is not the one that this database was written with: put the old"
                " secret.key back into the data folder, or give the old CHATDOCK_SECRET_KEY."
            ) from error
