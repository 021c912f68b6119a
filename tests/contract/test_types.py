"""The types of the page API say what the code does, and TypeScript reads them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.page_api import CALLS, EVENTS
from tests.page_types import OF_A_PAGE, TYPES, types
from widget.domain.options import PAGE_ONLY, declared_options

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests/fixtures/page_api.ts"
LOADER = ROOT / "static/loader"


def test_types_are_what_the_code_declares() -> None:
    assert TYPES.read_text() == types(), "run scripts/fix"


def test_every_call_of_the_panel_is_declared() -> None:
    source = (LOADER / "asking.js").read_text()

    answered = set(re.findall(r'^ {6}case "(\w+)":', source, re.MULTILINE))

    assert {one.name for one in CALLS} == answered


def test_every_event_of_the_loader_and_the_frame_is_declared() -> None:
    sources = [path.read_text() for path in LOADER.rglob("*.js") if path.name != "types.js"]
    emitted = {name for text in sources for name in re.findall(r'emit\("([\w.]+)"', text)}
    panel = (LOADER / "panel.js").read_text()
    (names,) = re.findall(r"PAGE_NAMES = \{(.*?)\}", panel)
    renamed = dict(re.findall(r'"([\w.]+)": "(\w+)"', names))
    (told,) = re.findall(
        r'@property \{"event"\} type\n \* @property \{(.*?)\} name',
        (ROOT / "static/frame/host.js").read_text(),
        re.DOTALL,
    )
    from_frame = {renamed.get(name, name) for name in re.findall(r'"([\w.]+)"', told)}
    answered = {"ready", "tool", "effect", "action"}  # asked for, or passed on by their type

    assert {one.name for one in EVENTS} == emitted | from_frame | answered


def test_every_option_of_a_page_is_declared() -> None:
    text = TYPES.read_text()
    paths = [one.path for one in declared_options()] + [one.path for one in PAGE_ONLY]
    leaves = {path.rpartition(".")[2] for path in paths if path.startswith(OF_A_PAGE)}

    assert {leaf for leaf in leaves if f"{leaf}?: " not in text} == set()


def test_sample_uses_every_call_and_event() -> None:
    sample = SAMPLE.read_text()

    assert {one.name for one in CALLS} <= set(re.findall(r'chatdock\("(\w+)"', sample))
    heard = set(
        re.findall(r'^chatdock\("on", "([\w.]+)"', sample.split("@ts-expect")[0], re.MULTILINE)
    )

    assert {one.name for one in EVENTS} == heard


def test_typescript_takes_the_sample_and_refuses_each_planted_mistake() -> None:
    """A planted mistake that passes is an error of its own: `@ts-expect-error` was for nothing."""
    options = "--ignoreConfig --noEmit --strict --lib es2020,dom"

    done = subprocess.run(
        ["node_modules/.bin/tsc", *options.split(), str(SAMPLE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == ""
    assert SAMPLE.read_text().count("@ts-expect-error") == 9
