"""What artifacts hold: given in whole and in parts, looked into, and never with powers or files that are not theirs."""

import io
import json
import os
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kfp import dsl
from kfp.dsl import HTML, Output
from pyarrow import parquet

from barograph.artifacts.content import remote_content
from barograph.artifacts.onnx import NoModel, read_model
from barograph.artifacts.tables import NoTable, read_csv
from barograph.store import Artifact
from barograph.store.records import Kind
from barograph.store.store import new_id, now
from tests.conftest import component
from tests.emulators import Bucket, amazon, bucket, google
from tests.server.conftest import Server, new_folder, serving
from tests.server.recording import artifact_at, folder, kept, record
from tests.server.running import ended, measuring, start
from tests.server.sse import OWN
from tests.store.recorded import add_run, add_task

__all__ = ["amazon", "bucket", "google"]

PAGE = "<script>fetch('/apis/v2beta1/runs')</script><h1>A report</h1>"


def content(artifact: Artifact) -> str:
    return f"{OWN}/artifacts/{artifact.id}/content"


def preview(server: Server, artifact: Artifact, **parameters: Any) -> Any:
    return server.get(f"{OWN}/artifacts/{artifact.id}/preview", params=parameters)


def written(server: Server, name: str, text: str | bytes, type_: str = "system.Artifact", **metadata: Any) -> Artifact:
    path = folder(server) / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return kept(server, path, type_, **metadata)


def test_an_artifact_is_given_whole_in_parts_and_not_again(server: Server) -> None:
    data = bytes(range(256)) * 5000
    artifact = written(server, "weights.bin", data)
    answer = server.http.get(content(artifact))
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["etag"] == f'"{artifact.digest}"'
    assert answer.headers["content-length"] == str(len(data))
    assert answer.headers["content-disposition"] == 'attachment; filename="weights.bin"'
    for asked, part in (("0-99", data[:100]), ("500000-", data[500_000:]), ("-1", data[-1:])):
        answer = server.http.get(content(artifact), headers={"Range": f"bytes={asked}"})
        assert (answer.status_code, answer.content) == (206, part)
    answer = server.http.get(content(artifact), headers={"Range": f"bytes={len(data)}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(data)}")
    assert answer.json()["code"] == 3
    assert (
        server.http.get(content(artifact), headers={"If-None-Match": f'"x", W/"{artifact.digest}"'}).status_code == 304
    )
    for same, status in ((f'"{artifact.digest}"', 206), ('"sha256:00"', 200)):
        asked_for = {"Range": "bytes=0-9", "If-Range": same}
        assert server.http.get(content(artifact), headers=asked_for).status_code == status
    head = server.http.head(content(artifact))
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(data)))


