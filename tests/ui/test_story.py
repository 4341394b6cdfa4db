"""The way of somebody who trains a model: start a run, watch it, look at what came out, try another seed, compare."""

import re

from playwright.sync_api import Page, expect

from tests.ui.story import Story


def test_a_run_is_started_watched_cloned_and_compared(page: Page, story: Story) -> None:
    page.goto(f"/runs/new?pipeline={story.pipeline}")
    page.get_by_label(re.compile("^data_uri")).fill(str(story.photos))
    page.get_by_label(re.compile("^weights")).fill("none")
    page.get_by_label(re.compile("^epochs")).fill("4")
    page.get_by_role("button", name="Start run").click()

    # Live: nothing is loaded again from here on.
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    first = page.url
    header = page.locator("main")
    expect(header.locator("[data-state=SUCCEEDED]").first).to_be_visible()
    expect(page.locator(".react-flow__node").filter(has_text="eval-model").first).to_be_visible()
    page.locator(".react-flow__node").filter(has_text="eval-model").first.click()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_text("weighted F1")).to_be_visible()

    page.get_by_role("link", name="Clone").click()
    expect(page.get_by_label(re.compile("^epochs"))).to_have_value("4")
    page.get_by_label(re.compile("^random_seed")).fill("11")
    page.get_by_role("button", name="Start run").click()
    expect(page).not_to_have_url(re.compile("/runs/new"))
    expect(page.locator("main [data-state=SUCCEEDED]").first).to_be_visible()

    ids = [re.search(r"/runs/([0-9a-f-]{36})", url)[1] for url in (first, page.url)]  # type: ignore[index]
    page.goto(f"/compare?runs={','.join(ids)}&tab=params")
    expect(page.get_by_role("row", name=re.compile("random_seed.*42.*11"))).to_be_visible()


def test_a_run_is_terminated_and_resumed(page: Page, story: Story) -> None:
    page.goto(f"/runs/new?clone={story.run}")
    page.get_by_label(re.compile("^random_seed")).fill("12")
    page.get_by_role("button", name="Start run").click()
    page.get_by_role("button", name="Terminate").click()
    expect(page.locator("main [data-state=CANCELED]").first).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("main [data-state=SUCCEEDED]").first).to_be_visible()
