"""Runs whose artifacts are in a bucket, and artifacts that are imported from one; through emulators."""

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from kfp import dsl
from kfp.dsl import Artifact, Dataset, Input, Metrics, Model, Output

from barograph.artifacts import files
from barograph.artifacts.digest import digest_file, digest_folder
from barograph.artifacts.uri import is_remote
from barograph.config import load_config
from barograph.engine.cancellation import Cancellation
from barograph.engine.events import Event, RunChanged
from barograph.engine.liveness import settle_interrupted
from barograph.engine.request import Options, Request
from barograph.engine.run import execute
from barograph.errors import ArtifactError, ConfigurationError
from barograph.executors.docker import DockerExecutor, DockerOptions
from barograph.executors.process import can_mount
from barograph.ir import build, read_spec
from barograph.states import State
from tests.conftest import IMAGE, Heard, Outcome, Workspace, component
from tests.emulators import Bucket, amazon, bucket, google
from tests.executors.dockerd import SHELL, dockerd

__all__ = ["amazon", "bucket", "google"]

MOUNTS = can_mount()
pytestmark = pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")


@component
def make(text: str, data: Output[Dataset], photos: Output[Artifact], metrics: Output[Metrics]) -> None:
    import os

    with open(data.path, "w") as file:
        file.write(text)
    os.makedirs(os.path.join(photos.path, "rain"))  # noqa: PTH103, PTH118
    for name in ("rain/1", "2"):
        with open(os.path.join(photos.path, name), "w") as file:  # noqa: PTH118
            file.write(name)
    metrics.log_metric("accuracy", 0.5)


@component
def use(data: Input[Dataset], photos: Input[Artifact], metrics: Input[Metrics]) -> dict:
    import os

    found = sorted(os.path.relpath(os.path.join(f, n), photos.path) for f, _, ns in os.walk(photos.path) for n in ns)  # noqa: PTH118
    with open(data.path) as file:
        said = file.read()
    return {"said": said, "found": found, "path": data.path, "uri": data.uri, "metrics": metrics.metadata}


@dsl.pipeline(name="making")
def making(text: str = "drops") -> None:
    made = make(text=text)
    use(data=made.outputs["data"], photos=made.outputs["photos"], metrics=made.outputs["metrics"])


@component
def read(data: Input[Artifact]) -> str:
    with open(data.path) as file:
        return file.read()


@dsl.pipeline(name="importing")
def importing(uri: str) -> None:
    read(data=dsl.importer(artifact_uri=uri, artifact_class=Dataset).output)


def evict(workspace: Workspace) -> None:
    """Remove all local copies."""
    shutil.rmtree(workspace.config.home.downloads, ignore_errors=True)


def local_path_of(uri: str) -> str:
    return uri.replace("gs://", "/gcs/").replace("s3://", "/s3/")


# A remote root


def test_artifacts_are_in_the_bucket_and_are_what_the_record_says(
    workspace: Workspace, bucket: Bucket, tmp_path: Path
) -> None:
    outcome = workspace.run(making, pipeline_root=f"{bucket.uri}/some/prefix")
    assert outcome.states == {"make": "SUCCEEDED", "use": "SUCCEEDED"}
    assert bucket.downloads() == []  # it was made here
    assert not workspace.config.home.work(outcome.run.id).exists()
    data, photos = outcome.artifact("make", "data"), outcome.artifact("make", "photos")
    assert data.uri.startswith(f"{bucket.uri}/some/prefix/making/{outcome.run.id}/make/")
    assert bucket.contents() == {
        f"{data.uri}".removeprefix(f"{bucket.uri}/"): b"drops",
        f"{photos.uri}/rain/1".removeprefix(f"{bucket.uri}/"): b"rain/1",
        f"{photos.uri}/2".removeprefix(f"{bucket.uri}/"): b"2",
    }
    for artifact, digest in ((data, digest_file), (photos, digest_folder)):
        files.download(artifact.uri, tmp_path / artifact.name)
        assert digest(tmp_path / artifact.name) == artifact.digest
    assert (data.size, data.media_type, photos.media_type) == (5, "text/plain", "inode/directory")
    assert outcome.artifact("make", "metrics").size is None


