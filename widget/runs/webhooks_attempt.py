"""One attempt to deliver: a signed request, and what its answer means.

Signed as Standard Webhooks says (standardwebhooks.com): ``webhook-signature`` holds ``v1,`` and
base64 of HMAC-SHA256 over ``id.timestamp.body``, once for each secret that is good now, so that a
secret can be changed without losing a delivery.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import gevent
from msgspec import Struct

from widget.domain.apis import Webhook
from widget.domain.errors import UpstreamError
from widget.providers.http import Patience, make_client
from widget.store.webhooks import Attempt, Delivery

if TYPE_CHECKING:
    import httpx

PATIENCE = Patience(connect_s=10, first_byte_s=15, between_bytes_s=5)
# A receiver has nothing to say to us; so much is read that it need not see a broken connection.
READ_BYTES = 4_096
LONGEST_PAUSE_S = 24 * 3600.0
JITTER = 0.2
GONE = 410
BUSY = (429, 503)


class Said(Struct, frozen=True):
    """What came of a request: a status, or ``fault``, why there is none. ``wait_s``: for how long
    the receiver wants no more."""

    status: int | None = None
    fault: str = ""
    wait_s: float = 0.0


def client_for_webhooks(most_at_once: int) -> httpx.Client:
    """No redirects, nothing from the environment, verified TLS."""
    return make_client(patience=PATIENCE, max_streams=most_at_once)


def post(client: httpx.Client, webhook: Webhook, delivery: Delivery, *, limit_s: float) -> Said:
    """Asks once, for ``limit_s`` at most. Whatever goes wrong comes back as a fault in words that
    hold neither the address's path nor a secret."""
    body = delivery.body.encode()
    headers = headers_of(webhook, delivery.id, body, at=datetime.now(UTC))
    said = Said(fault=f"{delivery.host} did not answer within {limit_s:g} s")
    try:
        with (
            gevent.Timeout(limit_s),
            client.stream("POST", webhook.url, content=body, headers=headers) as answer,
        ):
            said = Said(status=answer.status_code, wait_s=_asked_to_wait(answer))
            _read_a_little(answer)
    except gevent.Timeout:
        return said
    except UpstreamError as error:
        return Said(fault=error.detail)
    except Exception as error:  # an address that no client can use; its text would repeat it
        return Said(fault=f"the address cannot be used ({type(error).__name__})")
    return said


def headers_of(webhook: Webhook, delivery: str, body: bytes, *, at: datetime) -> dict[str, str]:
    moment = str(int(at.timestamp()))
    signed = b".".join((delivery.encode(), moment.encode(), body))
    return {
        "Content-Type": "application/json",
        "Connection": "close",  # the next delivery must not fall into one that was just closed
        "webhook-id": delivery,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(_signature(key, signed) for key in signing_keys(webhook)),
    }


def signing_keys(webhook: Webhook) -> list[bytes]:
    """What follows ``whsec_`` is base64 of the key; any other secret is the key as it stands."""
    prefix = "whsec_"
    return [
        base64.b64decode(secret.removeprefix(prefix))
        if secret.startswith(prefix)
        else secret.encode()
        for secret in (webhook.secret, webhook.previous_secret)
        if secret
    ]


def judge(delivery: Delivery, said: Said, pauses_s: tuple[float, ...], *, at: datetime) -> Attempt:
    """Delivered, to be tried again after the next pause, or given up."""
    if said.status is not None and 200 <= said.status < 300:
        return Attempt("delivered", at, said.status)
    fault = said.fault or _words(said.status or 0)
    if said.status == GONE or delivery.attempts >= len(pauses_s):
        return Attempt("failed", at, said.status, fault)
    pause_s = pauses_s[delivery.attempts] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    next_at = at + timedelta(seconds=max(pause_s, said.wait_s))
    return Attempt("waiting", at, said.status, fault, next_at)


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _words(status: int) -> str:
    if status == GONE:
        return "answered 410: it wants no more of these"
    if 300 <= status < 400:
        return f"answered {status}: redirects are not followed; write the new address into the file"
    return f"answered {status}"


def _asked_to_wait(answer: httpx.Response) -> float:
    """``Retry-After`` as seconds or as a date; what is neither counts for nothing."""
    text = answer.headers.get("retry-after", "").strip()
    if answer.status_code not in BUSY or not text:
        return 0.0
    wait_s = 0.0
    with suppress(ValueError):
        wait_s = float(text) if text.isascii() and text.isdigit() else _until(text)
    return min(max(wait_s, 0.0), LONGEST_PAUSE_S) if math.isfinite(wait_s) else LONGEST_PAUSE_S


def _until(text: str) -> float:
    moment = parsedate_to_datetime(text)
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _read_a_little(answer: httpx.Response) -> None:
    pieces: Iterator[bytes] = answer.iter_raw()
    read = 0
    with suppress(UpstreamError):
        for piece in pieces:
            read += len(piece)
            if read > READ_BYTES:
                return
