"""What a file is, by its bytes; and what it may not claim to be."""

from __future__ import annotations

import io

import pytest

from tests.samples import archive, bomb, film, picture
from widget.domain.media import accepts, contradicts, family_of, normal_type, sniff, type_of_name

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
TYPES = "[Content_Types].xml"


def found(data: bytes, name: str = "", declared: str = "") -> str:
    return sniff(io.BytesIO(data), name, declared)


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("BMP", "image/bmp"),
        ("TIFF", "image/tiff"),
        ("PDF", "application/pdf"),
    ],
)
def test_real_pictures_are_known_whatever_they_are_called(kind: str, content_type: str) -> None:
    assert found(picture(kind), "readme.txt", "text/plain") == content_type


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"MM\0*" + bytes(20), "image/tiff"),
        (b"{\\rtf1\\ansi", "application/rtf"),
        (b"\x1f\x8b\x08" + bytes(20), "application/gzip"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(20), "application/x-7z-compressed"),
        (b"Rar!\x1a\x07\x01\0", "application/vnd.rar"),
        (b"ID3\x04" + bytes(20), "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + bytes(20), "audio/mpeg"),
        (b"\xff\xf1P\x80" + bytes(20), "audio/aac"),
        (b"OggS" + bytes(20), "audio/ogg"),
        (b"fLaC" + bytes(20), "audio/flac"),
        (b"#!AMR\n" + bytes(20), "audio/amr"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\x24\0\0\0AVI LIST", "video/x-msvideo"),
        (b"RIFF\x24\0\0\0none", "application/octet-stream"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", "video/x-matroska"),
        (b"\0\0\0\x18ftypheic" + bytes(20), "image/heic"),
        (b"\0\0\0\x18ftypavif" + bytes(20), "image/avif"),
        (b"\0\0\0\x18ftypqt  " + bytes(20), "video/quicktime"),
        (b"\0\0\0\x18ftypisom" + bytes(20), "video/mp4"),
        (b"BM" + b"\x46\0\0\0" + bytes(8) + b"6", "image/bmp"),
        (b"MZ\x90\0\x03\0\0\0", "application/octet-stream"),
        (b"\x7fELF\x02\x01\x01\0", "application/octet-stream"),
        (OLE, "application/octet-stream"),
    ],
)
def test_signatures(head: bytes, content_type: str) -> None:
    assert found(head) == content_type


def test_names_choose_only_between_what_looks_alike() -> None:
    sound = b"\0\0\0\x18ftypisom" + bytes(20)

    assert found(sound, "memo.m4a") == "audio/mp4"
    assert found(sound, "", "audio/x-m4a") == "audio/mp4"
    assert found(sound, "memo.pdf", "application/pdf") == "video/mp4"
    assert found(OLE, "prices.xls") == "application/vnd.ms-excel"
    assert found(OLE, "", "application/msword") == "application/msword"
    assert found(OLE, "prices.png", "image/png") == "application/octet-stream"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (archive(TYPES, "word/document.xml"), WORD),
        (archive(TYPES, "xl/workbook.xml"), EXCEL),
        (archive(TYPES, "ppt/presentation.xml"), SLIDES),
        (archive(TYPES, "other.xml"), "application/zip"),
        (archive("word/document.xml"), "application/zip"),
        (archive("a.txt"), "application/zip"),
        (archive(), "application/zip"),
        (
            archive(first=("mimetype", "application/vnd.oasis.opendocument.text")),
            "application/vnd.oasis.opendocument.text",
        ),
        (archive(first=("mimetype", "application/epub+zip")), "application/epub+zip"),
    ],
)
def test_archives_are_told_apart_by_the_names_in_them(data: bytes, content_type: str) -> None:
    assert found(data, "x.docx") == content_type


def test_an_archive_with_ten_thousand_entries_is_known_by_its_ends() -> None:
    many = archive(TYPES, *(f"media/{number}.xml" for number in range(10_000)), "word/document.xml")

    assert found(many) == WORD


def test_nothing_is_unpacked() -> None:
    data = bomb(50_000_000)

    assert len(data) < 100_000
    assert found(data) == "application/zip"


