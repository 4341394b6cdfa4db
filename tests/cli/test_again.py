"""`barograph resume` and `barograph retry`."""

import json
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from kfp import dsl

from tests.conftest import IMAGE, Workspace


@dsl.container_component
def add(text: str, file: str) -> dsl.ContainerSpec:
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-ec", 'echo "$0" >> "$1"'], args=[text, file])


@dsl.container_component
def wait(gate: str, file: str) -> dsl.ContainerSpec:
    # Tells its process id at the gate, a named pipe, and waits for ever; without a gate it just goes on.
    script = 'echo wait >> "$1"; if [ -p "$0" ]; then echo $$ > "$0"; sleep 1000; fi; test -e "$0"'
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[gate, file])


@dsl.pipeline(name="steps")
def steps(file: str, gate: str, item: str = "x") -> None:
    first = add(text="first", file=file).set_caching_options(False)
    with dsl.ParallelFor(["a", "b"]) as text:
        add(text=text, file=file).after(first).set_caching_options(False)
    waiting = wait(gate=gate, file=file).after(first).set_caching_options(False)
    add(text="last", file=file).after(waiting).set_caching_options(False)


@pytest.fixture
def gate(workspace: Workspace) -> Path:
    workspace.compile(steps)
    return workspace.path / "gate"


def lines(workspace: Workspace) -> list[str]:
    return sorted((workspace.path / "lines").read_text().split())


def started(workspace: Workspace, gate: Path) -> list[str]:
    return ["run", "pipeline.yaml", "-p", f"file={workspace.path / 'lines'}", "-p", f"gate={gate}", "--name", "mine"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_cut_short_goes_on_where_it_was(workspace: Workspace, gate: Path, number: int) -> None:
    os.mkfifo(gate)
    process = workspace.start(*started(workspace, gate), "--parallelism", "1")
    pid = int(gate.read_text())
    live = workspace.barograph("resume", "mine")
    assert live.returncode == 2
    assert "is being run by another process" in live.stderr
    process.send_signal(number)
    process.communicate()
    with suppress(ProcessLookupError):  # the guardian ends it too
        os.killpg(pid, signal.SIGKILL)
    before = lines(workspace)
    gate.unlink()
    gate.touch()
    ended = workspace.barograph("resume", "mine")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "✓ mine" in ended.stdout
    outcome = workspace.outcome("mine")
    assert outcome.run.error == ""
    assert set(outcome.states.values()) == {"SUCCEEDED"}
    assert sorted({*lines(workspace)}) == ["a", "b", "first", "last", "wait"]
    assert lines(workspace).count("first") == 1
    assert lines(workspace).count("wait") == 2
    assert len(lines(workspace)) == len(before) + 5 - len(set(before)) + 1
    (run,) = json.loads(workspace.barograph("runs", "--json").stdout)
    assert run["state"] == "SUCCEEDED"
    done = workspace.barograph("resume", "mine")
    assert done.returncode == 2
    assert "has succeeded" in done.stderr


def test_a_failed_run_is_tried_again(workspace: Workspace, gate: Path) -> None:
    assert workspace.barograph(*started(workspace, gate)).returncode == 1
    wrong = workspace.barograph("resume", "mine")
    assert wrong.returncode == 2
    assert "barograph retry" in wrong.stderr
    assert workspace.barograph("retry", "mine").returncode == 1
    gate.touch()
    ended = workspace.barograph("retry", "--json")
    assert ended.returncode == 0, ended.stdout
    assert json.loads(ended.stdout.splitlines()[-1])["state"] == "SUCCEEDED"
    assert lines(workspace) == ["a", "b", "first", "last", "wait", "wait", "wait"]
    assert set(workspace.outcome("mine").states.values()) == {"SUCCEEDED"}
