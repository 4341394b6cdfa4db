"""Puts runs side by side; ``comparison.py`` says what comes of it. Pure."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from barograph.engine.explain import differences
from barograph.states import State
from barograph.store.records import DOERS, TURN, Artifact, Link, Role, Run, Task, seconds_between
from barograph.views.comparison import (
    ArtifactRow,
    Comparison,
    Counts,
    CurveRow,
    Direction,
    Given,
    Made,
    MatrixRow,
    MetricRow,
    RunHead,
    RunRecord,
    TaskCell,
    TaskRow,
    TurnItem,
    TurnRow,
    ValueRow,
)
from barograph.views.metrics import ConfusionMatrix, Metrics, RocPoint, Scalar, is_metrics, read_metrics

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_BETTER_LOWER = frozenset(
    (
        *("loss", "logloss", "error", "errors", "err", "mae", "mse", "rmse", "mape", "perplexity"),
        *("latency", "seconds", "duration", "time", "ms"),
    )
)

K = TypeVar("K")
V = TypeVar("V")


def compare(runs: Sequence[RunRecord]) -> Comparison:
    """The runs side by side, compared with the first of them. Artifacts and metrics are told of the tasks that made
    them, or took them over from the cache, and not again of the groups that hand them on."""
    made = [outputs(record.tasks, record.links) for record in runs]
    metrics = [_metrics(of_run) for of_run in made]
    metric_rows = tuple(_metric_rows(metrics))
    return Comparison(
        tuple(_head(record.run) for record in runs),
        tuple(_value_rows([record.run.parameters for record in runs])),
        tuple(_value_rows([record.run.outputs for record in runs])),
        metric_rows,
        tuple(_matrix_rows(metrics)),
        tuple(_curve_rows(metrics)),
        tuple(_artifact_rows(made)),
        tuple(_task_rows(runs, made)),
        tuple(_turn_rows([record.turns for record in runs], metric_rows)),
    )


def direction(metric: str) -> Direction:
    """Which values of a metric of this name, such as ``val_loss`` or ``meanLatency``, are better."""
    words = {word.lower() for word in _WORD.findall(metric)}
    return Direction.LOWER if words & _BETTER_LOWER else Direction.HIGHER


class _Place(NamedTuple):
    """Where an artifact stands in a run."""

    task: str
    key: str


class _Part(NamedTuple):
    """Where metrics stand in a run."""

    task: str
    artifact: str
    slice: str


def _aligned(of_runs: Sequence[Mapping[K, V]]) -> Iterator[tuple[K, tuple[V | None, ...]]]:
    """What each run has under each key that any of them has."""
    for key in dict.fromkeys(key for of_run in of_runs for key in of_run):
        yield key, tuple(of_run.get(key) for of_run in of_runs)


def outputs(tasks: Iterable[Task], links: Iterable[Link]) -> dict[_Place, list[Artifact]]:
    """What the tasks of a run made that make something themselves, in their order."""
    paths = {task.id: task.path for task in tasks if task.kind in DOERS}
    order = {id_: place for place, id_ in enumerate(paths)}
    made: dict[_Place, list[Artifact]] = {}
    of_tasks = [link for link in links if link.role is Role.OUTPUT and link.task_id in paths]
    for link in sorted(of_tasks, key=lambda link: (order[link.task_id], link.key, link.position)):
        made.setdefault(_Place(paths[link.task_id], link.key), []).append(link.artifact)
    return made


def _metrics(made: Mapping[_Place, Sequence[Artifact]]) -> dict[_Place, Metrics]:
    """The metrics of a run; of a list of artifacts, those after the first with their place in it."""
    return {
        place._replace(key=f"{place.key}[{number}]") if number else place: read_metrics(artifact.metadata)
        for place, several in made.items()
        for number, artifact in enumerate(several)
        if is_metrics(artifact.type)
    }


def _head(run: Run) -> RunHead:
    times = (run.started_at, run.finished_at)
    return RunHead(run.id, run.name, run.pipeline, run.experiment, run.state, *times, seconds_between(*times))


def _value_rows(of_runs: Sequence[Mapping[str, Any]]) -> Iterator[ValueRow]:
    given = [{name: Given(value) for name, value in of_run.items()} for of_run in of_runs]
    for name, cells in _aligned(given):
        yield ValueRow(name, cells, _differ(cells, lambda cell: cell and _written(cell.value)))


def _written(value: Any) -> str:
    # Not by ==, to which 1, 1.0 and True are the same.
    return json.dumps(value, sort_keys=True)


def _differ(cells: Iterable[V], identity: Callable[[V], Any]) -> bool:
    return len({identity(cell) for cell in cells}) > 1


def _metric_rows(metrics: Sequence[Mapping[_Place, Metrics]]) -> Iterator[MetricRow]:
    of_runs: list[dict[tuple[_Place, str], Scalar]] = [
        {(place, name): value for place, found in of_run.items() for name, value in found.scalars.items()}
        for of_run in metrics
    ]
    for (place, name), cells in _aligned(of_runs):
        numbers = [_number(cell) for cell in cells]
        better = direction(name)
        deltas = tuple(_less(number, numbers[0]) for number in numbers)
        differs = _differ(cells, _written)
        yield MetricRow(place.task, place.key, name, better, cells, deltas, _best(numbers, better), differs)


def _turn_rows(of_runs: Sequence[Mapping[str, TurnItem]], metrics: Sequence[MetricRow]) -> Iterator[TurnRow]:
    measured = {row.task[: turn.end()] for row in metrics for turn in TURN.finditer(row.task)}
    for path, cells in _aligned(of_runs):
        if path in measured:
            yield TurnRow(path, cells)


def _number(cell: Scalar | None) -> int | float | None:
    return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _less(number: int | float | None, base: int | float | None) -> int | float | None:
    if number is None or base is None:
        return None
    try:
        found = number - base
        return found if math.isfinite(found) else None
    except OverflowError:  # a whole number that no double can hold
        return None


def _best(numbers: Sequence[int | float | None], better: Direction) -> tuple[int, ...]:
    there = {number for number in numbers if number is not None}
    if len(there) < 2:
        return ()
    best = min(there) if better is Direction.LOWER else max(there)
    return tuple(place for place, number in enumerate(numbers) if number == best)


def _parts(metrics: Mapping[_Place, Metrics]) -> Iterator[tuple[_Part, ConfusionMatrix | None, tuple[RocPoint, ...]]]:
    for place, found in metrics.items():
        yield _Part(*place, ""), found.confusion_matrix, found.roc
        for each in found.slices:
            yield _Part(*place, each.name), each.confusion_matrix, each.roc


def _matrix_rows(metrics: Sequence[Mapping[_Place, Metrics]]) -> Iterator[MatrixRow]:
    of_runs = [{part: matrix for part, matrix, _ in _parts(of_run) if matrix} for of_run in metrics]
    for part, cells in _aligned(of_runs):
        yield MatrixRow(*part, cells, tuple(_matrix_delta(cell, cells[0]) for cell in cells))


def _matrix_delta(matrix: ConfusionMatrix | None, base: ConfusionMatrix | None) -> Counts | None:
    if matrix is None or base is None or sorted(matrix.labels) != sorted(base.labels):
        return None
    if matrix.labels == base.labels:
        places = list(range(len(base.labels)))
    elif len(set(base.labels)) == len(base.labels):
        places = [matrix.labels.index(label) for label in base.labels]
    else:
        return None  # which of two classes of the same name is which can't be told
    return tuple(
        tuple(_less(matrix.counts[place][at], count) for at, count in zip(places, row, strict=True))
        for place, row in zip(places, base.counts, strict=True)
    )


def _curve_rows(metrics: Sequence[Mapping[_Place, Metrics]]) -> Iterator[CurveRow]:
    of_runs = [{part: roc for part, _, roc in _parts(of_run) if roc} for of_run in metrics]
    for part, cells in _aligned(of_runs):
        yield CurveRow(*part, tuple(cell or () for cell in cells))


def _artifact_rows(of_runs: Sequence[Mapping[_Place, Sequence[Artifact]]]) -> Iterator[ArtifactRow]:
    for place, cells in _aligned(of_runs):
        made = tuple(tuple(map(_made, cell or ())) for cell in cells)
        type_ = next(artifact.type for cell in cells for artifact in cell or ())
        same = all(made) and not _differ(made, lambda cell: tuple(each.digest for each in cell))
        yield ArtifactRow(*place, type_, made, same)


def _made(artifact: Artifact) -> Made:
    return Made(artifact.id, artifact.digest, artifact.size, artifact.media_type, artifact.uri)


def _task_rows(runs: Sequence[RunRecord], made: Sequence[Mapping[_Place, Sequence[Artifact]]]) -> Iterator[TaskRow]:
    of_runs = [{task.path: task for task in record.tasks if task.kind in DOERS} for record in runs]
    contents = [_contents(of_run) for of_run in made]
    for path, tasks in _aligned(of_runs):
        results = [
            _written([task.outputs, content.get(path)]) if task is not None and task.state.has_outputs else None
            for task, content in zip(tasks, contents, strict=True)
        ]
        cells = tuple(
            None if task is None else _task_cell(task, tasks[0], result, results[0])
            for task, result in zip(tasks, results, strict=True)
        )
        executions = {cell.execution if cell else "" for cell in cells}
        shared = len(executions) == 1 and "" not in executions
        yield TaskRow(path, next(task.kind for task in tasks if task), cells, shared)


def _contents(made: Mapping[_Place, Sequence[Artifact]]) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The digests of what each task made, by its path and the output's name."""
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for place, artifacts in made.items():
        found[place.task][place.key] = [artifact.digest for artifact in artifacts]
    return found


def _task_cell(task: Task, base: Task | None, result: str | None, result_of_base: str | None) -> TaskCell:
    execution = (task.cached_from or task.id) if task.state.has_outputs else ""
    return TaskCell(
        id=task.id,
        state=task.state,
        seconds=seconds_between(task.started_at, task.finished_at),
        cached=task.state is State.CACHED,
        execution=execution,
        same=None if result is None or result_of_base is None else result == result_of_base,
        fingerprint=task.fingerprint,
        error=task.error.partition("\n")[0],
        differences=tuple(_why(task, base)) if base is not None else (),
    )


def _why(task: Task, base: Task) -> Sequence[str]:
    same = task.fingerprint == base.fingerprint != ""
    if same or not (task.ingredients and base.ingredients):
        return ()
    return differences(base.ingredients, task.ingredients)
