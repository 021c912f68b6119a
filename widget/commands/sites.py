"""``chatdock apply``, ``sites`` and ``site``: what stands in the database, and changing it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from widget.catalogues import read_catalogues
from widget.commands.common import opened, place_options, told_plainly
from widget.config import read_file
from widget.runs.apply import Applied, Change
from widget.runs.apply import apply as apply_sites
from widget.store.database import Store
from widget.store.sites import NewSecrets, all_sites, rotate, set_paused


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Let the file win over what the console set.")
@place_options
def apply(file: Path, *, overwrite: bool, **command_line: str | None) -> None:
    """Create or update the sites of FILE. Touches only what the file says; safe to repeat."""
    with told_plainly():
        sites = read_file(file).get("sites", [])
    with opened(**command_line) as (settings, store):
        applied = apply_sites(
            store,
            sites,
            source=str(file),
            environ=os.environ,
            overwrites_console=overwrite,
            langs=read_catalogues(settings.translations).langs,
        )
    if not applied:
        click.echo(f"{file} has no [[sites]].")
    for one in applied:
        _tell(one)


@click.command()
@place_options
def sites(**command_line: str | None) -> None:
    """List the sites."""
    with opened(**command_line) as (_, store), store.read() as tx:
        for site in all_sites(tx, store.cipher):
            state = "paused" if site.is_paused else "open"
            origins = ", ".join(site.origins) or "(this server's own pages)"
            click.echo(f"{site.key}\t{state}\t{site.provider.kind}\t{site.name}\t{origins}")


@click.command()
@click.argument("key")
@click.argument("action", type=click.Choice(["pause", "resume", "rotate"]))
@click.option("--now", is_flag=True, help="rotate: end the old secrets and every socket at once.")
@place_options
def site(key: str, action: str, *, now: bool, **command_line: str | None) -> None:
    """Pause or resume site KEY, or rotate its identity secret and server key."""
    if now and action != "rotate":
        raise click.UsageError("--now belongs to rotate.")
    with opened(**command_line) as (_, store):
        if action == "rotate":
            _rotate(store, key, now=now)
        else:
            _set_paused(store, key, action == "pause")


def _set_paused(store: Store, key: str, paused: bool) -> None:
    with store.begin() as tx:
        set_paused(tx, key, paused)
    click.echo(
        f"{key}: paused; its open chats close within 5 seconds."
        if paused
        else f"{key}: open again, within 5 seconds."
    )


def _rotate(store: Store, key: str, *, now: bool) -> None:
    with store.begin() as tx:
        made = rotate(tx, key, store.cipher, now=now)
    end = "have ended, and every open chat signs in anew" if now else "are good for 24 hours more"
    click.echo(f"{key}: new secrets; the old ones {end}.")
    _tell_secrets(made)


def _tell(applied: Applied) -> None:
    if applied.is_new:
        click.echo(f"{applied.key}: made.")
    elif applied.changes:
        click.echo(f"{applied.key}: changed.")
    else:
        click.echo(f"{applied.key}: as it was.")
    for change in applied.changes:
        click.echo(_line(change))
    for warning in applied.warnings:
        click.echo(f"  note: {warning}")
    if applied.secrets:
        _tell_secrets(applied.secrets)


def _line(change: Change) -> str:
    if change.was == change.becomes:
        return f"  {change.path}: changed"
    return f"  {change.path}: {change.was} → {change.becomes}"


def _tell_secrets(made: NewSecrets) -> None:
    click.echo("  Shown this once; both belong on your own server, never into a page:")
    click.echo(f"  identity secret  {made.identity_secret}  (signs user tokens)")
    click.echo(f"  server key       {made.server_key}  (calls our REST API)")
