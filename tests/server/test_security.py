"""Attacks from other sites' pages, and from whoever has no token, are refused; clients of all kinds are not."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from barograph.errors import ConfigurationError
from barograph.server.access import WRONG_TRIES, Access
from barograph.server.security import Guard, allowed_hosts, authority, foreign
from tests.server.serving import TOKEN, Address, guarded, serving

BEARER = {"Authorization": f"Bearer {TOKEN}"}
RUNS = "/apis/v2beta1/runs"


@dataclass
class Reached:
    """An endpoint that remembers what reached it."""

    paths: list[str] = field(default_factory=list)

    def routes(self) -> list[Route]:
        async def endpoint(request: Request) -> Response:
            self.paths.append(f"{request.method} {request.url.path}")
            return PlainTextResponse("reached")

        return [Route("/{path:path}", endpoint, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]


ENDPOINT = Reached()


@pytest.fixture
def reached() -> Reached:
    ENDPOINT.paths.clear()
    return ENDPOINT


@pytest.fixture(scope="module")
def local() -> Iterator[Address]:
    """A server on loopback, without a token."""
    hosts = allowed_hosts("127.0.0.1", ["barograph.example"], has_token=False)
    with serving(guarded(ENDPOINT.routes(), hosts=hosts)) as address:
        yield address


@pytest.fixture
def closed(reached: Reached) -> Iterator[Address]:
    """A server with a token, on every address of the machine as far as it knows."""
    hosts = allowed_hosts("0.0.0.0", (), has_token=True)
    with serving(guarded(reached.routes(), access=Access(TOKEN), hosts=hosts)) as address:
        yield address


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8888", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_a_name_that_another_site_made_mean_this_machine_is_refused(
    local: Address, reached: Reached, host: str
) -> None:
    status, response = local.get(f"Host: {host}")
    assert status == 421
    name = host.removesuffix(":8888")
    assert f"this server does not answer to the name '{name}'" in response
    assert f"--allow-host {name}" in response
    assert reached.paths == []


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8888@evil.example",
        "localhost evil.example",
        "",
        "[::1",
        "[evil]",
        "localhost:http",
        "a,b",
        "-",
        "a/b",
    ],
)
def test_a_host_that_is_none_is_refused(local: Address, reached: Reached, host: str) -> None:
    assert local.get(f"Host: {host}")[0] == 400
    assert reached.paths == []


def test_a_request_names_one_host(local: Address, reached: Reached) -> None:
    assert local.get()[0] == 400
    assert local.get(version="1.0")[0] == 400
    assert local.get("Host: localhost", "Host: evil.example")[0] == 400
    assert reached.paths == []


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:1234",
        "localhost.",
        "127.0.0.1:80",
        "[::1]:8888",
        "[0:0:0:0:0:0:0:1]",
        "barograph.example",
    ],
)
def test_the_servers_own_names_are_answered_on_any_port(local: Address, host: str) -> None:
    assert local.get(f"Host: {host}")[0] == 200


def test_a_server_on_every_address_answers_to_any_name_for_the_token(closed: Address) -> None:
    assert closed.get("Host: machine.example", f"Authorization: Bearer {TOKEN}")[0] == 200
    assert closed.get("Host: machine.example")[0] == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "machine.example"])
def test_a_server_that_other_machines_reach_needs_a_token(host: str) -> None:
    with pytest.raises(ConfigurationError, match="needs a token"):
        allowed_hosts(host, (), has_token=False)
    assert allowed_hosts(host, (), has_token=True)


def test_a_server_on_one_address_answers_to_no_other_even_with_a_token() -> None:
    hosts = allowed_hosts("192.168.1.5", ["::2", "Machine.example:8888"], has_token=True)
    assert all(name in hosts for name in ("192.168.1.5", "[::2]", "machine.example", "localhost", "[::1]"))
    assert "evil.example" not in hosts
    with pytest.raises(ConfigurationError, match="no host's name"):
        allowed_hosts("localhost", ["*"], has_token=True)


CHANGES = ["POST", "PUT", "PATCH", "DELETE"]


@pytest.mark.parametrize("method", CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "http://127.0.0.1:{port}@evil.example"},
        {"Origin": "http://127.0.0.1.evil.example:{port}"},
        {"Origin": "file://127.0.0.1:{port}"},
        {"Referer": "http://evil.example/127.0.0.1:{port}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:{port}"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    ],
)
def test_a_page_of_another_site_changes_nothing(
    local: Address, reached: Reached, method: str, headers: dict[str, str]
) -> None:
    sent = {name: value.format(port=local.port) for name, value in headers.items()}
    response = httpx.request(method, f"{local.url}{RUNS}", headers=sent)
    assert response.status_code == 403
    assert response.json()["code"] == 7
    assert reached.paths == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"},
        {"Referer": "http://127.0.0.1:{port}/runs?a=b"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_the_servers_own_pages_and_clients_that_are_no_browser_change_things(
    local: Address, headers: dict[str, str]
) -> None:
    sent = {name: value.format(port=local.port) for name, value in headers.items()}
    for method in CHANGES:
        assert httpx.request(method, f"{local.url}{RUNS}", headers=sent).status_code == 200


def test_a_proxy_may_end_https_but_a_page_without_it_is_another_origin() -> None:
    headers = Headers({"host": "barograph.example", "origin": "https://barograph.example"})
    assert foreign("POST", "http", headers) is None
    assert foreign("POST", "https", headers) is None
    plain = Headers({"host": "barograph.example", "origin": "http://barograph.example"})
    assert foreign("POST", "http", plain) is None
    assert foreign("POST", "https", plain)


@pytest.mark.parametrize(
    ("mode", "dest"), [("no-cors", "image"), ("no-cors", "script"), ("cors", "empty"), ("navigate", "iframe")]
)
def test_a_page_of_another_site_reads_nothing(local: Address, reached: Reached, mode: str, dest: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    assert httpx.get(f"{local.url}{RUNS}", headers=headers).status_code == 403
    assert reached.paths == []


def test_a_link_from_another_site_is_followed(local: Address) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert httpx.get(f"{local.url}/", headers=headers).status_code == 200


def test_no_other_site_is_told_that_it_may_ask(local: Address) -> None:
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "DELETE"}
    for response in (
        httpx.options(f"{local.url}{RUNS}", headers=asked),
        httpx.get(f"{local.url}{RUNS}", headers=asked),
    ):
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", [RUNS, "/", "/metrics", "/apis/v1alpha1/runs/1/nodes/2/metrics", "/logout"])
def test_every_request_needs_the_token(closed: Address, reached: Reached, path: str) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer the-token-of-another-test"},
        {"Authorization": "Bearer"},
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN} {TOKEN}"},
        {"Cookie": f"barograph_session={TOKEN}"},
        {"Cookie": f"{Access(TOKEN).cookie('http')}={TOKEN}"},
    ):
        response = httpx.get(f"{closed.url}{path}", headers=headers)
        assert response.status_code == 401, headers
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert response.json()["code"] == 16
        assert "token" in response.json()["message"]
        assert TOKEN not in response.text
    assert reached.paths == []


def test_the_token_is_taken_from_nothing_but_its_header(closed: Address) -> None:
    assert httpx.get(f"{closed.url}{RUNS}?token={TOKEN}&access_token={TOKEN}").status_code == 401
    twice = [("Authorization", f"Bearer {TOKEN}"), ("Authorization", "Bearer other")]
    assert httpx.get(f"{closed.url}{RUNS}", headers=twice).status_code == 401


def test_the_token_opens(closed: Address) -> None:
    for scheme in ("Bearer", "bearer", "BEARER "):
        headers = {"Authorization": f"{scheme} {TOKEN}"}
        assert httpx.post(f"{closed.url}{RUNS}", headers=headers).status_code == 200


def test_only_the_very_paths_that_are_open_are_open(closed: Address, reached: Reached) -> None:
    for path in ("/login/", "//login", "/login/../apis", "/login%2f", "/Login", "/apis/v2beta1/healthz/x"):
        assert closed.get("Host: localhost", path=path)[0] == 401, path
        assert closed.get("Host: localhost", path=f"http://localhost{path}")[0] == 401, path
    assert reached.paths == []


def test_a_probe_asks_for_health_without_a_token(closed: Address) -> None:
    assert httpx.get(f"{closed.url}/apis/v2beta1/healthz").status_code == 200


def test_a_browser_is_sent_to_log_in(closed: Address) -> None:
    response = httpx.get(f"{closed.url}/runs/a%20b?x=1&y=%2F", headers={"Accept": "text/html,*/*"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/login?next=%2Fruns%2Fa%2520b%3Fx%3D1%26y%3D%252F"
    assert httpx.post(f"{closed.url}{RUNS}", headers={"Accept": "text/html,*/*"}).status_code == 401


def test_the_token_can_not_be_guessed_for_long(closed: Address) -> None:
    with httpx.Client(base_url=closed.url) as client:
        for number in range(WRONG_TRIES):
            assert client.get(RUNS, headers={"Authorization": f"Bearer {number}"}).status_code == 401
        refused = client.get(RUNS, headers=BEARER)
        assert refused.status_code == 429
        assert refused.json()["code"] == 8
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert client.post("/login", data={"token": TOKEN}).status_code == 429


def called(scope: Scope, reached: Reached) -> list[Message]:
    """What the guard sends for a scope that uvicorn would not make here, and another server might."""
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.paths.append(scope["path"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Guard(app, allowed_hosts("localhost", (), has_token=False))(scope, receive, send))
    return sent


def test_websockets_are_closed(reached: Reached) -> None:
    scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"localhost")]}
    assert [message["type"] for message in called(scope, reached)] == ["websocket.close"]
    assert reached.paths == []


def test_two_hosts_are_none_whatever_the_server_makes_of_them(reached: Reached) -> None:
    scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/", "query_string": b""}
    one = (b"host", b"localhost")
    assert called(scope | {"headers": [one]}, reached) == []
    assert called(scope | {"headers": [one, one]}, reached)[0]["status"] == 400
    assert called(scope | {"headers": []}, reached)[0]["status"] == 400
    assert reached.paths == ["/"]


NAMES = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True)


@given(NAMES, NAMES, st.sampled_from(["http", "https"]), st.none() | st.integers(1, 65535))
def test_an_origin_is_the_servers_only_if_its_name_and_port_are(
    ours: str, theirs: str, scheme: str, port: int | None
) -> None:
    end = f":{port}" if port else ""
    headers = Headers({"host": f"{ours}{end}", "origin": f"{scheme}://{theirs}{end}"})
    assert (foreign("POST", scheme, headers) is None) == (ours == theirs)
    other = Headers({"host": f"{ours}{end}", "origin": f"{scheme}://{ours}:{(port or 80) % 65535 + 1}"})
    assert foreign("POST", scheme, other)


@given(NAMES, st.none() | st.integers(0, 65535))
def test_a_name_and_a_port_are_read_as_they_are_written(name: str, port: int | None) -> None:
    assert authority(f"{name.upper()}:{port}" if port is not None else name.upper()) == (name, port)


@given(st.text())
def test_any_text_is_a_host_or_none(text: str) -> None:
    found = authority(text)
    assert found is None or not set(found[0]) & set("@/\\#? \r\n,")
