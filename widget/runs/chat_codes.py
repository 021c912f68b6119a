"""A code that opens one person's chat once, within a minute: it may stand in an address.

Addresses are written down by proxies, browsers and those who share them; a code is worth nothing
any more by then.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from widget.store.chat_codes import has_code, keep_code, take_code
from widget.store.database import Store

CODE_LASTS = timedelta(seconds=60)
LONGEST_CODE = 64


def issue(store: Store, site: str, embed_token: str, *, at: datetime | None = None) -> str:
    """A new code that stands for this embed token. What is stored is of no use without it."""
    at = at or datetime.now(UTC)
    code = secrets.token_urlsafe(24)
    hashed = code_hash(code)
    sealed = store.cipher.seal(embed_token, _place(hashed))
    with store.begin() as tx:
        keep_code(tx, hashed, site=site, token=sealed, ends_at=at + CODE_LASTS, at=at)
    return code


def redeem(store: Store, site: str, code: str, *, at: datetime | None = None) -> str | None:
    """The embed token, for the first who asks in time; None for everybody else."""
    if not 0 < len(code) <= LONGEST_CODE:
        return None
    hashed = code_hash(code)
    with store.read() as tx:
        if not has_code(tx, hashed):
            return None
    with store.begin() as tx:
        sealed = take_code(tx, hashed, site=site, at=at)
    return store.cipher.open(sealed, _place(hashed)) if sealed else None


def code_hash(code: str) -> str:
    return hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()


def _place(hashed: str) -> str:
    return f"chat_codes/{hashed}"
