"""What is too large is refused while it comes, with the limit's name."""

import itertools
import threading
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from barograph.server.access import Access
from barograph.server.limits import BODY, HEADERS, LOGIN_BODY, MEGABYTE, UPLOAD_BODY, URL
from tests.server.serving import TOKEN, Address, guarded, serving

UPLOAD = "/apis/v2beta1/pipelines/upload"
READ: list[int] = []


async def reads(request: Request) -> Response:
    READ.append(0)
    async for piece in request.stream():
        READ[-1] += len(piece)
    return PlainTextResponse(str(READ[-1]))


async def ignores(_: Request) -> Response:
    return PlainTextResponse("ignored")


def app() -> FastAPI:
    app = guarded([Route("/ignores", ignores, methods=["POST"])])

    @app.post("/json")
    def document(body: dict[str, str]) -> int:
        return len(body)

    @app.post("/file")
    def file(file: UploadFile) -> int | None:
        return file.size

    app.router.routes.append(Route("/{path:path}", reads, methods=["GET", "POST"]))
    return app


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    with serving(app()) as address:
        yield address


def pieces(size: int) -> Iterator[bytes]:
    while size > 0:
        yield b"x" * min(size, 65536)
        size -= 65536


@pytest.mark.parametrize(
    ("path", "limit", "named"),
    [("/x", BODY, "4 MB, the limit of a request"), (UPLOAD, UPLOAD_BODY, "32 MB, the limit of an upload")],
)
def test_a_body_may_be_as_large_as_its_limit_and_no_larger(address: Address, path: str, limit: int, named: str) -> None:
    READ.clear()
    assert httpx.post(f"{address.url}{path}", content=pieces(limit)).text == str(limit)
    for response in (
        httpx.post(f"{address.url}{path}", content=b"x" * (limit + 1)),
        httpx.post(f"{address.url}{path}", content=pieces(limit + 3 * MEGABYTE)),
    ):
        assert response.status_code == 413
        assert response.json()["code"] == 8
        assert named in response.json()["message"]
    assert all(read <= limit for read in READ)
    assert len(READ) == 2, "what says that it is too large reaches nothing"


def test_whatever_an_endpoint_makes_of_it_the_client_gets_the_limit(address: Address) -> None:
    # FastAPI takes any exception while it reads a body for a body that can't be read, and answers 400.
    json = {"Content-Type": "application/json"}
    assert httpx.post(f"{address.url}/json", content=pieces(BODY + 1), headers=json).status_code == 413
    assert httpx.post(f"{address.url}/json", content=b'{"a": "b"}', headers=json).text == "1"
    multipart = {"Content-Type": "multipart/form-data; boundary=b"}
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="name"\r\n\r\n'
    form = itertools.chain([head], pieces(BODY))
    assert httpx.post(f"{address.url}/file", content=form, headers=multipart).status_code == 413
    assert httpx.post(f"{address.url}/file", files={"file": ("name", b"abc")}).text == "3"


def test_a_body_that_lies_about_its_length_is_counted(address: Address) -> None:
    head = b"POST /x HTTP/1.1\r\nHost: localhost\r\n"
    body = b"%x\r\n%s\r\n" % (65536, b"x" * 65536) * (BODY // 65536 + 1) + b"0\r\n\r\n"
    assert address.send(head + b"Transfer-Encoding: chunked\r\n\r\n" + body)[0] == 413
    for length in (b"-1", b"1e3", b"99999999999999999999", b"1, 2"):
        assert address.send(head + b"Content-Length: %s\r\n\r\nxx" % length)[0] in (400, 413), length


def test_an_endpoint_that_reads_no_body_answers_before_it_is_there(address: Address) -> None:
    assert httpx.post(f"{address.url}/ignores", content=pieces(MEGABYTE)).text == "ignored"


def test_who_has_no_token_can_send_next_to_nothing() -> None:
    with serving(guarded([], access=Access(TOKEN))) as address:
        response = httpx.post(f"{address.url}/login", content=b"x" * (LOGIN_BODY + 1))
    assert response.status_code == 413
    assert "4096 bytes, the limit of a login" in response.json()["message"]


def test_an_address_and_headers_have_limits(address: Address) -> None:
    assert httpx.get(f"{address.url}/{'x' * 8000}").status_code == 200
    long = httpx.get(f"{address.url}/?{'x' * URL}")
    assert long.status_code == 414
    assert "8192 bytes" in long.json()["message"]
    many = httpx.get(address.url, headers=[("X", "y")] * HEADERS)
    assert many.status_code == 431
    assert "100 headers" in many.json()["message"]
    large = httpx.get(address.url, headers={"X": "y" * 20000})
    assert large.status_code in (400, 431)  # uvicorn's own limit may be met first


def test_a_body_reaches_its_endpoint_while_it_is_sent() -> None:
    arrived = threading.Event()

    async def endpoint(request: Request) -> Response:
        pieces = []
        async for piece in request.stream():
            pieces.append(piece)
            arrived.set()
        return PlainTextResponse(b"".join(pieces))

    def content() -> Iterator[bytes]:
        yield b"first "
        assert arrived.wait(30)
        yield b"second"

    with serving(guarded([Route("/", endpoint, methods=["POST"])])) as address:
        assert httpx.post(address.url, content=content()).text == "first second"


def test_a_response_reaches_its_client_while_it_is_made() -> None:
    heard = threading.Event()

    async def endpoint(_: Request) -> Response:
        def events() -> Iterator[str]:
            yield "data: first\n\n"
            assert heard.wait(30)
            yield "data: second\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    lines = []
    with serving(guarded([Route("/", endpoint)])) as address, httpx.stream("GET", address.url) as response:
        for line in response.iter_lines():
            lines.append(line)
            heard.set()
    assert lines == ["data: first", "", "data: second", ""]
