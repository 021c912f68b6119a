"""What is shipped is what browsers at the floor can do: every script and every style as served."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_site
from tests.samples import written
from tests.serving import ROOT
from tests.web.pages import OWNER, save
from tests.web.test_embed import EVERYTHING
from widget.domain.compat import Compat, CozePages
from widget.domain.options import parse_options
from widget.paths import STATIC
from widget.store.database import Store

BOT = "7400000000000000001"
SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
STYLE = re.compile(r"<style[^>]*>(?P<text>.*?)</style>", re.DOTALL)
# What a page loads as a classic script, or another site's page does.
PAGES = ("/", "/chat/acme", f"/frame/acme?origin={OWNER}", "/chat/acme?o=broken", "/nowhere")
REFUSED = "/frame/acme?origin=https://www.other.example"

PLANTED = [
    ("a loader", "loader", "const found = host?.style;"),
    ("a loader's fallback", "loader", "const found = host ?? {};"),
    ("a loader that fits", "loader", 'import("/panel.js").then(({ make }) => make({ ...host }));'),
    ("a field", "module", "export class Box { #held = 1; }"),
    ("an assignment", "module", "export let held; held ??= 1;"),
    ("a wait", "module", "await import('./talk.js');"),
    ("all of a module", "module", 'export * as all from "./talk.js";'),
    ("a way back", "script", "const last = /(?<=a)b/.test(text);"),
    ("a copy", "script", "structuredClone({});"),
    ("the last", "script", "[1].at(-1);"),
    ("markup", "module", 'document.body.innerHTML = "";'),
    ("a channel", "script", "new BroadcastChannel('x');"),
    ("a style of a script", "script", "box.style.cssText = `inset:${edge}px;color:red`;"),
    ("a sheet of a script", "script", "sheet.replaceSync(`${ALL}a{aspect-ratio:1}`);"),
    ("a mix", "sheet", "a{color:color-mix(in srgb,red,blue)}"),
    ("a relative", "sheet", "a:has(b){color:red}"),
    ("a height", "sheet", "a{height:100dvh}"),
    ("an end", "sheet", "a{margin-inline:1px}"),
    ("a sheet that fits", "sheet", "a{margin-inline-start:1px;gap:0}"),
]
FITS = {"a loader that fits", "a sheet that fits"}


def found_in(served: list[tuple[str, str, str]], folder: Path) -> list[tuple[str, str]]:
    """Of each named text what the floor has not."""
    node = shutil.which("node", path=f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert node is not None, "Node is missing; scripts/check says how to get it"
    told = [dict(zip(("name", "kind", "text"), one, strict=True)) for one in served]
    file = written(folder, "served.json", json.dumps(told).encode())
    done = subprocess.run(
        [node, "tests/js/floor.js", file], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return [(one["name"], one["fault"]) for one in json.loads(done.stdout)]


@pytest.fixture
def sites(store: Store) -> None:
    """Every option of the loader on, and none; Coze's and Dify's pages."""
    compat = Compat(coze=CozePages((BOT,)))
    save(store, make_site(compat=compat, origins=(OWNER,)))
    save(store, make_site(key="full", options=parse_options(EVERYTHING), compat=compat))


def shipped(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str, str]]:
    yield from _assets(app, client)
    yield from _loaders(app, client)
    for address in (*PAGES, REFUSED):
        yield from _inline(address, client.get(address).text)


def _assets(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str, str]]:
    assets: Any = app.extensions["chatdock"].assets
    for path in assets.paths():
        kind = {".js": "module", ".css": "sheet"}.get(path[path.rfind(".") :], "")
        is_piece = path.startswith(("loader/", "compat/"))  # served put together alone
        if kind and not is_piece:
            yield path, kind, client.get(assets.url(path)).text


def _loaders(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str, str]]:
    version = app.extensions["chatdock_loader"].version()
    for site in ("acme", "full"):
        yield f"loader of {site}", "loader", client.get(f"/embed/{site}.js").text
        for path in (f"coze/{site}.js", f"dify/{site}/embed.min.js"):
            yield path, "loader", client.get(f"/compat/{path}").text
    for part in ("panel", "pieces"):
        yield part, "module", client.get(f"/embed/{part}/{version}.js").text
    choice = client.get(f"/compat/coze/acme/bots/{BOT}.js", headers={"Origin": OWNER})
    yield "choice", "module", choice.text


def _inline(address: str, page: str) -> Iterator[tuple[str, str, str]]:
    assert " style=" not in SCRIPT.sub("", page)
    for number, found in enumerate(SCRIPT.finditer(page)):
        if "src=" not in found["attributes"] and "json" not in found["attributes"]:
            yield f"script {number} of {address}", "script", html.unescape(found["text"])
    for number, found in enumerate(STYLE.finditer(page)):
        yield f"style {number} of {address}", "sheet", found["text"]


def test_everything_that_is_shipped_works_at_the_floor_and_breaches_are_found(
    app: Flask, client: FlaskClient, sites: None, tmp_path: Path
) -> None:
    served = list(shipped(app, client))

    found = found_in([*served, *PLANTED], tmp_path)

    planted = {name for name, _, _ in PLANTED}
    assert [one for one in found if one[0] not in planted] == []
    assert {name for name, _ in found} == planted - FITS
    modules = {path.relative_to(STATIC).as_posix() for path in STATIC.glob("frame/*.js")}
    assert modules <= {name for name, _, _ in served}
    assert len({text for name, kind, text in served if kind == "loader"}) == 6
