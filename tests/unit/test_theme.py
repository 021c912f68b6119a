from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.domain.contrast import BLACK, WHITE, Colour, contrast, in_hue, tint
from widget.domain.options import Grey, Theme
from widget.domain.theme import LINE_PAIRS, TEXT_PAIRS, outside, roles

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
schemes = ("light", "dark")


def worst_contrast(theme: Theme, pairs: tuple[tuple[str, str], ...] = TEXT_PAIRS) -> float:
    values = roles(theme)
    return min(
        contrast(Colour.parse(values[scheme][text]), Colour.parse(values[scheme][ground]))
        for scheme in schemes
        for text, ground in pairs
    )


@given(accent=colours, surface=colours)
def test_every_text_pair_is_readable_for_any_accent_and_surface(accent: str, surface: str) -> None:
    assert worst_contrast(Theme(accent=accent, surface=surface)) >= 4.5


@given(
    accent=colours,
    surface=colours,
    text=colours,
    grey=st.builds(Grey, hue=st.integers(0, 360), tint=st.integers(0, 9)),
)
def test_every_text_pair_is_readable_for_any_choice(
    accent: str, surface: str, text: str, grey: Grey
) -> None:
    everything = Theme(
        accent=accent,
        surface=surface,
        dark_surface=surface,
        text=text,
        dark_text=text,
        grey=grey,
    )

    assert worst_contrast(everything) >= 4.5
    assert worst_contrast(everything, LINE_PAIRS) >= 3
    assert worst_contrast(everything, (("accent-hover", "accent"),)) >= 1.04
    assert worst_contrast(Theme(accent=accent, text=text, dark_text=text, grey=grey)) >= 4.5


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


def test_dark_surface_changes_the_dark_scheme_only() -> None:
    plain, tinted = roles(Theme()), roles(Theme(dark_surface="#102030"))

    assert tinted["dark"]["surface"] == "#102030"
    assert tinted["light"] == plain["light"]


def test_text_is_as_chosen_where_it_can_be_read() -> None:
    values = roles(Theme(text="#333", dark_text="#ffe"))

    assert (values["light"]["text"], values["dark"]["text"]) == ("#333333", "#ffffee")


def test_text_that_cannot_be_read_gives_way() -> None:
    values = roles(Theme(text="#dddddd", dark_text="#222222"))

    assert values["light"]["text"] == "#6e6e6e"
    assert values["dark"]["text"] == "#858585"


def test_greys_take_the_hue_and_white_stays_white() -> None:
    plain, blue = roles(Theme()), roles(Theme(grey=Grey(hue=220, tint=9)))
    changed = {role for role, value in blue["light"].items() if value != plain["light"][role]}

    assert blue["light"]["surface"] == "#ffffff"
    assert {"text", "text-muted", "raised", "border"} <= changed
    assert changed.isdisjoint({"accent", "on-accent", "accent-hover"})
    assert blue["dark"]["surface"] != plain["dark"]["surface"]


def test_black_has_no_hue() -> None:
    assert in_hue(BLACK, 220, 0.1) == BLACK


def test_outside_of_the_frame_has_the_same_colours() -> None:
    theme = Theme(accent="#0a7", dark_surface="#123", scheme="dark", radius="none")

    assert outside(theme) == {
        "accent": "#00aa77",
        "surface": "#ffffff",
        "darkSurface": "#112233",
        "scheme": "dark",
        "radius": "none",
    }


def test_font_size_and_fonts_of_code_are_shapes() -> None:
    shape = roles(Theme(font_size=17, mono_font="Fira Code"))["shape"]

    assert shape["size"] == "17px"
    assert shape["mono"].startswith('"Fira Code", ui-monospace, ')
    assert shape["mono"].endswith(", monospace")


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
