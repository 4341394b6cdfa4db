"""Runs as the app shows them: the list, one of them, starting one, and taking it up or ending it."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response

from barograph.engine import managed
from barograph.engine.again import check_resumable, check_retriable
from barograph.engine.request import read_options
from barograph.errors import NotFoundError, RequestError
from barograph.server.api.as_code import Again, Code, as_code
from barograph.server.api.compiled import chosen
from barograph.server.api.full_run import FullRun, full_run, seconds
from barograph.server.api.secrecy import hidden, shown_run, without
from barograph.server.api.shapes import FoundRun, HiddenInRun, Router, Shape
from barograph.server.api.starting import StartRun, asked_for
from barograph.server.backend import Backend, Context
from barograph.server.headers import artifact_headers
from barograph.server.kfp.lists import Field, Options, next_token, query_of, read_time
from barograph.server.wire import Time
from barograph.states import State
from barograph.store import Run
from barograph.store.listing import Operation, Predicate
from barograph.store.runs import METRIC

router = Router("Runs")

_FIELDS = {
    **{
        name: Field(name)
        for name in (
            *("id", "name", "description", "state", "pipeline", "pipeline_id", "version_id", "experiment"),
            *("experiment_id", "recurring_run_id", "seconds"),
        )
    },
    **{name: Field(name, read_time) for name in ("created_at", "started_at", "finished_at", "scheduled_at")},
    f"{METRIC}*": Field(f"{METRIC}*"),
}
_WHERE = re.compile(r"metric:(.+?)(<=|>=|!=|<|>|=)([-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_OPERATIONS = {
    "=": Operation.EQUALS,
    "!=": Operation.NOT_EQUALS,
    "<": Operation.LESS_THAN,
    "<=": Operation.LESS_THAN_EQUALS,
    ">": Operation.GREATER_THAN,
    ">=": Operation.GREATER_THAN_EQUALS,
}


class RunRow(Shape):
    """A run in the list. ``seconds`` is how long it took; ``error`` the first line of why it failed.

    ``metrics`` are those that were asked for, by ``TASK/ARTIFACT/KEY``, as far as the run has them.
    """

    id: str
    name: str
    state: State
    pipeline: str
    pipeline_id: str
    version_id: str
    version: str
    experiment: str
    experiment_id: str
    recurring_run_id: str
    archived: bool
    created_at: Time
    started_at: Time | None = None
    finished_at: Time | None = None
    seconds: float | None = None
    error: str
    parameters: dict[str, Any]
    metrics: dict[str, float]


class RunList(Shape):
    """Some of the runs. ``metric_names`` are those that any of these has, to choose from."""

    runs: list[RunRow]
    total: int
    next_page_token: str
    metric_names: list[str]


@router.get("/runs")
def find_runs(
    backend: Context,
    options: Options,
    q: Annotated[str, Query(description="What the name holds.")] = "",
    state: Annotated[list[State] | None, Query(description="Any of these.")] = None,
    pipeline: Annotated[str, Query(description="The pipeline's name.")] = "",
    pipeline_id: str = "",
    version_id: str = "",
    experiment_id: str = "",
    recurring_run_id: str = "",
    archived: Annotated[bool, Query(description="Those that were put aside, or the others.")] = False,
    where: Annotated[
        list[str] | None, Query(description="Such as `metric:eval/metrics/f1>=0.8`; all of them must hold.")
    ] = None,
    metrics: Annotated[list[str] | None, Query(description="Which to give: `TASK/ARTIFACT/KEY`.")] = None,
) -> RunList:
    """The runs, a page at a time. With a page token, everything else must be as it was for the page before.

    They can be sorted by any of their fields, by `seconds`, and by `metric:TASK/ARTIFACT/KEY`; the newest come first.
    """
    options = replace(options, sort_by=options.sort_by or "created_at desc")
    given = {
        "pipeline": pipeline,
        "pipeline_id": pipeline_id,
        "version_id": version_id,
        "experiment_id": experiment_id,
        "recurring_run_id": recurring_run_id,
    }
    query = query_of(options, _FIELDS)
    filters = [*query.filters, Predicate("archived", Operation.EQUALS, archived), *map(_where, where or ())]
    filters += [Predicate(name, Operation.EQUALS, value) for name, value in given.items() if value]
    if q:
        filters.append(Predicate("name", Operation.IS_SUBSTRING, q))
    if state:
        filters.append(Predicate("state", Operation.IN, [each.value for each in state]))
    page = backend.runs.page(replace(query, filters=tuple(filters)))
    rows, names = _rows(backend, page.items, metrics or ())
    return RunList(runs=rows, total=page.total, next_page_token=next_token(options, page), metric_names=names)


@router.get("/runs/{run_id}")
def get_full_run(backend: Context, run: FoundRun) -> FullRun:
    """Everything that is recorded of a run, apart from its tasks."""
    return full_run(backend, run)


@router.get(
    "/runs/{run_id}/spec",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def run_spec(run: FoundRun) -> Response:
    """The compiled pipeline that a run runs, to be saved to a file."""
    return Response(run.spec, headers=artifact_headers("text/plain", f"{run.pipeline}.yaml", download=True))


@router.get("/runs/{run_id}/as-code")
def run_as_code(backend: Context, run: FoundRun, values: HiddenInRun, request: Request) -> Code:
    """How the same run is started again: as a command, in Python with KFP's client, and with curl."""
    return as_code(
        Again(
            run.id,
            _reference(backend, run),
            run.pipeline_id,
            run.version_id,
            without(chosen(run), values),
            read_options(run.options, run.experiment, run.name),
            str(request.base_url).rstrip("/"),
        )
    )


