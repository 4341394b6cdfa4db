"""Pipelines: uploaded from a chosen or a dropped file, in versions, and deleted."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.server.conftest import Server
from tests.server.running import compiled, measuring
from tests.ui.pipelines import reading
from tests.ui.story import upload

BROKEN = """
pipelineInfo: {name: broken}
root: {dag: {tasks: {first: {componentRef: {name: comp-none}}}}}
schemaVersion: 2.1.0
sdkVersion: kfp-2.17.0
"""


@pytest.fixture
def file(server: Server) -> Path:
    return compiled(server, measuring)


def test_a_file_is_chosen_refused_if_it_is_none_and_taken_if_it_is(page: Page, file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(BROKEN)
    page.goto("/pipelines")
    page.get_by_role("button", name="Upload").click()
    dialog = page.get_by_role("dialog", name="Upload a pipeline")
    choose(page, dialog, broken)
    expect(dialog.get_by_label("Name")).to_have_value("broken")
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.get_by_role("alert")).to_contain_text("refers to the component 'comp-none', which is not defined")

    choose(page, dialog, file)
    expect(dialog.get_by_role("alert")).to_have_count(0)
    expect(dialog.get_by_label("Name")).to_have_value("measuring")
    dialog.get_by_label("Name").fill("chosen")
    dialog.get_by_label("Description").fill("From a file")
    dialog.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="chosen")).to_be_visible()
    expect(page.get_by_text("From a file", exact=True)).to_be_visible()
    expect(page.locator(".react-flow__node").filter(has_text="measure")).to_be_visible()


def test_a_file_is_dropped_anywhere_on_the_screen(page: Page, file: Path) -> None:
    page.goto("/pipelines")
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()
    drop(page, "nav", file, "dropped.yaml")
    dialog = page.get_by_role("dialog", name="Upload a pipeline")
    expect(dialog.get_by_label("Name")).to_have_value("dropped")
    dialog.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="dropped")).to_be_visible()


def test_a_file_that_is_dropped_on_a_pipeline_becomes_its_newest_version(
    page: Page, server: Server, file: Path
) -> None:
    pipeline, _ = upload(server, file, "versions")
    page.goto(f"/pipelines/{pipeline}")
    expect(page.locator(".react-flow__node").filter(has_text="measure")).to_be_visible()
    drop(page, "main", compiled(server, reading), "second.yaml")
    dialog = page.get_by_role("dialog", name="New version of versions")
    dialog.get_by_label("Version").fill("second")
    dialog.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("combobox", name="Version")).to_have_value(re.compile("^second"))
    expect(page.locator(".react-flow__node").filter(has_text="read")).to_be_visible()


def test_a_pipeline_is_deleted_with_its_versions_once_its_name_is_typed(page: Page, server: Server, file: Path) -> None:
    upload(server, file, "unwanted")
    page.goto("/pipelines?q=unwanted")
    row = page.get_by_role("row", name=re.compile("^unwanted"))
    row.get_by_role("button", name=re.compile("unwanted")).click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete the pipeline unwanted?")
    delete = dialog.get_by_role("button", name="Delete")
    expect(delete).to_be_disabled()
    dialog.get_by_role("textbox").fill("unwanted")
    delete.click()
    expect(row).to_have_count(0)
    expect(page.get_by_text("No pipeline's name holds “unwanted”")).to_be_visible()


def choose(page: Page, dialog: Locator, file: Path) -> None:
    """Choose a file as a person does, who is shown the files by the browser."""
    with page.expect_file_chooser() as chooser:
        dialog.get_by_label("Compiled pipeline").click()
    chooser.value.set_files(file)


def drop(page: Page, selector: str, file: Path, name: str) -> None:
    """Drag a file over an element and let it go."""
    transfer = page.evaluate_handle(
        "([text, name]) => { const it = new DataTransfer(); it.items.add(new File([text], name)); return it }",
        [file.read_text(), name],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event(selector, event, {"dataTransfer": transfer})
