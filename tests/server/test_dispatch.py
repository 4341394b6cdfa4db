"""Runs that a server manages: how many at a time, and what happens to them when processes are killed."""

import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from kfp import compiler, dsl

from barograph.home import Home
from barograph.states import State
from barograph.store import Run, open_store
from tests.conftest import component
from tests.server.conftest import Server, new_folder, serving, workers
from tests.waiting import wait_until


@component
def wait_for(file: str, say: str) -> str:
    import pathlib
    import time

    with pathlib.Path(file + ".started").open("a") as started:
        started.write(say + "\n")
    while not pathlib.Path(file).exists():
        time.sleep(0.02)
    return say


@component
def note(file: str) -> str:
    import pathlib

    with pathlib.Path(file + ".noted").open("a") as noted:
        noted.write("x\n")
    return "noted"


@dsl.pipeline
def patient(file: str, say: str = "hello") -> None:
    first = note(file=file)
    wait_for(file=file, say=say).after(first)


@pytest.fixture
def folder(tmp_path: Path, environments: Path) -> Path:
    folder = new_folder(tmp_path / "workspace", environments)
    compiler.Compiler().compile(patient, str(folder / "patient.yaml"))
    return folder


def begin(server: Server, folder: Path, names: Iterable[str]) -> list[str]:
    """Start a run for each name, which waits until a file of that name is there."""
    package = str(folder / "patient.yaml")
    return [
        server.client.create_run_from_pipeline_package(
            package, {"file": str(folder / name)}, run_name=name, enable_caching=False
        ).run_id
        for name in names
    ]


def record(folder: Path) -> Callable[[str], Run]:
    return open_store(Home(folder / "home").database_url).find_run


def one_that_runs(folder: Path, run_id: str) -> int:
    """The worker that holds a run's lock."""
    lock = str(folder / "home" / "locks" / f"{run_id}.lock")

    def holds(process: int) -> bool:
        files = Path(f"/proc/{process}/fd").iterdir()
        return any(file.is_symlink() and str(file.readlink()) == lock for file in files)

    return next(process for process in workers(folder) if holds(process))


def lines(file: Path) -> int:
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_runs_outlive_a_server_that_is_killed_and_the_next_one_counts_them(folder: Path) -> None:
    with serving(folder, "--max-runs", "3") as server:
        ids = begin(server, folder, ("a", "b", "c"))
        wait_until(lambda: all((folder / f"{name}.started").exists() for name in "abc"))
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
    with serving(folder, "--max-runs", "3") as server:
        (fourth,) = begin(server, folder, "d")
        (folder / "a").touch()
        wait_until(lambda: record(folder)(ids[0]).state is State.SUCCEEDED)
        wait_until(lambda: (folder / "d.started").exists())  # in the place of the first
        for name in "bcd":
            (folder / name).touch()
        for each in (*ids, fourth):
            assert server.client.wait_for_run_completion(each, 60, 1).state == "SUCCEEDED"
    assert [lines(folder / f"{name}.started") for name in "abcd"] == [1, 1, 1, 1]


def test_runs_whose_processes_were_killed_too_are_taken_up_where_they_were(folder: Path) -> None:
    with serving(folder) as server:
        ids = begin(server, folder, ("a", "b", "c"))
        wait_until(lambda: all((folder / f"{name}.started").exists() for name in "abc"))
        for process in [server.process.pid, *workers(folder)]:
            os.kill(process, signal.SIGKILL)
        server.process.wait()
    with serving(folder) as server:
        wait_until(lambda: all(lines(folder / f"{name}.started") == 2 for name in "abc"))
        for name in "abc":
            (folder / name).touch()
        for each in ids:
            assert server.client.wait_for_run_completion(each, 60, 1).state == "SUCCEEDED"
    assert [lines(folder / f"{name}.noted") for name in "abc"] == [1, 1, 1]  # what had ended well did not run again
    states = [state for state, _ in record(folder)(ids[0]).state_history]
    assert states == [State.PENDING, State.RUNNING, State.PENDING, State.RUNNING, State.SUCCEEDED]


