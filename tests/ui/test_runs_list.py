"""The list of runs: its columns, its conditions and its order are chosen, and stand in the address."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.server.conftest import Server
from tests.server.running import ended, measuring, spec
from tests.ui.story import KFP

METRIC = "measure/metrics/count"


@pytest.fixture(scope="module")
def experiment(server: Server) -> str:
    """An experiment with runs that count 20, 3 and 100, in this order."""
    found: str = server.post(f"{KFP}/experiments", {"display_name": "Counts"})["experiment_id"]
    for count in (20, 3, 100):
        run = {
            "display_name": f"counts {count}",
            "experiment_id": found,
            "pipeline_spec": spec(server, measuring),
            "runtime_config": {"parameters": {"count": count}},
        }
        ended(server, server.post(f"{KFP}/runs", run)["run_id"])
    return found


@pytest.fixture
def listed(page: Page, experiment: str) -> Page:
    page.goto(f"/experiments/{experiment}")
    expect(runs(page)).to_have_count(3)
    return page


def test_parameters_and_metrics_are_chosen_as_columns(listed: Page) -> None:
    head = listed.get_by_role("columnheader", name="text")
    expect(head).to_have_count(0)
    listed.get_by_role("button", name="Columns").click()
    listed.get_by_role("textbox", name="Find a parameter or metric").fill("tex")
    listed.get_by_role("checkbox", name="text").check()
    expect(head).to_be_visible()
    listed.keyboard.press("Escape")
    expect(listed.get_by_role("button", name="Columns")).to_be_focused()
    listed.reload()
    expect(head).to_be_visible()
    expect(listed.get_by_role("row", name=re.compile("counts 3 .*rain"))).to_be_visible()
    listed.get_by_role("button", name="Columns").click()
    listed.get_by_role("checkbox", name="text").uncheck()
    expect(head).to_have_count(0)


def test_a_condition_on_a_metric_is_added_and_removed(listed: Page) -> None:
    listed.get_by_role("button", name="Condition").click()
    listed.get_by_role("combobox", name="Metric or parameter").fill("count")
    listed.get_by_role("group", name="Metrics").get_by_role("option").click()
    listed.get_by_label("Value").fill("20")
    listed.get_by_role("button", name="Filter", exact=True).click()
    expect(runs(listed)).to_have_text(["counts 100", "counts 20"])
    listed.reload()
    expect(runs(listed)).to_have_text(["counts 100", "counts 20"])
    listed.get_by_role("button", name="Remove count ≥ 20").click()
    expect(runs(listed)).to_have_count(3)


def test_runs_are_sorted_by_a_metric_both_ways(listed: Page) -> None:
    listed.goto(f"{listed.url}?columns=metric:{METRIC}")
    head = listed.get_by_role("columnheader", name="count")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(runs(listed)).to_have_text(["counts 100", "counts 20", "counts 3"])
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(runs(listed)).to_have_text(["counts 3", "counts 20", "counts 100"])


def test_runs_are_selected_with_keys_and_compared(listed: Page) -> None:
    expect(listed.get_by_role("row", name=re.compile("counts 100"))).to_be_visible()
    for key in ("j", "x", "j", "x", "c"):
        listed.keyboard.press(key)
    expect(listed).to_have_url(re.compile("/compare"))
    for name in ("counts 100", "counts 3"):
        expect(listed.get_by_role("link", name=name).first).to_be_visible()


def test_a_metric_of_an_experiments_runs_is_drawn_over_time(listed: Page) -> None:
    listed.get_by_role("tab", name="A metric over time").click()
    expect(listed.get_by_role("combobox", name="Metric")).to_have_value(METRIC)
    expect(listed.get_by_role("img", name=f"{METRIC} of each run by its start")).to_be_visible()


def runs(page: Page) -> Locator:
    """The names of the runs in the list."""
    return page.locator("a[data-run]").filter(has_text="counts")
