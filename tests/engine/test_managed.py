"""Runs that a server manages, and what the record tells of every run while it goes on."""

from dataclasses import replace
from pathlib import Path

import pytest
from kfp import dsl

from barograph.config import Config
from barograph.engine.cancellation import Cancellation
from barograph.engine.liveness import held, settle_interrupted
from barograph.engine.managed import asked_for, cancel, retry, run_managed
from barograph.engine.request import Options
from barograph.errors import BarographError, ParameterError, StateError
from barograph.ir import build, read_spec
from barograph.states import State
from barograph.store import Run
from barograph.store.events import Events
from barograph.store.records import TaskChange
from barograph.store.run_tasks import RunTasks
from barograph.store.store import now
from tests.conftest import Workspace, component


@component
def fail_unless(file: str) -> str:
    from pathlib import Path

    if not Path(file).exists():
        raise SystemExit("the file is not there")
    return "it is"


@component
def say(text: str) -> str:
    return text


@dsl.pipeline
def checks(file: str) -> None:
    said = say(text="first")
    fail_unless(file=file).after(said)


def ask(workspace: Workspace, file: Path | str, **options: object) -> Run:
    """A run that waits, in the record."""
    spec = read_spec(workspace.compile(checks))
    run = asked_for(build(spec), spec.text, {"file": str(file)}, Options(**options), workspace.config.home)  # type: ignore[arg-type]
    workspace.store.add_run(run)
    return run


def work(workspace: Workspace, run: Run, config: Config | None = None) -> Run:
    """What a worker does."""
    run_managed(run.id, config or workspace.config, workspace.store, Cancellation())
    return workspace.store.find_run(run.id)


def test_what_was_asked_for_waits_and_is_run_later(workspace: Workspace) -> None:
    run = ask(workspace, __file__)
    settle_interrupted(workspace.config.home, workspace.store)
    assert workspace.store.find_run(run.id) == run
    assert run.state is State.PENDING
    assert work(workspace, run).state is State.SUCCEEDED


def test_every_change_of_state_is_an_event_in_order(workspace: Workspace) -> None:
    run = ask(workspace, __file__)
    work(workspace, run)
    events = RunTasks(workspace.store.database, run.id).events()
    assert [(event.path, event.state.value) for event in events] == [
        ("", "PENDING"),
        ("", "RUNNING"),
        ("say", "RUNNING"),
        ("say", "SUCCEEDED"),
        ("fail-unless", "RUNNING"),
        ("fail-unless", "SUCCEEDED"),
        ("", "SUCCEEDED"),
    ]
    later = Events(workspace.store.database).after(events[3].id, run_id=run.id)
    assert [(event.id, event.path, event.state) for event in later] == [
        (event.id, event.path, event.state) for event in events[4:]
    ]
    history = workspace.store.find_run(run.id).state_history
    assert [state.value for state, _ in history] == ["PENDING", "RUNNING", "SUCCEEDED"]


def test_a_retry_runs_only_what_failed(workspace: Workspace) -> None:
    file = workspace.path / "later"
    run = work(workspace, ask(workspace, file))
    assert run.state is State.FAILED
    retry(run, workspace.config.home, workspace.store)
    file.touch()
    assert work(workspace, run).state is State.SUCCEEDED
    ran = [event.path for event in RunTasks(workspace.store.database, run.id).events() if event.state is State.RUNNING]
    assert ran == ["", "say", "fail-unless", "", "fail-unless"]
    with pytest.raises(StateError, match="only one that failed or was canceled"):
        retry(workspace.store.find_run(run.id), workspace.config.home, workspace.store)


def test_one_that_waits_ends_at_once_when_it_is_canceled(workspace: Workspace) -> None:
    run = ask(workspace, __file__)
    cancel(run, workspace.config.home, workspace.store)
    assert work(workspace, run).state is State.CANCELED
    assert workspace.store.tasks(run.id) == []
    with pytest.raises(StateError, match="nothing to terminate"):
        cancel(workspace.store.find_run(run.id), workspace.config.home, workspace.store)


def test_one_that_is_held_hears_of_its_cancellation(workspace: Workspace) -> None:
    run = ask(workspace, __file__)
    with held(workspace.config.home, run.id):
        cancel(run, workspace.config.home, workspace.store)
        assert workspace.store.find_run(run.id).state is State.PENDING
        assert workspace.store.cancel_requested(run.id)


def test_an_interrupted_one_waits_again_and_a_canceled_one_does_not(workspace: Workspace) -> None:
    home, store = workspace.config.home, workspace.store
    runs = [ask(workspace, __file__), ask(workspace, __file__)]
    for run in runs:
        store.update_run(run.into(State.RUNNING, now(), started_at=now()))
    store.request_cancel(runs[1].id)
    assert store.find_run(runs[1].id).state is State.CANCELING
    settle_interrupted(home, store)
    assert [store.find_run(run.id).state for run in runs] == [State.PENDING, State.CANCELED]


def test_what_does_not_fit_is_refused_before_it_is_recorded(workspace: Workspace) -> None:
    spec = read_spec(workspace.compile(checks))
    with pytest.raises(ParameterError, match="file"):
        asked_for(build(spec), spec.text, {}, Options(), workspace.config.home)


def test_what_stands_in_the_way_later_is_the_runs_error(workspace: Workspace) -> None:
    run = ask(workspace, __file__, executor="nobody")
    with pytest.raises(BarographError, match="no executor 'nobody'"):
        work(workspace, run)
    failed = workspace.store.find_run(run.id)
    assert (failed.state, failed.finished_at is not None) == (State.FAILED, True)
    assert "no executor 'nobody'" in failed.error


def test_a_broken_task_of_an_interrupted_run_is_tried_again(workspace: Workspace) -> None:
    store = workspace.store
    run = work(workspace, ask(workspace, __file__))
    task = store.tasks(run.id)[1]
    store.write([TaskChange(replace(task, state=State.RUNNING, finished_at=None))])
    store.update_run(run.into(State.RUNNING, now(), finished_at=None))
    settle_interrupted(workspace.config.home, store)
    assert store.find_run(run.id).state is State.PENDING
    assert work(workspace, run).state is State.SUCCEEDED
    assert Path(store.tasks(run.id)[1].log).exists()
