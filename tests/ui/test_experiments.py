"""Experiments: made, put aside with their runs, deleted."""

import re

from playwright.sync_api import Page, expect

from tests.server.conftest import Server
from tests.server.running import ended, measuring, spec
from tests.ui.story import KFP, OWN


def test_an_experiment_is_made_once_and_described(page: Page, server: Server) -> None:
    server.post(f"{KFP}/experiments", {"display_name": "Taken"})
    page.goto("/experiments")
    page.get_by_role("button", name="New experiment").click()
    dialog = page.get_by_role("dialog", name="New experiment")
    name = dialog.get_by_label("Name")
    name.fill("Taken")
    dialog.get_by_role("button", name="Create").click()
    expect(name).to_have_accessible_description(re.compile("there is an experiment 'Taken' already"))
    name.fill("Learning rates")
    dialog.get_by_label("Description").fill("From large to small")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Learning rates")).to_be_visible()
    expect(page.get_by_text("From large to small")).to_be_visible()
    page.get_by_role("link", name="Experiments").first.click()
    expect(page.get_by_role("row", name=re.compile("Learning rates From large to small"))).to_be_visible()


def test_an_archived_experiment_takes_its_runs_along_and_comes_back_without_them(page: Page, server: Server) -> None:
    experiment = server.post(f"{KFP}/experiments", {"display_name": "Aside"})["experiment_id"]
    run = a_run_in(server, experiment)
    page.goto(f"/experiments/{experiment}")
    expect(page.get_by_role("link", name="in it")).to_be_visible()
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("archived", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="in it")).to_have_count(0)
    expect(page.get_by_role("link", name="New run", exact=True)).to_have_count(1)  # the one of every screen
    assert server.get(f"{OWN}/runs/{run}")["archived"]
    page.get_by_role("button", name="Take out of the archive").click()
    expect(page.get_by_text("Its runs stay in the archive.")).to_be_visible()
    expect(page.get_by_text("archived", exact=True)).to_have_count(0)
    page.get_by_role("checkbox", name="Archived").check()
    expect(page.get_by_role("link", name="in it")).to_be_visible()


def test_a_deleted_experiments_runs_go_to_the_default_one(page: Page, server: Server) -> None:
    experiment = server.post(f"{KFP}/experiments", {"display_name": "Goes"})["experiment_id"]
    run = a_run_in(server, experiment)
    page.goto(f"/experiments/{experiment}")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete the experiment Goes?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("/experiments$"))
    expect(page.get_by_role("row", name=re.compile("^Default"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Goes"))).to_have_count(0)
    assert server.get(f"{OWN}/runs/{run}")["experiment"] == "Default"


def a_run_in(server: Server, experiment: str) -> str:
    """A run that has ended, called "in it"; its id."""
    body = {"display_name": "in it", "experiment_id": experiment, "pipeline_spec": spec(server, measuring)}
    run: str = server.post(f"{KFP}/runs", body)["run_id"]
    ended(server, run)
    return run
