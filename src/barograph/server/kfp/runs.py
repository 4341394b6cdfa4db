"""``RunService`` (``backend/api/v2beta1/run.proto``), but for the tasks of its ``mlmd-removal`` branch.

A run that was canceled is shown as FAILED, with code 1 (CANCELLED) in its error, and CANCELED as the last state in its
history: of the two words KFP's clients up to 2.17 wait for the first only, and KFP's own server never says the second.
A filter finds such a run by either.
"""

import asyncio
from dataclasses import replace
from time import monotonic
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.concurrency import run_in_threadpool

from barograph.engine import managed
from barograph.engine.removal import end, remove
from barograph.engine.request import Options as RunOptions
from barograph.errors import RequestError, StateError
from barograph.home import Home
from barograph.ir import build, parse_spec
from barograph.ir.structs import to_struct
from barograph.schedule.macros import Macros
from barograph.server.api.secrecy import hidden, shown_run, shown_task
from barograph.server.backend import Context
from barograph.server.kfp.experiments import StorageState, experiment_for, read_storage_state
from barograph.server.kfp.lists import Field, Options, next_token, query_of, read_time
from barograph.server.kfp.run_details import RunDetails, run_details
from barograph.server.kfp.sources import PipelineVersionReference, RuntimeConfig, find_source
from barograph.server.kfp.states import (
    STATE,
    STATUS,
    RuntimeState,
    RuntimeStatus,
    failure,
    history,
    runtime_state,
    with_canceled,
)
from barograph.server.kfp.tasks import PipelineTask, tasks_of
from barograph.server.wire import Empty, Message, Router, Status, Time
from barograph.states import State
from barograph.store import records
from barograph.store.listing import Operation, Predicate
from barograph.store.run_tasks import RunTasks
from barograph.store.store import new_id, now

router = Router(prefix="/apis/v2beta1/runs", tags=["RunService"])

_DETAILED = 1000
"""Tasks. Who waits for a run gets them every few seconds."""

_PATIENCE, _EVERY = 30.0, 0.2
"""Seconds that a run has to end before it is deleted, and between two looks at whether it has."""


class Run(Message):
    """``Run``, with ``task_count`` and ``tasks`` of the ``mlmd-removal`` branch. What only the server says is not read
    in a request."""

    experiment_id: str = ""
    run_id: str = ""
    display_name: str = ""
    storage_state: StorageState = "STORAGE_STATE_UNSPECIFIED"
    description: str = ""
    pipeline_version_id: str = ""
    pipeline_spec: dict[str, Any] = {}
    pipeline_version_reference: PipelineVersionReference | None = None
    runtime_config: RuntimeConfig = RuntimeConfig()
    service_account: str = ""
    created_at: Time | None = None
    scheduled_at: Time | None = None
    finished_at: Time | None = None
    state: RuntimeState = "RUNTIME_STATE_UNSPECIFIED"
    error: Status | None = None
    run_details: RunDetails = RunDetails()
    recurring_run_id: str = ""
    state_history: list[RuntimeStatus] = []
    task_count: int = 0
    tasks: list[PipelineTask] = []


class ListRunsResponse(Message):
    runs: list[Run] = []
    total_size: int = 0
    next_page_token: str = ""


View = Annotated[
    Literal["DEFAULT", "FULL"],
    Query(description="`FULL` for the run's `tasks`, all their inputs and outputs included."),
]

_FIELDS = {
    **{name: Field(name) for name in ("id", "name", "description", "namespace", "experiment_id", "recurring_run_id")},
    **{name: Field(name, read_time) for name in ("created_at", "finished_at", "scheduled_at")},
    "run_id": Field("id"),
    "display_name": Field("name"),
    "storage_state": Field("archived", read_storage_state),
    "state": STATE,
    "status": STATUS,
    "metric:*": Field("metric:*"),
}


@router.post("")
def create_run(backend: Context, run: Run) -> Run:
    """Start a run; it waits until there is a place for it."""
    if not run.display_name:
        raise RequestError("a run needs a display_name")
    experiment = experiment_for(backend, run.experiment_id)
    source = find_source(backend.pipelines, run.pipeline_spec, run.pipeline_version_reference, run.pipeline_version_id)
    pipeline = build(parse_spec(source.text, "the pipeline"))
    id_, config = new_id(), run.runtime_config
    asked = managed.asked_for(
        pipeline,
        source.text,
        Macros(id_, now()).fill(config.parameters),
        RunOptions(experiment.name, run.display_name, pipeline_root=config.checked_root()),
        backend.config.home,
        id=id_,
        description=run.description,
        service_account=run.service_account,
        pipeline_id=source.pipeline_id,
        version_id=source.version_id,
    )
    backend.store.add_run(asked)
    backend.wake()
    return get_run(backend, id_)


@router.get("")
def list_runs(backend: Context, options: Options, namespace: str = "", experiment_id: str = "") -> ListRunsResponse:
    """The runs, a page at a time, without their details. `sort_by` may be `metric:NAME`."""
    query = query_of(options, _FIELDS)
    filters = tuple(with_canceled(query.filters))
    if experiment_id:
        backend.experiments.get(experiment_id)
        filters += (Predicate("experiment_id", Operation.EQUALS, experiment_id),)
    page = backend.runs.page(replace(query, filters=filters))
    values = hidden(backend.config.home)
    texts = backend.runs.specs(sorted({run.spec_digest for run in page.items if not run.version_id}))
    return ListRunsResponse(
        runs=[
            _message(shown_run(run, values), texts.get(run.spec_digest, ""), backend.config.home) for run in page.items
        ],
        total_size=page.total,
        next_page_token=next_token(options, page),
    )


@router.get("/{run_id}")
def get_run(backend: Context, run_id: str, view: View = "DEFAULT") -> Run:
    """One run. Its details are those of its first 1,000 tasks, `/runs/{run_id}/tasks` has all."""
    run = backend.store.get_run(run_id)
    found = RunTasks(backend.database, run_id)
    values = hidden(backend.config.home, run)
    tasks = [shown_task(task, values) for task in found.all(limit=_DETAILED)]
    links = backend.store.links([task.id for task in tasks])
    message = _message(shown_run(run, values), run.spec, backend.config.home)
    message.task_count = found.count()
    message.run_details = run_details(tasks, links, found.events([task.path for task in tasks]))
    if view == "FULL":
        message.tasks = tasks_of(run, found.all(), found, backend)
    return message


@router.post("/{run_id}:archive")
def archive_run(backend: Context, run_id: str) -> Empty:
    """Put a run aside."""
    backend.runs.archive(run_id, archived=True)
    return Empty()


@router.post("/{run_id}:unarchive")
def unarchive_run(backend: Context, run_id: str) -> Empty:
    """Take a run back; its experiment must not be archived."""
    backend.runs.archive(run_id, archived=False)
    return Empty()


@router.post("/{run_id}:terminate")
def terminate_run(backend: Context, run_id: str) -> Empty:
    """Have a run end: its commands are asked to, and nothing more is started."""
    managed.cancel(backend.store.get_run(run_id), backend.config.home, backend.store)
    return Empty()


@router.post("/{run_id}:retry")
def retry_run(backend: Context, run_id: str) -> Empty:
    """Try again what failed in a run, or go on with one that was terminated."""
    managed.retry(backend.store.get_run(run_id), backend.config.home, backend.store)
    backend.wake()
    return Empty()


@router.delete("/{run_id}")
async def delete_run(backend: Context, run_id: str) -> Empty:
    """Remove a run, ended first if it goes on, and the artifacts in the home that no other run took or made."""
    home, runs = backend.config.home, backend.runs
    run = await run_in_threadpool(end, run_id, home, backend.store)
    deadline = monotonic() + _PATIENCE
    # Not in a thread: many that wait there would leave none for other requests.
    while not await run_in_threadpool(remove, run, home, runs):
        if monotonic() > deadline:
            raise StateError(f"run {run.name!r} was asked to end and has not ended yet: delete it once it has")
        await asyncio.sleep(_EVERY)
    return Empty()


def _message(run: records.Run, spec: str, home: Home) -> Run:
    reference = PipelineVersionReference(pipeline_id=run.pipeline_id, pipeline_version_id=run.version_id)
    given = {name: value for name, value in run.parameters.items() if value is not None}
    root = "" if run.pipeline_root == home.pipeline_root else run.pipeline_root
    return Run(
        experiment_id=run.experiment_id,
        run_id=run.id,
        display_name=run.name,
        storage_state="ARCHIVED" if run.archived else "AVAILABLE",
        description=run.description,
        pipeline_spec={} if run.version_id else to_struct(spec),
        pipeline_version_reference=reference if run.version_id else None,
        runtime_config=RuntimeConfig(parameters=given, pipeline_root=root),
        service_account=run.service_account,
        created_at=run.created_at,
        scheduled_at=run.scheduled_at or run.created_at,
        finished_at=run.finished_at,
        state="FAILED" if run.state is State.CANCELED else runtime_state(run.state),
        error=failure(run.state, run.error),
        recurring_run_id=run.recurring_run_id,
        state_history=history(run.state_history, run.error),
    )
