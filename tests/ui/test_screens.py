"""What the screens show of real runs."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.server.conftest import Server
from tests.ui.story import OWN, Story


@pytest.mark.parametrize(
    ("hash_", "path"),
    [
        ("#/runs/details/{run}", "/runs/{run}"),
        ("#/experiments/details/{experiment}", "/experiments/{experiment}"),
        ("#/pipelines/details/{pipeline}/version/{version}", "/pipelines/{pipeline}?version={version}"),
        ("#/pipelines/details/{pipeline}", "/pipelines/{pipeline}"),
    ],
)
def test_addresses_that_kfp_prints_lead_to_the_screens(page: Page, story: Story, hash_: str, path: str) -> None:
    page.goto("/" + hash_.format(**vars(story)))
    expect(page).to_have_url(re.compile(re.escape(path.format(**vars(story))) + r"($|[?&])"))
    expect(page.locator("main h1")).to_be_visible()


def test_the_graph_has_each_task_and_each_artifact(page: Page, server: Server, story: Story) -> None:
    graph = server.get(f"{OWN}/runs/{story.run}/graph")["graph"]
    page.goto(f"/runs/{story.run}")
    nodes = page.locator(".react-flow__node")
    expect(nodes).to_have_count(len(graph["tasks"]) + len(graph["artifacts"]))
    expect(nodes.filter(has_text="eval-model")).to_be_visible()


def test_a_cell_of_the_confusion_matrix_opens_its_photos(page: Page, server: Server, story: Story) -> None:
    preview = server.get(f"{OWN}/artifacts/{story.artifact('eval-model', 'confusion_matrix')}/preview")
    matrix = preview["confusion_matrix"]
    row, column, count = max(
        ((r, c, n) for r, counts in enumerate(matrix["counts"]) for c, n in enumerate(counts)), key=lambda each: each[2]
    )
    page.goto(f"/runs/{story.run}?node=eval-model:confusion_matrix")
    truth, taken = matrix["labels"][row], matrix["labels"][column]
    page.get_by_role("gridcell", name=re.compile(rf"^{count} of \d+ of class {truth} .*({taken}|recognised)")).click()
    expect(page).to_have_url(re.compile(rf"cell=({row},{column}|{row}%2C{column})"))
    expect(page.locator("figure img")).to_have_count(count)
    expect(page.get_by_text("the matrix holds all")).to_be_visible()


def test_a_report_is_shown_in_a_frame_that_has_nothing_of_the_app(page: Page, story: Story) -> None:
    page.goto(f"/runs/{story.run}?node=eval-model:report")
    frame = page.locator("iframe")
    expect(frame).to_have_attribute("sandbox", "allow-scripts")
    expect(frame.content_frame.get_by_role("heading").first).to_be_visible()
