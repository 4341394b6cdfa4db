"""A run's tasks as a table: filtered, sorted, and each leading to what is known of it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.server.conftest import Server
from tests.server.running import ended, start, weighing


@pytest.fixture(scope="module")
def run(server: Server) -> str:
    """A run with a task, and a loop of two turns."""
    found = start(server, weighing, "with a loop")
    ended(server, found)
    return found


@pytest.fixture
def tasks(page: Page, run: str) -> Page:
    page.goto(f"/runs/{run}?tab=tasks")
    expect(names(page).first).to_be_visible()
    return page


def test_tasks_are_filtered_and_sorted(tasks: Page) -> None:
    everything = names(tasks).count()
    field = tasks.get_by_label("Filter the tasks")
    field.fill("measure")
    expect(names(tasks)).to_have_count(1)
    field.fill("")
    expect(names(tasks)).to_have_count(everything)
    head = tasks.get_by_role("columnheader", name="Name")
    head.get_by_role("button").click()
    first = names(tasks).first.inner_text()
    head.get_by_role("button").click()
    expect(names(tasks).last).to_have_text(first)


def test_a_task_of_the_table_is_opened_beside_it(tasks: Page) -> None:
    names(tasks).filter(has_text=re.compile("^measure")).click()
    side = tasks.get_by_role("complementary", name="Details of the selection")
    expect(side.get_by_role("heading", name="measure")).to_be_visible()
    expect(side.get_by_role("table", name="Input parameters")).to_contain_text("rain")
    expect(tasks.get_by_role("tab", name="Tasks")).to_have_attribute("aria-selected", "true")


def names(page: Page) -> Locator:
    """The tasks' names, in the order of the rows."""
    return page.get_by_role("table", name="Tasks").get_by_role("rowheader")
