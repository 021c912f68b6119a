"""Sites from a file into the database: all or none, only what the file says, and said beforehand
where it would undo what was set in the console."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from widget.domain.errors import BadInput
from widget.domain.languages import LANGS
from widget.domain.origins import warnings_about
from widget.domain.sites import Site
from widget.runs.client_secrets import asked_at_apply
from widget.runs.site_file import Draft, merge, read_drafts, site_tree
from widget.runs.site_texts import warnings_about as warnings_about_langs
from widget.store.database import Store, Transaction
from widget.store.sites import (
    NewSecrets,
    console_paths,
    find_site,
    save_site,
    set_console_paths,
)

SHOWN_CHARS = 60
_ABSENT = object()


class Change(Struct, frozen=True):
    """``was`` and ``becomes`` are for reading: shortened, and hidden for a platform's settings and
    for webhooks, which hold secrets."""

    path: str
    was: str
    becomes: str
    is_from_console: bool


class Applied(Struct, frozen=True):
    """What became of one site; ``secrets`` of a new one, to be shown once."""

    key: str
    is_new: bool
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    secrets: NewSecrets | None


class NeedsOverwrite(BadInput):
    """The file would change what the console set, and nobody said that it may."""

    def __init__(self, source: str, changes: Iterable[tuple[str, Change]]) -> None:
        lines = [f"  {key}: {one.path}: {one.was} → {one.becomes}" for key, one in changes]
        super().__init__(
            f"{source} would change what was set in the console; nothing was changed:\n"
            + "\n".join(lines)
            + "\nTake these out of the file, or let it win with --overwrite."
        )


def apply(
    store: Store,
    sites: object,
    *,
    source: str,
    environ: Mapping[str, str],
    overwrites_console: bool = False,
    langs: Iterable[str] = LANGS,
) -> list[Applied]:
    """Creates and updates the ``sites`` of the file ``source``; ``BadInput`` changes nothing.
    ``langs``: those that this server has texts in."""
    try:
        drafts = read_drafts(sites, environ, Path(source).parent)
    except BadInput as error:
        raise BadInput(f"{source}: {error}") from None
    notes = {draft.entry.key: _checked_doors(store, draft, source) for draft in drafts}
    known = tuple(langs)
    with store.begin() as tx:
        applied = [
            _apply(tx, store, draft, source, notes=notes[draft.entry.key], langs=known)
            for draft in drafts
        ]
        conflicts = [(one.key, change) for one in applied for change in one.changes]
        conflicts = [(key, change) for key, change in conflicts if change.is_from_console]
        if conflicts and not overwrites_console:
            raise NeedsOverwrite(source, conflicts)
    return applied


def _checked_doors(store: Store, draft: Draft, source: str) -> tuple[str, ...]:
    """Refuses what may not be turned on, and returns notes. Before anything is written, since a
    platform is asked, which may take long; what it does not answer is asked again at run time."""
    if not {"apis", "provider"} & draft.table.keys():
        return ()
    with store.read() as tx:
        site = _merged(find_site(tx, draft.entry.key, store.cipher), draft, source)
    fault, note = asked_at_apply(site)
    if fault:
        raise BadInput(f"{source}: site {site.key}: apis.client_secrets.enabled: {fault}")
    return (note,) if note else ()


def _merged(stored: Site | None, draft: Draft, source: str) -> Site:
    try:
        return merge(stored, draft)
    except BadInput as error:
        raise BadInput(f"{source}: site {draft.entry.key}: {error}") from None


def _apply(
    tx: Transaction,
    store: Store,
    draft: Draft,
    source: str,
    *,
    notes: tuple[str, ...],
    langs: tuple[str, ...],
) -> Applied:
    key = draft.entry.key
    stored = find_site(tx, key, store.cipher)
    site = _merged(stored, draft, source)
    set_in_console = console_paths(tx, key)
    changes = _changes(stored, site, draft, set_in_console) if stored else ()
    made = save_site(tx, site, store.cipher) if changes or not stored else None
    if overwritten := {one.path for one in changes if one.is_from_console}:
        left = [
            path for path in set_in_console if not any(_touch(path, one) for one in overwritten)
        ]
        set_console_paths(tx, key, left)
    return Applied(
        key=key,
        is_new=stored is None,
        changes=changes,
        warnings=(*_warnings(site), *warnings_about_langs(site, langs), *draft.warnings, *notes),
        secrets=made,
    )


def _changes(
    stored: Site, site: Site, draft: Draft, set_in_console: frozenset[str]
) -> tuple[Change, ...]:
    before, after = site_tree(stored), site_tree(site)
    changed = [path for path in draft.paths if _at(before, path) != _at(after, path)]
    return tuple(
        Change(
            path=path,
            was=_shown(path, _at(before, path)),
            becomes=_shown(path, _at(after, path)),
            is_from_console=any(_touch(path, other) for other in set_in_console),
        )
        for path in changed
    )


def _at(tree: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(tree, dict) or name not in tree:
            return _ABSENT
        tree = tree[name]
    return tree


def _touch(one: str, other: str) -> bool:
    """Whether one path is the other, or stands above it."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _shown(path: str, value: Any) -> str:
    if value is _ABSENT:
        return "(nothing)"
    if path == "webhooks" or (path.startswith("provider.") and path != "provider.kind"):
        return "(not shown)"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"


def _warnings(site: Site) -> tuple[str, ...]:
    if not site.origins:
        return ("origins is empty: only pages of this server itself may show the chat",)
    return tuple(warnings_about(site.origins))
