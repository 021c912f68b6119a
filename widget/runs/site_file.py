"""The ``[[sites]]`` of a configuration file: read, checked and filled from the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from widget.domain.apis import Apis, Webhook
from widget.domain.chatkit_theme import from_chatkit, is_chatkit
from widget.domain.compat import Compat
from widget.domain.errors import BadInput
from widget.domain.faults import join, parse
from widget.domain.host_page import HostPage
from widget.domain.languages import LangTag
from widget.domain.options import Options, overlay
from widget.domain.origins import parse_origin
from widget.domain.patterns import END
from widget.domain.sites import Limits, ProviderChoice, Site
from widget.providers.registry import parse_settings
from widget.runs.site_texts import merged_texts, unique

OPTION_KEYS = ("greeting", "starters", "ui")
PICTURES = (("base", "icon"), ("asstBtn", "icon"))
WHOLE = ("ui.footer.linkvars",)  # tables that an owner gives as one value
Tables = TypeVar("Tables", Apis, Compat)
VARIABLE = re.compile(r"\$?\$\{([^}]*)\}")

SiteKey = Annotated[
    str,
    Meta(
        pattern=rf"^[a-z0-9][a-z0-9_-]{{0,63}}{END}",
        extra={"wanted": "1 to 64 of a-z, 0-9, - and _, starting with a letter or digit"},
    ),
]


class SiteEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry as it stands in the file; what is left away stays as it is in the database."""

    key: SiteKey
    name: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    origins: tuple[str, ...] | UnsetType = UNSET
    provider: dict[str, Any] | UnsetType = UNSET
    limits: dict[str, Any] | UnsetType = UNSET
    apis: dict[str, Any] | UnsetType = UNSET
    webhooks: list[dict[str, Any]] | UnsetType = UNSET
    page: dict[str, Any] | UnsetType = UNSET
    compat: dict[str, Any] | UnsetType = UNSET
    languages: tuple[LangTag, ...] | UnsetType = UNSET
    texts: dict[str, Any] | UnsetType = UNSET
    greeting: Any = UNSET
    starters: Any = UNSET
    ui: Any = UNSET


class Draft(Struct, frozen=True):
    """An entry, the paths that it sets, and what of it could not be taken."""

    entry: SiteEntry
    table: dict[str, Any]
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Draft({self.entry.key!r}, …)"  # the table may hold keys

    @property
    def paths(self) -> list[str]:
        return [path for path in _leaves(self.table, "") if path != "key"]


def read_drafts(sites: object, environ: Mapping[str, str], folder: Path = Path()) -> list[Draft]:
    """All entries, or ``BadInput`` for the first that cannot be read. Files that they name are
    looked for from ``folder``."""
    if not isinstance(sites, list) or not all(isinstance(one, dict) for one in sites):
        raise BadInput("sites: must be a list of tables, each headed [[sites]]")
    drafts: list[Draft] = []
    for index, table in enumerate(sites):
        draft = _draft(table, environ, folder, at=f"sites[{index}]")
        if any(draft.entry.key == other.entry.key for other in drafts):
            raise BadInput(f"sites[{index}].key: {draft.entry.key} is there twice")
        drafts.append(draft)
    return drafts


def merge(site: Site | None, draft: Draft) -> Site:
    """``site`` with the entry laid over, or a new one; raises ``BadInput`` that names the path."""
    entry = draft.entry
    base = site or _blank(entry)
    changes = {name: draft.table[name] for name in OPTION_KEYS if name in draft.table}
    return msgspec.structs.replace(
        base,
        name=base.name if entry.name is UNSET else entry.name,
        origins=base.origins if entry.origins is UNSET else _origins(entry.origins),
        provider=_provider(base.provider, entry),
        limits=base.limits if entry.limits is UNSET else _limits(base.limits, entry.limits),
        apis=base.apis if entry.apis is UNSET else _tables(base.apis, entry.apis, at="apis"),
        webhooks=base.webhooks if entry.webhooks is UNSET else _webhooks(entry.webhooks),
        page=base.page if entry.page is UNSET else _page(base.page, entry.page),
        compat=(
            base.compat
            if entry.compat is UNSET
            else _tables(base.compat, entry.compat, at="compat")
        ),
        languages=base.languages if entry.languages is UNSET else unique(entry.languages),
        texts=base.texts if entry.texts is UNSET else merged_texts(base.texts, entry.texts),
        options=overlay(base.options, changes),
    )


def site_tree(site: Site) -> dict[str, Any]:
    """A site as a file would spell it out in full."""
    return {
        "name": site.name,
        "origins": list(site.origins),
        "provider": {"kind": site.provider.kind, **site.provider.settings},
        "limits": msgspec.to_builtins(site.limits),
        "apis": msgspec.to_builtins(site.apis),
        "webhooks": msgspec.to_builtins(site.webhooks),
        "page": msgspec.to_builtins(site.page),
        "compat": msgspec.to_builtins(site.compat),
        "languages": list(site.languages),
        "texts": site.texts,
        **msgspec.to_builtins(site.options),
    }


