"""Platforms speak TLS: certificates are checked, streams arrive piece by piece under gevent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.certificates import make_tls
from tests.fakes.proxies import Proxy
from tests.fakes.upstream import Asked, Reply, Upstream, Wait

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Upstream, Path]]:
    """An https platform and the certificate that makes it trusted."""
    context, certificate = make_tls(tmp_path_factory.mktemp("tls"))

    def answer(asked: Asked) -> Reply:
        return Reply(200, {}, [b"one ", Wait(), b"two ", Wait(), b"three"])

    with Upstream(answer, tls=context) as upstream:
        yield upstream, certificate


def _read(url: str, *, times: int = 1, proxy: str = "", trust: Path | None = None) -> Any:
    environment = {k: v for k, v in os.environ.items() if k != "SSL_CERT_FILE"}
    if trust:
        environment["SSL_CERT_FILE"] = str(trust)
    done = subprocess.run(
        [sys.executable, "-m", "tests.providers.reading", url, str(times), proxy],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_stream_comes_in_pieces_and_the_connection_is_kept(trusted: tuple[Upstream, Path]) -> None:
    upstream, certificate = trusted
    upstream.requests.clear()

    told = _read(upstream.url, times=2, trust=certificate)

    assert told == [["one ", "two ", "three"]] * 2
    assert len({asked.connection for asked in upstream.requests}) == 1


def test_unknown_certificate_is_refused(trusted: tuple[Upstream, Path]) -> None:
    ((name, detail),) = _read(trusted[0].url)

    assert name == "UpstreamUnreachable"
    assert "certificate verify failed" in detail


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_proxy_carries_tls(trusted: tuple[Upstream, Path], kind: str) -> None:
    upstream, certificate = trusted

    with Proxy(kind) as proxy:
        told = _read(upstream.url, times=2, proxy=proxy.url, trust=certificate)

    assert told == [["one ", "two ", "three"]] * 2
    assert proxy.passed == [upstream.url.removeprefix("https://")]
