"""The private key of an OAuth app, however it was pasted."""

from __future__ import annotations

import contextlib
import re
import textwrap
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_PEM = re.compile(r"-----BEGIN ([A-Z ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
_FAULT = (
    "oauth_private_key: is no RSA private key; paste the whole downloaded file, from -----BEGIN to "
    "END … KEY-----"
)


def load_private_key(text: str) -> RSAPrivateKey:
    """The key in PEM form. One-line forms and variables of an environment lose its line breaks, or
    spell them ``\\n``. Raises ``ValueError`` that quotes nothing of it."""
    found = _PEM.search(text.replace("\\n", "\n"))
    if found is None:
        raise ValueError(_FAULT)
    body = "\n".join(textwrap.wrap("".join(found[2].split()), 64))
    pem = f"-----BEGIN {found[1]}-----\n{body}\n-----END {found[1]}-----\n"
    key: Any = None
    with contextlib.suppress(ValueError, TypeError):
        key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(_FAULT)
    return key
