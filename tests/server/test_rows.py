"""Rows and curves of artifacts that are tables, over HTTP."""

import base64
import json
from typing import Any

import pyarrow as arrow
import pytest
from pyarrow import parquet

from barograph.store import Artifact
from tests.server.conftest import Server
from tests.server.recording import folder, kept
from tests.server.sse import OWN

PICTURE = b"\xff\xd8\xff\xe0 a small picture"


def rows(server: Server, artifact: Artifact, **asked: Any) -> Any:
    return server.get(f"{OWN}/artifacts/{artifact.id}/rows", params=asked)


@pytest.fixture
def predictions(server: Server) -> Artifact:
    """What a classifier took photos for."""
    pairs = [("dew", "dew"), ("dew", "fog"), ("fog", "fog"), ("fog", "dew"), ("dew", "fog")]
    columns = {
        "name": [f"{true}/{number}=x.jpg" for number, (true, _) in enumerate(pairs)],
        "true": [true for true, _ in pairs],
        "predicted": [predicted for _, predicted in pairs],
        "score": [0.5, 0.75, 0.25, 0.125, 0.875],
        "thumbnail": [PICTURE] * 5,
    }
    path = folder(server) / "predictions"
    parquet.write_table(arrow.table(columns), path)
    return kept(server, path, "system.Dataset", mime_type="application/vnd.apache.parquet")


@pytest.fixture
def history(server: Server) -> Artifact:
    """How a training went."""
    path = folder(server) / "history"
    path.write_text("epoch,loss,word\n" + "".join(f"{epoch},{1 / epoch},a\n" for epoch in range(1, 101)))
    return kept(server, path, "system.Dataset", mime_type="text/csv")


def test_the_photos_behind_a_cell_of_a_confusion_matrix_are_found(server: Server, predictions: Artifact) -> None:
    found = rows(server, predictions, equals=["true=dew", "predicted=fog"], sort="score desc", limit=1)
    assert found["columns"] == [
        *({"name": name, "type": "string"} for name in ("name", "true", "predicted")),
        *({"name": "score", "type": "double"}, {"name": "thumbnail", "type": "binary"}),
    ]
    picture = f"data:image/jpeg;base64,{base64.b64encode(PICTURE).decode()}"
    assert found["rows"] == [["dew/4=x.jpg", "dew", "fog", 0.875, picture]]
    assert (found["total"], found["next"]) == (2, 1)
    rest = rows(server, predictions, equals=["true=dew", "predicted=fog"], sort="score desc", limit=1, after=1)
    assert ([row[3] for row in rest["rows"]], rest["next"]) == ([0.75], None)


def test_a_value_may_have_any_sign_in_it(server: Server, predictions: Artifact) -> None:
    found = rows(server, predictions, equals="name=dew/1=x.jpg", sort="score asc")
    assert [row[0] for row in found["rows"]] == ["dew/1=x.jpg"]


def test_csv_has_rows_and_curves_too(server: Server, history: Artifact) -> None:
    found = rows(server, history, sort="epoch desc", limit=2)
    assert [row[0] for row in found["rows"]] == ["100", "99"]
    assert (found["total"], found["next"]) == (100, 2)
    path = f"{OWN}/artifacts/{history.id}/rows/series"
    curves = server.get(path, params={"x": "epoch", "y": ["loss", "word"], "points": 10})
    loss, word = curves["series"]
    assert (curves["x"], curves["total"]) == ("epoch", 100)
    assert (loss["name"], loss["missing"], len(loss["x"]) <= 10) == ("loss", 0, True)
    assert (loss["x"][0], loss["y"][0], loss["x"][-1], loss["y"][-1]) == (1, 1, 100, 0.01)
    assert (word["x"], word["missing"]) == ([], 100)
    whole = server.get(path, params={"x": "epoch", "y": "loss"})["series"][0]
    assert whole["x"] == list(range(1, 101))


def test_a_table_in_a_folder_is_named_by_its_path(server: Server) -> None:
    split = folder(server) / "split"
    split.mkdir()
    parquet.write_table(arrow.table({"n": [1, 2]}), split / "index.parquet")
    artifact = kept(server, split, "system.Dataset")
    assert rows(server, artifact, path="index.parquet")["rows"] == [[1], [2]]
    answer = server.http.get(f"{OWN}/artifacts/{artifact.id}/rows")
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert answer.json()["message"] == "the artifact 'split' is a folder: say which file in it with path"


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ({"equals": "size=1"}, 3, "the table has no column 'size'; it has name, true, predicted, score, thumbnail"),
        ({"equals": "true"}, 3, "equals='true' can't be understood; it is such as COLUMN=VALUE"),
        ({"equals": "score=high"}, 3, "the column 'score' holds double, and 'high' is none"),
        ({"sort": "thumbnail"}, 3, "the column 'thumbnail' holds binary, which can't be compared"),
        ({"path": "a"}, 3, "the artifact 'predictions' is a file: no file is in it"),
        ({"limit": 501}, 3, "limit"),
        ({"after": -1}, 3, "after"),
    ],
)
def test_what_can_not_be_asked_is_said(
    server: Server, predictions: Artifact, asked: dict[str, Any], code: int, said: str
) -> None:
    answer = server.http.get(f"{OWN}/artifacts/{predictions.id}/rows", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert said in json.dumps(answer.json(), ensure_ascii=False)


def test_what_is_no_table_is_said_to_be_none(server: Server) -> None:
    path = folder(server) / "notes"
    path.write_text("just words")
    answer = server.http.get(f"{OWN}/artifacts/{kept(server, path).id}/rows")
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert answer.json()["message"] == "the artifact 'notes' is no table (CSV or Parquet): it is text/plain"
    torn = folder(server) / "torn.parquet"
    torn.write_bytes(b"PAR1 and no more")
    for rest in ("rows", "rows/series?x=a&y=b"):
        answer = server.http.get(f"{OWN}/artifacts/{kept(server, torn).id}/{rest}")
        assert (answer.status_code, answer.json()["code"]) == (400, 9)
        assert "the artifact 'torn.parquet': it can't be read as Parquet" in answer.json()["message"]
    metrics = kept(server, folder(server) / "metrics", "system.Metrics", f1=0.5)
    assert server.http.get(f"{OWN}/artifacts/{metrics.id}/rows").status_code == 404
    assert server.http.get(f"{OWN}/artifacts/none/rows").status_code == 404
