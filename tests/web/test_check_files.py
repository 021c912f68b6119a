"""``/<name>.txt``: check files of the folder that a setting names, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from widget.config import load_settings
from widget.domain.errors import Misconfigured
from widget.web import create_app
from widget.web.check_files import LARGEST


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "check-files"
    made.mkdir()
    (made / "MP_verify_a1B2.txt").write_text("a1B2\n")
    return made


@pytest.fixture
def browser(folder: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    given = {"data": str(tmp_path / "data"), "check_files": str(folder)}
    app = create_app(load_settings(given, environ={}))
    yield app.test_client()
    app.extensions["chatdock"].store.close()


def test_file_is_served_from_the_root(browser: FlaskClient) -> None:
    answer = browser.get("/MP_verify_a1B2.txt")

    assert answer.status_code == 200
    assert answer.data == b"a1B2\n"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_file_that_comes_later_is_served_without_a_restart(
    browser: FlaskClient, folder: Path
) -> None:
    assert browser.get("/later.txt").status_code == 404

    (folder / "later.txt").write_text("here")

    assert browser.get("/later.txt").data == b"here"


@pytest.mark.parametrize(
    "path",
    [
        "/..%2Fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/../secret.txt",
        "/sub/inner.txt",
        "/sub%2Finner.txt",
        "/.hidden.txt",
        "/.txt",
        "/a%00b.txt",
        "/名.txt",
        "/linked.txt",
        "/folder.txt",
        "/pipe.txt",
        "/large.txt",
        "/page.html",
        "/two.parts.txt",
        f"/{'x' * 101}.txt",
    ],
)
def test_nothing_else_can_be_reached(browser: FlaskClient, folder: Path, path: str) -> None:
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "sub").mkdir()
    (folder / "folder.txt").mkdir()
    for name in ("sub/inner.txt", ".hidden.txt", ".txt", "名.txt", "page.html", "two.parts.txt"):
        (folder / name).write_text("secret")
    (folder / f"{'x' * 101}.txt").write_text("secret")
    (folder / "large.txt").write_text("x" * (LARGEST + 1))
    (folder / "linked.txt").symlink_to(folder.parent / "secret.txt")
    os.mkfifo(folder / "pipe.txt")

    answer = browser.get(path)

    assert answer.status_code == 404
    assert b"secret" not in answer.data


def test_without_the_setting_there_are_none(client: FlaskClient) -> None:
    assert client.get("/MP_verify_a1B2.txt").status_code == 404


def test_folder_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    given = {"data": str(tmp_path), "check_files": str(tmp_path / "nowhere")}

    with pytest.raises(Misconfigured, match=r"check_files names .*/nowhere, which is no folder"):
        load_settings(given, environ={})
