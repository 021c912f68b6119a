from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.domain.contrast import BLACK, WHITE, Colour, contrast, tint
from widget.domain.options import Theme
from widget.domain.theme import TEXT_PAIRS, roles

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
schemes = ("light", "dark")


def worst_contrast(theme: Theme) -> float:
    values = roles(theme)
    return min(
        contrast(Colour.parse(values[scheme][text]), Colour.parse(values[scheme][ground]))
        for scheme in schemes
        for text, ground in TEXT_PAIRS
    )


@given(accent=colours, surface=colours)
def test_every_text_pair_is_readable_for_any_accent_and_surface(accent: str, surface: str) -> None:
    assert worst_contrast(Theme(accent=accent, surface=surface)) >= 4.5


@pytest.mark.parametrize("surface", ["#000", "#777777", "#757575", "#fff", "#ff0", "#00f"])
@pytest.mark.parametrize("accent", ["", "#000", "#767676", "#fff", "#ffd400", "#7f7f7f"])
def test_text_pairs_are_readable_at_the_hard_spots(accent: str, surface: str) -> None:
    assert worst_contrast(Theme(accent=accent, surface=surface)) >= 4.5


def test_the_contrast_check_sees_an_unreadable_pair() -> None:
    assert contrast(Colour.parse("#777777"), Colour.parse("#888888")) < 4.5


def test_a_ground_at_the_limit_is_not_tinted() -> None:
    ground = Colour.parse("#767676")

    assert tint(ground, WHITE, 1, text=WHITE) == ground


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast(Colour.parse("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)


@given(accent=colours)
def test_the_accent_stays_as_the_owner_chose_it(accent: str) -> None:
    values = roles(Theme(accent=accent))

    assert [values[scheme]["accent"] for scheme in schemes] == [accent, accent]


def test_a_short_colour_means_doubled_digits() -> None:
    assert roles(Theme(accent="#fd0")) == roles(Theme(accent="#ffdd00"))


def test_surface_changes_the_light_scheme_only() -> None:
    plain, tinted = roles(Theme()), roles(Theme(surface="#fff7e6"))

    assert tinted["light"]["surface"] == "#fff7e6"
    assert tinted["dark"] == plain["dark"]


def test_both_schemes_have_the_same_roles() -> None:
    values = roles(Theme())

    assert set(values["light"]) == set(values["dark"])
    assert {role for pair in TEXT_PAIRS for role in pair} <= set(values["light"])


@pytest.mark.parametrize(
    ("radius", "density", "expected"),
    [
        ("none", "compact", ("0px", "8px")),
        ("small", "normal", ("4px", "12px")),
        ("large", "spacious", ("20px", "16px")),
    ],
)
def test_shape_follows_radius_and_density(
    radius: str, density: str, expected: tuple[str, str]
) -> None:
    shape = roles(Theme(radius=radius, density=density))["shape"]  # type: ignore[arg-type]

    assert (shape["radius"], shape["gap"]) == expected


@pytest.mark.parametrize(
    ("wanted", "starts"),
    [
        ("", "system-ui, -apple-system,"),
        ("serif", "serif, system-ui,"),
        ("My Font", '"My Font", system-ui,'),
        ("'微软雅黑', serif", '"微软雅黑", serif,'),
        ('a"b, "c', '"ab", "c", system-ui'),
        ("a\n  b", '"a b", system-ui'),
    ],
)
def test_font_names_are_quoted_before_the_devices_own(wanted: str, starts: str) -> None:
    font = roles(Theme(font=wanted))["shape"]["font"]

    assert font.startswith(starts)
    assert font.count('"') % 2 == 0
    assert font.endswith("sans-serif")
