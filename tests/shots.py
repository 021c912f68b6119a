"""Draws the pictures of the docs: ``python -m tests.shots [part of a name …]``."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.scenes import SCENES, Stage

PICTURES = Path(__file__).parents[1] / "docs/pictures"


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
    """In 256 colours, dithered: half the bytes, and no steps in what runs from dark to light."""
    picture = Image.open(BytesIO(screenshot)).convert("RGB")
    palette = picture.quantize(256, Image.Quantize.MEDIANCUT)
    return picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


if __name__ == "__main__":
    draw(sys.argv[1:])
