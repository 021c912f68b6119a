"""Deletes what a site does not keep: conversations of the kefu door that nobody came back to.

On the platform first, where it can be asked for that: of what is gone here nobody knows any more
what it was called over there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct

from widget.domain.errors import BadInput, NotFound, UpstreamError
from widget.domain.sites import Site
from widget.providers import registry
from widget.providers.base import Provider, UpstreamRef
from widget.runs.kefu import kept_since
from widget.runs.redact import redacted
from widget.store.attachments import attachments_of
from widget.store.database import Store
from widget.store.kefu import (
    Idle,
    count_idle,
    delete_conversations,
    delete_strangers,
    idle_conversations,
    still_idle,
)
from widget.store.sites import all_sites, find_site

AT_ONCE = 100


class Purged(Struct, frozen=True):
    """``conversations`` were deleted, or would be; ``upstream`` of them on the platform too.
    ``refused``: the platform would not, so it keeps them. ``postponed``: it could not be asked just
    now, so they stay for the next time. ``why``: what it said last, without any key."""

    site: str
    idle_days: int
    conversations: int = 0
    files: int = 0
    upstream: int = 0
    refused: int = 0
    postponed: int = 0
    why: str = ""


def purge_idle(store: Store, key: str | None, *, is_dry: bool) -> Iterator[Purged]:
    """Site after site, or only ``key``. A dry run deletes nothing and asks no platform."""
    now = datetime.now(UTC)
    for site in _sites(store, key):
        before = kept_since(site, now)
        if before is None:
            yield Purged(site.key, 0)
        elif is_dry:
            with store.read() as tx:
                yield Purged(site.key, _days(site), count_idle(tx, site.key, before=before))
        else:
            yield _purged(store, site, before)


def _purged(store: Store, site: Site, before: datetime) -> Purged:
    """Where no provider can be made, what stands here is deleted all the same."""
    try:
        provider = registry.build(site.provider)
    except BadInput as error:
        return _Purge(store, site, before, provider=None, why=str(error)).run()
    try:
        return _Purge(store, site, before, provider=provider).run()
    finally:
        provider.client.close()


class _Purge:
    """One site's. A batch at a time, so that a server in service never waits for long."""

    def __init__(
        self,
        store: Store,
        site: Site,
        before: datetime,
        *,
        provider: Provider | None,
        why: str = "",
    ) -> None:
        self._store = store
        self._site = site
        self._before = before
        self._provider = provider
        self._why = why
        self._upstream = self._refused = self._postponed = 0

    def run(self) -> Purged:
        deleted, files, after = 0, 0, ""
        while batch := self._next(after):
            after = batch[-1].id
            gone, removed = self._delete([one for one in batch if self._forget(one)])
            deleted += gone
            files += removed
        return Purged(
            site=self._site.key,
            idle_days=_days(self._site),
            conversations=deleted,
            files=files,
            upstream=self._upstream,
            refused=self._refused,
            postponed=self._postponed,
            why=self._why,
        )

    def _next(self, after: str) -> list[Idle]:
        with self._store.read() as tx:
            return idle_conversations(
                tx, self._site.key, before=self._before, after=after, limit=AT_ONCE
            )

    def _forget(self, one: Idle) -> bool:
        """Whether nothing is left of it on the platform that could be deleted there later."""
        if self._provider is None or one.upstream_conversation is None:
            return True
        ref = UpstreamRef(one.upstream_visitor, one.upstream_conversation, None, None)
        try:
            self._upstream += self._provider.delete_conversation(ref)
        except UpstreamError as error:
            self._why = redacted(error.detail, self._site)
            self._postponed += error.retryable
            self._refused += not error.retryable
            return not error.retryable
        return True

    def _delete(self, idle: list[Idle]) -> tuple[int, int]:
        """How many conversations and files. One whose visitor has just come back stays."""
        visitors = [one.visitor for one in idle]
        with self._store.begin() as tx:
            ids = still_idle(tx, self._site.key, [one.id for one in idle], before=self._before)
            files = [file for one in ids for file in attachments_of(tx, one)]
            delete_conversations(tx, ids)
            delete_strangers(tx, self._site.key, visitors)
        self._store.files.remove(*files)
        return len(ids), len(files)


def _sites(store: Store, key: str | None) -> list[Site]:
    with store.read() as tx:
        if key is None:
            return all_sites(tx, store.cipher)
        site = find_site(tx, key, store.cipher)
    if site is None:
        raise NotFound(f"there is no site {key!r}; `chatdock sites` lists them")
    return [site]


def _days(site: Site) -> int:
    return site.apis.kefu.idle_days
