"""``chatdock doctor``: everything that can be checked without a visitor."""

from __future__ import annotations

import click

from widget.catalogues import Catalogues, read_catalogues
from widget.commands.common import opened, place_options, shown
from widget.config import Settings
from widget.providers.base import Finding
from widget.runs.doctor import (
    check_address,
    check_secret_key,
    check_sites,
    check_store,
    check_texts,
)
from widget.store.database import Store


@click.command()
@click.argument("key", required=False)
@place_options
def doctor(key: str | None, **command_line: str | None) -> None:
    """Check settings, store and each site's platform; exit code 1 when something is wrong."""
    with opened(**command_line) as (settings, store):
        catalogues = read_catalogues(settings.translations)
        findings = _server(settings, store, catalogues)
        for site, found in check_sites(store, key, langs=catalogues.langs):
            click.echo(f"\nsite {site}")
            findings += _tell(found)
    if not all(one.is_ok for one in findings):
        raise SystemExit(1)


def _server(settings: Settings, store: Store, catalogues: Catalogues) -> list[Finding]:
    source = shown(settings.config) if settings.config else "the environment and defaults"
    click.echo("server")
    return _tell(
        [
            Finding(True, f"Settings come from {source}."),
            check_address(settings.host, settings.public_url),
            check_secret_key(settings.data / "secret.key"),
            check_store(store),
            *check_texts(catalogues),
        ]
    )


def _tell(findings: list[Finding]) -> list[Finding]:
    for one in findings:
        click.echo(f"  {'ok   ' if one.is_ok else 'WRONG'} {one.text}")
    return findings
