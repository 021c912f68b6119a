"""Draws the pictures of the docs and the gallery: ``python -m tests.shots [part of a name …]``.

Fails, with everything drawn, when something on a picture is cut, covered or in a wrong language.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from io import BytesIO
from itertools import chain, product
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops
from playwright.sync_api import expect, sync_playwright

from tests.browser.gallery.screens import SCHEMES, looks, shown
from tests.browser.gallery.sites import sites
from tests.browser.gallery.state import DESK, PHONE, Screen, Visit
from tests.browser.gallery.visits import VISITS
from tests.browser.inspection import faults
from tests.browser.scenes import SCENES, STATES
from tests.browser.stage import Stage
from tests.sheet import Looks, save_sheet
from widget.domain.languages import LANGS

DOCS = Path(__file__).parents[1] / "docs"
PICTURES = DOCS / "pictures"
GALLERY = DOCS / "gallery"
GROUNDS = 16
PATIENCE_MS = 20_000
SCREENS = (DESK, PHONE)


def draw(wanted: list[str]) -> list[str]:
    """What is wrong with the pictures whose names contain one of these words; without words all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    GALLERY.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    with (
        sync_playwright() as playwright,
        TemporaryDirectory() as folder,
        Stage(playwright.chromium, Path(folder) / "server", sites()) as stage,
    ):
        return [*_draw_scenes(stage, wanted), *_draw_gallery(stage, wanted)]


def _draw_scenes(stage: Stage, wanted: list[str]) -> Iterator[str]:
    """The single pictures that the docs show."""
    for scene in SCENES:
        if not _is_wanted(scene.name, wanted):
            continue
        with stage.show(scene) as show:
            yield from (f"{scene.name}: {fault}" for fault in faults(show.view()))
            if scene.state in STATES and not show.has_all_in_view():
                yield f"{scene.name}: longer than the window"
            picture = _light(show.page.screenshot(animations="disabled"))
        picture.save(PICTURES / f"{scene.name}.png", optimize=True)
        sys.stdout.write(f"{scene.name}\n")


def _draw_gallery(stage: Stage, wanted: list[str]) -> Iterator[str]:
    """A sheet for each state: every language, scheme and size."""
    for visit in VISITS:
        if not any(_is_wanted(name, wanted) for name in (visit.name, *visit.names)):
            continue
        sheets: dict[str, dict[str, Looks]] = {}
        for lang, screen in product(LANGS, SCREENS):
            begun = time.monotonic()
            yield from _walk(stage, visit, lang, screen, sheets)
            taken = time.monotonic() - begun
            sys.stdout.write(f"{visit.name} {lang} {screen.name} {taken:.1f} s\n")
        for name, rows in sheets.items():
            save_sheet(GALLERY / f"{name}.webp", rows)


def _walk(
    stage: Stage, visit: Visit, lang: str, screen: Screen, sheets: dict[str, dict[str, Looks]]
) -> Iterator[str]:
    with visit.begin(stage, lang, screen) as show:
        for state in visit.walk(show):
            pictures = sheets.setdefault(state.name, {}).setdefault(lang, {})
            for look in looks(show, state, [screen], SCHEMES):
                where = f"{state.name} {lang} {look.name}"
                yield from (f"{where}: {fault}" for fault in faults(show.view()))
                clip = shown(show, visit, screen)
                data = show.page.screenshot(animations="disabled", clip=clip)
                pictures[look.name] = Image.open(BytesIO(data)).convert("RGB")


def _is_wanted(name: str, wanted: list[str]) -> bool:
    return not wanted or any(word in name for word in wanted)


def _light(screenshot: bytes) -> Image.Image:
    """In 256 colours, dithered: half the bytes, and no steps in what runs from dark to light.

    The grounds, which are most of a picture, keep their very colours.
    """
    picture = Image.open(BytesIO(screenshot)).convert("RGB")
    counted = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
    grounds = [colour for _, colour in counted[:GROUNDS] if isinstance(colour, tuple)]
    others = picture.quantize(256 - len(grounds), Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*chain.from_iterable(grounds), *others][: 256 * 3])
    light = picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    for index, ground in enumerate(grounds):
        light.paste(index, mask=_where(picture, ground))
    return light


def _where(picture: Image.Image, colour: tuple[int, ...]) -> Image.Image:
    """A mask of the pixels of this colour."""
    away = ImageChops.difference(picture, Image.new("RGB", picture.size, colour))
    return away.convert("L").point(lambda distance: 0 if distance else 255)


if __name__ == "__main__":
    found = draw(sys.argv[1:])
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    sys.exit(bool(found))