@pytest.mark.parametrize(
    ("data", "name", "declared", "content_type"),
    [
        (b"hello", "", "", "text/plain"),
        (b"", "", "", "text/plain"),
        ("你好,世界".encode("gb18030"), "list.csv", "application/vnd.ms-excel", "text/csv"),
        ("\ufeffhello".encode("utf-16-le"), "a.txt", "", "text/plain"),
        ("\ufeffhello".encode("utf-16-be"), "", "", "text/plain"),
        (b"# Title", "notes.md", "", "text/markdown"),
        (b"{}", "", "application/json; charset=utf-8", "application/json"),
        (b"print(1)", "a.py", "text/x-python", "text/x-python"),
        (b"x", "a.py", "text/" + "x" * 90, "text/plain"),
        (b" <!DOCTYPE html><script>", "", "", "text/html"),
        (b"\xef\xbb\xbf<html>", "a.png", "image/png", "text/html"),
        (b"<svg xmlns='x' onload='y'>", "a.svg", "", "image/svg+xml"),
        (b"<?xml version='1.0'?>", "", "", "text/html"),
        (b"<html>", "example.txt", "text/plain", "text/plain"),
        (b"hello\0world", "a.txt", "text/plain", "application/octet-stream"),
    ],
)
def test_texts(data: bytes, name: str, declared: str, content_type: str) -> None:
    assert found(data, name, declared) == content_type


@pytest.mark.parametrize(
    ("content_type", "name", "declared"),
    [
        ("text/html", "a.png", ""),
        ("text/plain", "", "image/png"),
        ("image/svg+xml", "", "image/png"),
        ("image/png", "report.pdf", "application/pdf"),
        ("application/zip", "a.jpg", "image/jpeg"),
        ("application/octet-stream", "a.pdf", ""),
        ("image/png", "a.docx", WORD),
        ("image/gif", "page.html", "text/html"),
        ("application/pdf", "", "application/xhtml+xml"),
    ],
)
def test_contradictions(content_type: str, name: str, declared: str) -> None:
    assert contradicts(content_type, name, declared)


@pytest.mark.parametrize(
    ("content_type", "name", "declared"),
    [
        ("image/webp", "photo.jpg", "image/jpeg"),  # phones and chats rename them like this
        ("image/jpeg", "photo.JPG", "image/jpg"),
        ("application/zip", "a.docx", WORD),
        ("application/octet-stream", "a.xyz", "application/octet-stream"),
        ("text/plain", "a.csv", "text/csv"),
        ("audio/ogg", "memo.mp3", "audio/mp3"),
        ("application/pdf", "", ""),
        ("text/csv", "a.csv", "application/x-unheard-of"),
    ],
)
def test_what_is_no_contradiction(content_type: str, name: str, declared: str) -> None:
    assert not contradicts(content_type, name, declared)


def test_excel_names_for_texts_are_a_habit_of_windows() -> None:
    assert not contradicts("text/csv", "a.csv", "application/vnd.ms-excel")
    assert contradicts("image/png", "a.png", "application/vnd.ms-excel")


def test_acceptance() -> None:
    assert accepts(("image/*",), "image/png")
    assert accepts(("*/*",), "application/pdf")
    assert accepts(("application/pdf",), "application/pdf")
    assert not accepts(("image/*",), "application/pdf")
    assert not accepts((), "image/png")


@pytest.mark.parametrize("content_type", ["image/svg+xml", "text/html", "application/xhtml+xml"])
def test_no_wildcard_means_what_can_hold_scripts(content_type: str) -> None:
    assert not accepts(("*/*", "image/*", "text/*"), content_type)
    assert accepts((content_type,), content_type)


def test_families() -> None:
    told = {
        "text/x-python": "text",
        "image/svg+xml": "text",
        "image/heic": "picture",
        "video/mp4": "media",
        "application/msword": "office",
        "application/pdf": "pdf",
        WORD: "zip",
        "application/x-zip-compressed": "zip",
        "application/gzip": "other",
        "application/octet-stream": "other",
    }
    assert {one: family_of(one) for one in told} == told


def test_names_and_declarations_in_other_spellings() -> None:
    assert normal_type(" Image/JPG ; q=1") == "image/jpeg"
    assert type_of_name("Photo.JPEG") == "image/jpeg"
    assert type_of_name("README") == ""
    assert found(film("GIF", 2)) == "image/gif"