@pytest.mark.skipif(not MOUNTS, reason="this machine lets no process have mounts of its own")
def test_a_task_sees_the_remote_address_and_the_path_that_kfp_gives(workspace: Workspace, bucket: Bucket) -> None:
    outcome = workspace.run(making, pipeline_root=bucket.uri)
    uri = outcome.artifact("make", "data").uri
    assert outcome.tasks["use"].outputs["Output"] == {
        "said": "drops",
        "found": ["2", "rain/1"],
        "path": local_path_of(uri),
        "uri": uri,
        "metrics": {"accuracy": 0.5},
    }


def test_where_nothing_can_be_mounted_the_address_is_that_of_the_copy(
    workspace: Workspace, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barograph.executors.process.can_mount", lambda: False)
    outcome = workspace.run(making, pipeline_root=bucket.uri)
    said = outcome.tasks["use"].outputs["Output"]
    assert (said["said"], said["found"]) == ("drops", ["2", "rain/1"])
    assert Path(said["path"]).is_relative_to(workspace.config.home.downloads)
    assert said["uri"] == said["path"]
    assert outcome.artifact("make", "data").uri.startswith(f"{bucket.uri}/making/")
    assert len(bucket.contents()) == 3


@pytest.mark.parametrize("mounts", [True, False])
def test_a_container_finds_its_artifacts_by_placeholders(
    workspace: Workspace, bucket: Bucket, mounts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mounts and not MOUNTS:
        pytest.skip("this machine lets no process have mounts of its own")
    monkeypatch.setattr("barograph.executors.process.can_mount", lambda: mounts)

    @dsl.container_component
    def write(data: Output[Dataset]) -> dsl.ContainerSpec:
        script = 'mkdir -p "$(dirname "$0")"; printf drops > "$0"'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-ec", script], args=[data.path])

    @dsl.container_component
    def show(data: Input[Dataset], said: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
        script = 'mkdir -p "$(dirname "$2")"; printf "%s %s" "$(cat "$0")" "$1" > "$2"; ! { echo more >> "$0"; }'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-ec", script], args=[data.path, data.uri, said])

    @dsl.pipeline(name="shells")
    def pipeline() -> None:
        show(data=write().outputs["data"])

    outcome = workspace.run(pipeline, pipeline_root=bucket.uri)
    uri = outcome.artifact("write", "data").uri
    assert bucket.contents(uri.rpartition("/")[0]) == {"data": b"drops"}
    if mounts:  # root may write to what is only for reading, but not through such a mount
        assert outcome.tasks["show"].outputs == {"said": f"drops {uri}"}


def test_a_component_that_leaves_its_files_elsewhere(workspace: Workspace, bucket: Bucket, tmp_path: Path) -> None:
    @component
    def leave(folder: str, custom: Output[Dataset], other: Output[Dataset]) -> Artifact:
        from kfp import dsl

        with open(f"{folder}/custom", "w") as file:
            file.write("custom")
        custom.set_path(f"{folder}/custom")
        with open(other.path, "w") as file:
            file.write("other")
        made = dsl.Artifact(uri=dsl.get_uri("mine"), metadata={"mine": True})
        with open(made.path, "w") as file:
            file.write("mine")
        return made

    @dsl.pipeline(name="leaving")
    def pipeline(folder: str) -> None:
        read(data=leave(folder=folder).outputs["Output"])

    outcome = workspace.run(pipeline, {"folder": str(tmp_path)}, pipeline_root=bucket.uri)
    assert outcome.tasks["read"].outputs == {"Output": "mine"}
    root = outcome.artifact("leave", "other").uri.rpartition("/")[0]
    assert outcome.artifact("leave", "Output").uri == f"{root}/mine"
    assert bucket.contents(root) == {"custom": b"custom", "other": b"other", "mine": b"mine"}


@pytest.mark.skipif(not MOUNTS, reason="this machine lets no process have mounts of its own")
def test_a_component_writes_nowhere_but_to_its_own_place(workspace: Workspace, bucket: Bucket) -> None:
    @component
    def publish(uri: str, model: Output[Model]) -> None:
        import os

        model.uri = uri
        os.makedirs(os.path.dirname(model.path), exist_ok=True)  # noqa: PTH103, PTH120
        with open(model.path, "w") as file:
            file.write("weights")

    @dsl.pipeline(name="publishing")
    def pipeline(uri: str) -> None:
        publish(uri=uri)

    uri = f"{bucket.uri}/published/model"
    outcome = workspace.run(pipeline, {"uri": uri}, pipeline_root=f"{bucket.uri}/runs")
    assert f"its output 'model' goes to {uri}, which is not the task's own place" in outcome.tasks["publish"].error
    assert bucket.contents() == {}


def test_a_component_that_writes_to_the_store_itself(workspace: Workspace, bucket: Bucket) -> None:
    @component
    def point(uri: str, model: Output[Model]) -> None:
        model.uri = uri

    @dsl.pipeline(name="pointing")
    def pipeline(uri: str) -> None:
        read(data=point(uri=uri).outputs["model"])

    uri = bucket.put("trained/model", b"weights")
    outcome = workspace.run(pipeline, {"uri": uri})
    assert outcome.tasks["read"].outputs == {"Output": "weights"}
    assert outcome.artifact("point", "model").size == 7


@pytest.mark.parametrize("mounts", [True, False])
def test_a_component_that_passes_on_what_it_takes(
    workspace: Workspace, bucket: Bucket, mounts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mounts and not MOUNTS:
        pytest.skip("this machine lets no process have mounts of its own")
    monkeypatch.setattr("barograph.executors.process.can_mount", lambda: mounts)

    @component
    def judge(data: Input[Dataset], same: Output[Dataset]) -> None:
        same.uri = data.uri
        same.metadata["good"] = True

    @dsl.pipeline(name="judging")
    def pipeline(uri: str) -> None:
        data = dsl.importer(artifact_uri=uri, artifact_class=Dataset).output
        read(data=judge(data=data).outputs["same"])

    uri = bucket.put("rain", b"drops")
    outcome = workspace.run(pipeline, {"uri": uri}, pipeline_root=f"{bucket.uri}/runs")
    assert outcome.tasks["read"].outputs == {"Output": "drops"}
    assert bucket.contents() == {"rain": b"drops"}
    assert not mounts or outcome.artifact("judge", "same").uri == uri


# The cache


def test_a_second_run_is_cached_and_downloads_nothing(workspace: Workspace, bucket: Bucket) -> None:
    first = workspace.run(making, pipeline_root=bucket.uri)
    evict(workspace)
    bucket.store.asked.clear()
    second = workspace.run(making, pipeline_root=bucket.uri)
    assert second.states == {"make": "CACHED", "use": "CACHED"}
    assert second.artifact("make", "data") == first.artifact("make", "data")
    assert bucket.downloads() == []
    assert not workspace.config.home.downloads.exists()


def test_a_consumer_after_a_cache_hit_gets_what_was_made_then(workspace: Workspace, bucket: Bucket) -> None:
    @dsl.pipeline(name="making")
    def longer(text: str = "drops") -> None:
        made = make(text=text)
        use(data=made.outputs["data"], photos=made.outputs["photos"], metrics=made.outputs["metrics"])
        read(data=made.outputs["data"])

    workspace.run(making, pipeline_root=bucket.uri)
    evict(workspace)
    outcome = workspace.run(longer, pipeline_root=bucket.uri)
    assert outcome.states == {"make": "CACHED", "use": "CACHED", "read": "SUCCEEDED"}
    assert outcome.tasks["read"].outputs == {"Output": "drops"}


def test_what_has_vanished_from_the_bucket_is_made_again(workspace: Workspace, bucket: Bucket) -> None:
    first = workspace.run(making, pipeline_root=bucket.uri)
    bucket.remove(first.artifact("make", "photos").uri)
    second = workspace.run(making, pipeline_root=bucket.uri)
    # The same bytes, so what comes after it stays cached.
    assert second.states == {"make": "SUCCEEDED", "use": "CACHED"}
    assert "the artifact 'photos' of the earlier execution has vanished" in second.tasks["make"].cache_note


def test_what_was_replaced_in_the_bucket_fails_whoever_takes_it(workspace: Workspace, bucket: Bucket) -> None:
    first = workspace.run(making, pipeline_root=bucket.uri)
    uri = first.artifact("make", "data").uri
    bucket.put(uri.removeprefix(f"{bucket.uri}/"), b"other")
    evict(workspace)
    second = workspace.run(making, pipeline_root=bucket.uri, uncached=frozenset({"use"}))
    assert second.states == {"make": "CACHED", "use": "FAILED"}
    assert f"what is at {uri} is not what the record says" in second.tasks["use"].error


def test_equal_tasks_of_a_loop_run_once_and_then_never_again(workspace: Workspace, bucket: Bucket) -> None:
    @component
    def same(data: Output[Dataset]) -> None:
        with open(data.path, "w") as file:
            file.write("drops")

    @dsl.pipeline(name="looping")
    def pipeline() -> None:
        with dsl.ParallelFor(list(range(10))):
            read(data=same().outputs["data"])

    def run() -> Counter[str]:
        outcome = workspace.run(pipeline, pipeline_root=bucket.uri)
        return Counter(f"{path.rpartition('.')[2]} {state}" for path, state in outcome.states.items() if "." in path)

    assert run() == {"same SUCCEEDED": 1, "same CACHED": 9, "read SUCCEEDED": 1, "read CACHED": 9}
    assert run() == {"same CACHED": 10, "read CACHED": 10}
    assert len(bucket.contents()) == 1


# What goes wrong


def test_a_store_that_stops_answering_fails_what_is_in_the_cache_rather_than_run_it_again(
    workspace: Workspace, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dsl.pipeline(name="making")
    def twice() -> None:
        make(text="drops")
        make(text="drops")

    def stop(event: Event) -> None:
        if isinstance(event, RunChanged) and event.run.state is State.RUNNING:
            monkeypatch.setattr(files, "PATIENCE", 0.2)  # not before: a busy machine's store takes longer to answer
            bucket.store.rule = lambda method, path: 503

    workspace.run(making, pipeline_root=bucket.uri)
    outcome = workspace.run(twice, pipeline_root=bucket.uri, heard=Heard(stop))
    assert outcome.states == {"make": "FAILED", "make-2": "FAILED"}
    assert "can't be reached" in outcome.tasks["make-2"].error
    assert outcome.tasks["make"].log == ""


def test_a_killed_engine_leaves_no_artifact_in_the_record_and_a_resumed_run_makes_it(
    workspace: Workspace, bucket: Bucket
) -> None:
    file, begun, gate = workspace.compile(making), threading.Event(), threading.Event()

    def hold(method: str, path: str) -> int | None:
        if not bucket.store.is_upload(method, path):
            return None
        begun.set()
        gate.wait(60)
        return 500

    bucket.store.rule = hold
    process = workspace.start("run", file, "--pipeline-root", bucket.uri, "--name", "mine")
    assert begun.wait(60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    gate.set()
    bucket.store.rule = lambda method, path: None
    settle_interrupted(workspace.config.home, workspace.store)
    outcome = workspace.outcome("mine")
    assert (outcome.run.state, outcome.states) == (State.FAILED, {"make": "FAILED", "use": "CANCELED"})
    assert outcome.links == []
    done = workspace.barograph("resume", "mine")
    assert done.returncode == 0, done.stderr
    outcome = workspace.outcome("mine")
    assert outcome.states == {"make": "SUCCEEDED", "use": "SUCCEEDED"}
    assert outcome.artifact("make", "data").uri.startswith(bucket.uri)
    assert bucket.contents(outcome.artifact("make", "data").uri.rpartition("/")[0])["data"] == b"drops"


def test_a_failed_upload_fails_the_task_and_leaves_nothing_behind(workspace: Workspace, bucket: Bucket) -> None:
    answers = iter((None, None))  # the first objects arrive
    bucket.store.rule = lambda method, path: next(answers, 403) if bucket.store.is_upload(method, path) else None
    outcome = workspace.run(making, pipeline_root=bucket.uri)
    assert outcome.states == {"make": "FAILED", "use": "SKIPPED"}
    assert "access is denied" in outcome.tasks["make"].error
    bucket.store.rule = lambda method, path: None
    assert bucket.contents() == {}
    assert workspace.run(making, pipeline_root=bucket.uri).run.state is State.SUCCEEDED


def test_a_bucket_that_is_not_there_or_denied_is_refused_before_anything_is_recorded(
    workspace: Workspace, bucket: Bucket
) -> None:
    file = workspace.compile(making)
    gone = workspace.barograph("run", file, "--pipeline-root", f"{bucket.uri}-of-nobody/x")
    assert gone.returncode == 2
    assert f"there is nothing at {bucket.uri}-of-nobody/x: check the name" in gone.stderr
    bucket.store.rule = lambda method, path: 403
    denied = workspace.barograph("run", file, "--pipeline-root", bucket.uri)
    assert denied.returncode == 2
    assert denied.stderr.startswith(f"error: {bucket.uri}: access is denied")
    assert len(denied.stderr.splitlines()) == 1
    assert workspace.store.runs() == []


@pytest.mark.parametrize("root", ["memory://x", "https://example.test/x", "gs://", "s3://bucket/../x"])
def test_a_root_that_cant_hold_artifacts_is_refused(workspace: Workspace, root: str) -> None:
    with pytest.raises(ConfigurationError, match="the pipeline root"):
        workspace.run(making, pipeline_root=root)
    assert workspace.store.runs() == []


def test_a_canceled_run_does_not_wait_for_a_download(workspace: Workspace, bucket: Bucket) -> None:
    uri = bucket.put("rain", b"drops")
    cancellation, canceling = Cancellation(), threading.Event()

    def hold(method: str, path: str) -> int | None:
        if bucket.store.is_download(method, path):
            cancellation.request()
            canceling.wait(60)
        return None

    def hear(event: Event) -> None:
        if isinstance(event, RunChanged) and event.run.state is State.CANCELING:
            canceling.set()

    bucket.store.rule = hold
    outcome = workspace.run(importing, {"uri": uri}, heard=Heard(hear), cancellation=cancellation)
    assert outcome.run.state is State.CANCELED
    assert outcome.states == {"importer": "SUCCEEDED", "read": "CANCELED"}
    assert list(workspace.config.home.downloads.rglob("rain")) == []


# Imports


def test_what_is_imported_from_a_bucket_is_there_for_whoever_takes_it(workspace: Workspace, bucket: Bucket) -> None:
    uri = bucket.put("photos/rain.txt", b"drops")
    outcome = workspace.run(importing, {"uri": uri})
    artifact = outcome.artifact("importer", "artifact")
    assert (artifact.uri, artifact.size, artifact.media_type) == (uri, 5, "text/plain")
    assert outcome.tasks["read"].outputs == {"Output": "drops"}
    again = workspace.run(importing, {"uri": uri})
    assert again.states == {"importer": "SUCCEEDED", "read": "CACHED"}
    assert again.artifact("importer", "artifact").id == artifact.id
    bucket.put("photos/rain.txt", b"more drops")
    changed = workspace.run(importing, {"uri": uri})
    assert changed.artifact("importer", "artifact").id != artifact.id
    assert changed.tasks["read"].outputs == {"Output": "more drops"}


def test_an_import_downloads_nothing_that_nobody_takes(workspace: Workspace, bucket: Bucket) -> None:
    uri = bucket.put("photos/rain.txt", b"drops")
    assert workspace.run(importing, {"uri": uri}).run.state is State.SUCCEEDED
    evict(workspace)
    bucket.store.asked.clear()
    assert workspace.run(importing, {"uri": uri}).states["read"] == "CACHED"
    assert bucket.downloads() == []


def test_nothing_at_an_address_or_no_access_fails_the_importer(workspace: Workspace, bucket: Bucket) -> None:
    outcome = workspace.run(importing, {"uri": f"{bucket.uri}/nothing"})
    assert outcome.tasks["importer"].error == f"there is nothing at {bucket.uri}/nothing"
    bucket.store.rule = lambda method, path: 403
    outcome = workspace.run(importing, {"uri": f"{bucket.uri}/secret"})
    assert outcome.states == {"importer": "FAILED", "read": "SKIPPED"}
    assert f"{bucket.uri}/secret: access is denied" in outcome.tasks["importer"].error


def test_without_a_network_an_address_can_still_be_passed_on(
    workspace: Workspace, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.2)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    @component
    def name(data: Input[Dataset]) -> str:
        return str(data.uri)

    @dsl.pipeline(name="naming")
    def pipeline(uri: str) -> None:
        name(data=dsl.importer(artifact_uri=uri, artifact_class=Dataset).output)

    uri = f"{bucket.uri}/rain"
    outcome = workspace.run(pipeline, {"uri": uri})
    assert outcome.tasks["name"].outputs == {"Output": uri}
    assert "only the address is imported" in outcome.log("importer")


@pytest.mark.parametrize("is_folder", [True, False])
def test_what_is_in_a_bucket_is_copied_into_the_workspace(
    workspace: Workspace, bucket: Bucket, is_folder: bool
) -> None:
    @component
    def look(data: Input[Artifact], name: str) -> str:
        import os

        with open(os.path.join(data.path, name) if name else data.path) as file:  # noqa: PTH118
            return file.read()

    @dsl.pipeline(name="copying", pipeline_config=dsl.PipelineConfig(workspace=dsl.WorkspaceConfig(size="1Gi")))
    def pipeline(uri: str, name: str = "") -> None:
        data = dsl.importer(artifact_uri=uri, artifact_class=Dataset, download_to_workspace=True)
        look(data=data.output, name=name)

    bucket.put("photos/rain", b"drops")
    uri, name = (f"{bucket.uri}/photos", "rain") if is_folder else (f"{bucket.uri}/photos/rain", "")
    outcome = workspace.run(pipeline, {"uri": uri, "name": name})
    assert outcome.tasks["look"].outputs == {"Output": "drops"}
    copied = Path(outcome.artifact("importer", "artifact").uri)
    inside = workspace.config.home.workspace(outcome.run.id) / ".artifacts"
    assert copied == inside / local_path_of(uri).lstrip("/")


def test_a_list_of_imported_artifacts_with_one_inside_another(workspace: Workspace, bucket: Bucket) -> None:
    @component
    def count(every: Input[list[Artifact]]) -> list:
        import os

        return [sorted(os.listdir(one.path)) if os.path.isdir(one.path) else open(one.path).read() for one in every]  # noqa: PTH112, PTH208

    @dsl.pipeline(name="counting")
    def pipeline(uris: list) -> None:
        with dsl.ParallelFor(uris) as uri:
            data = dsl.importer(artifact_uri=uri, artifact_class=Artifact)
        count(every=dsl.Collected(data.output))

    for number in range(3):
        bucket.put(f"photos/{number}", str(number).encode())
    uris: list[Any] = [f"{bucket.uri}/photos/2", f"{bucket.uri}/photos", f"{bucket.uri}/photos/0"]
    outcome = workspace.run(pipeline, {"uris": uris})
    assert outcome.tasks["count"].outputs == {"Output": ["2", ["0", "1", "2"], "0"]}


def test_an_artifact_given_by_its_address(workspace: Workspace, bucket: Bucket) -> None:
    @dsl.pipeline(name="taking")
    def pipeline(data: Input[Dataset]) -> None:
        read(data=data)

    uri = bucket.put("rain", b"drops")
    outcome = workspace.run(pipeline, artifacts={"data": uri})
    assert outcome.tasks["read"].outputs == {"Output": "drops"}
    bucket.store.rule = lambda method, path: 403
    with pytest.raises(ArtifactError, match="access is denied"):
        workspace.run(pipeline, artifacts={"data": uri})


# Containers


def run_in_docker(workspace: Workspace, pipeline: Any, host: str, root: str) -> Outcome:
    spec = read_spec(workspace.compile(pipeline))
    request = Request(build(spec), spec.text, {}, Options(cache=False, pipeline_root=root))
    executor = DockerExecutor(workspace.config, DockerOptions(host=host))
    run = execute(request, workspace.config.home, workspace.store, executor, Heard())
    return workspace.outcome(run.id)


@pytest.mark.parametrize("bucket", ["google"], indirect=True)
def test_a_container_of_docker_sees_what_is_in_its_root(workspace: Workspace, bucket: Bucket) -> None:
    @dsl.container_component
    def write(data: Output[Dataset], photos: Output[Artifact]) -> dsl.ContainerSpec:
        script = 'mkdir -p "$1"; printf drops > "$0"; printf rain > "$1/rain"'
        return dsl.ContainerSpec(image=SHELL, command=["sh", "-ec", script], args=[data.path, photos.path])

    @dsl.container_component
    def show(
        data: Input[Dataset],
        photos: Input[Artifact],
        said: dsl.OutputPath(str),  # type: ignore[valid-type]
    ) -> dsl.ContainerSpec:
        script = (
            'printf "%s %s %s" "$(cat "$0")" "$(cat "$1/rain")" "$2" > "$3"; '
            'if (echo more >> "$0") 2>/dev/null; then echo it can be written; fi'
        )
        words = [data.path, photos.path, data.uri, said]
        return dsl.ContainerSpec(image=SHELL, command=["sh", "-ec", script], args=words)

    @dsl.pipeline(name="shells")
    def pipeline() -> None:
        made = write()
        show(data=made.outputs["data"], photos=made.outputs["photos"])

    with dockerd() as host:
        for root in (f"{bucket.uri}/runs", str(workspace.path / "other")):
            outcome = run_in_docker(workspace, pipeline, host, root)
            assert outcome.states == {"write": "SUCCEEDED", "show": "SUCCEEDED"}
            uri = outcome.artifact("write", "data").uri
            assert uri.startswith(root)
            assert outcome.tasks["show"].outputs == {"said": f"drops rain {uri}"}
            assert ("it can be written" in outcome.log("show")) == (not is_remote(root))
    assert sorted(bucket.contents().values()) == [b"drops", b"rain"]


# The command line


def test_remote_artifacts_are_shown_and_exported(workspace: Workspace, bucket: Bucket, tmp_path: Path) -> None:
    run = workspace.barograph("run", workspace.compile(making), "--pipeline-root", f"{bucket.uri}/x")
    assert run.returncode == 0, run.stderr
    evict(workspace)
    bucket.store.asked.clear()
    shown = workspace.barograph("show", "last")
    assert f"in {bucket.uri}/x/making" in shown.stdout
    listed = json.loads(workspace.barograph("artifacts", "last", "--json").stdout)
    assert {row["name"] for row in listed if row["uri"].startswith(f"{bucket.uri}/x/")} == {"data", "photos", "metrics"}
    assert bucket.downloads() == []
    exported = workspace.barograph("artifacts", "last", "--export", tmp_path / "out")
    assert exported.returncode == 0, exported.stderr
    assert (tmp_path / "out" / "make" / "data.txt").read_text() == "drops"
    assert (tmp_path / "out" / "make" / "photos" / "rain" / "1").read_text() == "rain/1"
    (tmp_path / "out" / "make" / "data.txt").write_text("it is the user's own")
    bucket.remove(bucket.uri)
    evict(workspace)
    gone = workspace.barograph("artifacts", "last", "--export", tmp_path / "again")
    assert gone.returncode == 1
    assert "can't be copied" in gone.stderr
    assert f"there is nothing at {bucket.uri}/x/" in gone.stderr


def test_the_root_may_be_set_for_the_home(workspace: Workspace, bucket: Bucket, tmp_path: Path) -> None:
    settings = workspace.path / "barograph.toml"
    settings.write_text(f'artifacts = "{bucket.uri}/all"\n' + settings.read_text())
    assert workspace.run(making).artifact("make", "data").uri.startswith(f"{bucket.uri}/all/making/")
    assert load_config(workspace.path, {"BAROGRAPH_ARTIFACTS": "elsewhere"}).home.root == str(
        workspace.path.resolve() / "elsewhere"
    )
    settings.write_text("artifacts = 1\n")
    with pytest.raises(ConfigurationError, match="artifacts must be a folder or an address"):
        load_config(workspace.path, {})


def test_the_root_may_be_another_folder(workspace: Workspace, tmp_path: Path) -> None:
    run = workspace.barograph("run", workspace.compile(making), "--pipeline-root", "other", "-p", "text=elsewhere")
    assert run.returncode == 0, run.stderr
    outcome = workspace.outcome("last")
    assert Path(outcome.artifact("make", "data").uri).is_relative_to(workspace.path / "other" / "making")
    assert outcome.run.options["pipeline_root"] == str(workspace.path / "other")


def test_a_run_on_this_machine_imports_nothing_that_speaks_to_stores(workspace: Workspace) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "barograph", "run", str(workspace.compile(making))]
    done = subprocess.run(command, cwd=workspace.path, env=workspace.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not any(f" {name}" in done.stderr for name in ("fsspec", "gcsfs", "s3fs", "aiohttp", "botocore"))
