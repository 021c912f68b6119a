"""What a visitor sees of the launcher and beside it."""

from __future__ import annotations

from tests.browser.sights import Screen


def picture(screen: Screen) -> object:
    """The colour in the middle of the picture; None where the usual sign stands."""
    canvas = screen.launcher.locator("canvas")
    if not canvas.is_visible():
        return None
    return canvas.evaluate(
        """(canvas) => {
          const pen = canvas.getContext("2d");
          const { data } = pen.getImageData(canvas.width / 2, canvas.height / 2, 1, 1);
          return Array.from(data.slice(0, 3));
        }"""
    )


def dragged(screen: Screen) -> object:
    """How far the launcher goes with the mouse, which then brings it back."""
    x, y = _middle(screen)
    _drag(screen, x, y, x - 200, y - 100)
    moved = _middle(screen)
    _drag(screen, *moved, x, y)
    return round(moved[0] - x), round(moved[1] - y)


def teaser(screen: Screen) -> object:
    """The words beside the launcher; None where there are none."""
    words = screen.page.locator("button + button").locator("..").locator("button").first
    return words.inner_text() if words.is_visible() else None


def is_open(screen: Screen) -> object:
    return screen.panel.is_visible()


def is_open_when_scrolled(screen: Screen) -> object:
    screen.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    return is_open(screen)


def _middle(screen: Screen) -> tuple[float, float]:
    box = screen.launcher.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _drag(screen: Screen, x: float, y: float, to_x: float, to_y: float) -> None:
    mouse = screen.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(to_x, to_y, steps=2)
    mouse.up()
