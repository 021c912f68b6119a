"""Options out of plain values, and a page's options laid over a site's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from widget.domain.errors import BadInput
from widget.domain.faults import parse
from widget.domain.options.tree import Options

MOST_MISTAKES = 20


def parse_options(tree: dict[str, Any]) -> Options:
    """Options from plain values (TOML, JSON); raises ``BadInput`` that names path and rule."""
    return parse(tree, Options)


def overlay(options: Options, changes: dict[str, Any]) -> Options:
    """``options`` with a page's changes laid over; unknown or wrong ones raise ``BadInput``."""
    tree = msgspec.to_builtins(options)
    _merge(tree, changes)
    return parse_options(tree)


def overlay_what_fits(options: Options, changes: dict[str, Any]) -> tuple[Options, tuple[str, ...]]:
    """``options`` with every change laid over that can be, and what is wrong with the others: a
    mistake costs a page that option and no other. After many mistakes the rest is not looked at,
    because anybody may send them and each takes a while to put into words."""
    refused: list[str] = []
    for change in _single(changes, msgspec.to_builtins(options)):
        if len(refused) == MOST_MISTAKES:
            break
        try:
            options = overlay(options, change)
        except BadInput as error:
            refused.append(str(error))
    return options, tuple(refused)


def _single(changes: dict[str, Any], tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same changes, one leaf at a time."""
    for name, value in changes.items():
        inner = tree.get(name)
        if isinstance(value, dict) and isinstance(inner, dict) and name != "linkvars":
            yield from ({name: change} for change in _single(value, inner))
        else:
            yield {name: value}


def differences(options: Options) -> dict[str, Any]:
    """Only what differs from the defaults: what is stored, and what ``overlay`` puts back."""
    return _differences(msgspec.to_builtins(options), msgspec.to_builtins(Options()))


def _differences(tree: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in tree.items():
        default = defaults[name]
        if isinstance(value, dict) and name != "linkvars":
            value = _differences(value, default)
            default = {}
        if value != default:
            found[name] = value
    return found


def _merge(tree: dict[str, Any], changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(tree.get(name), dict) and name != "linkvars":
            _merge(tree[name], value)
        else:
            tree[name] = value
