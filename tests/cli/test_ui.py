"""``barograph ui`` opens the UI of a server that is there, or of one that it starts, in whatever browser there is."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from kfp import dsl

from barograph.cli.server import PORT
from barograph.server.presence import browser_address, find_server
from tests.conftest import Workspace, component
from tests.server.conftest import serving, workers
from tests.server.serving import TOKEN
from tests.waiting import wait_until


@pytest.fixture
def opened(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file to which the browser writes what it is to open, a line for each address."""
    file, browser = workspace.path / "opened", workspace.path / "browser"
    # A browser that is waited for, and that needs the server before it ends.
    script = "import sys, urllib.request as r; r.urlopen(r.urljoin(sys.argv[1], '/apis/v2beta1/healthz'))"
    browser.write_text(f'#!/bin/sh\n{sys.executable} -c "{script}" "$1" && echo "$1" >>{file}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    monkeypatch.setenv("no_proxy", "*")
    return file


@component
def work() -> None:
    pass


@dsl.pipeline(name="working")
def working() -> None:
    work()


@contextmanager
def ui(workspace: Workspace, *arguments: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """``barograph ui`` while it serves: the address that it prints, and its process."""
    log = workspace.path / "ui.log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "barograph", "ui", *arguments],
            cwd=workspace.path,
            env=workspace.environ,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.fullmatch(r"The UI: (http://\S+)\n", said)
        assert found, said + log.read_text()
        yield found[1], process
    finally:
        process.kill()
        process.communicate()
        wait_until(lambda: not workers(workspace.path))


def test_it_opens_the_ui_of_the_server_that_is_there(workspace: Workspace, opened: Path) -> None:
    with serving(workspace.path) as server:
        ended = workspace.barograph("ui", "--port", "1")
        assert (ended.returncode, ended.stdout) == (0, f"The UI: {server.url}/\n"), ended.stderr
        assert opened.read_text() == f"{server.url}/\n"


def test_it_opens_the_page_of_a_run(workspace: Workspace, opened: Path) -> None:
    run = workspace.run(working).run
    with serving(workspace.path) as server:
        for reference in ("last", run.name, run.id[:8]):
            assert workspace.barograph("ui", reference).returncode == 0
        assert opened.read_text().splitlines() == [f"{server.url}/runs/{run.id}"] * 3
    missing = workspace.barograph("ui", "none")
    assert missing.returncode == 2
    assert "no run goes by 'none'" in missing.stderr


def test_it_serves_where_nothing_does_until_ctrl_c(workspace: Workspace, opened: Path) -> None:
    with ui(workspace, "--port", "0") as (address, process):
        wait_until(lambda: opened.exists() and opened.read_text() != "")
        assert opened.read_text() == f"{address}\n"
        assert httpx.get(address).status_code in (200, 503)
        assert find_server(workspace.config.home) == address.removesuffix("/")
        second = workspace.barograph("ui")
        assert second.stdout == f"The UI: {address}\n", "it uses the first"
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    assert find_server(workspace.config.home) is None
    assert not list(workspace.config.home.servers.rglob("*.lock"))


def test_it_says_where_it_is_and_how_it_is_stopped_and_nothing_of_requests(workspace: Workspace) -> None:
    with ui(workspace, "--no-browser", "--port", "0") as (address, process):
        assert process.stdout is not None
        assert process.stdout.readline() == "Ctrl-C stops it; runs go on.\n"
        assert httpx.get(f"{address}apis/v2beta1/healthz").status_code == 200
        assert httpx.get(f"{address}apis/v2beta1/runs/none").status_code == 404
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    assert (workspace.path / "ui.log").read_text() == ""


def test_no_browser_is_opened_where_none_is_wanted(workspace: Workspace, opened: Path) -> None:
    with serving(workspace.path) as server:
        assert workspace.barograph("ui", "--no-browser").stdout == f"The UI: {server.url}/\n"
    assert not opened.exists()


def test_where_there_is_no_browser_it_says_so(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", str(workspace.path / "none"))
    monkeypatch.setenv("PATH", "")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with serving(workspace.path) as server:
        ended = workspace.barograph("ui")
    assert ended.returncode == 0
    assert server.url in ended.stdout
    assert "No browser was found" in ended.stderr


def test_another_port_is_taken_where_the_usual_one_is_not_free(workspace: Workspace) -> None:
    with ExitStack() as stack:
        with suppress(OSError):  # whoever has it already will do
            stack.enter_context(socket.create_server(("127.0.0.1", PORT)))
        with ui(workspace, "--no-browser") as (address, _):
            assert not address.endswith(f":{PORT}/")
            assert httpx.get(address).status_code in (200, 503)
        refused = workspace.barograph("ui", "--no-browser", "--port", str(PORT), timeout=60)
    assert refused.returncode == 2
    assert f"can't listen on 127.0.0.1, port {PORT}" in refused.stderr


def test_a_server_that_was_killed_is_not_taken_for_one(workspace: Workspace) -> None:
    with serving(workspace.path) as killed:
        assert find_server(workspace.config.home) == killed.url
        killed.process.kill()
        killed.process.wait()
        assert find_server(workspace.config.home) is None, "though its workers may live on"
        with serving(workspace.path) as server:
            assert workspace.barograph("ui", "--no-browser").stdout == f"The UI: {server.url}/\n"


def test_one_of_several_servers_is_found_as_long_as_there_is_one(workspace: Workspace) -> None:
    with serving(workspace.path) as first:
        with serving(workspace.path) as second:
            assert find_server(workspace.config.home) in (first.url, second.url)
        assert find_server(workspace.config.home) == first.url


def test_a_server_of_another_home_is_none_of_this_one(workspace: Workspace, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "barograph.toml").write_text('home = "home"\n')
    with serving(other):
        assert find_server(workspace.config.home) is None


def test_with_a_token_the_browser_is_led_to_the_login_page(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAROGRAPH_TOKEN", TOKEN)
    with ui(workspace, "--no-browser", "--host", "0.0.0.0", "--port", "0") as (address, _):
        assert address.startswith("http://127.0.0.1:"), "what it listens on is no address to open"
        page = httpx.get(address, headers={"Accept": "text/html"})
        assert page.headers["Location"] == "/login?next=%2F"
        monkeypatch.delenv("BAROGRAPH_TOKEN")
        assert workspace.barograph("ui", "--no-browser").stdout == f"The UI: {address}\n"
    refused = workspace.barograph("ui", "--no-browser", "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode == 2
    assert "needs a token" in refused.stderr


@pytest.mark.parametrize(
    ("listening", "opened"),
    [
        ("http://0.0.0.0:8888", "http://127.0.0.1:8888"),
        ("http://[::]:80", "http://[::1]:80"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("http://machine.example:80", "http://machine.example:80"),
    ],
)
def test_what_listens_on_every_address_is_opened_on_loopback(listening: str, opened: str) -> None:
    assert browser_address(listening) == opened
