"""The process's figures for Prometheus. Values are read when asked, not counted along the way."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from widget import __version__

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.web.limits import RateLimits
    from widget.web.sockets import Sockets

SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Figures:
    """A registry of its own: several applications in one process do not mix."""

    def __init__(self, engine: Engine, sockets: Sockets, limits: RateLimits) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Now(engine, sockets, limits))
        self._requests = Counter(
            "chatdock_http_requests",
            "Plain requests answered.",
            ("route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "chatdock_http_request_seconds",
            "Until the answer began.",
            registry=self._registry,
            buckets=SECONDS,
        )

    def init_app(self, app: Flask) -> None:
        app.before_request(self._begin)
        app.after_request(self._count)

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def _begin(self) -> None:
        g.began_at = time.perf_counter()

    def _count(self, response: Response) -> Response:
        if request.environ.get("HTTP_UPGRADE", "").lower() != "websocket":
            # The rule, never the path: a path names sites and messages and has no end of values.
            route = request.url_rule.rule if request.url_rule else "none"
            self._requests.labels(route, response.status_code).inc()
            self._seconds.observe(time.perf_counter() - g.began_at)
        return response


class _Now(Collector):
    """What is true at the moment of asking."""

    def __init__(self, engine: Engine, sockets: Sockets, limits: RateLimits) -> None:
        self._engine = engine
        self._sockets = sockets
        self._limits = limits

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "chatdock_sockets",
            "Open sockets, and event streams and held answers in their place.",
            len(self._sockets),
        )
        yield GaugeMetricFamily("chatdock_runs", "Answers being written.", len(self._engine.live))
        refused = CounterMetricFamily("chatdock_refused", "Refused by a limit.", labels=("limit",))
        for limit, count in self._limits.refused.items():
            refused.add_metric((limit,), count)
        yield refused
        usage = resource.getrusage(resource.RUSAGE_SELF)
        yield CounterMetricFamily(
            "chatdock_cpu_seconds", "Processor time spent.", usage.ru_utime + usage.ru_stime
        )
        build = GaugeMetricFamily("chatdock_build_info", "The version.", labels=("version",))
        build.add_metric((__version__,), 1)
        yield build
