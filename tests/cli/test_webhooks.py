"""Webhooks in the file, in the log, and in what the commands print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import SITE, Chatdock
from tests.factories import MOMENT, make_conversation, make_visitor
from tests.leaks import leaks
from tests.receiver import SECRET
from widget.domain.apis import Webhook
from widget.domain.errors import BadInput
from widget.providers.base import Finding
from widget.runs.site_file import merge, read_drafts
from widget.runs.webhooks import address_of
from widget.runs.webhooks_log import check_deliveries
from widget.store.conversations import add_conversation
from widget.store.database import Store
from widget.store.sites import find_site
from widget.store.visitors import ensure_visitor
from widget.store.webhooks import Attempt, Delivery, add_deliveries, claim_due, record_attempt

Write = Callable[[str], None]

HOOK = f"""
[[sites.webhooks]]
url = "https://shop.example/hooks?key=planted"
secret = "{SECRET}"
"""
OTHER = "whsec_" + "QUJD" * 12


def deliver(
    store: Store, name: str, *attempts: Attempt, url: str = "", at: datetime = MOMENT
) -> None:
    """A row with these attempts behind it."""
    webhook = Webhook(url or "https://shop.example/hooks?key=planted", SECRET)
    visitor = make_visitor()
    conversation = make_conversation(visitor)
    made = Delivery(
        id=name,
        site="acme",
        conversation=conversation.id,
        address=address_of(webhook),
        host="shop.example",
        event="message.finished",
        body="{}",
        created_at=at,
        next_at=at,
    )
    with store.begin() as tx:
        ensure_visitor(tx, visitor)
        add_conversation(tx, conversation)
        add_deliveries(tx, [made])
        for attempt in attempts:
            claim_due(tx, owner="me", at=at, until=at, limit=9)
            record_attempt(tx, name, attempt, owner="me")


DONE = Attempt("delivered", MOMENT, 204)
LATER = Attempt("waiting", MOMENT, 500, "answered 500", MOMENT + timedelta(seconds=30))
AT_ONCE = Attempt("waiting", MOMENT, 500, "answered 500", MOMENT)
GIVEN_UP = Attempt("failed", MOMENT, None, "cannot connect to shop.example")


def test_the_log_says_what_became_of_each(chatdock: Chatdock, write: Write, store: Store) -> None:
    write(SITE + HOOK)
    chatdock("apply", "chatdock.toml")
    deliver(store, "dlv_1", DONE)
    deliver(store, "dlv_2", LATER)
    deliver(store, "dlv_3", AT_ONCE, GIVEN_UP)
    deliver(store, "dlv_4")

    everything, failed = chatdock("webhooks", "acme"), chatdock("webhooks", "acme", "--failed")

    head = "2026-01-02 03:04:05  message.finished      shop.example  "
    given_up = f"{head}given up after 2 tries: cannot connect to shop.example  dlv_3\n"
    assert everything.stdout == (
        f"{head}delivered: answered 204 (1 try)  dlv_1\n"
        f"{head}to be tried again at 03:04:35 (1 try): answered 500  dlv_2\n"
        f"{given_up}"
        f"{head}waiting to be sent  dlv_4\n"
    )
    assert failed.stdout == given_up


def test_an_empty_log_says_so(chatdock: Chatdock, write: Write) -> None:
    write(SITE + HOOK)
    chatdock("apply", "chatdock.toml")

    assert chatdock("webhooks", "acme").stdout == "acme: nothing was sent in the last 30 days.\n"
    assert (
        chatdock("webhooks", "acme", "--failed").stdout
        == "acme: nothing was given up in the last 30 days.\n"
    )


def test_what_cannot_be_sent_again_is_refused_in_a_sentence(
    chatdock: Chatdock, write: Write, store: Store
) -> None:
    write(SITE + HOOK)
    chatdock("apply", "chatdock.toml")
    deliver(store, "dlv_1", url="https://gone.example/")

    said = [
        (done.returncode, done.stderr.splitlines()[-1])
        for done in (
            chatdock("webhooks", "acme", "--again", "dlv_none"),
            chatdock("webhooks", "acme", "--again", "dlv_1"),
            chatdock("webhooks", "nobody"),
            chatdock("webhooks", "acme", "--failed", "--again", "dlv_1"),
        )
    ]

    assert said == [
        (
            1,
            "Error: acme has no delivery 'dlv_none'; `chatdock webhooks acme` lists the last ones",
        ),
        (1, "Error: acme has no webhook at shop.example any more to send it to"),
        (1, "Error: there is no site 'nobody'; `chatdock sites` lists them"),
        (2, "Error: --failed lists, --again sends: give one of them."),
    ]


def test_apply_prints_no_secret_and_no_address(chatdock: Chatdock, write: Write) -> None:
    write(SITE + HOOK)
    made = chatdock("apply", "chatdock.toml")
    write(SITE + HOOK.replace(SECRET, OTHER))
    changed = chatdock("apply", "chatdock.toml")
    write(SITE + HOOK.replace(SECRET, OTHER) + "event = []")
    refused = chatdock("apply", "chatdock.toml")

    assert changed.stdout == "acme: changed.\n  webhooks: changed\n"
    assert "webhooks[0].event: is unknown; did you mean events?" in refused.stderr
    told = "".join(one.stdout + one.stderr for one in (made, changed, refused))
    assert [leaks(told, secret) for secret in (SECRET, OTHER, "planted")] == [[], [], []]


NOW = datetime.now(UTC)
RECENTLY = Attempt("delivered", NOW, 204)
RECENT_FAULT = Attempt("failed", NOW - timedelta(minutes=5), 500, "answered 500")
RETRIED = Attempt("waiting", NOW, 500, "answered 500", NOW + timedelta(minutes=2))
ADVICE = "`chatdock webhooks acme --failed` says why; --again ID sends one again."


@pytest.mark.parametrize(
    ("attempts", "is_ok", "text"),
    [
        ([[]], True, "shop.example: the first are waiting to be sent."),
        ([[RECENTLY], []], True, "shop.example takes what it is sent."),
        ([[RETRIED]], False, f"shop.example: 1 to be tried again in the last day. {ADVICE}"),
        ([[RECENT_FAULT]], False, f"shop.example: 1 given up in the last day. {ADVICE}"),
        (
            [[RECENT_FAULT], [RECENTLY]],
            True,
            f"shop.example: 1 given up in the last day; it takes them again now. {ADVICE}",
        ),
    ],
)
def test_doctor_says_how_a_receiver_answers(
    chatdock: Chatdock,
    write: Write,
    store: Store,
    attempts: list[list[Attempt]],
    is_ok: bool,
    text: str,
) -> None:
    write(SITE + HOOK)
    chatdock("apply", "chatdock.toml")
    for number, some in enumerate(attempts):
        deliver(store, f"dlv_{number}", *some, at=NOW - timedelta(hours=1))
    with store.read() as tx:
        site = find_site(tx, "acme", store.cipher)
    assert site

    assert list(check_deliveries(store, site)) == [Finding(is_ok, f"Webhooks: {text}")]


def test_doctor_says_that_nothing_was_sent(chatdock: Chatdock, write: Write) -> None:
    write(SITE + HOOK)
    chatdock("apply", "chatdock.toml")

    said = chatdock("doctor", "acme").stdout

    assert "  ok    Webhooks: 1; nothing was sent in the last day.\n" in said


def entry(**changes: object) -> dict[str, object]:
    return {"url": "https://shop.example/hook", "secret": SECRET, **changes}


def webhooks_of(*entries: dict[str, object]) -> tuple[Webhook, ...]:
    table = {"key": "acme", "provider": {"kind": "demo"}, "webhooks": list(entries)}
    (draft,) = read_drafts([table], {})
    return merge(None, draft).webhooks


WANTED = (
    "whsec_ and the base64 of at least 24 bytes (`openssl rand -base64 32` prints such), or any"
    " other text of at least 24 characters"
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"secret": "short"}, f"webhooks[0].secret: must be {WANTED}"),
        ({"secret": "whsec_too/short"}, f"webhooks[0].secret: must be {WANTED}"),
        ({"secret": SECRET[:-1]}, f"webhooks[0].secret: must be {WANTED}"),
        ({"secret": f"{SECRET}\n"}, f"webhooks[0].secret: must be {WANTED}"),
        ({"previous_secret": "short"}, f"webhooks[0].previous_secret: must be empty, or {WANTED}"),
        (
            {"url": "shop.example/hook"},
            "webhooks[0].url: must be an address such as https://shop.example/hooks/chat",
        ),
        (
            {"url": "https://me:password@shop.example/hook"},
            "webhooks[0].url: must be an address such as https://shop.example/hooks/chat",
        ),
        (
            {"events": ["message.sent"]},
            "webhooks[0].events[0]: must be one of 'conversation.started', 'feedback.given',"
            " 'message.finished'",
        ),
        ({"events": []}, "webhooks[0].events: must be a list of length >= 1"),
    ],
)
def test_a_webhook_that_could_not_work_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput) as caught:
        webhooks_of(entry(**changes))

    assert str(caught.value) == message


def test_an_address_stands_there_once() -> None:
    with pytest.raises(BadInput, match=r"^webhooks\[1\]\.url: is there twice; give one entry all"):
        webhooks_of(entry(), entry(events=["feedback.given"]))


@pytest.mark.parametrize("secret", [SECRET, OTHER, "four and twenty characters"])
def test_a_webhook_shows_no_secret(secret: str) -> None:
    made = webhooks_of(entry(secret=secret, previous_secret=OTHER))

    assert (made[0].secret, made[0].previous_secret) == (secret, OTHER)
    assert repr(made) == "(Webhook('shop.example', …),)"
