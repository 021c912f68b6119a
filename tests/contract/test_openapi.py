"""Every REST door, asked by what is made from its own description, against a real server.

Nothing in it is left to chance: a run finds what the run before it found.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jwt
import pytest

from tests.fakes.chatkit.sessions import HostedSessions
from tests.foreign import foreign_environ
from tests.serving import Server

# The demo answers mini-programs at once; client secrets are a hosted workflow's.
SITES = """
[[sites]]
key = "acme"
name = "Acme"
origins = ["https://www.acme.example"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
site_per_minute = 0
site_per_day = 0
[sites.provider]
kind = "demo"
delay_ms = 0
[sites.apis.kefu]
enabled = true

[[sites]]
key = "hosted"
name = "Hosted"
origins = ["https://www.hosted.example"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
site_secrets_per_day = 0
[sites.provider]
kind = "chatkit"
workflow_id = "{workflow_id}"
workflow_key = "{workflow_key}"
workflow_base_url = "{workflow_base_url}"
[sites.apis.client_secrets]
enabled = true
"""

# Without ``positive_data_acceptance`` nothing would say that good data is taken. What the schema
# cannot say (the site's list of origins, the length of the whole) is refused with 413 and 422.
CONFIG = """
[parameters]
"path.site" = "acme"

[auth.openapi.server_key]
bearer = "{server_key}"

[auth.openapi.user_token]
bearer = "{user_token}"

[[operations]]
include-tag = "Client secrets"
[operations.parameters]
"path.site" = "hosted"

[generation]
max-examples = 8
deterministic = true
database = "none"

[phases.stateful]
enabled = false

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 413, 422, 429]

[checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 401, 403, 404, 409, 413, 422, 429, 502, 503, 504]
"""
LIMIT_S = 120


@pytest.fixture
def hosted() -> Iterator[HostedSessions]:
    with HostedSessions() as sessions:
        yield sessions


@pytest.mark.timeout(240)
def test_schemathesis_finds_nothing(
    start_server: Callable[..., Server], hosted: HostedSessions, tmp_path: Path
) -> None:
    server = start_server(SITES.format(**hosted.settings()))
    config = tmp_path / "schemathesis.toml"
    config.write_text(_config(server))

    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"),
            *(f"{server.url}/openapi.json", "--no-color"),
        ],
        env=foreign_environ(SCHEMATHESIS_HOOKS=""),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    paths = server.get("/openapi.json").json["paths"]
    del paths["/openapi.json"]  # which it has read, and asks for no more
    assert _tested(done.stdout) == sum(len(item) for item in paths.values())
    assert b'"level": "error"' not in server.log.read_bytes()


def _config(server: Server) -> str:
    """The credentials of a user who is signed in, and of the owner's server."""
    told = server.command("site", "acme", "rotate")
    (server_key,) = re.findall(r"key_[\w-]+", told)
    token = server.command("token", "acme", "--user", "u-1").strip().splitlines()[-1]
    assert jwt.decode(token, options={"verify_signature": False})["exp"] > time.time()
    return CONFIG.format(server_key=server_key, user_token=token)


def _tested(output: str) -> int:
    (count,) = re.findall(r"Tested: (\d+)", output)
    return int(count)
