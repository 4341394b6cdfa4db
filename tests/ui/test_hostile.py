"""An artifact that wants to be somebody: what it tries is refused, in the app's frame and opened by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Response, Route, expect

from tests.server.conftest import Server
from tests.server.running import ended, start
from tests.ui.conftest import visit
from tests.ui.pipelines import publishing
from tests.ui.story import KFP, OWN

REPORT = Path(__file__).with_name("hostile.html").read_text(encoding="utf-8")
NOTES = """# Accuracy
<img src=x onerror="window.stolen = 1"><script>window.stolen = 1</script>
[Read](javascript:window.stolen=1) and [on](http://elsewhere.test/left?by=artifact)

![plot](http://elsewhere.test/picture?by=artifact)
"""
MARK = "by=artifact"
"""What is asked for by the report has this in its address."""
ELSEWHERE = "http://elsewhere.test/"
"""A host that is another one, and answers everything."""
HELD_BY_NOTHING = {
    "read the cookies",
    "read what is stored",
    "open a database",
    "ask for the runs",
    "ask for KFP's runs",
    "ask in the old way",
    "tell another host",
    "load another host's picture",
    "load the server's picture",
    "load another host's script",
    "import a module",
    "hear what happens",
    "start a worker",
    "open a window",
}


@dataclass
class Trap:
    """A server that keeps the report."""

    server: Server
    run: str
    artifact: str

    @property
    def frame(self) -> str:
        """Where the app shows it."""
        return f"/runs/{self.run}?node=publish:report"

    @property
    def content(self) -> str:
        """Where it is by itself."""
        return f"{OWN}/artifacts/{self.artifact}/content"


@pytest.fixture(scope="module", params=["server", "guarded_server"])
def trap(request: pytest.FixtureRequest) -> Trap:
    """On a server that anybody on this machine may ask, and on one where somebody has logged in."""
    server: Server = request.getfixturevalue(request.param)
    run = start(server, publishing, "report", html=REPORT, text=NOTES)
    assert ended(server, run)["state"] == "SUCCEEDED"
    made = server.get(f"{OWN}/runs/{run}/graph")["graph"]["artifacts"]
    [report] = (each["artifact_id"] for each in made if each["name"] == "report")
    return Trap(server, run, report)


@pytest.fixture
def page(browser: Browser, trap: Trap) -> Iterator[Page]:
    """A page of somebody who is logged in, with a secret in each place that a page can keep one."""
    with visit(browser, trap.server) as page:
        page.goto("/runs")
        # Until it is drawn, the app may still write its address, which ends what the test goes to next.
        expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
        page.wait_for_load_state("networkidle")
        page.evaluate("localStorage.secret = sessionStorage.secret = 'kept'; document.cookie = 'secret=kept'")
        yield page


@pytest.fixture
def heard(page: Page) -> list[str]:
    """The paths that the other host is asked for."""
    found: list[str] = []

    def answer(route: Route) -> None:
        found.append(route.request.url.removeprefix(ELSEWHERE).partition("?")[0])
        kind = "image/svg+xml" if "picture" in route.request.url else "text/javascript"
        body = "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>" if "svg" in kind else ""
        route.fulfill(body=body, content_type=kind, headers={"Access-Control-Allow-Origin": "*"})

    page.context.route(f"{ELSEWHERE}**", answer)
    return found


@contextmanager
def nothing_is_told(trap: Trap, context: BrowserContext) -> Iterator[None]:
    """What the report asks for in this block is answered by nobody, and nobody is asked."""
    answered: list[str] = []
    shown: list[str] = []

    def keep(response: Response) -> None:
        if MARK in response.url:
            answered.append(response.url)

    def refuse(dialog: Dialog) -> None:
        shown.append(dialog.message)
        dialog.dismiss()

    def watch(page: Page) -> None:
        page.on("dialog", refuse)
        page.on("download", lambda download: shown.append(download.url))

    context.on("response", keep)
    context.on("page", watch)
    for known in context.pages:
        watch(known)
    pages = len(context.pages)
    yield
    assert (answered, shown, len(context.pages)) == ([], [], pages)
    names = [each["display_name"] for each in trap.server.get(f"{KFP}/experiments")["experiments"]]
    assert "stolen" not in names


def test_in_the_apps_frame_it_comes_by_nothing(page: Page, trap: Trap, heard: list[str]) -> None:
    with nothing_is_told(trap, page.context):
        page.goto(trap.frame)
        report = page.locator("iframe").content_frame
        expect(report.get_by_role("heading", name="Accuracy")).to_be_visible()
        expect(report.get_by_role("status")).to_have_text("nothing")
        # A click of a person's is worth more to a browser than a script's.
        report.get_by_role("link", name="Top").click()
        report.get_by_role("link", name="Blank").click()
        report.get_by_role("button", name="Send").click()
        report.get_by_role("link", name="Left").click()
        page.get_by_role("tab", name="Artifacts").click()
        expect(page.get_by_role("row", name="report HTML")).to_be_visible()
    assert heard == []


def test_opened_by_itself_it_comes_by_nothing(page: Page, trap: Trap, heard: list[str]) -> None:
    with nothing_is_told(trap, page.context):
        page.goto(trap.content)
        expect(page.get_by_role("heading", name="Accuracy")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("nothing")
        page.get_by_role("link", name="Blank").click()
        page.get_by_role("button", name="Send").click()
        page.reload()
        expect(page.get_by_role("status")).to_have_text("nothing")
    assert heard == []


def test_opened_from_the_app_it_does_not_know_the_app(page: Page, trap: Trap) -> None:
    page.goto(trap.frame)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open by itself").click()
    expect(opened.value.get_by_role("status")).to_have_text("nothing")
    assert not opened.value.evaluate("Boolean(opener)")


def test_markdown_is_text_and_not_a_page(page: Page, trap: Trap, heard: list[str]) -> None:
    with nothing_is_told(trap, page.context):
        page.goto(f"/runs/{trap.run}?node=publish:notes")
        notes = page.get_by_role("complementary", name="Details of the selection")
        expect(notes.get_by_role("heading", name="Accuracy")).to_be_visible()
        expect(notes.get_by_text("window.stolen = 1").first).to_be_visible()
        expect(notes.locator("img")).to_have_count(0)
        expect(notes.locator("a[href^=javascript]")).to_have_count(0)
    assert not page.evaluate("window.stolen")
    assert heard == []


def test_where_nothing_holds_it_the_same_report_comes_by_all_of_that(page: Page, heard: list[str]) -> None:
    page.route("**/unheld", lambda route: route.fulfill(body=REPORT, content_type="text/html"))
    page.route("**/experiments?*", lambda route: route.fulfill(status=204))  # the page stays
    page.goto("/unheld", wait_until="commit")  # what it tries keeps it from having loaded
    managed = page.get_by_role("status")
    expect(managed).to_contain_text("read what is stored: kept")
    found = {line.partition(": ")[0] for line in managed.inner_text().splitlines()}
    assert found >= HELD_BY_NOTHING
    assert set(heard) >= {"told", "picture", "script", "style", "module", "form", "beacon"}
