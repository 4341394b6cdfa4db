"""What can be done with a run: end it, go on with it, try it again, put it aside, start it again from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.server.conftest import Server
from tests.server.running import begun, checking, ended, measuring, resting, start
from tests.ui.story import OWN
from tests.waiting import wait_until


def test_a_run_is_terminated_and_resumed(page: Page, server: Server, tmp_path: Path) -> None:
    file = tmp_path / "there"
    run = start(server, resting, "goes on", file=str(file))
    page.goto(f"/runs/{run}")
    begun(server, run, "rest")
    page.get_by_role("button", name="Terminate").click()
    expect(state(page, "CANCELED")).to_be_visible()
    file.touch()
    page.get_by_role("button", name="Resume").click()
    expect(state(page, "SUCCEEDED")).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)


def test_a_failed_run_is_tried_again_and_keeps_what_it_had(page: Page, server: Server, tmp_path: Path) -> None:
    file = tmp_path / "there"
    run = start(server, checking, "fails first", file=str(file))
    ended(server, run)
    page.goto(f"/runs/{run}")
    expect(page.get_by_role("alert")).to_contain_text("check")
    file.touch()
    page.get_by_role("button", name="Retry").click()
    expect(state(page, "SUCCEEDED")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("tab", name="Tasks").click()
    expect(page.get_by_role("row", name=re.compile("^check task Succeeded"))).to_contain_text("2")  # attempts
    expect(page.get_by_role("row", name=re.compile("^measure task Succeeded"))).to_contain_text("1")


def test_runs_are_put_aside_and_taken_back(page: Page, server: Server) -> None:
    runs = [start(server, measuring, f"put aside {each}", count=each) for each in (1, 2)]
    for run in runs:
        ended(server, run)
    page.goto("/runs?q=put%20aside")
    links = page.get_by_role("link", name=re.compile("^put aside"))
    for each in (1, 2):
        page.get_by_role("checkbox", name=f"Select put aside {each}").check()
    archive = page.get_by_role("toolbar", name="Selected runs").get_by_role("button", name="Archive")
    archive.click()
    expect(page.get_by_text("2 runs archived")).to_be_visible()
    expect(links).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(links).to_have_count(2)

    page.get_by_role("checkbox", name="Select put aside 1").check()
    archive.click()
    expect(links).to_have_count(1)
    page.get_by_role("checkbox", name="Archived").check()
    page.get_by_role("link", name="put aside 1").click()
    more = page.get_by_role("button", name="More")
    more.click()
    page.get_by_role("menuitem", name="Take out of the archive").click()
    expect(page.get_by_text("1 run taken out of the archive")).to_be_visible()
    wait_until(lambda: not server.get(f"{OWN}/runs/{runs[0]}")["archived"])
    more.click()
    page.get_by_role("menuitem", name="Archive").click()
    expect(page.get_by_text("1 run archived")).to_be_visible()
    page.get_by_role("alert").filter(has_text="1 run archived").get_by_role("button", name="Undo").click()
    wait_until(lambda: not server.get(f"{OWN}/runs/{runs[0]}")["archived"])
    more.click()
    expect(page.get_by_role("menuitem", name="Archive")).to_be_visible()


@pytest.mark.parametrize("form", ["Command", "curl"])
def test_the_code_that_is_copied_starts_the_run_again(page: Page, server: Server, form: str) -> None:
    run = start(server, measuring, f"as {form}", count=5, text="it's rain")
    ended(server, run)
    known = ids(server)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/runs/{run}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Copy as command, Python or curl").click()
    dialog = page.get_by_role("dialog", name="Start the same run again")
    dialog.get_by_role("tab", name="Python").click()
    expect(dialog.locator("pre")).to_contain_text(f"kfp.Client(host='{server.url}')")
    dialog.get_by_role("tab", name=form).click()
    dialog.get_by_role("button", name=f"Copy as {form}").click()
    code = page.evaluate("navigator.clipboard.readText()")
    assert code.strip() == dialog.locator("pre").inner_text().strip()

    environ = {**server.workspace.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(["sh", "-ec", code], cwd=server.workspace.path, env=environ, check=True, stdout=subprocess.DEVNULL)
    [again] = ids(server) - known
    ended(server, again)
    found = server.get(f"{OWN}/runs/{again}")
    assert found["parameters"] == {"count": 5, "text": "it's rain"}
    assert found["states"] == {"CACHED": 1}


def test_what_is_copied_can_be_pasted_where_the_browser_keeps_its_clipboard_to_itself(
    page: Page, server: Server
) -> None:
    run = start(server, measuring, "copied")
    ended(server, run)
    page.add_init_script("delete Navigator.prototype.clipboard")  # as for a page over plain HTTP from another machine
    page.goto(f"/runs/{run}?node=measure")
    page.get_by_role("button", name="Copy the task's path").click()
    field = page.get_by_label("Find a node")
    field.press("Control+v")
    expect(field).to_have_value("measure")


def state(page: Page, name: str) -> Locator:
    """Where the page says that its run is in this state."""
    return page.locator(f"main [data-state={name}]").first


def ids(server: Server) -> set[str]:
    """The runs that there are."""
    return {run["id"] for run in server.get(f"{OWN}/runs", params={"page_size": 200})["runs"]}
