"""An owner's picture, made small: what comes of it, and what is refused in which words."""

from __future__ import annotations

import base64
import io
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from widget.domain.errors import BadInput
from widget.domain.options import parse_options
from widget.runs.icon import MOST_BYTES, small_icon, stored_icon

RED = (255, 0, 0, 255)
CLEAR = (0, 0, 0, 0)


def encoded(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def noise(side: int) -> Image.Image:
    bits = random.Random(side).randbytes(side * side * 4)
    return Image.frombytes("RGBA", (side, side), bits)


def logo() -> Image.Image:
    """A red disc on nothing, twice as wide as high."""
    picture = Image.new("RGBA", (400, 200))
    ImageDraw.Draw(picture).ellipse((100, 0, 299, 199), fill=RED)
    return picture


def made(url: str) -> Image.Image:
    head, _, body = url.partition(",")
    data = base64.b64decode(body)
    assert len(data) <= MOST_BYTES
    picture = Image.open(io.BytesIO(data))
    assert head == f"data:image/{str(picture.format).lower()};base64"
    return picture.convert("RGBA")


@pytest.mark.parametrize(
    "data",
    [
        encoded(logo()),
        encoded(logo(), "WEBP"),
        encoded(logo().convert("RGB"), "JPEG"),
        encoded(logo().convert("CMYK"), "JPEG"),
        encoded(logo().convert("P")),
        encoded(logo().convert("LA")),
        encoded(noise(300)),
        encoded(noise(48)),
        encoded(Image.new("RGB", (5000, 1), "red")),
        encoded(Image.new("1", (1, 1))),
    ],
)
def test_any_picture_becomes_small_and_square(data: bytes) -> None:
    url = small_icon(data, "logo.png")

    picture = made(url)

    assert picture.width == picture.height
    assert 48 <= picture.width <= 112
    assert parse_options({"ui": {"base": {"icon": url}}}).ui.base.icon == url
    assert small_icon(data, "logo.png") == url


def test_whole_picture_stands_in_the_middle_of_nothing() -> None:
    picture = made(small_icon(encoded(logo()), "logo.png"))

    middle = picture.width // 2
    assert picture.getpixel((middle, middle)) == RED
    assert [picture.getpixel(place) for place in ((0, 0), (middle, 2))] == [CLEAR, CLEAR]


def test_picture_stands_upright() -> None:
    """A camera that was held sideways says so in the picture."""
    picture = Image.new("RGB", (100, 100), "blue")
    picture.paste((255, 0, 0), (0, 0, 100, 50))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down

    upright = made(small_icon(encoded(picture, "JPEG", exif=exif, quality=95), "photo.jpg"))

    lower = upright.getpixel((upright.width // 2, upright.height - 9))
    assert isinstance(lower, tuple)
    assert lower[0] > 200
    assert lower[2] < 60


def test_sixteen_bits_of_grey_stay_grey() -> None:
    data = encoded(Image.new("I;16", (64, 64), 0x8000))

    assert made(small_icon(data, "grey.png")).getpixel((9, 9)) == (128, 128, 128, 255)


MOVING: dict[str, Any] = {"save_all": True, "append_images": [noise(300).resize((400, 200))]}
ASKED = "give a PNG, JPEG or WebP file"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", f"is no picture that we know; {ASKED}"),
        (b"hello", f"is no picture that we know; {ASKED}"),
        (encoded(logo().convert("P"), "GIF"), f"is no picture that we know; {ASKED}"),
        (b"<?xml version='1.0'?><svg xmlns='x'/>", "is an SVG; save it as a PNG and give that"),
        (encoded(noise(99))[:2000], f"the picture is damaged; {ASKED}"),
        (b"\x89PNG\r\n\x1a\nrubbish", f"the picture is damaged; {ASKED}"),
        (encoded(logo(), **MOVING), "the picture moves; give one that stands still"),
        (encoded(logo(), "WEBP", **MOVING), "the picture moves; give one that stands still"),
        (
            encoded(Image.new("1", (9000, 9000))),
            "has 9000 × 9000 pixels; make the picture smaller",
        ),
        (encoded(logo()) + b"x" * 5_000_000, "is larger than 5 MB; make the picture smaller"),
    ],
)
def test_what_is_refused_is_told_plainly(data: bytes, why: str) -> None:
    with pytest.raises(BadInput) as refused:
        small_icon(data, "logo.png")

    assert str(refused.value) == f"logo.png: {why}"


def test_file_is_looked_for_beside_the_configuration(tmp_path: Path) -> None:
    data = encoded(logo())
    (tmp_path / "logo.png").write_bytes(data)

    url = stored_icon("logo.png", tmp_path)

    assert url == small_icon(data, "logo.png")
    assert stored_icon(str(tmp_path / "logo.png"), Path("/nowhere")) == url
    assert stored_icon(f"data:image/png;base64,{base64.b64encode(data).decode()}", tmp_path) == url
    assert stored_icon("", tmp_path) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "nowhere.png",
            f"{{folder}}/nowhere.png: cannot be read (No such file or directory); {ASKED}",
        ),
        (".", f"{{folder}}: cannot be read (Is a directory); {ASKED}"),
        ("a\0b", f"{{folder}}/a\0b: cannot be read (is no name of a file); {ASKED}"),
        (
            "https://www.acme.example/logo.png",
            "https://www.acme.example/logo.png: no address is fetched; download the picture and"
            " give the file",
        ),
        ("data:image/png,x", f"the data: URL is not in base64; {ASKED} instead"),
        ("data:image/png;base64,###", f"the data: URL is not in base64; {ASKED} instead"),
    ],
)
def test_what_names_no_picture_is_told_plainly(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(BadInput) as refused:
        stored_icon(text, tmp_path)

    assert str(refused.value) == why.format(folder=tmp_path)
