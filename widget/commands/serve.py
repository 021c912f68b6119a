"""``chatdock serve``: settings checked, store ready, then gunicorn with our worker."""

from __future__ import annotations

import os
import resource
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from widget.commands.common import opened, place_options, shown
from widget.config import Settings, read_file
from widget.domain.errors import Misconfigured
from widget.runs.first_site import make_first_site
from widget.store.database import Store
from widget.store.sites import site_keys

if TYPE_CHECKING:
    from flask import Flask

# Files that a worker needs beside its sockets: database, upstream connections, static files.
SPARE_FILES = 4_096
SIGNAL_TICK_S = 0.1
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  gunicorn makes its own file in it


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", help="Port to listen on.")
@click.option("--workers", help="Server processes.")
@place_options
def serve(**command_line: str | None) -> None:
    """Serve chats. Reads [server] of the configuration file; sites enter through `apply`."""
    with opened(**command_line) as (settings, store):
        _refuse_a_taken_address(settings)
        _prepare(settings, store)
    _raise_file_limit(settings)
    Server(settings).run()


def _refuse_a_taken_address(settings: Settings) -> None:
    """At once and in a sentence, where gunicorn tries for five seconds."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with socket.socket(found[0][0], socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found[0][4])
    except OSError as error:
        raise Misconfigured(
            f"{settings.host}:{settings.port} cannot be listened on: {error.strerror}. Choose"
            " another with --host and --port."
        ) from None


def _prepare(settings: Settings, store: Store) -> None:
    if made := make_first_site(store):
        click.echo(f"There were no sites yet: made {made!r}, which answers without a platform.")
    missing = sorted(_sites_in_file(settings) - _stored(store))
    if settings.config and missing:
        click.echo(
            f"{shown(settings.config)} has sites that this server does not know yet"
            f" ({', '.join(missing)}); enter them with: chatdock apply {shown(settings.config)}"
        )


def _sites_in_file(settings: Settings) -> set[str]:
    sites = read_file(settings.config).get("sites", []) if settings.config else []
    entries = sites if isinstance(sites, list) else []
    return {str(entry["key"]) for entry in entries if isinstance(entry, dict) and "key" in entry}


def _stored(store: Store) -> set[str]:
    with store.read() as tx:
        return set(site_keys(tx))


def _raise_file_limit(settings: Settings) -> None:
    """Each socket is an open file, and the usual 1,024 run out long before the memory does."""
    wanted = settings.worker_connections + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft in range(wanted):
        possible = min(wanted, hard) if hard != resource.RLIM_INFINITY else wanted
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
        soft = possible
    if soft in range(wanted):
        click.echo(
            f"This machine lets a process open {soft} files; {wanted} are needed for"
            f" {settings.worker_connections} connections: raise `ulimit -Hn` or lower"
            " worker_connections.",
            err=True,
        )


class Master(Arbiter):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's parent process, which notices signals sooner.

    On greenlets what a signal handler puts into a queue is noticed only when the wait for it ends:
    with gunicorn's second that is a second to stop, and another to see that the worker has gone.
    """

    def wait_for_signals(self, timeout: float = SIGNAL_TICK_S) -> list[int]:
        signals: list[int] = super().wait_for_signals(timeout=min(timeout, SIGNAL_TICK_S))
        return signals


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with settings of ours instead of its own files, variables and command line."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in gunicorn_settings(self._settings).items():
            self.cfg.set(name, value)

    def run(self) -> None:
        Master(self).run()

    def load(self) -> Flask:
        # In the worker, after the fork: connections and greenlets must not cross it.
        from widget.web.factory import create_app  # noqa: PLC0415

        return create_app(self._settings)


def gunicorn_settings(settings: Settings) -> dict[str, Any]:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": [f"{host}:{settings.port}"],
        "workers": settings.workers,
        "worker_class": "widget.web.worker.ChatdockWorker",
        "worker_connections": settings.worker_connections,
        # A little longer than the worker itself waits, so that gunicorn never cuts it short.
        "graceful_timeout": settings.drain_limit_s + 10,
        "timeout": 60,
        "keepalive": 75,
        "proc_name": "chatdock",
        # Its finest lines name every path that is asked for, and a file's address opens the file.
        "loglevel": "info" if settings.log_level == "debug" else settings.log_level,
        "errorlog": "-",
        "accesslog": None,
        "worker_tmp_dir": str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) else None,
        # Forwarded headers are judged by our own list of trusted proxies, for each address.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "forwarder_headers": "",
        "control_socket_disable": True,
        "limit_request_line": 8_190,
        "when_ready": lambda _: click.echo(f"Chatdock is listening on {settings.local_url}"),
    }
