"""What a file has to be before it is kept, and what becomes of its name."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import archive, film, picture, png
from widget.domain.errors import FileRefused
from widget.domain.uploads import NAME_CHARS, clean_name, examine, megabytes, refuse_size

ALL = ("image/*", "text/*", "application/pdf")


def look(data: bytes, name: str, declared: str = "", accepted: tuple[str, ...] = ALL) -> str:
    return examine(io.BytesIO(data), name, declared, accepted=accepted)


def reason(data: bytes, name: str, declared: str = "", accepted: tuple[str, ...] = ALL) -> str:
    with pytest.raises(FileRefused) as refused:
        look(data, name, declared, accepted)
    return refused.value.reason


def test_good_files_are_what_they_are() -> None:
    assert look(picture(), "photo.png", "image/png") == "image/png"
    assert look(picture("WEBP"), "photo.jpg", "image/jpeg") == "image/webp"
    assert look(b"hello", "a.txt") == "text/plain"


def test_refusals_have_reasons() -> None:
    assert reason(b"<html>", "photo.png", "image/png") == "mismatch"
    assert reason(archive("a"), "a.zip", "application/zip") == "type"
    assert reason(b"<svg onload='x'>", "a.svg", "image/svg+xml") == "type"
    assert reason(b"<script>", "a.html", "text/html") == "type"
    assert reason(b"\x89PNG\r\n\x1a\nnothing", "a.png") == "broken"
    assert reason(png(60_000, 60_000), "a.png") == "pixels"
    assert reason(film("GIF", 3, (29_000, 3)) + b"", "a.gif", accepted=("image/png",)) == "type"


def test_a_page_behind_a_pictures_head_is_a_broken_picture() -> None:
    assert reason(b"GIF89a/*<script>alert(1)</script>*/", "a.gif", "image/gif") == "broken"


def test_sizes_tell_by_how_much() -> None:
    refuse_size(10_000_000, 10_000_000, "a.png")
    with pytest.raises(FileRefused) as refused:
        refuse_size(10_000_001, 10_000_000, "a.png")
    assert refused.value.reason == "too_large"
    assert refused.value.values == {"name": "a.png", "limit": "10", "over": "0.1"}
    with pytest.raises(FileRefused) as refused:
        refuse_size(0, 10, "a.png")
    assert refused.value.reason == "empty"


def test_megabytes_for_people() -> None:
    assert [megabytes(size) for size in (1, 100_000, 1_000_000, 1_234_567)] == [
        "0.1",
        "0.1",
        "1",
        "1.3",
    ]


@pytest.mark.parametrize(
    ("name", "content_type", "kept"),
    [
        ("photo.png", "image/png", "photo.png"),
        ("订单 2046.PDF", "application/pdf", "订单 2046.PDF"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\me\\a.txt", "text/plain", "a.txt"),
        ("a.exe", "image/png", "a.exe.png"),
        ("invoice\u202efdp.exe", "image/jpeg", "invoicefdp.exe.jpg"),
        ("a\0b\r\nc.txt", "text/plain", "abc.txt"),
        ('we<i>rd:"na|me?*.txt', "text/plain", "we_i_rd__na_me__.txt"),
        ("con.txt", "text/plain", "_con.txt"),
        ("..", "image/png", "file.png"),
        ("", "image/png", "file.png"),
        ("", "text/x-python", "file"),
        ("  .hidden. ", "", "hidden"),
        ("cafe\u0301.txt", "text/plain", "caf\u00e9.txt"),
        ("lone\ud800.txt", "text/plain", "lone_.txt"),
    ],
)
def test_names(name: str, content_type: str, kept: str) -> None:
    assert clean_name(name, content_type) == kept


def test_long_names_keep_their_ending() -> None:
    long = clean_name("长" * 300 + ".png", "image/png")

    assert (len(long), long[-5:]) == (NAME_CHARS, "….png")
    assert len(clean_name("x" * 300, "")) == NAME_CHARS


@given(st.text(max_size=300))
def test_every_name_is_one_line_and_no_path(name: str) -> None:
    kept = clean_name(name, "image/png")

    assert kept
    assert len(kept) <= NAME_CHARS
    assert len(kept.splitlines()) == 1
    assert {unicodedata.category(one) for one in kept}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    assert not set(kept) & set('/\\<>:"|?*')
    assert kept.rpartition(".")[2].lower() == "png"
