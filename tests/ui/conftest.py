"""A real browser on a real server, with the weather pipeline and sample photos."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kfp import compiler
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.server.conftest import Server, new_folder, serving
from tests.server.serving import TOKEN
from tests.ui.story import Story, begin
from weather.pipeline import weather

ROOT = Path(__file__).parents[2]
COMPONENTS = ("prep_data", "train_model", "eval_model", "optimize_onnx")
PATIENCE = 60_000
"""Milliseconds after which something that a test waits for is taken not to come; runs take their time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the tests here, those that look at the story come last: its run takes its time, and others make another."""
    places = [place for place, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    ordered = sorted((items[place] for place in places), key=patience)
    for place, item in zip(places, ordered, strict=True):
        items[place] = item


def patience(item: pytest.Item) -> int:
    """How many runs of the weather pipeline a test needs to look at."""
    return sum(name in getattr(item, "fixturenames", ()) for name in ("story", "pair"))


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


@pytest.fixture(scope="package", autouse=True)
def beginning(request: pytest.FixtureRequest, server: Server) -> Story | None:
    """A run that has begun, where any test is to look at it; it goes on while others are tested."""
    if not any(map(patience, request.session.items)):
        return None
    return begin(server, request.getfixturevalue("sample"), request.getfixturevalue("compiled"))


@pytest.fixture(scope="package")
def story(beginning: Story) -> Story:
    """A run to look at."""
    beginning.wait()
    return beginning


@pytest.fixture(scope="package")
def pair(story: Story) -> tuple[str, str]:
    """Two runs of different seeds, to compare."""
    return story.run, story.another()


@pytest.fixture(scope="package")
def guarded_server(tmp_path_factory: pytest.TempPathFactory, environments: Path) -> Iterator[Server]:
    """A server that asks for a token, which its client here has."""
    folder = new_folder(tmp_path_factory.mktemp("guarded") / "workspace", environments)
    with serving(folder, environ={"BAROGRAPH_TOKEN": TOKEN}) as found:
        found.http.headers["Authorization"] = f"Bearer {TOKEN}"
        yield found


@pytest.fixture(scope="package")
def window(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A browser in which the app has been loaded before: to load it is most of what a page costs."""
    with new_context(browser, server) as context:
        context.new_page()
        yield context


@pytest.fixture
def page(window: BrowserContext, server: Server) -> Iterator[Page]:
    """A page of the UI's, of which a browser knows nothing. What a script of it logs as an error fails the test."""
    with no_errors(window.new_page()) as page:
        yield page
    kept, *others = window.pages
    for each in others:
        each.close()
    stored = {"origin": server.url, "storageTypes": "local_storage,indexeddb"}
    window.new_cdp_session(kept).send("Storage.clearDataForOrigin", stored)
    window.clear_permissions()


@contextmanager
def visit(browser: Browser, server: Server) -> Iterator[Page]:
    """The same in a browser of its own, on any server; where it asks for a token, somebody who has logged in."""
    with new_context(browser, server) as context, no_errors(context.new_page()) as page:
        if "Authorization" in server.http.headers:
            context.request.post("/login", form={"token": TOKEN})
        yield page


@contextmanager
def new_context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@contextmanager
def no_errors(page: Page) -> Iterator[Page]:
    """Fail if a script of the page's logs an error."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not errors
