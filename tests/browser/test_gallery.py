"""Every state of the gallery, in small windows and large ones: nothing cut, covered, too wide or in
the wrong language. ``make shots`` checks all of them in every language and scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import Browser

from tests.browser.gallery.screens import SCHEMES, looks
from tests.browser.gallery.sites import sites
from tests.browser.gallery.state import DESK, PHONE, SMALL, ZOOMED, Screen, Visit
from tests.browser.gallery.visits import STATES, VISITS
from tests.browser.inspection import faults, faults_at_a_glance
from tests.browser.stage import Stage
from tests.sheet import MOST_BYTES
from tests.shots import GALLERY
from widget.domain.languages import LANGS

pytestmark = pytest.mark.browser

SCREENS = ((DESK, ZOOMED), (SMALL, PHONE))
MOST_BYTES_IN_ALL = 8_000_000  # a clone brings them along


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(browser.browser_type, tmp_path_factory.mktemp("gallery"), sites()) as stage:
        yield stage


def walks() -> Iterator[ParameterSet]:
    """Each visit with a mouse and with a finger, in two of the languages, by turns."""
    for index, visit in enumerate(VISITS):
        for turn, screens in enumerate(SCREENS):
            lang = LANGS[(index + 2 * turn) % len(LANGS)]
            has_axe = index % 2 == turn
            name = f"{visit.name}-{lang}-{screens[0].name}"
            yield pytest.param(visit, lang, screens, SCHEMES[turn], has_axe, id=name)


@pytest.mark.parametrize(("visit", "lang", "screens", "scheme", "has_axe"), list(walks()))
def test_every_state_of_a_visit_is_without_fault(
    stage: Stage, visit: Visit, lang: str, screens: tuple[Screen, ...], scheme: str, has_axe: bool
) -> None:
    found: dict[str, list[str]] = {}

    with visit.begin(stage, lang, screens[0]) as show:
        for state in visit.walk(show):
            for look in looks(show, state, screens, [scheme]):
                find = faults if has_axe and look.screen is screens[0] else faults_at_a_glance
                found[f"{state.name} {look.name}"] = find(show.view())

    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def test_gallery_has_a_sheet_of_every_state() -> None:
    sheets = {path.stem: path.stat().st_size for path in GALLERY.glob("*.webp")}

    assert set(sheets) == set(STATES)
    assert {name: size for name, size in sheets.items() if size > MOST_BYTES} == {}
    assert sum(sheets.values()) < MOST_BYTES_IN_ALL


@pytest.mark.parametrize("page", ["gallery.md", "gallery.zh-CN.md"])
def test_every_state_has_its_line_in_the_gallery(page: str) -> None:
    text = (GALLERY.parent / page).read_text(encoding="utf-8")

    assert re.findall(r"^### `([\w-]+)`$", text, re.MULTILINE) == re.findall(
        r"\(gallery/([\w-]+)\.webp\)", text
    )
    assert set(re.findall(r"\(gallery/([\w-]+)\.webp\)", text)) == set(STATES)
    assert {path.name for path in (GALLERY / "peers").iterdir()} == set(
        re.findall(r"\(gallery/peers/([\w.-]+)\)", text)
    )
