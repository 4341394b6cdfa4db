"""A task's log: of each attempt, searched, and taken to its first error."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.server.conftest import Server
from tests.server.running import begun, ended, resting, start
from tests.ui.pipelines import stumbling


@pytest.fixture
def log(page: Page, server: Server, tmp_path: Path) -> Page:
    """The log of a task that succeeded at its third attempt."""
    run = start(server, stumbling, "third time lucky", count=str(tmp_path / "count"))
    assert ended(server, run)["state"] == "SUCCEEDED"
    page.goto(f"/runs/{run}?node=stumble&panel=log")
    return page


def test_the_log_of_each_attempt_can_be_chosen(log: Page) -> None:
    attempts = log.get_by_role("combobox", name="Attempt")
    printed = log.get_by_label("What the task printed")
    expect(attempts).to_have_value("3")
    expect(printed).to_contain_text("attempt 3 prints this")
    expect(printed).not_to_contain_text("is refused")
    attempts.select_option("Attempt 1 of 3")
    expect(printed).to_contain_text("attempt 1 prints this")
    expect(printed).to_contain_text("ValueError: attempt 1 is refused")
    expect(printed).not_to_contain_text("attempt 3")
    log.get_by_role("tab", name="Overview").click()
    rows = log.get_by_role("table", name="Attempts").get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text("exit code 1")


def test_a_log_is_searched_and_leads_to_its_first_error(log: Page) -> None:
    log.get_by_role("combobox", name="Attempt").select_option("2")
    tools = log.get_by_role("toolbar", name="Log")
    tools.get_by_label("Search in the log").fill("REFUSED")
    expect(tools.get_by_role("status")).to_have_text("1 of 2 lines")
    expect(log.locator("[data-here=true]")).to_contain_text('raise ValueError(f"attempt {attempt} is refused")')
    tools.get_by_label("Search in the log").press("Enter")
    expect(tools.get_by_role("status")).to_have_text("2 of 2 lines")
    expect(log.locator("[data-here=true]")).to_contain_text("ValueError: attempt 2 is refused")
    tools.get_by_label("Search in the log").press("Escape")
    tools.get_by_role("button", name="First error").click()
    expect(log.locator("[data-here=true]")).to_contain_text("Traceback")
    with log.expect_download() as saved:
        tools.get_by_role("link", name="Download the log").click()
    assert "attempt 2 is refused" in Path(saved.value.path()).read_text()


def test_a_log_grows_as_the_task_prints(page: Page, server: Server, tmp_path: Path) -> None:
    file = tmp_path / "there"
    run = start(server, resting, "prints", file=str(file))
    begun(server, run, "rest")
    page.goto(f"/runs/{run}?node=rest&panel=log")
    printed = page.get_by_label("What the task printed")
    expect(printed).to_contain_text("resting")
    expect(printed).not_to_contain_text("rested")
    expect(page.get_by_role("button", name="Following")).to_have_attribute("aria-pressed", "true")
    file.touch()
    expect(printed).to_contain_text("rested")
    expect(page.get_by_role("button", name="Following")).to_have_count(0)
