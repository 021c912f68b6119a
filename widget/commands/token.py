"""``chatdock token``: a user token as an owner's own server would sign it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import jwt

from widget.commands.common import opened, place_options
from widget.store.sites import identity_secrets

LASTS = timedelta(hours=1)


@click.command()
@click.argument("key")
@click.option("--user", required=True, help="The user's id in your own system.")
@click.option("--name", help="How the user is called.")
@place_options
def token(key: str, *, user: str, name: str | None, **command_line: str | None) -> None:
    """Print a user token for site KEY, good for an hour, to try identity with."""
    with opened(**command_line) as (_, store), store.read() as tx:
        secret = identity_secrets(tx, key, store.cipher)[0]
    click.echo(jwt.encode(_claims(key, user, name), secret, algorithm="HS256"))


def _claims(key: str, user: str, name: str | None) -> dict[str, object]:
    now = datetime.now(UTC)
    claims: dict[str, object] = {"sub": user, "aud": key, "iat": now, "exp": now + LASTS}
    return claims | ({"name": name} if name else {})
