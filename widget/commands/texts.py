"""``chatdock texts``: a catalogue to fill for one more language, or to say things otherwise."""

from __future__ import annotations

import io
from collections.abc import Iterator

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from widget.catalogues import Catalogues, lang_of, path_of, places, read_catalogues
from widget.commands.common import place_options, told_plainly
from widget.config import Settings, load_settings
from widget.domain.languages import FALLBACK

WIDTH = 100
HEAD = (
    "Chatdock in {name}. Save this as {path} and fill in each msgstr: the English text stands above"
    " it, and what stays empty is said as now. Places such as %(name)s must stay. The server reads"
    " the file when it starts; `chatdock doctor` checks it."
)


@click.command()
@click.argument("lang")
@click.option("--all", "is_whole", is_flag=True, help="Also what is there already, filled in.")
@place_options
def texts(lang: str, *, is_whole: bool, **command_line: str | None) -> None:
    """Print what is not there in LANG yet, such as fr or pt-BR: a .po file to fill."""
    with told_plainly():
        settings = load_settings(command_line)
    named = lang_of(lang)
    if not named:
        raise click.BadParameter(f"{lang} is no language that is known; try fr or pt-BR.")
    catalogues = read_catalogues(settings.translations)
    written = io.BytesIO()
    write_po(written, _made(settings, catalogues, named, is_whole), width=WIDTH)
    click.echo(written.getvalue(), nl=False)


def _made(settings: Settings, catalogues: Catalogues, lang: str, is_whole: bool) -> Catalog:
    path = path_of(lang, settings.translations)
    catalogue = Catalog(
        locale=lang.replace("-", "_"),
        project="Chatdock",
        header_comment=f"# {HEAD.format(name=lang, path=path)}",
        fuzzy=False,
    )
    for message in _messages(catalogues, lang, is_whole):
        catalogue[message.id] = message
    return catalogue


def _messages(catalogues: Catalogues, lang: str, is_whole: bool) -> Iterator[Message]:
    here = catalogues.said(lang)
    for key, english in catalogues.texts[FALLBACK].items():
        if key in here and not is_whole:
            continue
        message = Message(key, here.get(key, ""), auto_comments=[english])
        if places(english):
            message.flags.add("python-format")
        yield message
