"""Mini-programs against a running server: the document's client functions and those of examples/.

They run in Node, on a stand-in for ``wx`` and ``uni`` that speaks real HTTP (tests/js/phone.js).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT, Server
from tests.signing import user_token

SITE = """
[[sites]]
key = "{key}"
name = "{key}"
origins = ["https://www.acme.example"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 5
[sites.apis.kefu]
enabled = {enabled}
always_200 = {always_200}
anonymous = {anonymous}
"""
SITES = "".join(
    SITE.format(key=key, enabled=enabled, always_200=always_200, anonymous=anonymous)
    for key, enabled, always_200, anonymous in (
        ("acme", "true", "false", "false"),
        ("closed", "false", "false", "false"),
        ("calm", "true", "true", "false"),
        ("trusting", "true", "false", "true"),
    )
)
LIMIT_S = 120


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("kefu"), SITES)
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize("client", ["kefu_document_live.js", "kefu_live.js"])
def test_kefu_clients_get_what_they_expect(server: Server, client: str) -> None:
    node = shutil.which("node", path=f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert node is not None, "Node is missing; scripts/check says how to get it"
    given = {
        "url": server.url,
        "token": user_token(server),
        "other": user_token(server, "bob"),
        "calm": user_token(server, site="calm"),
        "expired": user_token(server, ends_in_s=-3600),
    }

    done = subprocess.run(
        [node, "--test", str(Path("tests") / "js" / client)],
        env=os.environ | {"KEFU": json.dumps(given)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )

    assert done.returncode == 0, done.stdout + done.stderr
