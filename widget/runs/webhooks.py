"""Tells the owner's own server: each event becomes a row for each webhook that wants it.

The rows are written in the transaction of what they tell of, so that a kill loses neither or both;
``webhooks_sender`` sends them. A site without webhooks pays a look at an empty tuple.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from widget.domain.apis import Webhook, WebhookEvent
from widget.domain.conversations import Feedback, new_id
from widget.domain.sites import Caller, Site
from widget.domain.webhooks import (
    ConversationStarted,
    FeedbackData,
    FeedbackGiven,
    FinishedData,
    MessageFinished,
    StartedData,
    ToldVerdict,
    WebhookBody,
    event_of,
)
from widget.store.webhook_facts import (
    told_exchange,
    told_follow_ups,
    told_question,
    told_thread,
)
from widget.store.webhooks import Delivery, add_deliveries

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction


def tell_started(
    engine: Engine, tx: Transaction, caller: Caller, conversation: str, question: str
) -> None:
    """A conversation has its first message."""
    site = engine.sites.find(caller.site.key) or caller.site
    if not wanting(site, "conversation.started"):
        return
    thread, visitor = told_thread(tx, conversation)
    asked = told_question(tx, question)
    data = StartedData(site.key, thread, visitor, asked, caller.origin, caller.lang)
    _add(engine, tx, site, ConversationStarted(engine.clock(), data))


def tell_finished(engine: Engine, tx: Transaction, key: str, answer: str) -> None:
    """An answer has ended and is stored whole."""
    site = engine.sites.find(key)
    if site is None or not wanting(site, "message.finished"):
        return
    exchange = told_exchange(tx, answer)
    thread, visitor = told_thread(tx, exchange.conversation)
    data = FinishedData(
        site.key,
        thread,
        visitor,
        exchange.question,
        exchange.answer,
        exchange.reply,
        told_follow_ups(tx, answer),
    )
    _add(engine, tx, site, MessageFinished(engine.clock(), data))


def tell_feedback(
    engine: Engine, tx: Transaction, site: Site, answer: str, given: Feedback | None
) -> None:
    """A visitor has judged an answer; None took the verdict back."""
    if not wanting(site, "feedback.given"):
        return
    exchange = told_exchange(tx, answer)
    thread, visitor = told_thread(tx, exchange.conversation)
    verdict = ToldVerdict(given.verdict, given.tags, given.detail) if given else None
    data = FeedbackData(site.key, thread, visitor, exchange.question, exchange.answer, verdict)
    _add(engine, tx, site, FeedbackGiven(engine.clock(), data))


def wanting(site: Site, event: WebhookEvent) -> list[Webhook]:
    return [webhook for webhook in site.webhooks if event in webhook.events]


def address_of(webhook: Webhook) -> str:
    """The webhook's name in the rows: the address itself may hold a password."""
    return hashlib.sha256(webhook.url.encode()).hexdigest()


def _add(engine: Engine, tx: Transaction, site: Site, body: WebhookBody) -> None:
    text = msgspec.json.encode(body).decode()
    event = event_of(body)
    made = [
        Delivery(
            id=new_id("dlv"),
            site=site.key,
            conversation=body.data.conversation.id,
            address=address_of(webhook),
            host=urlsplit(webhook.url).netloc,
            event=event,
            body=text,
            created_at=body.timestamp,
            next_at=body.timestamp,
        )
        for webhook in wanting(site, event)
    ]
    add_deliveries(tx, made)
    engine.deliveries.wake()
