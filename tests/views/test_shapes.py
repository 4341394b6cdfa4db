"""What is computed for people can be told in JSON, with a schema, and read again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from barograph.ir import build, parse_spec
from barograph.views.compare import compare
from barograph.views.comparison import Comparison, RunRecord
from barograph.views.graph import run_graph
from barograph.views.lineage import Lineage
from barograph.views.metrics import Metrics
from barograph.views.nodes import Graph
from barograph.views.timeline import Timeline, timeline
from tests.conftest import Workspace
from tests.views.pipelines import pipelines, recorded
from tests.views.test_compare import weather

SHAPES: list[Any] = [Graph, Comparison, Lineage, Metrics, Timeline]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_has_a_schema(shape: Any) -> None:
    assert TypeAdapter(shape).json_schema(mode="serialization")["type"] == "object"


def told(shape: Any, value: Any) -> None:
    adapter = TypeAdapter(shape)
    assert adapter.validate_json(adapter.dump_json(value)) == value


def test_real_runs_can_be_told(workspace: Workspace) -> None:
    outcomes = [workspace.run(weather), workspace.run(weather, {"epochs": 3})]
    records = [RunRecord(outcome.run, list(outcome.tasks.values()), outcome.links) for outcome in outcomes]
    graph = run_graph(build(parse_spec(outcomes[0].run.spec)), records[0].tasks, records[0].links)
    told(Graph, graph)
    told(Timeline, timeline(graph, records[0].tasks))
    told(Comparison, compare(records))


@given(st.data())
def test_any_graph_can_be_told(data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    run = data.draw(recorded(pipeline))
    told(Graph, run_graph(pipeline, run.tasks, run.links, turns=data.draw(st.integers(0, 3))))
