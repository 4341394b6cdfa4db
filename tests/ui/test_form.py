"""The form that starts a run says what is wrong at the field, whoever found it, and what was changed."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.server.conftest import Server
from tests.server.running import compiled, ended, measuring, start
from tests.ui.story import OWN, upload


@pytest.fixture(scope="module")
def pipeline(server: Server) -> str:
    return upload(server, compiled(server, measuring), "of the form")[0]


def test_a_value_that_does_not_fit_is_told_at_its_field_and_nothing_starts(page: Page, pipeline: str) -> None:
    page.goto(f"/runs/new?pipeline={pipeline}")
    count = page.get_by_label(re.compile("^count"))
    count.fill("many")
    page.get_by_role("button", name="Start run").click()
    expect(count).to_have_accessible_description(re.compile("Give a whole number."))
    expect(count).to_be_focused()
    expect(page.get_by_role("alert")).to_have_text("One field needs your attention.")
    expect(page).to_have_url(re.compile("/runs/new"))


def test_what_the_server_refuses_is_told_at_the_fields_and_can_be_put_right(page: Page, pipeline: str) -> None:
    def spoil(route: Route) -> None:
        asked = {**(route.request.post_data_json or {}), "parameters": {"count": "many", "text": 5}}
        route.continue_(post_data=asked)

    page.route(f"**{OWN}/runs", spoil, times=1)  # the form itself would let neither through
    page.goto(f"/runs/new?pipeline={pipeline}")
    page.get_by_role("button", name="Start run").click()
    count, text = (page.get_by_label(re.compile(f"^{name}")) for name in ("count", "text"))
    expect(count).to_have_accessible_description(re.compile("expected a whole number"))
    expect(text).to_have_accessible_description(re.compile("expected text"))
    expect(count).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("It was not started")
    count.fill("2")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Start run").click()
    expect(page.locator("main [data-state=SUCCEEDED]").first).to_be_visible()


def test_a_clone_marks_what_is_changed_and_takes_it_back(page: Page, server: Server) -> None:
    run = start(server, measuring, "to be cloned", count=7)
    ended(server, run)
    page.goto(f"/runs/{run}")
    page.get_by_role("link", name="Clone").click()
    count = page.get_by_label(re.compile("^count"))
    expect(count).to_have_value("7")
    expect(page.get_by_text("All as in the cloned run")).to_be_visible()
    count.fill("9")
    expect(page.get_by_text("Changed: the cloned run had 7")).to_be_visible()
    expect(page.get_by_role("complementary", name="What is started")).to_contain_text("count = 9")
    page.get_by_role("button", name="Undo").click()
    expect(count).to_have_value("7")
    expect(page.get_by_text("All as in the cloned run")).to_be_visible()