def test_a_run_that_ends_its_process_each_time_fails_in_the_end(folder: Path) -> None:
    with serving(folder) as server:
        (run_id,) = begin(server, folder, "a")
        for times in (1, 2, 3):
            wait_until(lambda: lines(folder / "a.started") == times)  # noqa: B023
            os.kill(one_that_runs(folder, run_id), signal.SIGKILL)
        wait_until(lambda: record(folder)(run_id).state.ended)
        run = record(folder)(run_id)
        assert run.state is State.FAILED
        assert "its process ended before it did, 3 times" in run.error
        server.client.runs.run_service_retry_run(run_id)  # somebody has looked at it: it counts anew
        wait_until(lambda: lines(folder / "a.started") == 4)
        os.kill(one_that_runs(folder, run_id), signal.SIGTERM)
        wait_until(lambda: lines(folder / "a.started") == 5)
        (folder / "a").touch()
        assert server.client.wait_for_run_completion(run_id, 60, 1).state == "SUCCEEDED"


def test_a_signal_to_a_process_that_waits_for_a_run_cancels_no_run(folder: Path) -> None:
    with serving(folder) as server:
        wait_until(lambda: bool(workers(folder)))
        os.kill(workers(folder)[0], signal.SIGTERM)
        (folder / "a").touch()
        (run_id,) = begin(server, folder, "a")
        assert server.client.wait_for_run_completion(run_id, 60, 1).state == "SUCCEEDED"


def test_a_run_is_known_by_its_id_whatever_others_are_called(folder: Path) -> None:
    with serving(folder, "--max-runs", "1") as server:
        (run_id,) = begin(server, folder, "a")
        for _ in range(11):
            server.client.create_run_from_pipeline_package(
                str(folder / "patient.yaml"), {"file": str(folder / "a")}, run_name=run_id
            )
        (folder / "a").touch()
        assert server.client.wait_for_run_completion(run_id, 60, 1).state == "SUCCEEDED"


def test_no_more_runs_are_started_than_were_allowed(folder: Path) -> None:
    with serving(folder, "--max-runs", "1") as server:
        ids = begin(server, folder, ("a", "b"))
        wait_until(lambda: (folder / "a.started").exists())
        assert record(folder)(ids[1]).state is State.PENDING
        (folder / "a").touch()
        (folder / "b").touch()
        for each in ids:
            server.client.wait_for_run_completion(each, 60, 1)
        first, second = (record(folder)(each) for each in ids)
        assert first.finished_at is not None
        assert second.started_at is not None
        assert first.finished_at <= second.started_at


def test_a_run_that_waits_and_one_that_runs_can_be_terminated(folder: Path) -> None:
    with serving(folder, "--max-runs", "1") as server:
        ids = begin(server, folder, ("a", "b"))
        wait_until(lambda: (folder / "a.started").exists())
        server.client.terminate_run(ids[1])
        assert record(folder)(ids[1]).state is State.CANCELED
        server.client.terminate_run(ids[0])
        wait_until(lambda: record(folder)(ids[0]).state is State.CANCELED)
        states = [state for state, _ in record(folder)(ids[0]).state_history]
        assert states == [State.PENDING, State.RUNNING, State.CANCELING, State.CANCELED]
        assert not (folder / "b.started").exists()


def test_a_run_that_was_started_on_the_command_line_can_be_terminated_through_the_server(folder: Path) -> None:
    with serving(folder) as server:
        command = server.workspace.start("run", "patient.yaml", "-p", f"file={folder}/a")
        wait_until(lambda: (folder / "a.started").exists())
        server.client.terminate_run(record(folder)("last").id)
        assert command.wait() == 1
        assert record(folder)("last").state is State.CANCELED
        assert command.stdout is not None
        command.stdout.close()