def test_a_file_is_saved_under_a_name_that_programs_know(server: Server) -> None:
    artifact = written(server, "model", b"\0\1", "system.Model", framework="onnx")
    answer = server.http.get(content(artifact), params={"download": True})
    assert answer.headers["content-disposition"] == 'attachment; filename="model.onnx"'
    image = written(server, "plot", b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    answer = server.http.get(content(image))
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'inline; filename="plot.png"'


@component
def report(page: str, html: Output[HTML]) -> None:
    with open(html.path, "w") as file:
        file.write(page)


@dsl.pipeline(name="reporting")
def reporting(page: str) -> None:
    report(page=page)


def test_a_page_with_scripts_that_a_task_made_is_shown_in_a_sandbox(server: Server) -> None:
    run_id = ended(server, start(server, reporting, "report", page=PAGE))["run_id"]
    task = server.get(f"{OWN}/runs/{run_id}/tasks/report")
    answer = server.http.get(f"{OWN}/artifacts/{task['artifacts'][0]['id']}/content")
    assert (answer.text, answer.headers["content-type"]) == (PAGE, "text/html; charset=utf-8")
    policy = answer.headers["content-security-policy"]
    assert "sandbox allow-scripts;" in policy
    assert "allow-same-origin" not in policy
    assert "connect-src 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_scripts_and_styles_can_not_be_loaded_by_a_page(server: Server) -> None:
    for name in ("code.js", "look.css"):
        answer = server.http.get(content(written(server, name, "/* */")))
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    answer = server.http.get(content(written(server, "picture.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")))
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


@pytest.fixture
def data(server: Server) -> Artifact:
    """A folder with files, folders and links in it."""
    made = folder(server) / "data"
    (made / "inner" / "deep").mkdir(parents=True)
    (made / "b.csv").write_text("x,y\n1,2\n")
    (made / "a b.txt").write_text("a")
    (made / "inner" / "deep" / "c.html").write_text(PAGE)
    (made / "inside").symlink_to("b.csv")
    (made / "secrets").symlink_to(server.workspace.path / "barograph.toml")
    (made / "system").symlink_to("/etc")
    (made / "round").symlink_to("round")
    os.mkfifo(made / "pipe")
    return kept(server, made)


FILES = ["a b.txt", "b.csv", "inner/deep/c.html", "inside"]


def test_a_folder_is_listed_and_its_files_are_given(server: Server, data: Artifact) -> None:
    path = f"{OWN}/artifacts/{data.id}"
    listed = server.get(f"{path}/files")
    assert [(each["path"], each["size"]) for each in listed["files"]] == [
        *(("a b.txt", 1), ("b.csv", 8)),
        *(("inner/deep/c.html", len(PAGE)), ("inside", 8)),
    ]
    assert listed["next"] is None
    first = server.get(f"{path}/files", params={"limit": 3})
    rest = server.get(f"{path}/files", params={"after": first["next"]})
    assert [each["path"] for each in first["files"] + rest["files"]] == FILES
    answer = server.http.get(f"{path}/content", params={"path": "inner/deep/c.html"})
    assert (answer.text, answer.headers["content-type"]) == (PAGE, "text/html; charset=utf-8")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert (
        server.http.get(f"{path}/content", params={"path": "a b.txt"}).headers["etag"] == f'"{data.digest}/a%20b.txt"'
    )
    assert server.http.get(f"{path}/content", params={"path": "inside"}).text == "x,y\n1,2\n"


def test_a_folder_is_given_as_an_archive(server: Server, data: Artifact) -> None:
    answer = server.http.get(content(data))
    assert answer.headers["content-disposition"] == 'attachment; filename="data.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == FILES
        assert archive.read("inner/deep/c.html").decode() == PAGE
        assert archive.testzip() is None
    assert server.http.get(content(data)).content == answer.content


@pytest.mark.parametrize(
    "path",
    [
        *("../data/b.csv", "/etc/passwd", "inner/../../../x", "inner/deep/../../../../../../etc/passwd", "a\0b", ".."),
        *("secrets", "system/passwd", "round", "pipe", "inner", "none", "b.csv/x", "a" * 5000),
    ],
)
def test_no_name_and_no_link_leads_out_of_a_folder(server: Server, data: Artifact, path: str) -> None:
    for what in ("content", "preview"):
        answer = server.http.get(f"{OWN}/artifacts/{data.id}/{what}", params={"path": path})
        assert answer.status_code in (400, 404)
        assert "is no name of a file" in answer.text or "has no file" in answer.text


def test_what_lies_elsewhere_on_the_machine_is_not_given(server: Server, tmp_path: Path) -> None:
    (tmp_path / "photo.txt").write_text("private")
    linked = folder(server) / "linked"
    linked.symlink_to(tmp_path / "photo.txt")
    home = server.workspace.config.home
    database = server.workspace.path / "barograph.toml"
    for path in (tmp_path / "photo.txt", Path("/etc/passwd"), linked, tmp_path, database, home.path / "secrets.toml"):
        if not path.exists():
            path.write_text("")
            path.chmod(0o600)
        artifact = kept(server, path, kind=Kind.IMPORTER)
        for what in ("content", "preview", "files"):
            answer = server.http.get(f"{OWN}/artifacts/{artifact.id}/{what}")
            assert (answer.status_code, answer.json()["code"]) == (403, 7)
            assert "outside of what is kept for runs" in answer.json()["message"]
        assert server.get(f"{OWN}/artifacts/{artifact.id}")["place"] == "elsewhere"
    # A command may say that its output is anywhere; only what is in its run's own folder is believed.
    assert server.http.get(content(kept(server, Path("/etc/passwd")))).status_code == 403


def test_what_a_run_keeps_in_a_pipeline_root_of_its_own_is_given(server: Server, tmp_path: Path) -> None:
    with record(server) as store:
        run = add_run(store, "root of its own", pipeline_root=str(tmp_path))
        made = tmp_path / run.pipeline / run.id / "make" / "text"
        made.parent.mkdir(parents=True)
        beside = tmp_path / "beside"
        for path, status in ((made, 200), (beside, 403)):
            path.write_text("text")
            artifact = artifact_at(path)
            add_task(store, run, f"make-{status}", made=(artifact,))
            assert server.http.get(content(artifact)).status_code == status


def test_what_lies_in_an_object_store_is_fetched_once_and_given(
    bucket: Bucket, tmp_path: Path, environments: Path
) -> None:
    uri = bucket.put("photos/far.txt", b"far away")
    found = remote_content(uri, "system.Dataset", {})
    assert found is not None
    with serving(new_folder(tmp_path / "remote", environments)) as server, record(server) as store:
        artifact = Artifact(
            new_id(), "far", "system.Dataset", uri, found.digest, found.size, found.media_type, {}, now()
        )
        add_task(store, add_run(store, "far"), "make", made=(artifact,))
        assert server.get(f"{OWN}/artifacts/{artifact.id}")["place"] == "remote"
        assert server.http.get(content(artifact), headers={"Range": "bytes=4-"}).text == "away"
        answer = server.http.get(content(artifact))
        assert (answer.text, answer.headers["content-type"]) == ("far away", "text/plain; charset=utf-8")
        assert answer.headers["content-disposition"] == 'inline; filename="far.txt"'
        assert preview(server, artifact)["text"] == "far away"
        assert len(bucket.downloads()) == 1


def test_what_is_gone_or_never_was_is_said(server: Server) -> None:
    artifact = written(server, "gone.txt", "gone")
    Path(artifact.uri).unlink()
    assert server.http.get(content(artifact)).status_code == 404
    assert server.get(f"{OWN}/artifacts/{artifact.id}")["place"] == "gone"
    numbers = kept(server, folder(server) / "metrics", "system.Metrics", f1=0.5)
    answer = server.http.get(content(numbers))
    assert (answer.status_code, answer.json()["code"]) == (404, 5)
    assert "has no content" in answer.json()["message"]
    assert server.http.get(f"{OWN}/artifacts/none").status_code == 404


def test_a_changed_file_does_not_pass_for_what_was_recorded(server: Server) -> None:
    artifact = written(server, "changed.txt", "before")
    Path(artifact.uri).write_text("after that")
    answer = server.http.get(content(artifact))
    assert answer.text == "after that"
    assert "etag" not in answer.headers


def test_an_artifacts_record_tells_who_made_and_who_used_it(server: Server) -> None:
    first, second = (ended(server, start(server, measuring, "used", text="used"))["run_id"] for _ in range(2))
    task = server.get(f"{OWN}/runs/{first}/tasks/measure")
    made = next(each for each in task["artifacts"] if each["key"] == "data")
    found = server.get(f"{OWN}/artifacts/{made['id']}")
    assert (found["type"], found["digest"], found["size"], found["place"]) == (
        *("system.Dataset", made["digest"], 12, "here"),
    )
    assert [(use["run_id"], use["path"], use["key"]) for use in found["made_by"]] == [(first, "measure", "data")]
    assert [(use["run_id"], use["state"]) for use in found["reused_by"]] == [(second, "CACHED")]
    assert (found["used_by"], found["uses"]) == ([], 0)


def test_text_is_shown_up_to_a_limit(server: Server) -> None:
    artifact = written(server, "notes.md", "é" * 100, "system.Markdown")
    assert preview(server, artifact) == {
        "kind": "text",
        "media_type": "text/markdown",
        "text": "é" * 100,
        "size": 200,
        "truncated": False,
    }
    cut = preview(server, artifact, limit=101)
    assert (cut["text"][:50], cut["truncated"]) == ("é" * 50, True)
    large = written(server, "large.json", json.dumps("x" * 2_000_000))
    assert len(preview(server, large)["text"]) == 1 << 20


def test_tables_are_shown_with_their_columns_types_and_first_rows(server: Server) -> None:
    table = preview(server, written(server, "t.csv", 'n,name,"a, b"\n1,x,2.5\n2,,3\n3,z,4\n'), rows=2)
    assert table["columns"] == [
        {"name": "n", "type": "integer"},
        {"name": "name", "type": "text"},
        {"name": "a, b", "type": "number"},
    ]
    assert (table["rows"], table["total"], table["truncated"]) == ([["1", "x", "2.5"], ["2", "", "3"]], 3, True)
    path = folder(server) / "t.parquet"
    columns = {"n": [1, 2, 3], "image": [b"\x89PNG"] * 3, "bad": [float("nan")] * 3, "big": [2**60] * 3}
    parquet.write_table(arrow.table(columns), path)
    table = preview(server, kept(server, path), rows=1)
    assert [column["type"] for column in table["columns"]] == ["int64", "binary", "double", "int64"]
    assert (table["rows"], table["total"]) == ([[1, None, "nan", str(2**60)]], 3)
    path.write_bytes(path.read_bytes()[:-9])
    assert "can't be read as Parquet" in preview(server, kept(server, path))["reason"]


def test_metrics_images_folders_and_the_rest_are_shown_as_what_they_are(server: Server, data: Artifact) -> None:
    matrix = {
        "annotationSpecs": [{"displayName": "dew"}, {"displayName": "fog"}],
        "rows": [{"row": [3, 1]}, {"row": [0, 4]}],
    }
    found = preview(
        server, kept(server, folder(server) / "m", "system.ClassificationMetrics", confusionMatrix=matrix, f1=0.9)
    )
    assert (found["kind"], found["scalars"], found["confusion_matrix"]["accuracy"]) == ("metrics", {"f1": 0.9}, 0.875)
    assert preview(server, written(server, "p.png", b"\x89PNG\r\n\x1a\n"))["kind"] == "image"
    shown = preview(server, data)
    assert (shown["kind"], [each["path"] for each in shown["files"]]) == ("folder", FILES)
    assert preview(server, data, path="b.csv")["kind"] == "table"
    nothing = preview(server, written(server, "x.bin", b"\0\1\2"))
    assert (nothing["kind"], nothing["reason"]) == ("none", "there is no preview of application/octet-stream")


def test_an_onnx_model_is_described(server: Server) -> None:
    from onnx import TensorProto, helper

    weights = helper.make_tensor("w", TensorProto.FLOAT, [3, 4], [0.0] * 12)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"]), helper.make_node("Relu", ["y"], ["z"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3])],
        [helper.make_tensor_value_info("z", TensorProto.INT64, None)],
        [weights],
    )
    model = helper.make_model(graph, producer_name="tests", opset_imports=[helper.make_opsetid("", 17)])
    data = model.SerializeToString()
    found = preview(server, written(server, "model", data, "system.Model", framework="onnx"))
    assert found["inputs"] == [{"name": "x", "element": "float32", "shape": ["batch", 3]}]
    assert found["outputs"] == [{"name": "z", "element": "int64", "shape": []}]
    assert (found["opsets"], found["parameters"], found["operators"]) == ({"": 17}, 12, {"MatMul": 1, "Relu": 1})
    broken = preview(server, written(server, "broken.onnx", data[:-5]))
    assert (broken["kind"], "no ONNX model" in broken["reason"]) == ("none", True)


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_of_models_fail_in_another_way(data: bytes) -> None:
    with suppress(NoModel):
        read_model(io.BytesIO(data))


@given(st.text(alphabet='ab,;"\n\r\t\0', max_size=60), st.booleans())
def test_no_text_makes_the_reader_of_tables_fail_in_another_way(text: str, whole: bool) -> None:
    try:
        table = read_csv(text, whole, 5)
    except NoTable:
        return
    assert len(table.rows) <= 5
    assert all(isinstance(cell, str) for row in table.rows for cell in row)
