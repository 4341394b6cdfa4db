"""`barograph compare`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from kfp import dsl
from kfp.dsl import ClassificationMetrics, Dataset, Metrics, Output

from tests.conftest import Workspace, component
from tests.server.conftest import new_folder


@component
def prepare(size: int, data: Output[Dataset]) -> None:
    with open(data.path, "w") as file:
        file.write("x" * size)


@component
def train(epochs: int, metrics: Output[Metrics], matrix: Output[ClassificationMetrics]) -> None:
    metrics.log_metric("loss", 1 / epochs)
    metrics.log_metric("accuracy", 0.5)
    matrix.log_confusion_matrix(["dew", "fog"], [[epochs, 1], [0, 4 - epochs]])


@dsl.pipeline(name="weather")
def weather(epochs: int = 1, size: int = 3) -> None:
    prepare(size=size)
    train(epochs=epochs)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory, environments: Path) -> Iterator[Workspace]:
    """A workspace with three runs, which the tests only read."""
    workspace = Workspace(new_folder(tmp_path_factory.mktemp("compared") / "workspace", environments))
    workspace.compile(weather)
    for name, epochs in (("first", 1), ("second", 2), ("third", 1)):
        ended = workspace.barograph("run", "pipeline.yaml", "--name", name, "-p", f"epochs={epochs}")
        assert ended.returncode == 0, ended.stderr
    yield workspace
    workspace.close()


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_only_what_differs_is_shown_and_the_rest_is_counted(compared: Workspace) -> None:
    said = lines(compared.barograph("compare", "first", "second").stdout)
    assert "parameter first second" in said
    assert "epochs 1 2" in said
    assert "and 1 parameter that is the same: --all" in said
    assert "train metrics.loss 1 0.5 -0.5" in said
    assert not any("accuracy 0.5" in line for line in said)
    assert any(line.startswith("train ✓ SUCCEEDED") for line in said)
    assert not any(line.startswith("prepare") for line in said)
    assert "train in second differs from that in first in:" in said
    assert "parameter 'epochs': 1 -> 2" in said


def test_confusion_matrices_are_subtracted(compared: Workspace) -> None:
    said = lines(compared.barograph("compare", "first", "second").stdout)
    at = said.index("train matrix: accuracy 0.8 -> 0.8; second less first:")
    assert said[at + 1 : at + 4] == ["true \\ predicted dew fog", "dew +1 0", "fog 0 -1"]


def test_all_shows_what_is_the_same_too(compared: Workspace) -> None:
    said = lines(compared.barograph("compare", "first", "second", "third", "--all").stdout)
    assert "size 3 3 3" in said
    assert "train metrics.accuracy 0.5 0.5 0.5" in said
    assert any(line.startswith("prepare ✓ SUCCEEDED") and line.endswith("≡ CACHED ≡ CACHED") for line in said)


def test_equal_runs_have_nothing_to_show(compared: Workspace) -> None:
    said = lines(compared.barograph("compare", "first", "third").stdout)
    assert "2 parameters that are the same: --all" in said
    assert "2 tasks that are the same: --all" in said


def test_json_has_everything(compared: Workspace) -> None:
    found = json.loads(compared.barograph("compare", "first", "second", "--json").stdout)
    assert [run["name"] for run in found["runs"]] == ["first", "second"]
    assert found["parameters"][0] == {"name": "epochs", "cells": [{"value": 1}, {"value": 2}], "differs": True}
    loss = next(row for row in found["metrics"] if row["key"] == "loss")
    assert (loss["direction"], loss["best"], loss["deltas"]) == ("LOWER", [1], [0.0, -0.5])


@pytest.mark.parametrize(
    ("arguments", "words"), [(["first"], "give two runs or more"), (["first", "none"], "no run goes by 'none'")]
)
def test_wrong_usage_is_one_message(workspace: Workspace, arguments: list[str], words: str) -> None:
    workspace.run(weather, name="first")
    ended = workspace.barograph("compare", *arguments)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
