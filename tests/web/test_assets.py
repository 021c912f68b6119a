from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from widget.paths import STATIC
from widget.web.assets import FOR_EVER, Assets

SCRIPT = """
/** A comment that nobody needs to load. */
export function first(list) {
  let found = list[0];
  found = found ?? "a default that is long enough to be worth compressing, and then some more";
  return found;
}
"""


NOISE = hashlib.sha256(b"noise").digest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "frame").mkdir()
    (tmp_path / "frame" / "main.js").write_text(SCRIPT)
    (tmp_path / "mark.bin").write_bytes(NOISE)
    return tmp_path


@pytest.fixture
def assets(app: Flask) -> Assets:
    found: Assets = app.extensions["chatdock"].assets
    return found


def test_build_id_changes_with_any_byte_and_any_name(folder: Path) -> None:
    first, same = Assets(folder).build, Assets(folder).build
    (folder / "mark.bin").rename(folder / "sign.bin")
    second = Assets(folder).build
    (folder / "sign.bin").write_bytes(b"")
    third = Assets(folder).build

    assert first == same
    assert len({first, second, third}) == 3


def test_script_is_minified_and_stays_below_the_browser_floor(folder: Path) -> None:
    text = Assets(folder).text("frame/main.js")

    assert "comment" not in text
    assert len(text) < len(SCRIPT)
    assert "export function first(" in text
    assert "??=" not in text  # ES2021


def test_encodings_hold_the_same_bytes(folder: Path) -> None:
    asset = Assets(folder).find("frame/main.js")

    assert asset is not None
    assert brotli.decompress(asset.encodings["br"]) == asset.plain
    assert gzip.decompress(asset.encodings["gzip"]) == asset.plain


def test_file_that_does_not_shrink_is_served_plain(folder: Path) -> None:
    asset = Assets(folder).find("mark.bin")

    assert asset is not None
    assert (asset.encodings, asset.plain) == ({}, NOISE)


def test_unknown_address_fails_loudly(folder: Path) -> None:
    with pytest.raises(KeyError, match=r"there is no static/frame/mian\.js"):
        Assets(folder).url("frame/mian.js")


def test_broken_script_names_its_file(folder: Path) -> None:
    (folder / "frame" / "main.js").write_text("export function (")

    with pytest.raises(ValueError, match=r"static/frame/main\.js cannot be minified"):
        Assets(folder)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
        ("*", "br"),
    ],
)
def test_smallest_accepted_encoding_is_served(
    client: FlaskClient, assets: Assets, accepted: str, encoding: str | None
) -> None:
    answer = client.get(assets.url("css/error.css"), headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_own_build_is_kept_for_ever_and_another_not_at_all(
    client: FlaskClient, assets: Assets
) -> None:
    own = client.get(assets.url("css/error.css"))
    other = client.get("/assets/000000000000/css/error.css")

    assert own.headers["Cache-Control"] == FOR_EVER
    assert other.headers["Cache-Control"] == "no-store"
    assert own.data == other.data == assets.text("css/error.css").encode()


def test_unchanged_file_is_not_sent_again(client: FlaskClient, assets: Assets) -> None:
    path = assets.url("css/error.css")
    tags = {
        encoding: client.get(path, headers={"Accept-Encoding": encoding}).headers["ETag"]
        for encoding in ("br", "gzip", "identity")
    }

    again = client.get(path, headers={"Accept-Encoding": "br", "If-None-Match": tags["br"]})
    other = client.get(path, headers={"Accept-Encoding": "br", "If-None-Match": tags["gzip"]})

    assert len(set(tags.values())) == 3
    assert (again.status_code, again.data) == (304, b"")
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["nothing.js", "../app.py", "..%2f..%2fapp.py", "css/"])
def test_nothing_else_is_served(client: FlaskClient, assets: Assets, path: str) -> None:
    assert client.get(f"/assets/{assets.build}/{path}").status_code == 404


def test_every_file_of_ours_is_served(client: FlaskClient, assets: Assets) -> None:
    files = {
        path.relative_to(STATIC).as_posix()
        for path in STATIC.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }

    assert set(assets.paths()) == files
    for path in files:
        assert client.get(assets.url(path)).status_code == 200
