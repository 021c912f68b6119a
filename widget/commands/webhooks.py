"""``chatdock webhooks``: the delivery log in plain words, and sending again."""

from __future__ import annotations

import click

from widget.commands.common import opened, place_options
from widget.runs.webhooks_log import delivery_log, send_again
from widget.store.webhooks import Delivery


@click.command()
@click.argument("key")
@click.option("--failed", is_flag=True, help="Only those that were given up.")
@click.option("--again", metavar="ID", help="Send this one again, delivered or not.")
@place_options
def webhooks(key: str, *, failed: bool, again: str | None, **command_line: str | None) -> None:
    """Show what became of the last deliveries to the webhooks of site KEY."""
    if failed and again:
        raise click.UsageError("--failed lists, --again sends: give one of them.")
    with opened(**command_line) as (_, store):
        if again:
            sent = send_again(store, key, again)
            click.echo(f"{sent.id}: goes to {sent.host} again as soon as the server runs.")
            return
        found = delivery_log(store, key, only_failed=failed)
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo(f"{key}: nothing was {'given up' if failed else 'sent'} in the last 30 days.")


def _line(one: Delivery) -> str:
    when = f"{one.created_at:%Y-%m-%d %H:%M:%S}"
    return f"{when}  {one.event:20}  {one.host}  {_fate(one)}  {one.id}"


def _fate(one: Delivery) -> str:
    tries = "1 try" if one.attempts == 1 else f"{one.attempts} tries"
    match one.state:
        case "delivered":
            return f"delivered: answered {one.status} ({tries})"
        case "failed":
            return f"given up after {tries}: {one.fault}"
    if not one.attempts:
        return "waiting to be sent"
    again = f"{one.next_at:%H:%M:%S}" if one.next_at else "once"
    return f"to be tried again at {again} ({tries}): {one.fault}"
