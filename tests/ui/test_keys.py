"""What keys do: the palette, the search of each screen, the way through a graph."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.server.conftest import Server
from tests.server.running import ended, start
from tests.ui.pipelines import reading

SEARCHED = {
    "/runs": "Search runs by name",
    "/pipelines": "Search pipelines",
    "/experiments": "Search experiments by name",
    "/recurring-runs": "Search recurring runs",
    "/artifacts": "Search artifacts by name",
}


@pytest.fixture(scope="module")
def run(server: Server) -> str:
    found = start(server, reading, "a walk through the graph", text="fog")
    ended(server, found)
    return found


def test_the_palette_finds_a_run_and_goes_there(page: Page, run: str) -> None:
    page.goto("/pipelines")
    page.get_by_role("searchbox").focus()  # it opens from a field, too
    page.keyboard.press("Control+k")
    palette = page.get_by_role("combobox", name="Search or command")
    expect(palette).to_be_focused()
    page.keyboard.type("walk through")
    option = page.get_by_role("option", name=re.compile("a walk through the graph"))
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/runs/{run}"))
    expect(palette).to_have_count(0)


def test_the_palette_does_what_one_says(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("Search or jump to")).click()
    page.get_by_role("combobox", name="Search or command").fill("dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Experiments")).to_be_visible()


def test_a_slash_leads_to_the_search_of_a_screen(page: Page, run: str) -> None:
    page.goto("/")
    for address, label in SEARCHED.items():
        page.locator(f"nav a[href='{address}']").click()
        field = page.get_by_label(label)
        expect(field).to_be_visible()
        page.keyboard.press("/")
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
    page.goto(f"/runs/{run}")
    field = page.get_by_label("Find a node")
    expect(field).to_be_visible()
    page.keyboard.press("/")
    expect(field).to_be_focused()


def test_arrows_lead_along_the_edges_of_a_graph(page: Page, run: str) -> None:
    page.goto(f"/runs/{run}")
    nodes = {name: page.locator(f"[data-node='{name}']") for name in ("note", "note:notes", "read")}
    nodes["note"].focus()
    for key, name in (("ArrowDown", "note:notes"), ("ArrowDown", "read"), ("ArrowUp", "note:notes")):
        page.keyboard.press(key)
        expect(nodes[name]).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("node=note(:|%3A)notes"))
    expect(page.get_by_role("heading", name="notes", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="notes", exact=True)).to_have_count(0)


def test_single_keys_can_be_switched_off(page: Page, run: str) -> None:
    page.goto("/runs")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    page.keyboard.press("?")
    page.get_by_role("switch", name="Single keys do something").click()
    page.keyboard.press("Escape")
    for address in ("/runs", f"/runs/{run}"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for key in ("/", "j", "?", "a"):
            page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("document.activeElement === document.body")
    expect(page.locator("[data-node='note:notes']")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or command")).to_be_focused()
