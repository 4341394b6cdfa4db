"""`barograph cache`."""

import json

import pytest

from tests.conftest import Workspace

SOURCE = """
from kfp import dsl

@dsl.component(base_image="probe:test", install_kfp_package=False)
def shout(text: str) -> str:
    return text.upper()

@dsl.pipeline(name="shouting")
def shouting(text: str = "rain"):
    with dsl.ParallelFor(["a", "b"]) as item:
        shout(text=item)
    shout(text=text)
"""

TURN = "for-loop-2[0].shout"


@pytest.fixture
def shouting(workspace: Workspace) -> Workspace:
    (workspace.path / "shouting.py").write_text(SOURCE)
    assert workspace.barograph("run", "shouting.py", "--name", "first").returncode == 0
    return workspace


def test_why_a_task_was_taken_from_the_cache(shouting: Workspace) -> None:
    shouting.barograph("run", "shouting.py", "--name", "second")
    said = shouting.barograph("cache", "why", "second", "shout-2").stdout
    assert said.startswith("shout-2 CACHED: taken from the cache\n  its outputs are those of shout-2 in run 'first' (")


def test_why_a_task_was_not_taken_from_the_cache(shouting: Workspace) -> None:
    said = shouting.barograph("cache", "why", "first", TURN).stdout
    assert said == f"{TURN} SUCCEEDED: nothing with these inputs and this code was executed before\n"
    shouting.barograph("run", "shouting.py", "-p", "text=snow", "--name", "second")
    said = shouting.barograph("cache", "why", "second", "shout-2").stdout
    assert "the nearest earlier execution is shout-2 in run 'first'" in said
    assert 'parameter \'text\': "rain" -> "snow"' in said
    answer = json.loads(shouting.barograph("cache", "why", "second", "shout-2", "--json").stdout)
    assert answer["state"] == "SUCCEEDED"
    assert answer["differences"] == ['parameter \'text\': "rain" -> "snow"']
    assert answer["nearest"]["run"] == shouting.outcome("first").run.id


def test_a_changed_component_is_shown_line_by_line(shouting: Workspace) -> None:
    (shouting.path / "shouting.py").write_text(SOURCE.replace("text.upper()", "text.title()"))
    shouting.barograph("run", "shouting.py", "--name", "second")
    said = shouting.barograph("cache", "why", "second", TURN).stdout
    assert "-    return text.upper()" in said
    assert "+    return text.title()" in said


def test_switched_off_is_said(shouting: Workspace) -> None:
    shouting.barograph("run", "shouting.py", "--no-cache", "--name", "second")
    said = shouting.barograph("cache", "why", "second", TURN).stdout
    assert "caching is switched off for this run" in said
    assert "differs from it in nothing" in said
    loop = shouting.barograph("cache", "why", "second", "for-loop-2").stdout
    assert "only a task that runs a command" in loop
    none = shouting.barograph("cache", "why", "second", "shot")
    assert none.returncode == 2
    assert "has no task 'shot'; it has: " in none.stderr


def test_what_is_forgotten_is_not_taken(shouting: Workspace) -> None:
    assert shouting.barograph("cache", "prune").stdout.startswith("forgot 0 executions")
    assert shouting.barograph("cache", "prune", "--older-than", "0s", "--all").returncode == 2
    assert shouting.barograph("cache", "prune", "--all").stdout.startswith("forgot 3 executions")
    shouting.barograph("run", "shouting.py")
    assert "CACHED" not in shouting.outcome("last").states.values()
