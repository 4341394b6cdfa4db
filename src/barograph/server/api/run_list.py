"""The list of runs: searched, filtered by what they were given and what came of them, and sorted."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query

from barograph.errors import RequestError
from barograph.server.api.secrecy import hidden, shown_run
from barograph.server.api.shapes import Router, Shape
from barograph.server.backend import Backend, Context
from barograph.server.kfp.lists import Field, Options, next_token, query_of, read_time
from barograph.server.wire import Time
from barograph.states import State
from barograph.store import Run
from barograph.store.listing import Operation, Predicate
from barograph.store.records import seconds_between
from barograph.store.run_values import METRIC, PARAMETER
from barograph.store.tasks import Tasks

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
    **{f"{kind}*": Field(f"{kind}*") for kind in (METRIC, PARAMETER)},
}
_SIGN = "(<=|>=|!=|<|>|=)"
_SIGN_OF_TEXT = "(<=|>=|!=|<|>|=|~)"
_METRIC = re.compile(rf"({METRIC}.+?){_SIGN}([-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_PARAMETER = re.compile(rf"({PARAMETER}.+?){_SIGN_OF_TEXT}(.*)", re.DOTALL)
_OPERATIONS = {
    "=": Operation.EQUALS,
    "!=": Operation.NOT_EQUALS,
    "<": Operation.LESS_THAN,
    "<=": Operation.LESS_THAN_EQUALS,
    ">": Operation.GREATER_THAN,
    ">=": Operation.GREATER_THAN_EQUALS,
    "~": Operation.IS_SUBSTRING,
}


class RunRow(Shape):
    """A run in the list. ``seconds`` is how long it took; ``error`` the first line of why it failed.

    ``metrics`` are those that were asked for, by ``TASK/ARTIFACT/KEY``, as far as the run has them. ``states`` are, of
    a run that goes on, how many of its tasks are in each state.
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
    states: dict[State, int]


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
        list[str] | None,
        Query(description="Such as `metric:eval/metrics/f1>=0.8`, `param:epochs>10`, `param:model~resnet` (holds it)."),
    ] = None,
    metrics: Annotated[list[str] | None, Query(description="Which to give: `TASK/ARTIFACT/KEY`.")] = None,
) -> RunList:
    """The runs, a page at a time. With a page token, everything else must be as it was for the page before.

    They can be sorted by any of their fields, by `seconds`, by `metric:TASK/ARTIFACT/KEY` and by `param:NAME`; the
    newest come first. Parameters are compared as numbers with a number, else as texts, in whatever case of letters.
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


def _where(written: str) -> Predicate:
    found = _METRIC.fullmatch(written) or _PARAMETER.fullmatch(written)
    if found is None:
        raise RequestError(
            f"where={written!r} can't be understood; it is such as metric:TASK/ARTIFACT/KEY>=0.8 or param:NAME=VALUE"
        )
    field, sign, value = found.groups()
    return Predicate(field, _OPERATIONS[sign], float(value) if field.startswith(METRIC) else value)


def _rows(backend: Backend, runs: Sequence[Run], wanted: Collection[str]) -> tuple[list[RunRow], list[str]]:
    """The rows of the list, and the names of all metrics that these runs have."""
    values = hidden(backend.config.home)
    versions = backend.pipelines.version_names({run.version_id for run in runs if run.version_id})
    metrics: dict[str, dict[str, float]] = defaultdict(dict)
    for each in backend.runs.metrics([run.id for run in runs]):
        metrics[each.run_id]["/".join((each.path, each.artifact, each.key))] = each.value
    states = Tasks(backend.database).states_of([run.id for run in runs if not run.state.ended])
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
            seconds=seconds_between(run.started_at, run.finished_at),
            error=run.error.partition("\n")[0],
            parameters=dict(run.parameters),
            metrics={name: value for name, value in metrics[run.id].items() if name in wanted},
            states=states.get(run.id, {}),
        )
        for run in (shown_run(each, values) for each in runs)
    ]
    return rows, sorted({name for of_run in metrics.values() for name in of_run})
