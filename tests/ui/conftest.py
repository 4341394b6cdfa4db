"""A real browser on a real server, with the weather pipeline and sample photos."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kfp import compiler
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.server.conftest import Server, new_folder, serving
from tests.server.serving import TOKEN
from tests.ui.story import Story, tell
from weather.pipeline import weather

ROOT = Path(__file__).parents[2]
COMPONENTS = ("prep_data", "train_model", "eval_model", "optimize_onnx")
PATIENCE = 60_000
"""Milliseconds after which something that a test waits for is taken not to come; runs take their time."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; the tests are skipped where there is none."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no chromium is installed")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        # Its own sandbox can't be had by root in a container.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory, environments: Path) -> Iterator[Server]:
    """A server that runs the weather pipeline's components in their own environments, and the probe's."""
    folder = tmp_path_factory.mktemp("ui") / "workspace"
    (folder / "home").mkdir(parents=True)
    (folder / "home" / "environments").symlink_to(environments)
    images = {f"*{name.replace('_', '?')}": ROOT / "pipelines/weather/components" / name for name in COMPONENTS}
    images["probe"] = ROOT / "tests/probe"
    lines = [f'"{glob}" = "{project}"' for glob, project in images.items()]
    (folder / "barograph.toml").write_text("\n".join(['home = "home"', "[images]", *lines, ""]))
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="package")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weather pipeline, compiled."""
    file = tmp_path_factory.mktemp("compiled") / "weather.yaml"
    compiler.Compiler().compile(weather, str(file))
    return file


@pytest.fixture(scope="package")
def story(server: Server, sample: Path, compiled: Path) -> Story:
    """Runs to look at."""
    return tell(server, sample, compiled)


@pytest.fixture(scope="package")
def guarded_server(tmp_path_factory: pytest.TempPathFactory, environments: Path) -> Iterator[Server]:
    """A server that asks for a token, which its client here has."""
    folder = new_folder(tmp_path_factory.mktemp("guarded") / "workspace", environments)
    with serving(folder, environ={"BAROGRAPH_TOKEN": TOKEN}) as found:
        found.http.headers["Authorization"] = f"Bearer {TOKEN}"
        yield found


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page of the UI's, of a session of its own. What a script of it logs as an error fails the test."""
    with visit(browser, server) as page:
        yield page


@contextmanager
def visit(browser: Browser, server: Server) -> Iterator[Page]:
    """The same on any server; where it asks for a token, somebody who has logged in."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    if "Authorization" in server.http.headers:
        context.request.post("/login", form={"token": TOKEN})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors
