"""One run, with everything that the record says of it."""

from typing import Any

from barograph.engine.capacity import this_machine
from barograph.engine.executor import executor_of
from barograph.engine.request import read_options
from barograph.engine.submission import notes
from barograph.errors import BarographError
from barograph.ir.graph import Pipeline
from barograph.server.api.compiled import PipelineParameter, parameters_of, readable
from barograph.server.api.secrecy import hidden, shown_run
from barograph.server.api.shapes import Shape
from barograph.server.backend import Backend
from barograph.server.wire import Time
from barograph.states import State
from barograph.store import Run
from barograph.store.events import Events
from barograph.store.records import seconds_between
from barograph.store.tasks import Tasks


class RunOptions(Shape):
    """How a run was asked for; see ``barograph run --help``. ``max_age`` is in seconds."""

    cache: bool
    uncached: list[str]
    max_age: float | None = None
    parallelism: int
    artifacts: dict[str, str]
    executor: str
    docker: dict[str, Any]
    final_status: str
    secrets: str
    pipeline_root: str


class StateChange(Shape):
    state: State
    at: Time


class FullRun(Shape):
    """A run. ``notes`` are what a person was told when it started; ``states`` how many tasks are in each state.

    ``last_event`` is the id of the newest event that is in this: ``runs/{run_id}/events?after=`` goes on from there.
    """

    id: str
    name: str
    description: str
    state: State
    state_history: list[StateChange]
    error: str
    pipeline: str
    pipeline_id: str
    version_id: str
    version: str
    spec_digest: str
    experiment: str
    experiment_id: str
    recurring_run_id: str
    archived: bool
    managed: bool
    cancel_requested: bool
    created_at: Time
    scheduled_at: Time | None = None
    started_at: Time | None = None
    finished_at: Time | None = None
    seconds: float | None = None
    parameters: dict[str, Any]
    pipeline_parameters: list[PipelineParameter]
    outputs: dict[str, Any]
    pipeline_root: str
    options: RunOptions
    notes: list[str]
    states: dict[State, int]
    last_event: int


def full_run(backend: Backend, run: Run) -> FullRun:
    """Everything that is recorded of a run, apart from its tasks."""
    # Before what it stands for is read: an event too many is no loss.
    last_event = Events(backend.database).newest(run.id)
    run = shown_run(backend.store.get_run(run.id), hidden(backend.config.home, run))
    versions = backend.pipelines.version_names([run.version_id] if run.version_id else [])
    pipeline = readable(run)
    return FullRun(
        id=run.id,
        name=run.name,
        description=run.description,
        state=run.state,
        state_history=[StateChange(state=state, at=at) for state, at in run.state_history],
        error=run.error,
        pipeline=run.pipeline,
        pipeline_id=run.pipeline_id,
        version_id=run.version_id,
        version=versions.get(run.version_id, ""),
        spec_digest=run.spec_digest,
        experiment=run.experiment,
        experiment_id=run.experiment_id,
        recurring_run_id=run.recurring_run_id,
        archived=run.archived,
        managed=run.managed,
        cancel_requested=run.cancel_requested,
        created_at=run.created_at,
        scheduled_at=run.scheduled_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        seconds=seconds_between(run.started_at, run.finished_at),
        parameters=dict(run.parameters),
        pipeline_parameters=parameters_of(pipeline) if pipeline else [],
        outputs=dict(run.outputs),
        pipeline_root=run.pipeline_root,
        options=_options(run),
        notes=_notes(backend, run, pipeline) if pipeline else [],
        states=Tasks(backend.database).states(run.id),
        last_event=last_event,
    )


def _options(run: Run) -> RunOptions:
    options = read_options(run.options)
    return RunOptions(
        cache=options.cache,
        uncached=sorted(options.uncached),
        max_age=None if options.max_age is None else options.max_age.total_seconds(),
        parallelism=options.parallelism,
        artifacts=dict(options.artifacts),
        executor=options.executor,
        docker=dict(options.docker),
        final_status=options.final_status.value,
        secrets=str(options.secrets or ""),
        pipeline_root=options.pipeline_root,
    )


def _notes(backend: Backend, run: Run, pipeline: Pipeline) -> list[str]:
    options = read_options(run.options)
    try:
        executor = executor_of(options, backend.config)
        try:
            return notes(pipeline, options.executor, executor.notes, this_machine())
        finally:
            executor.close()
    except BarographError:  # it could not be run here as things stand now
        return []
