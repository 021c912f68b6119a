"""What a file is, by its own bytes: never by its name alone, nor by what a browser says of it.

The table knows what agents are sent: pictures, documents, archives, sound and film. It is ours
because a library would bring hundreds of kinds that nobody may send, and none of the rules below.
"""

from __future__ import annotations

import re
from typing import BinaryIO, Literal

Family = Literal["picture", "text", "zip", "office", "media", "pdf", "other"]

HEAD, TAIL = 4096, 65_536
UNKNOWN = "application/octet-stream"
# Bitmaps that we can measure, and so may be shown as pictures.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
# Never meant by a wildcard such as ``image/*``: they can hold scripts.
SCRIPTABLE = frozenset({"image/svg+xml", "text/html", "application/xhtml+xml"})

_OFFICE = "application/vnd.openxmlformats-officedocument."
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"#!AMR", "audio/amr"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OOXML = {
    b"word/document.xml": f"{_OFFICE}wordprocessingml.document",
    b"xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    b"ppt/presentation.xml": f"{_OFFICE}presentationml.presentation",
}
# The first entry of OpenDocument files and e-books: their type, not compressed.
_MIMETYPE_ENTRY = re.compile(rb"mimetype(application/[\w.+-]{1,80})PK")

# What a name may end in; the first one is what we would call it.
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg", "jfif"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/bmp": ("bmp",),
    "image/tiff": ("tif", "tiff"),
    "image/heic": ("heic", "heif"),
    "image/avif": ("avif",),
    "image/svg+xml": ("svg",),
    "application/pdf": ("pdf",),
    "application/rtf": ("rtf",),
    "application/zip": ("zip",),
    "application/gzip": ("gz", "tgz"),
    "application/x-7z-compressed": ("7z",),
    "application/vnd.rar": ("rar",),
    "application/epub+zip": ("epub",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
    f"{_OFFICE}wordprocessingml.document": ("docx",),
    f"{_OFFICE}spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}presentationml.presentation": ("pptx",),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
    "audio/mpeg": ("mp3",),
    "audio/aac": ("aac",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/flac": ("flac",),
    "audio/amr": ("amr",),
    "audio/wav": ("wav",),
    "audio/mp4": ("m4a",),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov",),
    "video/webm": ("webm",),
    "video/x-matroska": ("mkv",),
    "video/x-msvideo": ("avi",),
    "text/plain": ("txt", "log"),
    "text/markdown": ("md", "markdown"),
    "text/csv": ("csv",),
    "text/tab-separated-values": ("tsv",),
    "text/html": ("html", "htm"),
    "application/json": ("json",),
    "application/xml": ("xml",),
}
_TYPE_OF_ENDING = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}
_TEXTS = frozenset(
    {"application/json", "application/xml", "image/svg+xml", "application/xhtml+xml"}
)
_OLD_OFFICE = frozenset(
    {"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"}
)
_CONTROL = re.compile(rb"[\0-\x07\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|script|svg|\?xml)", re.IGNORECASE)
_SPECIFIC = re.compile(r"text/[\w.+-]{1,60}")
# Browsers and systems call some kinds differently.
_SAME = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/heif": "image/heic",
    "image/x-png": "image/png",
    "image/x-ms-bmp": "image/bmp",
    "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/x-m4a": "audio/mp4",
    "application/x-zip-compressed": "application/zip",
    "text/xml": "application/xml",
    "text/rtf": "application/rtf",
}


def sniff(file: BinaryIO, name: str, declared: str) -> str:
    """The content type of a file, looked at from its beginning and, for archives, its end.

    Name and declared type only choose between kinds that look alike from outside: texts of every
    sort, old office files, sound and film in one container.
    """
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(head, _tail(file))
    if head.startswith(_OLE):
        return _claimed(name, declared, _OLD_OFFICE) or UNKNOWN
    if head[4:8] == b"ftyp":
        found = _BRANDS.get(head[8:12], "video/mp4")
        return _claimed(name, declared, {"audio/mp4"}) or found if found == "video/mp4" else found
    if known := _by_signature(head):
        return known
    return _text(head, name, declared) if _is_text(head) else UNKNOWN


def contradicts(found: str, name: str, declared: str) -> bool:
    """Whether name or declared type claim another sort of file than the bytes are. A picture that
    is another kind of picture (phones do that) is no lie worth a refusal."""
    said = normal_type(declared)
    if said == "application/vnd.ms-excel" and family_of(found) == "text":
        said = ""  # what Windows says of every list in commas
    known = [one for one in (type_of_name(name), said) if one in ENDINGS or one in SCRIPTABLE]
    return any(family_of(claim) != family_of(found) for claim in known)


def family_of(content_type: str) -> Family:
    if content_type.startswith("text/") or content_type in _TEXTS:
        return "text"
    if content_type.startswith("image/"):
        return "picture"
    if content_type.startswith(("audio/", "video/")):
        return "media"
    if content_type in _OLD_OFFICE:
        return "office"
    if content_type == "application/pdf":
        return "pdf"
    is_zip = content_type.startswith((_OFFICE, "application/vnd.oasis")) or "zip" in content_type
    return "zip" if is_zip and content_type != "application/gzip" else "other"


def accepts(accepted: tuple[str, ...], content_type: str) -> bool:
    """Whether a list such as ``("image/*", "text/plain")`` means this type. A wildcard never means
    what can hold scripts."""
    if content_type in accepted:
        return True
    if content_type in SCRIPTABLE:
        return False
    return "*/*" in accepted or f"{content_type.partition('/')[0]}/*" in accepted


def normal_type(declared: str) -> str:
    """A declared type without parameters, by its usual name."""
    plain = declared.partition(";")[0].strip().lower()
    return _SAME.get(plain, plain)


def type_of_name(name: str) -> str:
    """What the ending of a name claims; empty when it claims nothing that we know."""
    return _TYPE_OF_ENDING.get(ending_of(name), "")


def ending_of(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    return ending.lower() if dot else ""


def _by_signature(head: bytes) -> str:
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], UNKNOWN)
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "image/bmp"
    found = (kind for at, magic, kind in _SIGNATURES if head.startswith(magic, at))
    return next(found, "")


def _archive(head: bytes, tail: bytes) -> str:
    """By the names of its entries, which stand in the open. Nothing is unpacked."""
    if told := _MIMETYPE_ENTRY.match(head, 30):
        return told[1].decode()
    inside = head + tail
    if b"[Content_Types].xml" not in inside:
        return "application/zip"
    found = (kind for entry, kind in _OOXML.items() if entry in inside)
    return next(found, "application/zip")


def _tail(file: BinaryIO) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    return file.read(TAIL)


def _is_text(head: bytes) -> bool:
    """In any encoding: without the control characters that no text has."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return _CONTROL.search(head) is None


def _text(head: bytes, name: str, declared: str) -> str:
    for claim in (type_of_name(name), normal_type(declared)):
        if claim in ENDINGS and family_of(claim) == "text":
            return claim
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "text/html"
    claim = normal_type(declared)
    return claim if _SPECIFIC.fullmatch(claim) else "text/plain"


def _claimed(name: str, declared: str, among: frozenset[str] | set[str]) -> str:
    claims = (type_of_name(name), normal_type(declared))
    return next((claim for claim in claims if claim in among), "")
