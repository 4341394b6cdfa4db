"""Numbers for Prometheus: what the server was asked and how it answered, and what it is doing."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from barograph.server.requests import GONE

UNMATCHED = "unmatched"
"""The route of a request that no route was found for, or that was refused before one was looked for. The UI's pages and
files are asked for by such requests too: there are as many of their addresses as somebody makes up."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass(frozen=True)
class Activity:
    """What the server is doing at one moment.

    Attributes:
        runs: how many runs are in each state, by the state's name.
        queued: runs that wait for a worker.
        workers: processes that run one.
    """

    runs: Mapping[str, int]
    queued: int
    workers: int


class Metrics:
    """One app's numbers, in a registry of their own.

    Args:
        activity: gives what the server is doing; it is called, in a thread, each time that the numbers are read.
    """

    def __init__(self, activity: Callable[[], Activity]) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("barograph_http_requests", "Requests.", labels, registry=self._registry)
        self._seconds = Histogram(
            "barograph_http_request_seconds",
            "Time until a response began.",
            labels,
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._registry.register(_Gauges(activity))
        ProcessCollector(registry=self._registry)

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered after ``seconds``."""
        labels = (method if method in _METHODS else "other", route, str(status))
        self._requests.labels(*labels).inc()
        self._seconds.labels(*labels).observe(seconds)

    def route(self) -> Route:
        """``GET /metrics``, in Prometheus' text format or OpenMetrics', as the request asks for."""

        def metrics(request: Request) -> Response:
            encode, media_type = choose_encoder(request.headers.get("accept", ""))
            return Response(encode(self._registry), headers={"Content-Type": media_type})

        return Route("/metrics", metrics, methods=["GET"])


class Measured:
    """Middleware that counts requests and how long each waited for its response to begin.

    A stream may then go on for hours: that is not what somebody waits for.

    Args:
        app: what answers the requests.
        metrics: where they are counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status, seconds = GONE, None

        async def answer(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - began
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            waited = time.perf_counter() - began if seconds is None else seconds
            self.metrics.add(scope["method"], route_template(scope), status, waited)


def route_template(scope: Scope) -> str:
    """The path, with names in the place of its parameters, of the route that a request was given to.

    Whatever clients ask for, there are no more of these than the app has routes.
    """
    # An included router's routes know only their own part of the path; FastAPI keeps the whole one here.
    route = scope.get("fastapi", {}).get("effective_route_context")
    if route is not None:
        return str(route.path)
    mounted = str(scope.get("root_path", ""))
    route = scope.get("route")
    if route is not None and not isinstance(route, Mount):
        return mounted + str(route.path)
    if mounted:
        return f"{mounted}/*"
    # FastAPI tells nothing of a plain route but its endpoint. One without parameters has only one path.
    return str(scope["path"]) if "endpoint" in scope and not scope.get("path_params") else UNMATCHED


class _Gauges(Collector):
    def __init__(self, activity: Callable[[], Activity]) -> None:
        self._activity = activity

    def describe(self) -> Iterable[Metric]:
        return self._families(Activity({}, 0, 0))

    def collect(self) -> Iterable[Metric]:
        return self._families(self._activity())

    def _families(self, now: Activity) -> list[Metric]:
        runs = GaugeMetricFamily("barograph_runs", "Runs by state.", labels=["state"])
        for state, count in now.runs.items():
            runs.add_metric([state], count)
        queued = GaugeMetricFamily("barograph_queued_runs", "Runs that wait for a worker.", value=now.queued)
        workers = GaugeMetricFamily("barograph_workers", "Processes that run a run.", value=now.workers)
        return [runs, queued, workers]
