"""The UI as browsers get it: its pages under every address that is none of the API's, its files for ever and packed."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from barograph.config import load_config
from barograph.server.access import Access
from barograph.server.app import make_app
from barograph.server.backend import open_backend
from barograph.server.security import allowed_hosts
from tests.server.conftest import Server
from tests.server.serving import IDLE, TOKEN, Address, serving
from tests.server.test_headers import policy

INDEX = '<!doctype html><title>Barograph</title><script type="module" src="/assets/index-a1.js"></script>'
SCRIPT = "export const words = ['rain', 'snow'];\n" * 100
SECRET = "nobody's business"
BROWSER = {"Accept": "text/html,*/*"}


def built(folder: Path) -> Path:
    """A folder as the UI's build leaves it, and a file beside it that is none of its."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "assets" / "index-a1.js").write_text(SCRIPT)
    (folder / "assets" / "index-b2.css").write_text("a {}")
    (folder / "assets" / "font-c3.woff2").write_bytes(b"\x00\x01")
    (folder.parent / "secret.txt").write_text(SECRET)
    (folder / "assets" / "link.js").symlink_to(folder.parent / "secret.txt")
    return folder


@contextmanager
def serving_ui(build: Path, access: Access | None = None) -> Iterator[Address]:
    """The whole app on a record of its own, with the UI that is in ``build``."""
    backend = open_backend(load_config(build.parent, {"BAROGRAPH_HOME": str(build.parent)}))
    hosts = allowed_hosts("127.0.0.1", (), has_token=access is not None)
    try:
        with serving(make_app(backend, hosts, access, lambda: IDLE, build)) as address:
            yield address
    finally:
        backend.database.close()


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        serving_ui(built(tmp_path_factory.mktemp("pages") / "ui")) as address,
        httpx.Client(base_url=address.url) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/runs", "/runs/1f3a?tab=graph&node=a%2Fb", "/compare?runs=a,b", "/no/such/page"]
)
def test_every_page_is_the_index_which_a_browser_asks_for_anew(ui: httpx.Client, path: str) -> None:
    page = ui.get(path, headers=BROWSER)
    assert (page.status_code, page.text) == (200, INDEX)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-cache"
    known = ui.get(path, headers={"If-None-Match": page.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/apis", "/apis/v2beta1/nothing", "/apis/barograph/v1/nothing", "/apis/v3", "/login"])
def test_what_the_api_does_not_know_stays_an_error_in_json(ui: httpx.Client, path: str) -> None:
    answer = ui.get(path, headers=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (404, 5)


def test_what_changes_something_is_for_no_page(ui: httpx.Client) -> None:
    assert ui.post("/runs").status_code == 404
    assert ui.post("/assets/index-a1.js").status_code == 404
    assert ui.get("/apis/v2beta1/pipelines/upload").status_code != 200


def test_the_page_runs_the_servers_scripts_only_and_is_in_nobodys_frame(ui: httpx.Client) -> None:
    page = ui.get("/")
    rules = policy({"Content-Security-Policy": page.headers["Content-Security-Policy"]})
    assert rules["default-src"] == "'self'"
    assert not {"script-src", "connect-src", "frame-src", "worker-src"} & rules.keys(), "the default holds for them"
    assert rules["style-src"] == "'self' 'unsafe-inline'"
    assert rules["img-src"] == "'self' data: blob:"
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["object-src"] == "'none'"
    assert page.headers["X-Frame-Options"] == "DENY"
    script = ui.get("/assets/index-a1.js")
    assert "unsafe" not in script.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/assets/index-a1.js", "text/javascript; charset=utf-8"),
        ("/assets/index-b2.css", "text/css; charset=utf-8"),
        ("/assets/font-c3.woff2", "font/woff2"),
    ],
)
def test_files_named_by_their_content_are_kept_for_ever(ui: httpx.Client, path: str, media_type: str) -> None:
    answer = ui.get(path)
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_other_files_of_the_build_are_asked_for_anew(ui: httpx.Client) -> None:
    icon = ui.get("/favicon.svg")
    assert icon.headers["Content-Type"] == "image/svg+xml"
    assert icon.headers["Cache-Control"] == "no-cache"


def test_a_script_is_packed_for_whoever_takes_it_so(ui: httpx.Client) -> None:
    packed = ui.get("/assets/index-a1.js", headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.text == SCRIPT
    assert int(packed.headers["Content-Length"]) < len(SCRIPT) / 10
    for refusing in ("identity", "gzip;q=0", "br, gzip; q=0.0", "x-gzip"):
        plain = ui.get("/assets/index-a1.js", headers={"Accept-Encoding": refusing})
        assert "Content-Encoding" not in plain.headers
        assert plain.content == SCRIPT.encode()
        assert plain.headers["ETag"] != packed.headers["ETag"], "they are different bytes"
        assert plain.headers["Vary"] == "Accept-Encoding"
    small = ui.get("/assets/font-c3.woff2", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in small.headers


@pytest.mark.parametrize("path", ["/", "/runs/1f3a", "/favicon.svg", "/assets/index-a1.js"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_head_says_what_a_get_does_and_no_more(ui: httpx.Client, path: str, encoding: str) -> None:
    got, told = (ui.request(method, path, headers={"Accept-Encoding": encoding}) for method in ("GET", "HEAD"))
    own = ("date", "x-request-id")
    assert {k: v for k, v in got.headers.items() if k not in own} == {
        k: v for k, v in told.headers.items() if k not in own
    }
    assert told.content == b""
    again = {"Accept-Encoding": encoding, "If-None-Match": f'"other", W/{got.headers["ETag"]}'}
    assert ui.get(path, headers=again).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/..%2fsecret.txt",
        "//secret.txt",
        "/assets//secret.txt",
        "/assets/link.js",
        "/assets/%00",
        "/assets/",
        "/assets",
        "/assets/gone-d4.js",
        "/assets/" + "x" * 300,
    ],
)
def test_nothing_but_the_builds_own_files_is_given(ui: httpx.Client, path: str) -> None:
    connection = HTTPConnection(ui.base_url.host, ui.base_url.port)
    connection.request("GET", path)  # as it stands, which other libraries don't
    answer = connection.getresponse()
    assert answer.status in (400, 404)
    assert answer.headers["Content-Type"] == "application/json"
    assert SECRET not in answer.read().decode()
    connection.close()


def test_a_checkout_without_the_ui_says_how_to_build_it_and_then_has_it(tmp_path: Path) -> None:
    build = tmp_path / "ui"
    with serving_ui(build) as address, httpx.Client(base_url=address.url) as browser:
        page = browser.get("/runs/1f3a")
        assert page.status_code == 503
        assert page.headers["Content-Type"].startswith("text/html")
        assert "make ui-build" in page.text
        assert "/apis/openapi.json" in page.text
        built(build)
        assert browser.get("/runs/1f3a").text == INDEX
        assert browser.get("/assets/index-a1.js").text == SCRIPT
        (build / "index.html").write_text("new")
        (build / "assets" / "index-a1.js").unlink()
        (build / "assets" / "index-e5.js").write_text("new")
        assert browser.get("/runs").text == "new"
        assert browser.get("/assets/index-a1.js").status_code == 404
        assert browser.get("/assets/index-e5.js").text == "new"


def test_the_ui_is_for_whoever_has_logged_in(tmp_path: Path) -> None:
    with serving_ui(built(tmp_path / "ui"), Access(TOKEN)) as address, httpx.Client(base_url=address.url) as browser:
        assert browser.get("/assets/index-a1.js").status_code == 401
        asked = browser.get("/runs/1f3a?tab=graph&node=a%2Fb", headers=BROWSER)
        assert asked.headers["Location"] == "/login?next=%2Fruns%2F1f3a%3Ftab%3Dgraph%26node%3Da%252Fb"
        answer = browser.post(asked.headers["Location"], data={"token": TOKEN})
        assert answer.headers["Location"] == "/runs/1f3a?tab=graph&node=a%2Fb"
        assert browser.get(answer.headers["Location"]).text == INDEX
        assert browser.get("/assets/index-a1.js").text == SCRIPT
        assert browser.get("/logout").status_code == 405
        browser.post("/logout")
        assert browser.get("/", headers=BROWSER).status_code == 303


def test_a_link_from_another_site_opens_a_page_and_loads_no_file(ui: httpx.Client) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert ui.get("/runs/1f3a", headers=elsewhere).status_code == 403
    assert ui.get("/assets/index-a1.js", headers=elsewhere | {"Sec-Fetch-Mode": "no-cors"}).status_code == 403
    followed = elsewhere | {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert ui.get("/runs/1f3a", headers=followed).text == INDEX


def test_a_server_answers_with_its_ui_or_how_to_build_it(server: Server) -> None:
    page = server.http.get("/runs", headers=BROWSER)
    assert page.status_code in (200, 503)
    assert "<title>Barograph" in page.text
