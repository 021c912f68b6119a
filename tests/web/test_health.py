from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.serving import Frames, Server
from widget.config import Settings
from widget.store.database import Store
from widget.web.lifecycle import Phase


def test_liveness_answers_before_the_process_is_ready(client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_readiness_names_its_reasons(app: Flask, client: FlaskClient) -> None:
    starting = client.get("/readyz")
    app.extensions["chatdock"].lifecycle.phase = Phase.READY
    ready = client.get("/readyz")

    assert (starting.status_code, starting.json) == (
        503,
        {"ready": False, "reasons": ["the process is starting"]},
    )
    assert (ready.status_code, ready.json) == (200, {"ready": True, "reasons": []})


def test_readiness_fails_without_the_database(
    app: Flask, client: FlaskClient, store: Store, settings: Settings
) -> None:
    app.extensions["chatdock"].lifecycle.phase = Phase.READY
    store.close()
    for file in settings.data.glob("chatdock.db*"):
        file.unlink()
    settings.database.mkdir()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json) == (
        503,
        {"ready": False, "reasons": ["the database cannot be read"]},
    )


def test_metrics_count_sockets_and_requests(server: Server, connect: Frames) -> None:
    connect(server).hello(server.token())
    server.get("/nowhere")

    text = server.get("/metrics").body.decode()

    assert "chatdock_sockets 1.0\n" in text
    assert 'chatdock_http_requests_total{route="none",status="404"} 1.0\n' in text


def test_metrics_are_not_public(client: FlaskClient) -> None:
    near = client.get("/metrics")
    far = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert (near.status_code, far.status_code) == (200, 404)


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "127.1.2.3:8080", "[::1]:8080"])
def test_metrics_are_there_for_a_collector_on_this_machine(client: FlaskClient, host: str) -> None:
    assert client.get("/metrics", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Forwarded-For", "192.0.2.7"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "chat.example.com"),
        ("Forwarded", "for=192.0.2.7"),
        ("X-Real-IP", "192.0.2.7"),
        ("Via", "1.1 proxy"),
        ("Host", "chat.example.com"),
        ("Host", "127.0.0.1.evil.example"),
        ("Host", "[::1"),
        ("Host", ""),
    ],
)
def test_metrics_are_hidden_behind_a_proxy_on_this_machine(
    client: FlaskClient, name: str, value: str
) -> None:
    assert client.get("/metrics", headers={name: value}).status_code == 404
