"""Each request has an id and a line in the log; what goes wrong inside is told to the log alone."""

import re
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from barograph.server.access import Access
from tests.server.serving import TOKEN, Log, guarded, logged, serving


async def fine(request: Request) -> Response:
    structlog.get_logger("barograph.test").info("inside")
    return JSONResponse(request.state.request_id)


def in_a_thread(_: Request) -> Response:
    structlog.get_logger("barograph.test").info("inside")
    return PlainTextResponse("fine")


async def broken(_: Request) -> Response:
    secret_variable = "a value of the server's"
    raise RuntimeError(f"the database said no: {secret_variable}")


async def broken_stream(_: Request) -> Response:
    def pieces() -> Iterator[str]:
        yield "first"
        raise RuntimeError("in the middle")

    return StreamingResponse(pieces())


ROUTES = [
    Route("/fine", fine, methods=["GET", "POST"]),
    Route("/thread", in_a_thread),
    Route("/broken", broken),
    Route("/stream", broken_stream),
]


@pytest.fixture
def log() -> Iterator[Log]:
    with logged(TOKEN) as log:
        yield log


def lines(log: Log, event: str = "request") -> list[dict[str, object]]:
    return [line for line in log.events if line["event"] == event]


def test_a_request_has_an_id_that_is_in_the_response_and_the_log(log: Log) -> None:
    with serving(guarded(ROUTES)) as address:
        response = httpx.get(f"{address.url}/fine")
        httpx.get(f"{address.url}/thread", headers={"X-Request-Id": "mine"})
    request_id = response.headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", request_id)
    assert response.json() == request_id
    assert [line["request_id"] for line in lines(log)] == [request_id, "mine"]
    assert [line["request_id"] for line in lines(log, "inside")] == [request_id, "mine"]
    (first, _) = lines(log)
    assert (first["method"], first["path"], first["status"], first["level"]) == ("GET", "/fine", 200, "info")
    assert isinstance(first["duration_ms"], float)


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>", "a\tb", '"', "é".encode().decode("latin-1")])
def test_an_id_that_is_none_is_not_taken(given: str) -> None:
    with serving(guarded(ROUTES)) as address:
        _, response = address.get("Host: localhost", f"X-Request-Id: {given}", path="/fine")
    assert re.search(r"x-request-id: [0-9a-f]{32}\r\n", response)


def test_a_refused_request_has_an_id_too(log: Log) -> None:
    with serving(guarded(ROUTES, access=Access(TOKEN))) as address:
        refused = httpx.post(f"{address.url}/fine", headers={"Origin": "http://evil.example"})
        unknown = httpx.get(f"{address.url}/fine")
    assert [line["status"] for line in lines(log)] == [403, 401]
    assert [line["request_id"] for line in lines(log)] == [
        response.headers["X-Request-Id"] for response in (refused, unknown)
    ]
    assert lines(log, "refused")[0]["request_id"] == refused.headers["X-Request-Id"]


def test_an_exception_is_told_to_the_log_and_its_id_to_the_client(log: Log) -> None:
    with serving(guarded(ROUTES)) as address:
        response = httpx.get(f"{address.url}/broken")
    request_id = response.headers["X-Request-Id"]
    assert response.status_code == 500
    said = f"internal error; request id {request_id}"
    words = {"message": said, "error_message": said, "error_details": said}
    assert response.json() == {"code": 13, "details": [], **words}
    (failed,) = lines(log, "request failed")
    assert failed["request_id"] == request_id
    assert failed["level"] == "error"
    assert "Traceback" in str(failed["exception"])
    assert "the database said no" in str(failed["exception"])
    assert lines(log)[0]["status"] == 500


def test_a_response_that_breaks_off_is_seen_to_by_its_client(log: Log) -> None:
    with serving(guarded(ROUTES)) as address:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{address.url}/stream")
        assert httpx.get(f"{address.url}/fine").status_code == 200
    (failed,) = lines(log, "request failed")
    assert "in the middle" in str(failed["exception"])


def test_a_client_that_goes_away_is_no_error(log: Log) -> None:
    started, left = threading.Event(), threading.Event()

    async def reads(request: Request) -> Response:
        started.set()
        try:
            return Response(await request.body())
        finally:
            left.set()

    with serving(guarded([Route("/", reads, methods=["POST"])])) as address:
        with socket.create_connection(("127.0.0.1", address.port)) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx")
            assert started.wait(30)
        assert left.wait(30)
    assert [line["status"] for line in lines(log)] == [499]
    assert not [line for line in log.events if line["level"] == "error"]


def test_the_log_has_no_query_no_header_and_no_token(log: Log) -> None:
    with serving(guarded(ROUTES, access=Access(TOKEN))) as address:
        headers = {"Authorization": f"Bearer {TOKEN}", "Cookie": "a=secret-cookie"}
        httpx.get(f"{address.url}/fine?token={TOKEN}&password=secret-query", headers=headers)
        httpx.get(f"{address.url}/{TOKEN}/fine", headers=headers)
        httpx.get(f"{address.url}/fine?token={TOKEN}")
        httpx.post(f"{address.url}/login?next=/secret-query", data={"token": TOKEN})
    text = log.getvalue()
    assert len(lines(log)) == 4
    for secret in (TOKEN, "secret-cookie", "secret-query", "Bearer", "barograph_session"):
        assert secret not in text
    assert lines(log)[1]["path"] == "/***/fine"


def test_a_path_forges_no_line_of_the_log(log: Log) -> None:
    with serving(guarded(ROUTES)) as address:
        address.get("Host: localhost", path="/%0A%7B%22event%22:1%7D%1b[31m" + "x" * 1000)
    (line,) = lines(log)
    assert str(line["path"]).startswith("/%0A%7B%22event%22:1%7D%1b[31mxxx")
    assert len(str(line["path"])) == 500


def test_what_one_request_binds_the_next_does_not_have(log: Log) -> None:
    with serving(guarded(ROUTES)) as address, httpx.Client(base_url=address.url) as client:
        client.get("/fine", headers={"X-Request-Id": "first"})
        client.get("/fine", headers={"X-Request-Id": "second"})
    assert [line["request_id"] for line in lines(log, "inside")] == ["first", "second"]
    assert all("request_id" not in line for line in log.events if line["event"] not in ("inside", "request"))
