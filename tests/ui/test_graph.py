"""The graph: turns in their order, turns of a folded loop, differences between runs, layouts that are kept."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from kfp import dsl
from playwright.sync_api import Page, expect

from tests.conftest import component
from tests.server.conftest import Server
from tests.server.running import compiled, ended, measure, start
from tests.ui.pipelines import reading
from tests.ui.story import upload

MANY = 25
"""Turns: more than are drawn one by one."""
KEPT = """async () => {
  const opened = indexedDB.open("barograph");
  await new Promise((done) => (opened.onsuccess = done));
  const counted = opened.result.transaction("layouts").objectStore("layouts").count();
  await new Promise((done) => (counted.onsuccess = done));
  return counted.result;
}"""


@component
def refuse(count: int, bad: int) -> int:
    if count == bad:
        raise ValueError(f"{count} is refused")
    return count


@dsl.pipeline(name="counting-and-refusing")
def counting(counts: list[int], bad: int = -1) -> None:
    """Measures in every turn of a loop, and refuses what is bad."""
    with dsl.ParallelFor(counts) as count:
        refuse(count=count, bad=bad)
        measure(count=count, text="rain")


@pytest.fixture(scope="module")
def folded(server: Server) -> str:
    """A run with a loop that is drawn once for all of its turns, one of which failed."""
    run = start(server, counting, "many turns", counts=list(range(1, MANY + 1)), bad=7)
    ended(server, run)
    return run


def test_the_turns_of_an_open_loop_stand_in_their_order(page: Page, server: Server) -> None:
    run = start(server, counting, "a few turns", counts=[5, 4, 3, 2, 1])
    ended(server, run)
    page.goto(f"/runs/{run}")
    page.get_by_role("button", name="Open all groups").click()
    places = []
    for turn in range(5):
        head = page.locator(f"[data-node='for-loop-1[{turn}]']")
        expect(head).to_have_accessible_name(re.compile(f"^Turn {turn}: {5 - turn}, succeeded"))
        expect(page.locator(f"[data-node='for-loop-1[{turn}].measure']")).to_be_visible()
        box = head.bounding_box()
        assert box is not None
        places.append((round(box["y"]), round(box["x"])))
    assert places == sorted(places)


def test_a_folded_loop_is_a_table_of_its_turns_and_each_turn_a_panel_of_its_own(page: Page, folded: str) -> None:
    page.goto(f"/runs/{folded}")
    page.locator("[data-node='for-loop-1']").click()
    turns = page.get_by_role("region", name="Turns")
    expect(turns.get_by_role("row")).to_have_count(MANY + 1)
    expect(turns.get_by_role("row", name=re.compile("^Turn 3 4 Succeeded"))).to_be_visible()
    turns.get_by_role("link", name="Turn 6", exact=True).click()
    expect(page.get_by_role("heading", name="Turn 6: 7")).to_be_visible()
    panel = page.get_by_role("complementary", name="Details of the selection")
    expect(panel.get_by_role("alert").first).to_contain_text("refuse failed first")
    inside = panel.get_by_role("table", name="What is in it")
    expect(inside.get_by_role("row", name=re.compile("^measure (Succeeded|Cached)"))).to_be_visible()
    inside.get_by_role("link", name="refuse").click()
    expect(page.get_by_role("heading", name="refuse", exact=True)).to_be_visible()
    expect(panel.get_by_text("for-loop-1[6].refuse", exact=True)).to_be_visible()
    expect(page.locator("[data-node='for-loop-1.refuse'][aria-pressed=true]")).to_be_visible()
    panel.get_by_role("link", name="for-loop-1[6]", exact=True).click()
    panel.get_by_role("button", name="Show it by itself").click()
    expect(page.locator("[data-node='for-loop-1[6].measure']")).to_be_visible()


def test_the_difference_between_runs_is_drawn_and_told(page: Page, server: Server) -> None:
    given: list[dict[str, Any]] = [{"text": "drawn"}, {"text": "drawn", "most": 2}]
    runs = [start(server, reading, f"reads {number}", **values) for number, values in enumerate(given)]
    for run in runs:
        ended(server, run)
    page.goto(f"/compare?tab=graph&runs={','.join(runs)}")
    node = {name: page.locator(f"[data-node='{name}']") for name in ("note", "note:notes", "read")}
    expect(node["note"]).to_have_accessible_name(re.compile("B: same execution"))
    expect(node["note:notes"]).to_have_accessible_name(re.compile("B: same artifact"))
    expect(node["read"]).to_have_accessible_name(re.compile("B: different result"))
    node["read"].click()
    panel = page.get_by_role("complementary", name="Why it differs")
    expect(panel.get_by_role("row", name=re.compile("Parameter 'most' 4 2"))).to_be_visible()
    panel.get_by_role("button", name="Cache of B").click()
    expect(panel.get_by_text("Fingerprint", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("node=read"))
    expect(page.get_by_role("region", name="Tasks")).to_contain_text("parameter 'most': 4 -> 2")


def test_the_layout_of_a_large_graph_is_kept_in_the_browser(page: Page, server: Server, tmp_path: Path) -> None:
    spec = yaml.safe_load(compiled(server, reading).read_text())
    tasks = spec["root"]["dag"]["tasks"]
    tasks.update({f"note-{number}": named(tasks["note"], f"note-{number}") for number in range(160)})
    file = tmp_path / "large.yaml"
    file.write_text(json.dumps(spec))
    pipeline, _ = upload(server, file, "large")
    for _ in range(2):
        page.goto(f"/pipelines/{pipeline}")
        expect(page.get_by_role("region", name="Graph of tasks and artifacts")).to_have_attribute("aria-busy", "false")
        expect(page.locator("[data-node]").first).to_be_attached()
        assert page.evaluate(KEPT) == 1


def named(task: dict[str, Any], name: str) -> dict[str, Any]:
    """The same task under another name."""
    found = copy.deepcopy(task)
    found["taskInfo"]["name"] = name
    return found
