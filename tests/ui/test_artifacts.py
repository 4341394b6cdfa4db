"""What artifacts hold, as it is looked at: matrices by keys, folders as trees, images by size, loops as tables."""

import re

import pytest
from kfp import dsl
from kfp.dsl import Artifact, ClassificationMetrics, Dataset, Input, Metrics, Output
from playwright.sync_api import Page, expect

from tests.conftest import component
from tests.server.conftest import Server
from tests.server.running import ended, start
from tests.server.sse import OWN


@component
def look(rate: float, matrix: Output[ClassificationMetrics], metrics: Output[Metrics], data: Output[Dataset]) -> None:
    matrix.log_confusion_matrix(["dew", "fog", "rime"], [[4, 1, 0], [0, 3, 2], [0, 0, 5]])
    metrics.log_metric("accuracy", 0.75 - rate)
    metrics.log_metric("photos", 15)
    with open(data.path, "w") as file:
        file.write("epoch,loss\n1,0.5\n2,0.25\n3,0.125\n")
    data.metadata["mime_type"] = "text/csv"


@component
def keep(data: Input[Dataset], folder: Output[Artifact], picture: Output[Artifact]) -> None:
    import struct
    import zlib
    from pathlib import Path

    def piece(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    (Path(folder.path) / "deep/empty").mkdir(parents=True)
    (Path(folder.path) / "deep/notes.md").write_text("# Notes\n")
    size = struct.pack(">IIBBBBB", 300, 200, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes(900)) * 200)
    with open(picture.path, "wb") as image:
        image.write(b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", size) + piece(b"IDAT", rows) + piece(b"IEND", b""))
    picture.metadata["mime_type"] = "image/png"


@dsl.pipeline(name="looking")
def looking(rates: list[float]) -> None:
    """Makes one artifact of each kind, and measures in a loop."""
    made = look(rate=0.5)
    keep(data=made.outputs["data"])
    with dsl.ParallelFor(rates) as rate:
        look(rate=rate)


@pytest.fixture(scope="module")
def run(server: Server) -> str:
    """A run that has ended."""
    started = start(server, looking, "looking", rates=[0.25, 0.125, 0.5])
    assert ended(server, started)["state"] == "SUCCEEDED"
    return started


def artifact(server: Server, run: str, node: str) -> str:
    """The address of an artifact's page."""
    nodes = server.get(f"{OWN}/runs/{run}/graph")["graph"]["artifacts"]
    return f"/artifacts/{next(each['artifact_id'] for each in nodes if each['id'] == node)}"


def test_a_confusion_matrix_is_gone_through_with_keys_and_turned(page: Page, server: Server, run: str) -> None:
    page.goto(artifact(server, run, "look:matrix"))
    cell = page.get_by_role("gridcell", name="1 of 5 of class dew were taken for fog")
    page.get_by_role("gridcell", name="4 of 5 of class dew were recognised").press("ArrowRight")
    expect(cell).to_be_focused()
    cell.press("Enter")
    expect(page.get_by_role("heading", name="dew taken for fog")).to_be_visible()
    expect(page).to_have_url(re.compile(r"cell=0(,|%2C)1"))
    page.get_by_role("switch", name="True classes as columns").check(force=True)
    cell.press("ArrowDown")
    expect(page.get_by_role("gridcell", name="0 of 5 of class dew were taken for rime")).to_be_focused()
    page.get_by_label("Order of the classes").select_option("confusion")
    expect(page.get_by_role("grid").get_by_role("rowheader")).to_have_text(["fog", "rime", "dew", "total"])
    figures = page.get_by_role("region", name="Figures of each class")
    expect(figures.get_by_role("rowheader")).to_have_text(["fog", "rime", "dew", "macro mean", "weighted mean"])
    # What the task logged is not what the matrix says.
    expect(page.get_by_text("accuracy was logged as 0.25, but by the matrix it is 0.8.")).to_be_visible()


def test_a_folder_is_a_tree_whose_files_open_in_their_place(page: Page, server: Server, run: str) -> None:
    page.goto(artifact(server, run, "keep:folder"))
    page.get_by_role("button", name="deep", exact=True).click()
    page.get_by_role("button", name="empty", exact=True).click()
    expect(page.get_by_text("Nothing is in this folder.")).to_be_visible()
    page.get_by_role("button", name="notes.md", exact=True).click()
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()


def test_an_image_is_zoomed_with_buttons_and_keys(page: Page, server: Server, run: str) -> None:
    page.goto(artifact(server, run, "keep:picture"))
    picture = page.get_by_role("img", name="picture")
    expect(page.get_by_text("100 % of 300 × 200 pixels")).to_be_visible()
    page.get_by_role("button", name="Zoom in").click()
    expect(picture).to_have_css("width", "450px")
    page.get_by_role("region", name=re.compile("^picture;")).press("-")
    expect(picture).to_have_css("width", "300px")


def test_a_loop_is_a_table_with_the_best_turn_marked(page: Page, run: str) -> None:
    page.goto(f"/runs/{run}?tab=metrics")
    expect(page.get_by_text("The best accuracy, 0.625, came of rates 0.125.")).to_be_visible()
    expect(page.get_by_text("The same in all turns: photos 15.")).to_be_visible()
    table = page.get_by_role("region", name="Turns of the loop over rates")
    best = table.get_by_role("row").filter(has=page.get_by_role("img", name="best"))
    expect(best).to_have_count(1)
    expect(best.get_by_role("cell").first).to_have_text("0.125")
    table.get_by_role("button", name="accuracy", exact=True).click()
    expect(table.get_by_role("row").nth(1).get_by_role("cell").first).to_have_text("0.125")
    table.get_by_role("button", name="accuracy: Higher is better").click()
    page.get_by_role("menuitem", name="Lower is better").click()
    expect(page.get_by_text("The best accuracy, 0.25, came of rates 0.5.")).to_be_visible()
    expect(page).to_have_url(re.compile("better=accuracy(:|%3A)lower"))
    table.get_by_role("button", name="Turn 1: what it measured").click()
    expect(page.get_by_role("heading", name="Turn 1: rates 0.125")).to_be_visible()
    expect(page.get_by_role("grid").first).to_be_visible()


def test_a_lineage_is_told_in_words_and_opened_step_by_step(page: Page, server: Server, run: str) -> None:
    page.goto(artifact(server, run, "look:data") + "?tab=lineage")
    expect(page.get_by_text(re.compile("This dataset was made by look in the run looking"))).to_be_visible()
    expect(page.get_by_text("If this dataset changes, 2 artifacts of 1 run are affected.")).to_be_visible()
    expect(page.get_by_role("link", name="picture", exact=True)).to_be_visible()
    page.get_by_role("button", name="What came of it, data: 1 task").click()
    expect(page.get_by_role("link", name="picture", exact=True)).to_have_count(0)
