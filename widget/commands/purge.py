"""``chatdock purge``: conversations of mini-programs that nobody came back to."""

from __future__ import annotations

import click

from widget.commands.common import opened, place_options
from widget.runs.kefu_purge import Purged, purge_idle


@click.command()
@click.argument("key", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would be deleted; delete nothing.")
@place_options
def purge(key: str | None, *, dry_run: bool, **command_line: str | None) -> None:
    """Delete the idle conversations of mini-programs, of every site or only of site KEY.

    A conversation is idle when nothing was said in it for apis.kefu.idle_days days; a server in
    service treats it as gone already. Meant to run once a night.
    """
    with opened(**command_line) as (_, store):
        for one in purge_idle(store, key, is_dry=dry_run):
            click.echo(_line(one, is_dry=dry_run))


def _line(one: Purged, *, is_dry: bool) -> str:
    if not one.idle_days:
        return f"{one.site}: keeps its conversations for ever (apis.kefu.idle_days = 0)."
    found = f"{_count(one.conversations, 'conversation')} idle for {one.idle_days} days"
    if is_dry:
        return f"{one.site}: {found} would be deleted."
    line = f"{one.site}: {found} deleted, with {_count(one.files, 'file')}"
    if one.upstream:
        line += f", {one.upstream} of them on the platform too"
    if one.refused:
        line += f"; the platform refused to delete {one.refused} of them"
    if one.postponed:
        line += f"; {one.postponed} left for next time, since the platform could not be asked"
    return f"{line} ({one.why})." if one.why else f"{line}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