@router.post("/runs")
def start_run(backend: Context, start: StartRun) -> FullRun:
    """Start a run; it waits until there is a place for it. What is wrong with each value is in the error's details."""
    asked = asked_for(backend, start)
    backend.store.add_run(asked)
    backend.wake()
    return full_run(backend, asked)


@router.post("/runs/{run_id}:resume")
def resume_run(backend: Context, run: FoundRun) -> FullRun:
    """Go on with a run that was canceled or cut short; what has ended well stays as it is."""
    check_resumable(run)
    return _taken_up(backend, run)


@router.post("/runs/{run_id}:retry")
def retry_failed_run(backend: Context, run: FoundRun) -> FullRun:
    """Try again what failed in a run; what has ended well stays as it is."""
    check_retriable(run)
    return _taken_up(backend, run)


@router.post("/runs/{run_id}:cancel")
def cancel_run(backend: Context, run: FoundRun) -> FullRun:
    """Have a run end: its commands are asked to, and nothing more is started."""
    managed.cancel(run, backend.config.home, backend.store)
    return full_run(backend, run)


def _taken_up(backend: Backend, run: Run) -> FullRun:
    managed.retry(run, backend.config.home, backend.store)
    backend.wake()
    return full_run(backend, run)


def _where(written: str) -> Predicate:
    found = _WHERE.fullmatch(written)
    if found is None:
        raise RequestError(f"where={written!r} can't be understood; it is such as metric:TASK/ARTIFACT/KEY>=0.8")
    return Predicate(f"{METRIC}{found[1]}", _OPERATIONS[found[2]], float(found[3]))


def _reference(backend: Backend, run: Run) -> str:
    """``NAME:VERSION``, where the registry still has it."""
    try:
        version = backend.pipelines.version_of_any(run.version_id) if run.version_id else None
        return f"{backend.pipelines.get(version.pipeline_id).name}:{version.name}" if version else ""
    except NotFoundError:
        return ""


def _rows(backend: Backend, runs: Sequence[Run], wanted: Collection[str]) -> tuple[list[RunRow], list[str]]:
    """The rows of the list, and the names of all metrics that these runs have."""
    values = hidden(backend.config.home)
    versions = backend.pipelines.version_names({run.version_id for run in runs if run.version_id})
    metrics: dict[str, dict[str, float]] = defaultdict(dict)
    for each in backend.runs.metrics([run.id for run in runs]):
        metrics[each.run_id]["/".join((each.path, each.artifact, each.key))] = each.value
    rows = [
        RunRow(
            id=run.id,
            name=run.name,
            state=run.state,
            pipeline=run.pipeline,
            pipeline_id=run.pipeline_id,
            version_id=run.version_id,
            version=versions.get(run.version_id, ""),
            experiment=run.experiment,
            experiment_id=run.experiment_id,
            recurring_run_id=run.recurring_run_id,
            archived=run.archived,
            created_at=run.created_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
            seconds=seconds(run.started_at, run.finished_at),
            error=run.error.partition("\n")[0],
            parameters=dict(run.parameters),
            metrics={name: value for name, value in metrics[run.id].items() if name in wanted},
        )
        for run in (shown_run(each, values) for each in runs)
    ]
    return rows, sorted({name for of_run in metrics.values() for name in of_run})
