"""The launcher where the visitor puts it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, PHONE, Widget, own_focus
from tests.browser.embedding.conftest import Visit

pytestmark = pytest.mark.browser

DRAGGABLE = "async data-draggable"


@pytest.fixture
def widget(desk: Page, visit: Visit) -> Widget:
    """A launcher that can be dragged, in the lower right corner."""
    return _ready(visit(desk, DRAGGABLE))


def _ready(widget: Widget) -> Widget:
    expect(widget.launcher).to_have_css("touch-action", "none")
    return widget


def _at(widget: Widget) -> tuple[float, float]:
    box = widget.launcher.bounding_box()
    assert box is not None
    return round(box["x"]), round(box["y"])


def _drag(widget: Widget, x: float, y: float) -> None:
    """By the mouse, on the way in three steps."""
    left, top = _at(widget)
    mouse = widget.page.mouse
    mouse.move(left + 30, top + 40)
    mouse.down()
    mouse.move(left + 30 + x, top + 40 + y, steps=3)
    mouse.up()


def _touch(widget: Widget, *points: tuple[float, float]) -> None:
    """A finger that goes down at the first point, and up at the last."""
    session = widget.page.context.new_cdp_session(widget.page)
    kinds = ["touchStart", *["touchMove"] * (len(points) - 1)]
    for kind, (x, y) in zip(kinds, points, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def test_mouse_moves_it_and_opens_nothing(widget: Widget) -> None:
    _drag(widget, -300, -200)

    assert _at(widget) == (904, 524)
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")


def test_finger_moves_it_and_does_not_scroll(phone: Page, visit: Visit) -> None:
    widget = _ready(visit(phone, DRAGGABLE))
    left, top = _at(widget)

    _touch(widget, (left + 20, top + 20), (200, 500), (120, 320))

    assert _at(widget) == (100, 300)
    assert phone.evaluate("scrollY") == 0
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")


def test_finger_that_trembles_is_a_click(phone: Page, visit: Visit) -> None:
    widget = _ready(visit(phone, DRAGGABLE))
    left, top = _at(widget)

    _touch(widget, (left + 20, top + 20), (left + 24, top + 22))

    widget.wait_until_usable()


def test_hand_that_trembles_is_a_click(widget: Widget) -> None:
    _drag(widget, 5, -5)

    widget.wait_until_usable()
    assert _at(widget) == (1204, 724)


def test_click_after_a_drag_opens(widget: Widget) -> None:
    _drag(widget, -300, -200)

    widget.open()


def test_key_after_a_drag_opens(widget: Widget) -> None:
    _drag(widget, -300, -200)
    widget.launcher.focus()

    widget.page.keyboard.press("Enter")

    widget.wait_until_usable()


def test_other_button_of_the_mouse_moves_nothing(widget: Widget) -> None:
    mouse = widget.page.mouse
    mouse.move(1230, 750)

    mouse.down(button="right")
    mouse.move(900, 500)
    mouse.up(button="right")

    assert _at(widget) == (1204, 724)


def test_stays_in_the_window(widget: Widget) -> None:
    _drag(widget, 400, 400)
    assert _at(widget) == (1216, 736)

    _drag(widget, -2000, -2000)
    assert _at(widget) == (8, 8)


def test_place_is_remembered_and_keeps_to_its_edge(widget: Widget) -> None:
    _drag(widget, 400, -2000)
    widget.page.reload()
    _ready(widget)
    assert _at(widget) == (1216, 8)

    widget.page.set_viewport_size(PHONE)

    assert _at(widget) == (326, 8)


def test_place_that_is_none_is_made_to_fit(widget: Widget) -> None:
    unmoved = (1204, 724)
    places = {"": unmoved, "0.5": unmoved, "2 -3": (1216, 8), "a b 0.5": (8, 8)}

    for kept, place in places.items():
        widget.page.evaluate("kept => localStorage.setItem('chatdock.acme.place', kept)", kept)
        widget.page.reload()

        assert _at(_ready(widget)) == place, kept


def test_page_without_storage_forgets(new_page: NewPage, visit: Visit) -> None:
    page = new_page(viewport=DESK)
    page.add_init_script("delete window.localStorage; delete window.sessionStorage")
    widget = _ready(visit(page, DRAGGABLE))

    _drag(widget, -300, -200)
    assert _at(widget) == (904, 524)
    page.reload()

    assert _at(_ready(widget)) == (1204, 724)


@pytest.mark.parametrize(("axis", "place"), [("x", (904, 724)), ("y", (1204, 524))])
def test_one_direction(desk: Page, visit: Visit, axis: str, place: tuple[float, float]) -> None:
    widget = _ready(visit(desk, f'{DRAGGABLE} data-drag-axis="{axis}"'))

    _drag(widget, -300, -200)

    assert _at(widget) == place


def test_shift_and_an_arrow_key_move_it(widget: Widget) -> None:
    page = widget.page
    widget.launcher.focus()
    expect(widget.launcher).to_have_attribute(
        "aria-keyshortcuts", "Shift+ArrowUp Shift+ArrowDown Shift+ArrowLeft Shift+ArrowRight"
    )

    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowRight", "ArrowUp", "ArrowDown"):
        page.keyboard.press(f"Shift+{key}")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+a")

    assert _at(widget) == (1188, 708)
    assert own_focus(page) == "Chat"
    page.reload()
    assert _at(_ready(widget)) == (1188, 708)


def test_panel_stands_where_there_is_room(widget: Widget) -> None:
    panels = {
        (104, 124): {"x": 104, "y": 192, "width": 460, "height": 592},
        (1164, 124): {"x": 760, "y": 192, "width": 460, "height": 592},
        (104, 664): {"x": 104, "y": 16, "width": 460, "height": 636},
        (1164, 424): {"x": 692, "y": 84, "width": 460, "height": 700},
        (104, 424): {"x": 172, "y": 84, "width": 460, "height": 700},
    }
    widget.open()

    for (x, y), panel in panels.items():
        left, top = _at(widget)
        _drag(widget, x - left, y - top)

        assert {side: round(length) for side, length in widget.box().items()} == panel


def test_page_may_end_it(widget: Widget) -> None:
    _drag(widget, -300, -200)

    widget.call("set", {"ui": {"asstBtn": {"draggable": False}}})

    assert _at(widget) == (1204, 724)
    _drag(widget, -300, -200)
    assert _at(widget) == (1204, 724)
