"""The way of somebody who trains a model: start a run, watch it, look at what came out, try another seed, compare."""

import re

from playwright.sync_api import Page, expect

from tests.ui.story import SEED, Story

LONG = 300_000
"""Milliseconds that training may take, on a machine that has other things to do."""


def test_a_run_is_started_watched_looked_at_cloned_and_compared(page: Page, story: Story) -> None:
    page.goto(f"/runs/new?pipeline={story.pipeline}")
    page.get_by_label(re.compile("^data_uri")).fill(str(story.photos))
    page.get_by_label(re.compile("^weights")).fill("none")
    page.get_by_label(re.compile("^epochs")).fill("2")
    page.get_by_label(re.compile("^random_seed")).fill("11")
    page.get_by_label("Name", exact=True).fill("seed 11")
    page.get_by_role("button", name="Start run").click()

    # Live: nothing is loaded again from here on.
    expect(page.get_by_role("heading", name="seed 11")).to_be_visible()
    first = run_of(page)
    expect(page.get_by_role("button", name="Terminate")).to_be_visible()
    expect(page.get_by_text("8/8 tasks")).to_be_visible(timeout=LONG)
    expect(page.locator("main [data-state=SUCCEEDED]").first).to_be_visible()
    expect(page.get_by_role("button", name="Terminate")).to_have_count(0)

    side = page.get_by_role("complementary", name="Details of the selection")
    find(page, "eval-model")
    side.get_by_role("tab", name="Log").click()
    expect(side.get_by_text("weighted F1")).to_be_visible()
    find(page, "confusion_matrix")
    expect(side.get_by_text(re.compile("% of 11 right"))).to_be_visible()
    expect(side.get_by_role("table").get_by_role("rowheader", name="fogsmog").first).to_be_visible()
    find(page, "loss_plot")
    picture = side.get_by_role("img", name="loss_plot")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 100
    find(page, "history")
    for curve in ("train_loss", "val_loss", "train_accuracy", "val_accuracy"):
        expect(side.locator("svg").get_by_text(curve).first).to_be_visible()
    find(page, "report")
    report = side.locator("iframe").content_frame
    expect(report.get_by_role("heading", name="How well does the model recognise the weather?")).to_be_visible()

    page.get_by_role("link", name="Clone").click()
    seed = page.get_by_label(re.compile("^random_seed"))
    expect(seed).to_have_value("11")
    seed.fill(str(SEED))
    page.get_by_role("button", name="Start run").click()
    expect(page).not_to_have_url(re.compile("/runs/new"))
    expect(page.locator("main [data-state=SUCCEEDED]").first).to_be_visible()
    # This seed was trained with before.
    expect(page.get_by_role("button", name="Task train-model, cached")).to_be_visible()
    second = run_of(page)

    page.goto(f"/compare?runs={first},{second}")
    page.get_by_role("tab", name="Parameters").click()
    expect(page.get_by_role("row", name=re.compile("random_seed.*11.*42"))).to_be_visible()
    page.get_by_role("tab", name="Metrics").click()
    loss = page.get_by_role("row", name=re.compile("^train_loss"))
    expect(loss.get_by_role("img", name="best")).to_have_count(1)
    better = loss.get_by_role("cell").filter(has=page.get_by_role("img", name="best"))
    values = [number(text) for text in loss.get_by_role("cell").all_inner_texts()]
    assert number(better.inner_text()) == min(values)
    page.get_by_role("tab", name="Curves").click()
    expect(page.locator("svg").get_by_text("val_loss").first).to_be_visible()
    expect(page.locator("svg").get_by_text("A seed 11").first).to_be_visible()
    page.get_by_role("tab", name="Confusion").click()
    expect(page.get_by_text(re.compile("^[AB].*11 in all"))).to_have_count(2)
    expect(page.get_by_role("grid", name=re.compile("^Confusion matrix of [AB]"))).to_have_count(2)


def find(page: Page, node: str) -> None:
    """Select a node of the graph."""
    field = page.get_by_label("Find a node")
    field.fill(node)
    field.press("Enter")
    expect(page.get_by_role("complementary").get_by_role("heading", name=node).first).to_be_visible()


def run_of(page: Page) -> str:
    """The run that a page is of."""
    found = re.search(r"/runs/([0-9a-f-]{36})", page.url)
    assert found
    return found[1]


def number(text: str) -> float:
    """The number that a cell begins with."""
    found = re.search(r"\d+(\.\d+)?", text)
    assert found
    return float(found[0])