def _draft(table: dict[str, Any], environ: Mapping[str, str], folder: Path, *, at: str) -> Draft:
    key = table.get("key")
    where = f"{at} ({key})" if isinstance(key, str) else at
    filled = {name: _filled(value, environ, f"{where}.{name}") for name, value in table.items()}
    ui, warnings = _in_our_words(filled.get("ui"), f"{where}.ui.theme")
    if isinstance(ui, dict):
        ui = _with_pictures(ui, folder, f"{where}.ui")
    table = {**filled, "ui": ui} if "ui" in filled else filled
    return Draft(entry=parse(table, SiteEntry, at=where), table=table, warnings=warnings)


def _in_our_words(ui: Any, at: str) -> tuple[Any, tuple[str, ...]]:
    """``ui`` with a ChatKit theme in our words."""
    if not isinstance(ui, dict) or not is_chatkit(ui.get("theme")):
        return ui, ()
    made = from_chatkit(ui["theme"])
    if made.faults:
        raise BadInput(f"{at}.{made.faults[0]}")
    return {**ui, "theme": made.theme}, made.warnings("ui.theme")


def _with_pictures(ui: dict[str, Any], folder: Path, at: str) -> dict[str, Any]:
    """``ui`` with the pictures themselves in place of the files that it names."""
    # Pillow is for the command that stores a picture, not for a server that never reads one.
    from widget.runs.icon import stored_icon  # noqa: PLC0415

    for group, leaf in PICTURES:
        table = ui.get(group)
        if not isinstance(table, dict) or not isinstance(table.get(leaf), str):
            continue
        try:
            ui = {**ui, group: {**table, leaf: stored_icon(table[leaf], folder)}}
        except BadInput as error:
            raise BadInput(f"{at}.{group}.{leaf}: {error}") from None
    return ui


def _filled(value: Any, environ: Mapping[str, str], path: str) -> Any:
    """``value`` with every ``${NAME}`` replaced; ``$${NAME}`` stands for the text ``${NAME}``."""
    match value:
        case dict():
            return {name: _filled(one, environ, join(path, name)) for name, one in value.items()}
        case list():
            return [_filled(one, environ, f"{path}[{at}]") for at, one in enumerate(value)]
        case str():
            return VARIABLE.sub(lambda found: _variable(found, environ, path), value)
        case bool() | int() | float():
            return value
        case _:
            raise BadInput(f"{path}: a date or time has no place here; put it in quotes")


def _variable(found: re.Match[str], environ: Mapping[str, str], path: str) -> str:
    if found[0].startswith("$$"):
        return found[0][1:]
    if not environ.get(found[1]):
        raise BadInput(
            f"{path}: the environment variable {found[1]} is not set (write $${{…}} to mean the"
            " text itself)"
        )
    if not _is_text(environ[found[1]]):
        raise BadInput(f"{path}: the environment variable {found[1]} holds bytes that are no UTF-8")
    return environ[found[1]]


def _is_text(value: str) -> bool:
    """Python keeps what it cannot decode of the environment as halves of characters."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _blank(entry: SiteEntry) -> Site:
    return Site(
        key=entry.key,
        name=entry.key,
        origins=(),
        provider=ProviderChoice("", {}),
        options=Options(),
    )


def _origins(texts: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(parse_origin(text) for text in texts))
    except BadInput as error:
        raise BadInput(f"origins: {error}") from None


def _provider(stored: ProviderChoice, entry: SiteEntry) -> ProviderChoice:
    """Settings are laid over those of the same kind; another kind starts afresh."""
    given = {} if entry.provider is UNSET else dict(entry.provider)
    kind = given.pop("kind", stored.kind)
    if not isinstance(kind, str) or not kind:
        raise BadInput('provider.kind: say which platform answers, such as kind = "demo"')
    settings = {**stored.settings, **given} if kind == stored.kind else given
    parse_settings(kind, settings)
    return ProviderChoice(kind, settings)


def _limits(stored: Limits, given: dict[str, Any]) -> Limits:
    return parse(msgspec.to_builtins(stored) | given, Limits, at="limits")


def _page(stored: HostPage, given: dict[str, Any]) -> HostPage:
    return parse(msgspec.to_builtins(stored) | given, HostPage, at="page")


def _tables(stored: Tables, given: dict[str, Any], *, at: str) -> Tables:
    """Each table's settings are laid over its own: what the file does not name stays."""
    tree = msgspec.to_builtins(stored)
    for name, settings in given.items():
        is_table = isinstance(settings, dict) and isinstance(tree.get(name), dict)
        tree[name] = tree[name] | settings if is_table else settings
    return parse(tree, type(stored), at=at)


def _webhooks(given: list[dict[str, Any]]) -> tuple[Webhook, ...]:
    """The file's list in place of the stored one."""
    read: list[Webhook] = []
    for at, one in enumerate(given):
        read.append(parse(one, Webhook, at=f"webhooks[{at}]"))
        if any(read[-1].url == other.url for other in read[:-1]):
            raise BadInput(f"webhooks[{at}].url: is there twice; give one entry all its events")
    return tuple(read)


def _leaves(value: Any, path: str) -> Iterator[str]:
    depth = path.count(".") + 1 if path else 0
    is_setting = path.startswith("provider.") and depth == 2
    is_language = path.startswith("texts.") and depth == 2  # its keys have dots
    if not isinstance(value, dict) or is_setting or is_language or path in WHOLE:
        yield path
        return
    for name, below in value.items():
        yield from _leaves(below, join(path, name))
