"""What few sites use of the loader: each piece comes with the core of the sites that do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from widget.domain.options import Options
from widget.domain.options.launcher import Trigger
from widget.domain.options.tree import Ui


class Piece(NamedTuple):
    """A file in ``static/loader/pieces`` whose function of the same name makes it for a widget.

    ``is_used`` by a site's options; ``leaves`` by group are what it draws from, ``files`` what it
    needs of the other files, ``words`` the texts that it says.
    """

    is_used: Callable[[Ui], bool]
    leaves: Mapping[str, tuple[str, ...]] = {}
    files: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


PIECES: Mapping[str, Piece] = {
    "corner": Piece(lambda ui: ui.asst_btn.position.startswith("top")),
    "drag": Piece(lambda ui: ui.asst_btn.draggable, {"asstBtn": ("draggable", "dragAxis")}),
    "icon": Piece(
        lambda ui: bool(ui.asst_btn.icon or ui.base.icon),
        {"asstBtn": ("icon",), "base": ("icon",)},
    ),
    "mount": Piece(lambda ui: bool(ui.chat_bot.el), {"chatBot": ("el",)}),
    "voice": Piece(lambda ui: ui.chat_bot.is_need_audio, {"chatBot": ("isNeedAudio",)}),
    "teaser": Piece(
        lambda ui: bool(ui.asst_btn.teaser.text),
        {"asstBtn": ("teaser",)},
        files=("beside", "page_watch"),
        words=("dismiss",),
    ),
    "trigger": Piece(
        lambda ui: ui.asst_btn.open_after != Trigger(),
        {"asstBtn": ("openAfter",)},
        files=("page_watch",),
    ),
    # The panel asks for these two.
    "grip": Piece(lambda ui: False, files=("ink",), words=("resize",)),
    "title": Piece(lambda ui: False),
    # The server knows what can be read on an owner's accent.
    "tone": Piece(lambda ui: False, files=("ink",)),
}


def used_by(ui: Ui) -> tuple[str, ...]:
    return tuple(name for name, piece in PIECES.items() if piece.is_used(ui))


def scripts(names: tuple[str, ...]) -> tuple[str, ...]:
    """The files of these pieces, each once, in the order in which they are put together."""
    files = dict.fromkeys(file for name in names for file in PIECES[name].files)
    return (*files, *(f"pieces/{name}" for name in names))


def words(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for name in names for word in PIECES[name].words))


def leaves(names: tuple[str, ...], tree: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What these pieces draw from, out of the plain ``ui`` tree."""
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        for group, wanted in PIECES[name].leaves.items():
            found.setdefault(group, {}).update({leaf: tree[group][leaf] for leaf in wanted})
    return found


def defaults() -> dict[str, dict[str, Any]]:
    """Of every piece: what a page that sets one of its options leaves out."""
    return leaves(tuple(PIECES), msgspec.to_builtins(Options().ui))
