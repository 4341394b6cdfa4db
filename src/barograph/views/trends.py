"""How a pipeline does over its last runs: the metric that people look at first, and where it became worse. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from barograph.states import State
from barograph.store.records import Metric, Run
from barograph.views.compare import direction
from barograph.views.comparison import Direction
from barograph.views.headline import headline, is_worse, numbers


@dataclass(frozen=True)
class TrendPoint:
    """A run of the pipeline.

    Attributes:
        at: when it was made.
        value: of the metric; None where the run has none.
        base: id of the last good run before it; empty where there is none among these.
        before: the value of that; None where it has none.
        worse: whether the run succeeded, and its value is worse than that.
    """

    run_id: str
    name: str
    state: State
    at: datetime
    value: float | None
    base: str
    before: float | None
    worse: bool


@dataclass(frozen=True)
class Trend:
    """A pipeline's last runs.

    Attributes:
        pipeline_id: of the registry, as the last run has it; empty where it was started from a file.
        task, artifact, key: the metric that people look at first; empty where there is none.
        direction: which of its values are better.
        points: the oldest first.
    """

    pipeline: str
    pipeline_id: str
    task: str
    artifact: str
    key: str
    direction: Direction
    points: tuple[TrendPoint, ...]


def trend(runs: Sequence[Run], metrics: Sequence[Metric]) -> Trend:
    """How a pipeline does.

    Args:
        runs: some of its last runs, the oldest first; at least one.
        metrics: of these runs.
    """
    by_run: dict[str, list[Metric]] = defaultdict(list)
    for metric in metrics:
        by_run[metric.run_id].append(metric)
    of_runs = [numbers(by_run[run.id]) for run in runs]
    name = headline(of_runs)
    values = [of_run.get(name) if name else None for of_run in of_runs]
    key = name.key if name else ""
    points = [
        _point(key, run, value, runs[:place], values)
        for place, (run, value) in enumerate(zip(runs, values, strict=True))
    ]
    last = runs[-1]
    found = (name.task, name.artifact, name.key) if name else ("", "", "")
    return Trend(last.pipeline, last.pipeline_id, *found, direction(key), tuple(points))


def _point(
    key: str, run: Run, value: float | None, earlier: Sequence[Run], values: Sequence[float | None]
) -> TrendPoint:
    good = [(each, old) for each, old in zip(earlier, values, strict=False) if each.state is State.SUCCEEDED]
    # As `Runs.last_good`: one of the same experiment, if there is any.
    base, before = next(
        (pair for pair in reversed(good) if pair[0].experiment_id == run.experiment_id),
        good[-1] if good else (None, None),
    )
    worse = False
    if run.state is State.SUCCEEDED and value is not None and before is not None:
        worse = is_worse(key, value, before)
    return TrendPoint(run.id, run.name, run.state, run.created_at, value, base.id if base else "", before, worse)
