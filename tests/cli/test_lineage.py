"""`barograph lineage`."""

import json

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Input, Model, Output

from tests.conftest import Workspace, component


@component
def prepare(size: int, data: Output[Dataset]) -> None:
    with open(data.path, "w") as file:
        file.write("x" * size)


@component
def train(data: Input[Dataset], epochs: int, model: Output[Model]) -> None:
    with open(data.path) as source, open(model.path, "w") as file:
        file.write(f"{source.read()} {epochs}")


@dsl.pipeline(name="weather")
def weather(epochs: int = 1) -> None:
    with dsl.ParallelFor([3]) as size:
        train(data=prepare(size=size).outputs["data"], epochs=epochs)


TRAIN = "for-loop-2[0].train"


@pytest.fixture
def trained(workspace: Workspace) -> Workspace:
    workspace.run(weather, name="monday: one")
    return workspace


def test_an_artifact_is_shown_with_the_tasks_it_came_through(trained: Workspace) -> None:
    trained.run(weather, {"epochs": 2}, name="tuesday")
    ended = trained.barograph("lineage", "monday: one:for-loop-2[0].prepare:data")
    assert ended.returncode == 0, ended.stderr
    rows = [line.split() for line in ended.stdout.splitlines() if line.strip()]
    assert rows[0][:4] == ["data", "Dataset", "3", "B"]
    steps = [(row[0], row[1], "CACHED" in row) for row in rows if row[0] in ("-1", "+1")]
    assert steps == [
        ("-1", "for-loop-2[0].prepare", False),
        ("-1", "for-loop-2[0].prepare", True),
        ("+1", TRAIN, False),
        ("+1", TRAIN, False),
    ]


def test_json_has_nodes_edges_and_runs(trained: Workspace) -> None:
    model = trained.outcome("last").artifact(TRAIN, "model")
    found = json.loads(trained.barograph("lineage", model.id[:13], "--json").stdout)
    assert found["root"] == model.id
    assert [(artifact["name"], artifact["depth"]) for artifact in found["artifacts"]] == [("model", 0), ("data", -1)]
    assert {edge["relation"] for edge in found["edges"]} == {"MADE", "TOOK"}
    assert [run["name"] for run in found["runs"]] == ["monday: one"]


def test_where_the_walk_stopped_is_said(trained: Workspace) -> None:
    said = trained.barograph("lineage", f"last:{TRAIN}:model", "--depth", "1").stdout
    assert "There is more behind these; --depth goes further:" in said
    assert trained.outcome("last").artifact("for-loop-2[0].prepare", "data").id in said


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("none", "no artifact has the id 'none'"),
        ("last:tran:model", "has no task 'tran'"),
        (f"last:{TRAIN}:modl", "made no artifact 'modl'; it made: model"),
        ("noon:train:model", "no run goes by 'noon'"),
        ("", "fits several artifacts"),
    ],
)
def test_an_artifact_that_is_not_there_is_one_message(trained: Workspace, reference: str, words: str) -> None:
    ended = trained.barograph("lineage", reference)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
