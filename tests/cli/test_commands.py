"""The command line, in processes of its own."""

import json
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Metrics, Output

from tests.conftest import IMAGE, Workspace, component

SOURCE = """
from kfp import dsl

@dsl.component(base_image="probe:test", install_kfp_package=False)
def shout(text: str) -> str:
    print("shouting", text)
    return text.upper()

@dsl.pipeline(name="shouting")
def shouting(text: str = "rain"):
    shout(text=text)
"""


@component
def measure(count: int, data: Output[Dataset], metrics: Output[Metrics]) -> None:
    print(f"measuring {count}")
    if count < 0:
        raise SystemExit("error: count is negative")
    with open(data.path, "w") as file:
        file.write("x" * count)
    metrics.log_metric("count", count)


@dsl.pipeline(name="measuring")
def measuring(count: int = 3) -> None:
    measure(count=count)


def test_a_run_is_told_about_and_summed_up(workspace: Workspace) -> None:
    workspace.compile(measuring)
    ended = workspace.barograph("run", "pipeline.yaml", "--name", "first", "--experiment", "Counting")
    assert ended.returncode == 0, ended.stderr
    for words in ("measure RUNNING", "measure SUCCEEDED", "✓ first", "Counting", "count", "Dataset", "3 B"):
        assert words in ended.stdout
    assert ended.stderr == ""


def test_a_failed_run_shows_the_task_its_last_words_and_its_log(workspace: Workspace) -> None:
    workspace.compile(measuring)
    ended = workspace.barograph("run", "pipeline.yaml", "-p", "count=-1")
    assert ended.returncode == 1
    assert "measure failed: its command ended with exit code 1" in ended.stdout
    assert "  | measuring -1\n  | error: count is negative\n" in ended.stdout
    assert "executorInput" not in ended.stdout
    log = ended.stdout.rpartition("log: ")[2].strip()
    assert "measuring -1" in Path(log).read_text()
    assert "Traceback" not in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "none.yaml"], "none.yaml: there is no such file"),
        (["run", "pipeline.yaml", "-p", "cuont=1"], "no parameter 'cuont'; it has: count"),
        (["run", "pipeline.yaml", "-p", "count=many"], "parameter 'count': expected a whole number"),
        (["run", "pipeline.yaml", "-p", "count"], "'count' is not NAME=VALUE"),
        (["run", "broken.py"], "SyntaxError"),
        (["show", "none"], "no run goes by 'none'"),
        (["logs", "last", "measure"], "no run goes by 'last'"),
        (["sing"], "No such command 'sing'"),
    ],
)
def test_wrong_usage_is_one_message_and_exit_code_2(workspace: Workspace, arguments: list[str], words: str) -> None:
    workspace.compile(measuring)
    (workspace.path / "broken.py").write_text("def f(:\n")
    ended = workspace.barograph(*arguments)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "site-packages" not in ended.stderr
    assert workspace.store.runs() == []


def test_a_wrong_configuration_is_one_message(workspace: Workspace) -> None:
    workspace.compile(measuring)
    (workspace.path / "barograph.toml").write_text("hmoe = 'x'")
    ended = workspace.barograph("run", "pipeline.yaml")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "no such setting: hmoe" in ended.stderr


def test_json_tells_every_change_a_line_and_nothing_else(workspace: Workspace) -> None:
    workspace.compile(measuring)
    ended = workspace.barograph("run", "pipeline.yaml", "--json")
    said = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [(e["event"], e["state"]) for e in said] == [
        ("run", "RUNNING"),
        ("task", "PENDING"),
        ("task", "RUNNING"),
        ("task", "SUCCEEDED"),
        ("run", "SUCCEEDED"),
    ]
    assert said[3]["artifacts"]["data"]["digest"].startswith("sha256:")


def test_a_python_file_is_compiled_in_a_process_of_its_own_and_run(workspace: Workspace) -> None:
    (workspace.path / "shouting.py").write_text(SOURCE)
    ended = workspace.barograph("run", "shouting.py", "-p", "text=snow")
    assert ended.returncode == 0, ended.stderr
    assert workspace.outcome("last").tasks["shout"].outputs == {"Output": "SNOW"}


def test_what_was_recorded_can_be_listed_and_shown(workspace: Workspace) -> None:
    workspace.compile(measuring)
    assert "No runs yet" in workspace.barograph("runs").stdout
    workspace.barograph("run", "pipeline.yaml", "--name", "first")
    workspace.barograph("run", "pipeline.yaml", "--name", "second")
    runs = json.loads(workspace.barograph("runs", "--json").stdout)
    assert [(run["name"], run["state"]) for run in runs] == [("second", "SUCCEEDED"), ("first", "SUCCEEDED")]
    listed = workspace.barograph("runs").stdout
    assert listed.index("second") < listed.index("first")
    shown = workspace.barograph("show", "second").stdout
    assert "CACHED" in shown
    assert "parameter" in shown
    (data, metrics) = json.loads(workspace.barograph("artifacts", "second", "--json").stdout)
    assert (data["name"], data["size"]) == ("data", 3)
    assert metrics["metadata"] == {"count": 3}
    assert "Dataset" in workspace.barograph("artifacts", runs[0]["id"][:8]).stdout


