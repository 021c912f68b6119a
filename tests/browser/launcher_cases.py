"""Cases of what stands on the host page before the chat is opened, and of where the chat stands."""

from __future__ import annotations

import base64
import io

from PIL import Image

from tests.browser import launcher_sights, sights
from tests.browser.option_case import LAUNCHER, PANEL, Case


def _picture(colour: str) -> str:
    file = io.BytesIO()
    Image.new("RGB", (32, 32), colour).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


RED, GREEN = _picture("#ff0000"), _picture("#00ff00")
TEASER = "Need a hand?"
DRAGGABLE = {"ui.asstBtn.draggable": True}
TEASING = {"ui.asstBtn.teaser.text": TEASER}
PLACE = (
    '<div id="place" style="position:absolute;left:40px;top:60px;width:600px;height:500px"></div>'
)


LAUNCHER_CASES = (
    Case(
        "ui.base.icon", RED, launcher_sights.picture, before=None, after=[255, 0, 0], is_open=False
    ),
    Case(
        "ui.asstBtn.icon",
        GREEN,
        launcher_sights.picture,
        before=[255, 0, 0],
        after=[0, 255, 0],
        beside={"ui.base.icon": RED},
        is_open=False,
    ),
    Case(
        "ui.asstBtn.position",
        "top-left",
        sights.places,
        before=(LAUNCHER, PANEL),
        after=((20, 20, 56, 56), (20, 88, 460, 696)),
    ),
    Case(
        "ui.asstBtn.position",
        "top-right",
        sights.places,
        before=(LAUNCHER, PANEL),
        after=((1204, 20, 56, 56), (800, 88, 460, 696)),
    ),
    Case(
        "ui.asstBtn.draggable",
        True,
        launcher_sights.dragged,
        before=(0, 0),
        after=(-200, -100),
        is_open=False,
    ),
    Case(
        "ui.asstBtn.dragAxis",
        "x",
        launcher_sights.dragged,
        before=(-200, -100),
        after=(-200, 0),
        beside=DRAGGABLE,
        is_open=False,
    ),
    Case(
        "ui.asstBtn.dragAxis",
        "y",
        launcher_sights.dragged,
        before=(-200, -100),
        after=(0, -100),
        beside=DRAGGABLE,
        is_open=False,
    ),
    Case(
        "ui.asstBtn.teaser.text",
        TEASER,
        launcher_sights.teaser,
        before=None,
        after=TEASER,
        is_open=False,
    ),
    Case(
        "ui.asstBtn.teaser.after.seconds",
        0,
        launcher_sights.teaser,
        before=None,
        after=TEASER,
        beside={**TEASING, "ui.asstBtn.teaser.after.seconds": 3600},
        is_open=False,
    ),
    Case(
        "ui.asstBtn.teaser.after.scroll",
        0,
        launcher_sights.teaser,
        before=None,
        after=TEASER,
        beside={**TEASING, "ui.asstBtn.teaser.after.scroll": 90},
        is_open=False,
    ),
    Case(
        "ui.asstBtn.teaser.after.url",
        "/",
        launcher_sights.teaser,
        before=None,
        after=TEASER,
        beside={**TEASING, "ui.asstBtn.teaser.after.url": "/lamps/*"},
        is_open=False,
    ),
    Case(
        "ui.asstBtn.openAfter.seconds",
        1,
        launcher_sights.is_open,
        before=False,
        after=True,
        is_open=False,
    ),
    Case(
        "ui.asstBtn.openAfter.scroll",
        40,
        launcher_sights.is_open_when_scrolled,
        before=False,
        after=True,
        is_open=False,
    ),
    Case(
        "ui.asstBtn.openAfter.url",
        "/*",
        launcher_sights.is_open,
        before=False,
        after=True,
        is_open=False,
    ),
    Case(
        "ui.chatBot.el",
        "#place",
        sights.panel_box,
        before=PANEL,
        after=(40, 60, 600, 500),
        body=PLACE,
    ),
)
