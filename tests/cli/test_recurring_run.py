"""``barograph experiment`` and ``barograph recurring-run``."""

import json

from kfp import dsl

from tests.conftest import Workspace, component


@component
def say(text: str) -> str:
    return text


@dsl.pipeline
def greeting(text: str = "[[Index]]", seed: int = 1) -> None:
    say(text=text)


def test_experiments_are_made_listed_put_aside_and_removed(workspace: Workspace) -> None:
    assert workspace.barograph("experiment", "create", "Seeds", "--description", "which seed").returncode == 0
    again = workspace.barograph("experiment", "create", "Seeds")
    assert (again.returncode, "an experiment 'Seeds' already" in again.stderr) == (2, True)
    file = workspace.compile(greeting)
    assert workspace.barograph("run", file, "--experiment", "Seeds").returncode == 0
    listed = json.loads(workspace.barograph("experiment", "list", "--json").stdout)
    assert [(each["name"], each["description"]) for each in listed] == [
        ("Seeds", "which seed"),
        ("Default", "Runs that name no experiment."),
    ]
    assert listed[0]["last_run_created_at"]
    workspace.barograph("experiment", "archive", "Seeds")
    assert "Seeds" not in workspace.barograph("experiment", "list").stdout
    assert "Seeds (archived)" in workspace.barograph("experiment", "list", "--archived").stdout
    workspace.barograph("experiment", "unarchive", "Seeds")
    assert workspace.barograph("experiment", "delete", "Seeds", input="y\n").returncode == 0
    assert json.loads(workspace.barograph("runs", "--json").stdout)[0]["experiment"] == "Default"
    gone = workspace.barograph("experiment", "archive", "Seeds")
    assert (gone.returncode, "no experiment 'Seeds'" in gone.stderr) == (2, True)


def test_a_recurring_run_is_made_listed_switched_and_removed(workspace: Workspace) -> None:
    file = workspace.compile(greeting)
    create = ("recurring-run", "create", "daily", file, "--cron", "0 30 6 * * *", "--time-zone", "Europe/Berlin")
    made = workspace.barograph(*create, "-p", "seed=7", "--experiment", "Mornings")
    assert made.returncode == 0, made.stderr
    (listed,) = json.loads(workspace.barograph("recurring-run", "list", "--json").stdout)
    assert (listed["id"], listed["experiment"], listed["parameters"]) == (made.stdout.strip(), "Mornings", {"seed": 7})
    assert len(listed["next"]) == 3
    assert listed["trigger"] == {"cron_schedule": {"cron": "0 30 6 * * *", "time_zone": "Europe/Berlin"}}
    workspace.barograph("recurring-run", "disable", "daily")
    assert json.loads(workspace.barograph("recurring-run", "list", "--json").stdout)[0]["next"] == []
    workspace.barograph("recurring-run", "enable", listed["id"][:8])
    assert "daily" in workspace.barograph("recurring-run", "list").stdout
    assert workspace.barograph("recurring-run", "delete", "daily").returncode == 0
    assert "No recurring runs" in workspace.barograph("recurring-run", "list").stdout


def test_a_recurring_run_that_could_not_run_is_refused(workspace: Workspace) -> None:
    file = workspace.compile(greeting)
    for arguments, said in (
        ((), "--cron or how often with --every"),
        (("--cron", "0 0 0 1 1 *", "--every", "5m"), "one of them"),
        (("--cron", "99 0 0 1 1 *"), "99"),
        (("--every", "5m", "-p", "seed=many"), "seed"),
        (("--every", "5m", "--start", "2030-01-02", "--end", "2030-01-01"), "ends"),
    ):
        refused = workspace.barograph("recurring-run", "create", "broken", file, *arguments)
        assert refused.returncode == 2
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
    nothing = workspace.barograph("recurring-run", "create", "broken", "nothing", "--every", "5m")
    assert "there is no pipeline 'nothing'" in nothing.stderr
    assert json.loads(workspace.barograph("recurring-run", "list", "--json").stdout) == []
