from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from widget.domain.conversations import Visitor
from widget.domain.errors import NotFound
from widget.domain.options import Options
from widget.domain.sites import ProviderChoice, Site
from widget.store.database import Store
from widget.store.sites import save_site
from widget.store.visitors import ensure_visitor, find_visitor_by_key, replace_key

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANNA = Visitor(id="vis_anna", site="acme", key_hash="hash-1", key_made_at=NOON)


@pytest.fixture
def store(store: Store) -> Store:
    with store.begin() as tx:
        for key in ("acme", "other"):
            choice = ProviderChoice("demo", {})
            site = Site(key=key, name=key, origins=(), provider=choice, options=Options())
            save_site(tx, site, store.cipher)
        ensure_visitor(tx, ANNA)
    return store


def found(store: Store, key_hash: str, *, at: datetime = NOON, site: str = "acme") -> str | None:
    with store.read() as tx:
        visitor = find_visitor_by_key(tx, site, key_hash, at=at)
    return visitor.id if visitor else None


def test_a_visitor_is_found_by_the_key(store: Store) -> None:
    with store.read() as tx:
        assert find_visitor_by_key(tx, "acme", "hash-1") == ANNA


def test_a_key_finds_nobody_on_another_site(store: Store) -> None:
    assert found(store, "hash-1", site="other") is None


def test_ensuring_twice_keeps_the_row_and_its_newer_key(store: Store) -> None:
    with store.begin() as tx:
        replace_key(tx, "acme", "vis_anna", key_hash="hash-2", at=NOON)
        ensure_visitor(tx, ANNA)

    assert found(store, "hash-2") == "vis_anna"


def test_a_replaced_key_is_good_for_24_hours_more(store: Store) -> None:
    with store.begin() as tx:
        replace_key(tx, "acme", "vis_anna", key_hash="hash-2", at=NOON)

    just_before, after = NOON + timedelta(hours=24, seconds=-1), NOON + timedelta(hours=24)
    assert found(store, "hash-1", at=just_before) == "vis_anna"
    assert found(store, "hash-1", at=after) is None
    assert found(store, "hash-2", at=after) == "vis_anna"


def test_replacing_the_key_of_nobody_is_an_error(store: Store) -> None:
    with store.begin() as tx, pytest.raises(NotFound):
        replace_key(tx, "other", "vis_anna", key_hash="hash-2")
