"""How the pipelines do that were run last."""

from collections import defaultdict
from typing import Annotated

from fastapi import Query

from barograph.server.api.shapes import Router, Shape, complete
from barograph.server.backend import Context
from barograph.store.records import Metric
from barograph.views import trends

router = Router("Views")
complete(trends)


class TrendList(Shape):
    """Of each pipeline its last runs; that which was run last comes first."""

    trends: list[trends.Trend]


@router.get("/trends")
def list_trends(
    backend: Context,
    pipelines: Annotated[int, Query(ge=1, le=50, description="How many pipelines at the most.")] = 6,
    runs: Annotated[int, Query(ge=1, le=200, description="How many runs of each at the most.")] = 20,
) -> TrendList:
    """The pipelines that were run last, each with the metric that people look at first over its last runs."""
    found = backend.runs.newest_of_pipelines(pipelines, runs)
    metrics: dict[str, list[Metric]] = defaultdict(list)
    for metric in backend.runs.metrics([run.id for of_pipeline in found for run in of_pipeline]):
        metrics[metric.run_id].append(metric)
    return TrendList(trends=[trends.trend(each, [m for run in each for m in metrics[run.id]]) for each in found])
