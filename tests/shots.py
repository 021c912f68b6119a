"""Draws the pictures of the docs: ``python -m tests.shots [part of a name …]``."""

from __future__ import annotations

import sys
from io import BytesIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

from tests.browser.scenes import SCENES
from tests.browser.stage import Stage

PICTURES = Path(__file__).parents[1] / "docs/pictures"
GROUNDS = 16


def draw(wanted: list[str]) -> None:
    """The scenes whose names contain one of these words; without words all of them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    scenes = [one for one in SCENES if not wanted or any(word in one.name for word in wanted)]
    with (
        sync_playwright() as playwright,
        TemporaryDirectory() as folder,
        Stage(playwright.chromium, Path(folder) / "server") as stage,
    ):
        for scene in scenes:
            with stage.show(scene) as show:
                picture = _light(show.page.screenshot(animations="disabled"))
            picture.save(PICTURES / f"{scene.name}.png", optimize=True)
            sys.stdout.write(f"{scene.name}\n")


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
    draw(sys.argv[1:])
