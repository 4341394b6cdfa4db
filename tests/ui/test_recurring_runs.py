"""A recurring run is made with the form, starts runs, is switched off and on, and deleted."""

import re

from playwright.sync_api import Page, expect

from tests.server.conftest import Server
from tests.server.running import compiled, measuring
from tests.ui.story import upload


def test_a_recurring_run_is_made_fires_is_switched_off_and_deleted(page: Page, server: Server) -> None:
    pipeline, _ = upload(server, compiled(server, measuring), "again")
    page.goto(f"/runs/new?pipeline={pipeline}")
    page.get_by_label(re.compile("^count")).fill("8")
    page.get_by_text("Again and again").click()
    cron = page.get_by_label("Cron expression")
    cron.fill("0 0 25 * * *")
    expect(page.get_by_role("alert")).to_contain_text("25")
    cron.fill("0 30 7 * * 1-5")
    expect(page.get_by_text("Every weekday at 07:30")).to_be_visible()
    expect(page.get_by_role("list", name="Next times").get_by_role("listitem")).to_have_count(5)
    page.get_by_text("Every so often").click()
    page.get_by_label("Every", exact=True).fill("0.02")
    expect(page.get_by_text("Every second", exact=True)).to_be_visible()
    page.get_by_role("button", name="Make recurring run").click()
    name = page.get_by_role("textbox", name="Name")
    expect(name).to_have_accessible_description(re.compile("A recurring run needs a name."))
    expect(name).to_be_focused()
    name.fill("Every second")
    page.get_by_role("button", name="Make recurring run").click()

    # Live: nothing is loaded again from here on.
    expect(page.get_by_role("heading", name="Every second")).to_be_visible()
    runs = page.locator("a[data-run]")
    expect(page.get_by_text("every second", exact=True)).to_be_visible()
    expect(runs.first).to_be_visible()
    enabled = page.get_by_role("switch", name="Every second is enabled")
    enabled.click()
    expect(page.get_by_text("It is disabled, and starts no runs.")).to_be_visible()
    enabled.click()
    expect(page.get_by_role("list", name="Next times")).to_be_visible()
    enabled.click()
    expect(page.get_by_text("It is disabled, and starts no runs.")).to_be_visible()
    page.get_by_role("tab", name="Parameters").click()
    expect(page.get_by_role("row", name="count 8")).to_be_visible()
    page.get_by_role("tab", name="Runs").click()
    runs.first.click()
    expect(page.locator("main [data-state=SUCCEEDED]").first).to_be_visible()

    page.go_back()
    page.get_by_role("link", name="Start a run now").click()
    expect(page.get_by_label(re.compile("^count"))).to_have_value("8")
    expect(page.get_by_text("All as in the recurring run")).to_be_visible()

    page.goto("/recurring-runs?q=Every%20second")
    row = page.get_by_role("row", name=re.compile("^Every second"))
    for words in ("Disabled", "every second", "Succeeded"):
        expect(row).to_contain_text(words)
    page.get_by_role("button", name="Delete Every second").click()
    dialog = page.get_by_role("dialog", name="Delete the recurring run Every second?")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No recurring run's name holds “Every second”")).to_be_visible()
