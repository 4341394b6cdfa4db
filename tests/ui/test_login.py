"""Where the server asks for a token: in by the login page, out by the button."""

import os
import re
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server.conftest import Server
from tests.server.running import ended, measuring, start
from tests.server.serving import TOKEN
from tests.ui.conftest import visit
from tests.ui.story import OWN


@pytest.fixture
def stranger(browser: Browser, guarded_server: Server) -> Iterator[Page]:
    """A page of somebody who has not logged in."""
    context = browser.new_context(base_url=guarded_server.url)
    yield context.new_page()
    context.close()


def test_a_person_logs_in_goes_where_they_wanted_and_logs_out(stranger: Page) -> None:
    page = stranger
    page.goto("/experiments?archived=true")
    token = page.get_by_label("The server's token")
    token.fill("a guess")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_have_text("That is not this server's token.")
    token.fill(TOKEN)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile(r"/experiments\?archived=true$"))
    expect(page.get_by_role("heading", name="Experiments", exact=True)).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(token).to_be_visible()
    page.goto("/runs")
    expect(token).to_be_visible()


def test_a_page_whose_session_has_ended_asks_for_the_token_and_comes_back(stranger: Page) -> None:
    page = stranger
    page.request.post("/login", form={"token": TOKEN})
    page.goto("/runs")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    page.request.post("/logout")
    page.get_by_role("link", name="Pipelines").click()
    page.get_by_label("The server's token").fill(TOKEN)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Pipelines")).to_be_visible()


def test_the_code_of_a_run_takes_the_token_from_the_environment(browser: Browser, guarded_server: Server) -> None:
    server = guarded_server
    run = start(server, measuring, "behind a token", count=4)
    ended(server, run)
    known = runs(server)
    with visit(browser, server) as page:
        page.goto(f"/runs/{run}")
        page.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Copy as command, Python or curl").click()
        dialog = page.get_by_role("dialog", name="Start the same run again")
        expect(dialog.get_by_text("BAROGRAPH_TOKEN.")).to_be_visible()
        dialog.get_by_role("tab", name="curl").click()
        code = dialog.locator("pre").inner_text()
    assert TOKEN not in code
    environ = {**os.environ, "BAROGRAPH_TOKEN": TOKEN}
    subprocess.run(["sh", "-ec", code], env=environ, check=True, stdout=subprocess.DEVNULL)
    [again] = runs(server) - known
    assert ended(server, again)["runtime_config"]["parameters"]["count"] == 4


def test_without_a_token_there_is_no_session_to_end(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name="Dark colours")).to_be_visible()
    expect(page.get_by_role("button", name="Log out")).to_have_count(0)


def runs(server: Server) -> set[str]:
    """The runs that there are."""
    return {run["id"] for run in server.get(f"{OWN}/runs")["runs"]}
