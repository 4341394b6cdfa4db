"""Prometheus reads what the server was asked, in no more lines than the server has routes."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from barograph.server.access import Access
from barograph.server.metrics import UNMATCHED, Activity, Metrics
from tests.server.serving import TOKEN, guarded, serving

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def requests(text: str) -> dict[tuple[str, str, str], float]:
    """How many requests of each method, route and status there were."""
    found = {}
    for (name, labels), value in samples(text).items():
        if name == "barograph_http_requests_total":
            named = dict(labels)
            found[named["method"], named["route"], named["status"]] = value
    return found


async def fine(_: Request) -> Response:
    return PlainTextResponse("fine")


async def broken(_: Request) -> Response:
    raise RuntimeError


def app(metrics: Metrics | None = None, access: Access | None = None) -> FastAPI:
    app = guarded([Route("/plain", fine), Route("/broken", broken)], access=access, metrics=metrics)
    inner = APIRouter(prefix="/runs")

    @inner.get("/{run_id}")
    def get_run(run_id: str) -> str:
        return run_id

    @inner.post("/{run_id}:archive")
    def archive(run_id: str) -> str:
        return run_id

    outer = APIRouter(prefix="/apis/v2beta1")
    outer.include_router(inner)
    app.include_router(outer)
    app.mount("/static", PlainTextResponse("fine"))
    app.router.routes.append(Mount("/sub", routes=[Route("/{name}", fine)]))
    return app


def test_a_route_is_counted_by_its_template_and_all_else_as_one() -> None:
    with serving(app()) as address, httpx.Client(base_url=address.url) as client:
        for number in range(5):
            client.get(f"/apis/v2beta1/runs/{number}")
            client.post(f"/apis/v2beta1/runs/{number}:archive")
            client.put(f"/apis/v2beta1/runs/{number}")
            client.get(f"/nothing/{number}")
            client.get(f"/static/{number}.js")
            client.get(f"/sub/{number}")
            client.request(f"METHOD{number}", "/plain")
            client.post("/plain", headers={"Origin": f"http://evil{number}.example"})
        client.get("/plain")
        client.get("/broken")
        text = client.get("/metrics").text
    assert requests(text) == {
        ("GET", "/apis/v2beta1/runs/{run_id}", "200"): 5,
        ("POST", "/apis/v2beta1/runs/{run_id}:archive", "200"): 5,
        ("PUT", "/apis/v2beta1/runs/{run_id}", "405"): 5,
        ("GET", UNMATCHED, "404"): 5,
        ("GET", "/static/*", "200"): 5,
        ("GET", "/sub/{name}", "200"): 5,
        ("other", "/plain", "405"): 5,
        ("POST", UNMATCHED, "403"): 5,
        ("GET", "/plain", "200"): 1,
        ("GET", "/broken", "500"): 1,
    }


def test_how_long_requests_waited_is_a_histogram() -> None:
    with serving(app()) as address:
        for _ in range(3):
            httpx.get(f"{address.url}/plain")
        found = samples(httpx.get(f"{address.url}/metrics").text)
    labels = (("method", "GET"), ("route", "/plain"), ("status", "200"))
    assert found["barograph_http_request_seconds_count", labels] == 3
    assert found["barograph_http_request_seconds_bucket", (("le", "+Inf"), *labels)] == 3
    assert found["barograph_http_request_seconds_sum", labels] > 0


def test_what_the_server_is_doing_is_asked_each_time() -> None:
    doing = [Activity({"RUNNING": 2, "SUCCEEDED": 7}, queued=3, workers=2), Activity({"SUCCEEDED": 9}, 0, 0)]
    now = iter(doing)
    with serving(app(Metrics(lambda: next(now)))) as address:
        first, second = (samples(httpx.get(f"{address.url}/metrics").text) for _ in doing)
    assert first["barograph_runs", (("state", "RUNNING"),)] == 2
    assert first["barograph_runs", (("state", "SUCCEEDED"),)] == 7
    assert first["barograph_queued_runs", ()] == 3
    assert first["barograph_workers", ()] == 2
    assert second["barograph_runs", (("state", "SUCCEEDED"),)] == 9
    assert ("barograph_runs", (("state", "RUNNING"),)) not in second
    assert second["process_resident_memory_bytes", ()] > 0


def test_each_app_has_numbers_of_its_own() -> None:
    with serving(app()) as one, serving(app()) as other:
        httpx.get(f"{one.url}/plain")
        assert ("GET", "/plain", "200") in requests(httpx.get(f"{one.url}/metrics").text)
        assert requests(httpx.get(f"{other.url}/metrics").text) == {}


def test_the_numbers_need_the_token() -> None:
    with serving(app(access=Access(TOKEN))) as address:
        assert httpx.get(f"{address.url}/metrics").status_code == 401
        response = httpx.get(f"{address.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert requests(response.text) == {("GET", UNMATCHED, "401"): 1}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/plain", "text/plain"),
        ("", "text/plain"),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text"),
    ],
)
def test_they_come_in_the_format_that_is_asked_for(accept: str, media_type: str) -> None:
    with serving(app()) as address:
        response = httpx.get(f"{address.url}/metrics", headers={"Accept": accept})
    assert response.headers["Content-Type"].startswith(media_type)


def test_a_stream_is_counted_when_it_has_begun_and_ended() -> None:
    async def endpoint(_: Request) -> Response:
        def events() -> Iterator[str]:
            yield from ("first", "second")

        return StreamingResponse(events())

    with serving(guarded([Route("/events", endpoint)])) as address:
        assert httpx.get(f"{address.url}/events").text == "firstsecond"
        assert requests(httpx.get(f"{address.url}/metrics").text) == {("GET", "/events", "200"): 1}
