"""Folders level by level, checkpoints, and the classes of a table, over HTTP."""

from typing import Any

import pyarrow as arrow
import pytest
import torch
from pyarrow import parquet

from barograph.store import Artifact
from tests.server.conftest import Server
from tests.server.recording import folder, kept
from tests.server.sse import OWN


@pytest.fixture
def plots(server: Server) -> Artifact:
    """A folder of files and folders, with links in and out of it."""
    made = folder(server) / "plots"
    for name in ("b/deep/one.txt", "b/two.csv", "a.txt", "c.json"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(name)
    (made / "empty").mkdir()
    (made / "again.txt").symlink_to(made / "a.txt")
    (made / "out.txt").symlink_to("/etc/hostname")
    (made / "out").symlink_to("/etc")
    return kept(server, made)


def level(server: Server, artifact: Artifact, **asked: Any) -> Any:
    return server.get(f"{OWN}/artifacts/{artifact.id}/folder", params=asked)


def test_a_folder_is_told_level_by_level(server: Server, plots: Artifact) -> None:
    found = level(server, plots)
    assert [each["path"] for each in found["entries"]] == ["b", "empty", "a.txt", "again.txt", "c.json"]
    assert [each["is_folder"] for each in found["entries"]] == [True, True, False, False, False]
    one = {"name": "a.txt", "path": "a.txt", "is_folder": False, "size": 5, "media_type": "text/plain"}
    assert found["entries"][2] == one
    assert (found["total"], found["next"]) == (5, None)
    inside = level(server, plots, path="b")
    assert [(each["path"], each["size"]) for each in inside["entries"]] == [("b/deep", None), ("b/two.csv", 9)]
    assert level(server, plots, path="empty") == {"entries": [], "total": 0, "next": None}


def test_a_level_comes_in_pages(server: Server, plots: Artifact) -> None:
    first = level(server, plots, limit=2)
    assert (first["total"], first["next"]) == (5, 2)
    rest = level(server, plots, limit=3, after=2)
    assert [each["path"] for each in rest["entries"]] == ["a.txt", "again.txt", "c.json"]
    assert rest["next"] is None


@pytest.mark.parametrize(("path", "status"), [("../..", 400), ("none", 404), ("out", 404), ("a.txt", 404)])
def test_nothing_outside_of_a_folder_is_told(server: Server, plots: Artifact, path: str, status: int) -> None:
    answer = server.http.get(f"{OWN}/artifacts/{plots.id}/folder", params={"path": path})
    assert answer.status_code == status


def test_a_file_has_no_levels(server: Server) -> None:
    path = folder(server) / "text"
    path.write_text("text")
    answer = server.http.get(f"{OWN}/artifacts/{kept(server, path).id}/folder")
    assert (answer.status_code, "is a file" in answer.json()["message"]) == (400, True)


def test_a_checkpoint_tells_what_it_holds(server: Server) -> None:
    path = folder(server) / "model"
    torch.save({"state_dict": torch.nn.Linear(2, 3).state_dict(), "epoch": 4}, path)
    found = server.get(f"{OWN}/artifacts/{kept(server, path, 'system.Model').id}/preview")
    assert (found["kind"], found["tensor_count"], found["parameters"]) == ("checkpoint", 2, 9)
    assert found["values"] == [{"name": "epoch", "value": 4}]
    assert found["tensors"][0] == {"name": "state_dict.weight", "element": "float32", "shape": [3, 2]}


def test_the_classes_of_a_table_are_counted(server: Server) -> None:
    path = folder(server) / "labels"
    parquet.write_table(arrow.table({"label": ["dew", "fog", "dew"]}), path)
    artifact = kept(server, path, "system.Dataset")
    found = server.get(f"{OWN}/artifacts/{artifact.id}/rows/values", params={"column": "label"})
    assert (found["rows"], found["missing"], found["different"]) == (3, 0, 2)
    assert found["values"] == [{"value": "dew", "count": 2}, {"value": "fog", "count": 1}]
    answer = server.http.get(f"{OWN}/artifacts/{artifact.id}/rows/values", params={"column": "class"})
    assert (answer.status_code, "no column 'class'" in answer.json()["message"]) == (400, True)
