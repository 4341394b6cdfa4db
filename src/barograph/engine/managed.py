"""Runs that a server manages: asked for in one process, run in another, taken up again after an interruption."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from barograph.config import Config
from barograph.engine.again import earlier, given_parameters
from barograph.engine.cancellation import Cancellation
from barograph.engine.events import Nobody
from barograph.engine.executor import executor_of
from barograph.engine.inputs import root_inputs
from barograph.engine.liveness import Held, held
from barograph.engine.request import Options, Request, read_options, secrets_of
from barograph.engine.run import execute, given_artifacts, new_run
from barograph.engine.submission import check_uncached
from barograph.errors import BarographError, StateError
from barograph.home import Home
from barograph.ir import build, parse_spec
from barograph.ir.graph import Pipeline
from barograph.ir.values import Value
from barograph.states import State
from barograph.store import Run, Store
from barograph.store.store import now


def asked_for(
    pipeline: Pipeline, spec: str, parameters: Mapping[str, Value], options: Options, home: Home, **more: Any
) -> Run:
    """A run that a server is to start, checked and not recorded yet.

    Args:
        pipeline: what is to be run.
        spec: its text.
        parameters: its values; what is left out takes its default.
        options: how.
        home: where its artifacts go.
        more: further attributes of the ``Run``.

    Raises:
        ParameterError: a parameter's value or an artifact's address does not fit.
        ConfigurationError: an option does not fit.
    """
    check_uncached(pipeline, options)
    time = now()
    inputs = root_inputs(pipeline.root, parameters, given_artifacts(pipeline, options, time))
    return new_run(pipeline, spec, inputs.parameters, options, home, time, managed=True, **more)


def cancel(run: Run, home: Home, store: Store) -> None:
    """Ask for the end of a run, whoever runs it. One that waits has ended then; another ends soon.

    Raises:
        StateError: it has ended.
    """
    if not store.request_cancel(run.id):
        raise StateError(f"run {run.name!r} has ended ({run.state}): there is nothing to terminate")
    try:
        with held(home, run.id):
            now_is = store.get_run(run.id)
            if now_is.state is State.PENDING:
                time = now()
                store.update_run(now_is.into(State.CANCELED, time, finished_at=time))
    except Held:
        pass  # what holds it hears of it


def retry(run: Run, home: Home, store: Store) -> None:
    """Have a server try again what failed in a run, or go on with one that was canceled.

    Raises:
        StateError: it has not ended, or has succeeded.
    """
    if run.state not in (State.FAILED, State.CANCELED):
        raise StateError(f"run {run.name!r} is {run.state}: only one that failed or was canceled can be retried")
    try:
        with held(home, run.id):
            if store.get_run(run.id) == run:
                store.reopen(replace(run.again(now()), managed=True))
    except Held:
        raise StateError(f"run {run.name!r} is being taken up by another process already") from None


def run_managed(run_id: str, config: Config, store: Store, cancellation: Cancellation) -> None:
    """Run what was asked for, or take it up again, to its end. What stands in the way becomes the run's error.

    Raises:
        Held: another process runs it.
        StoreError: the record can't be written.
    """
    run = store.get_run(run_id)
    if run.state is not State.PENDING:
        return
    try:
        pipeline = build(parse_spec(run.spec, f"the pipeline of run {run.name!r}"))
        options = read_options(run.options, run.experiment, run.name)
        secrets = secrets_of(options, config.home)
        request = Request(pipeline, run.spec, given_parameters(run), options, secrets)
        executor = executor_of(options, config)
        execute(request, config.home, store, executor, Nobody(), cancellation, earlier(run, pipeline, store))
    except Held:
        raise
    except BarographError as error:
        fail(run.id, str(error), store)
        raise


def fail(run_id: str, error: str, store: Store) -> None:
    """Record that a run could not be run."""
    run, time = store.get_run(run_id), now()
    if not run.state.ended:
        store.update_run(run.into(State.FAILED, time, error=error, finished_at=time))
