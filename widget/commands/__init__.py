"""The ``chatdock`` command: one module a noun, put together here."""

from __future__ import annotations

import click

from widget import __version__
from widget.commands.doctor import doctor
from widget.commands.purge import purge
from widget.commands.serve import serve
from widget.commands.sites import apply, site, sites
from widget.commands.texts import texts
from widget.commands.token import token
from widget.commands.webhooks import webhooks


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chatdock")
def chatdock() -> None:
    """Docks any AI agent to any web page."""


for command in (serve, apply, sites, site, doctor, token, texts, webhooks, purge):
    chatdock.add_command(command)