def test_artifacts_are_exported_with_extensions_and_metadata(workspace: Workspace) -> None:
    workspace.compile(measuring)
    workspace.barograph("run", "pipeline.yaml")
    ended = workspace.barograph("artifacts", "last", "--export", "results")
    assert ended.stdout.splitlines() == ["results/measure/data.txt", "results/measure/metrics.metadata.json"]
    assert (workspace.path / "results/measure/data.txt").read_text() == "xxx"
    assert json.loads((workspace.path / "results/measure/metrics.metadata.json").read_text()) == {"count": 3}
    Path(workspace.outcome("last").artifact("measure", "data").uri).unlink()
    gone = workspace.barograph("artifacts", "last", "--export", "more")
    assert gone.returncode == 1
    assert "artifact 'data' can't be copied" in gone.stderr


def test_the_log_of_a_cached_task_is_that_of_where_it_ran(workspace: Workspace) -> None:
    workspace.compile(measuring)
    workspace.barograph("run", "pipeline.yaml")
    workspace.barograph("run", "pipeline.yaml", "--name", "again")
    assert workspace.outcome("again").states == {"measure": "CACHED"}
    assert "measuring 3" in workspace.barograph("logs", "again", "measure").stdout


@dsl.container_component
def wait(gate: str) -> dsl.ContainerSpec:
    # Opening a named pipe waits for the other end, so the test knows when the task runs; then it waits for ever.
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'echo $$ > "$0"; sleep 1000'], args=[gate])


@dsl.pipeline(name="waiting")
def waiting(gate: str) -> None:
    wait(gate=gate)


@pytest.fixture
def gate(workspace: Workspace) -> Path:
    workspace.compile(waiting)
    os.mkfifo(workspace.path / "gate")
    return workspace.path / "gate"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_cancels_the_run_and_the_next_one_works(workspace: Workspace, gate: Path, number: int) -> None:
    process = workspace.start("run", "pipeline.yaml", "-p", f"gate={gate}")
    pid = int(gate.read_text())
    process.send_signal(number)
    output, _ = process.communicate()
    assert process.returncode == 1
    assert "CANCELED" in output
    assert "Traceback" not in output
    outcome = workspace.outcome("last")
    assert (outcome.run.state, outcome.states) == ("CANCELED", {"wait": "CANCELED"})
    assert not Path(f"/proc/{pid}").exists()
    workspace.compile(measuring)
    assert workspace.barograph("run", "pipeline.yaml").returncode == 0


def test_a_second_ctrl_c_ends_a_task_that_does_not_want_to(workspace: Workspace) -> None:
    @dsl.container_component
    def stubborn(gate: str) -> dsl.ContainerSpec:
        # Says so at the gate each time it is asked to end, and goes on.
        script = 'trap \'echo no > "$0"\' TERM; echo $$ > "$0"; while :; do sleep 0.1; done'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[gate])

    @dsl.pipeline(name="stubbornness")
    def stubbornness(gate: str) -> None:
        stubborn(gate=gate)

    workspace.compile(stubbornness)
    gate = workspace.path / "gate"
    os.mkfifo(gate)
    process = workspace.start("run", "pipeline.yaml", "-p", f"gate={gate}")
    pid = int(gate.read_text())
    process.send_signal(signal.SIGINT)
    assert gate.read_text() == "no\n"
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 1
    assert workspace.outcome("last").states == {"stubborn": "CANCELED"}
    assert not Path(f"/proc/{pid}").exists()


def test_a_run_whose_process_was_killed_is_recorded_as_interrupted(workspace: Workspace, gate: Path) -> None:
    process = workspace.start("run", "pipeline.yaml", "-p", f"gate={gate}")
    pid = int(gate.read_text())
    assert json.loads(workspace.barograph("runs", "--json").stdout)[0]["state"] == "RUNNING"
    process.kill()
    process.communicate()
    with suppress(ProcessLookupError):  # the guardian ends it too
        os.killpg(pid, signal.SIGKILL)
    (run,) = json.loads(workspace.barograph("runs", "--json").stdout)
    assert run["state"] == "FAILED"
    assert run["error"].startswith("interrupted")
    assert workspace.outcome("last").states == {"wait": "FAILED"}
