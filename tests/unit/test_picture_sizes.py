"""Sizes of pictures off their headers: real ones, films, bombs, and what only looks like one."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import chunk, film, picture, png
from widget.domain.pictures import Size, measure

TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
}


def size(data: bytes, content_type: str) -> Size | None:
    return measure(io.BytesIO(data), content_type)


@pytest.mark.parametrize("kind", TYPES)
def test_real_pictures(kind: str) -> None:
    assert size(picture(kind, (64, 36)), TYPES[kind]) == Size(64, 36)


def test_other_sorts_of_the_same_kinds() -> None:
    assert size(picture("JPEG", (640, 35), progressive=True), "image/jpeg") == Size(640, 35)
    assert size(picture("WEBP", (64, 36), lossless=True), "image/webp") == Size(64, 36)
    assert size(picture("WEBP", (64, 36), exif=b"Exif\0\0xx"), "image/webp") == Size(64, 36)
    assert size(picture("JPEG", (64, 36), comment=b"x" * 60_000), "image/jpeg") == Size(64, 36)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_films_tell_how_many_pictures_they_have(kind: str) -> None:
    assert size(film(kind, 5), TYPES[kind]) == Size(20, 10, 5)


def test_bombs_are_told_from_pictures() -> None:
    assert Size(12_000, 9_000).is_bearable  # a phone's
    assert not Size(20_000, 20_000).is_bearable
    assert not Size(40_000, 10).is_bearable
    assert Size(1280, 720, 300).is_bearable
    assert not Size(4_000, 4_000, 1_000).is_bearable
    assert size(png(65_535, 65_535), "image/png") == Size(65_535, 65_535)


def test_a_frame_larger_than_its_film_counts() -> None:
    frame = b"," + struct.pack("<HHHHB", 0, 0, 9_000, 9_000, 0x80) + bytes(6) + b"\x02\x01\0\0"
    gif = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0) + b"!\xf9\x04\0\0\0\0\0" + frame + b";"

    assert size(gif, "image/gif") == Size(9_000, 9_000)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"x" * 20), "image/png"),
        (png(0, 5), "image/png"),
        (png(5, 5)[:20], "image/png"),
        (png(5, 5, before=chunk(b"acTL", bytes(8))), "image/png"),
        (b"\xff\xd8\xff\xd9", "image/jpeg"),
        (b"\xff\xd8\xff\xe0\0\x10", "image/jpeg"),
        (b"\xff\xd8\xff\xe0\0\x02<html>", "image/jpeg"),
        (b"GIF89a" + struct.pack("<HHBBB", 5, 5, 0, 0, 0) + b";", "image/gif"),
        (b"GIF89a/*<script>*/", "image/gif"),
        (b"GIF89a" + struct.pack("<HHBBB", 5, 5, 0, 0, 0) + b"!\xfe\x05", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0" + bytes(10), "image/webp"),
        (b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0" + bytes(10), "image/webp"),
        (b"RIFF\0\0\0\0WEBPNONE\0\0\0\0" + bytes(10), "image/webp"),
        (b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0", "image/webp"),
        (b"BM" + bytes(10), "image/bmp"),
    ],
)
def test_what_only_looks_like_a_picture_has_no_size(data: bytes, content_type: str) -> None:
    assert size(data, content_type) is None


def test_marks_of_jpeg_that_have_no_length_are_passed() -> None:
    filled = b"\xff\xd8\xff\x01\xff\xff\xff\xc0\0\x0b\x08" + struct.pack(">HH", 7, 9) + bytes(4)

    assert size(filled, "image/jpeg") == Size(9, 7)


@given(st.sampled_from(sorted(TYPES)), st.binary(max_size=200))
def test_nonsense_never_stumbles(kind: str, rest: bytes) -> None:
    size(picture(kind, (4, 4))[:24] + rest, TYPES[kind])
