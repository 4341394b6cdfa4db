"""Why a task was taken from the cache, or was not: said where the task is looked at."""

import pytest
from playwright.sync_api import Page, expect

from tests.server.conftest import Server
from tests.server.running import ended, start
from tests.ui.pipelines import reading


@pytest.fixture(scope="module")
def run(server: Server) -> str:
    """A run after another: its first task was cached, its second one was not."""
    ended(server, start(server, reading, "reads 4", text="sunshine"))
    found = start(server, reading, "reads 6", text="sunshine", most=6)
    ended(server, found)
    return found


def test_a_task_that_ran_says_what_differed(page: Page, run: str) -> None:
    page.goto(f"/runs/{run}?node=read&panel=cache")
    expect(page.get_by_text("Nothing with these inputs and this code was executed before.")).to_be_visible()
    expect(page.get_by_role("link", name="read in reads 4")).to_be_visible()
    differences = page.get_by_role("table", name="Differences").get_by_role("row")
    expect(differences).to_have_count(2)  # the head, and what differs
    expect(differences.nth(1)).to_have_accessible_name("Parameter 'most' 4 6")


def test_a_task_that_was_cached_leads_to_where_it_ran(page: Page, run: str) -> None:
    page.goto(f"/runs/{run}?node=note&panel=cache")
    expect(page.get_by_text("The cache saved")).to_be_visible()
    page.get_by_role("link", name="note in reads 4").click()
    expect(page.get_by_role("heading", name="reads 4")).to_be_visible()
    expect(page.get_by_role("heading", name="note", exact=True)).to_be_visible()
