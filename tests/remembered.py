"""What every process makes of our own files, made once for all of them: it is always the same."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from widget.paths import STATIC
from widget.web import assets

Builder = Callable[..., tuple[str, str]]
COMPILED = Path(__file__).parents[1] / ".pytest_cache" / "templates"


def remember_templates() -> None:
    """Compiled ones are kept from one run to the next; a changed template is another one."""
    COMPILED.mkdir(parents=True, exist_ok=True)
    kept = FileSystemBytecodeCache(str(COMPILED))
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": kept}


def remember_addresses() -> None:
    """How an address is written from its rule is compiled for each application anew: for forty
    rules most of what it takes to make one."""
    compile_builder = Rule._compile_builder
    made: dict[tuple[object, ...], Builder] = {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Builder:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    Rule._compile_builder = remembered  # type: ignore[assignment, method-assign]


def remember_assets() -> None:
    """For a process that forks. A child makes them, since no parent may load what minifies: see
    ``widget.web.assets.minified``."""
    made, make = _made_by_a_child(), assets._asset

    def remembered(path: str, source: bytes) -> assets.Asset:
        return made.get((path, source)) or make(path, source)

    assets._asset = remembered  # type: ignore[assignment]


def _made_by_a_child() -> dict[tuple[str, bytes], assets.Asset]:
    reading, writing = os.pipe()
    if os.fork() == 0:
        made = {one: assets._asset(*one) for one in assets._sources(STATIC)}
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(made, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told: dict[tuple[str, bytes], assets.Asset] = pickle.load(pipe)  # noqa: S301
    return told
