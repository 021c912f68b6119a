"""Things of the domain, ready-made: plain functions whose keywords replace single fields."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from widget.domain.conversations import Conversation, Visitor, new_id
from widget.domain.options import Options
from widget.domain.sites import Caller, EmbedToken, ProviderChoice, Site

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def make_site(**changes: Any) -> Site:
    site = Site(
        key="acme",
        name="Acme",
        origins=("https://www.acme.example",),
        provider=ProviderChoice("demo", {"delay_ms": 0}),
        options=Options(),
    )
    return msgspec.structs.replace(site, **changes)


def make_caller(site: Site | None = None, **changes: Any) -> Caller:
    caller = Caller(
        site=site or make_site(),
        visitor=new_id("vis"),
        key_hash=new_id("hash"),
        origin="https://www.acme.example",
        address="192.0.2.7",
        lang="en",
    )
    return msgspec.structs.replace(caller, **changes)


def make_token(**changes: Any) -> EmbedToken:
    token = EmbedToken(
        site="acme",
        visitor=new_id("vis"),
        key_hash=new_id("hash"),
        origin="https://www.acme.example",
        generation=1,
    )
    return msgspec.structs.replace(token, **changes)


def make_visitor(**changes: Any) -> Visitor:
    visitor = Visitor(id=new_id("vis"), site="acme", key_hash=new_id("hash"), key_made_at=MOMENT)
    return msgspec.structs.replace(visitor, **changes)


def make_conversation(visitor: Visitor, **changes: Any) -> Conversation:
    conversation = Conversation(
        id=new_id("cnv"),
        site=visitor.site,
        visitor=visitor.id,
        title="Postage",
        upstream_conversation=None,
        created_at=MOMENT,
        updated_at=MOMENT,
    )
    return msgspec.structs.replace(conversation, **changes)
