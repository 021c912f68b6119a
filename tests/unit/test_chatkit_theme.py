from __future__ import annotations

from typing import Any

import pytest

from widget.domain.chatkit_theme import from_chatkit, is_chatkit
from widget.domain.options import parse_options

WHOLE = {
    "colorScheme": "light",
    "radius": "pill",
    "density": "compact",
    "typography": {
        "baseSize": 16,
        "fontFamily": "'Inter', sans-serif",
        "fontFamilyMono": "Fira Code",
        "fontSources": [{"family": "Inter", "src": "https://a.example/i.woff2"}],
    },
    "color": {
        "grayscale": {"hue": 220, "tint": 6, "shade": -4},
        "accent": {"primary": "rgb(15 23 42)", "level": 1},
        "surface": {"background": "#fff8e1", "foreground": "hsl(0, 0%, 20%)"},
    },
}


def test_every_value_has_its_place() -> None:
    made = from_chatkit(WHOLE)

    assert made.theme == {
        "scheme": "light",
        "radius": "large",
        "density": "compact",
        "fontSize": 16,
        "font": "'Inter', sans-serif",
        "monoFont": "Fira Code",
        "grey": {"hue": 220, "tint": 6},
        "accent": "#0f172a",
        "surface": "#fff8e1",
        "text": "#333333",
    }
    assert made.left_out == (
        "color.grayscale.shade",
        "color.accent.level",
        "typography.fontSources",
    )
    assert made.faults == ()
    assert parse_options({"ui": {"theme": made.theme}}).ui.theme.font_size == 16


def test_what_has_no_counterpart_is_told() -> None:
    assert from_chatkit(WHOLE).warnings("ui.theme") == (
        "ui.theme: without ChatKit's color.grayscale.shade, color.accent.level, "
        "typography.fontSources, which we have not",
    )
    assert from_chatkit({"colorScheme": "dark"}).warnings("ui.theme") == ()


def test_surface_is_that_of_the_scheme() -> None:
    surface = {"background": "#111", "foreground": "#eee"}

    made = from_chatkit({"colorScheme": "dark", "color": {"surface": surface}})

    assert made.theme == {"scheme": "dark", "darkSurface": "#111111", "darkText": "#eeeeee"}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("pill", "large"), ("round", "medium"), ("soft", "small"), ("sharp", "none")],
)
def test_radius_goes_to_the_nearest_of_ours(theirs: str, ours: str) -> None:
    assert from_chatkit({"radius": theirs}).theme == {"radius": ours}


def test_what_is_said_in_our_words_counts() -> None:
    theme = {"color": {"accent": {"primary": "#f00"}}, "accent": "#0a7", "radius": "small"}

    assert from_chatkit(theme).theme == {"accent": "#0a7", "radius": "small"}


def test_a_hue_may_be_any_number_of_degrees() -> None:
    theme = {"color": {"grayscale": {"hue": 400.4, "tint": 1}}}

    assert from_chatkit(theme).theme == {"grey": {"hue": 40, "tint": 1}}


@pytest.mark.parametrize(
    ("theme", "path"),
    [
        ({"color": {"accent": {"primary": "chartreuse"}}}, "color.accent.primary"),
        ({"color": {"accent": {"primary": 7}}}, "color.accent.primary"),
        ({"color": {"grayscale": {"hue": "blue"}}}, "color.grayscale.hue"),
        ({"color": {"grayscale": {"hue": float("inf")}}}, "color.grayscale.hue"),
        ({"color": {"surface": {"background": []}}}, "color.surface.background"),
    ],
)
def test_what_is_not_chatkits_is_named_and_costs_only_itself(
    theme: dict[str, Any], path: str
) -> None:
    made = from_chatkit({"density": "compact", **theme})

    assert made.theme == {"density": "compact"}
    assert made.faults == (f"{path}: is not what ChatKit takes there",)


def test_an_unknown_name_is_named() -> None:
    assert from_chatkit({"color": {}, "colour": {}}).faults == ("colour: is unknown",)


def test_a_word_is_a_theme() -> None:
    assert from_chatkit("dark").theme == {"scheme": "dark"}


@pytest.mark.parametrize(
    "theme", ["light", "dark", {"colorScheme": "dark"}, {"color": 1}, {"radius": "pill"}]
)
def test_theirs_is_known_by_its_names(theme: object) -> None:
    assert is_chatkit(theme)


@pytest.mark.parametrize(
    "theme", [None, "auto", {}, {"accent": "#000"}, {"radius": "large"}, {"radius": []}, []]
)
def test_ours_is_left_alone(theme: object) -> None:
    assert not is_chatkit(theme)
