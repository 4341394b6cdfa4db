"""Importers: from an address to an artifact in the record."""

from pathlib import Path
from typing import Any

import pytest
from kfp import dsl
from kfp.dsl import Artifact, Dataset, Input, Model

from barograph.artifacts.digest import digest_json
from barograph.states import State
from barograph.store.records import Kind
from tests.conformance.components import read, say
from tests.conformance.edits import edited, importer
from tests.conftest import Workspace, component


@component
def describe(data: Input[Artifact]) -> dict:
    return {"uri": data.uri, "metadata": data.metadata, "type": data.schema_title}


@dsl.pipeline(name="importing")
def importing(uri: str, text: str = "") -> None:
    data = dsl.importer(
        artifact_uri=uri,
        artifact_class=Dataset,
        metadata={"source": f"it's {text}", "more": {"list": [text, 1]}, text: True},
    )
    describe(data=data.output)


@pytest.fixture
def rain(workspace: Workspace) -> Path:
    file = workspace.path / "rain.txt"
    file.write_text("drops")
    return file


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_file_at_an_address_that_is_written_in_the_pipeline(workspace: Workspace, rain: Path, scheme: str) -> None:
    @dsl.pipeline(name="importing")
    def pipeline() -> None:
        read(data=dsl.importer(artifact_uri=f"{scheme}{rain}", artifact_class=Dataset).output)

    outcome = workspace.run(pipeline)
    assert outcome.tasks["read"].outputs == {"Output": "drops"}
    assert outcome.tasks["importer"].kind is Kind.IMPORTER
    artifact = outcome.artifact("importer", "artifact")
    # printf drops | sha256sum
    assert artifact.digest == "sha256:471bcf3ba0df253d3971bbb99c72e239049eba5ca94f1ed636941ed8bfb5eafc"
    assert (artifact.type, artifact.size, artifact.media_type) == ("system.Dataset", 5, "text/plain")


def test_an_address_that_comes_from_a_parameter(workspace: Workspace, rain: Path) -> None:
    outcome = workspace.run(importing, {"uri": str(rain), "text": "rain"})
    assert outcome.tasks["describe"].outputs["Output"]["uri"] == str(rain)


def test_an_address_that_comes_from_another_task(workspace: Workspace, rain: Path) -> None:
    @dsl.pipeline(name="importing")
    def pipeline(uri: str) -> None:
        read(data=dsl.importer(artifact_uri=say(text=uri).output, artifact_class=Dataset).output)

    outcome = workspace.run(pipeline, {"uri": str(rain)})
    assert outcome.tasks["read"].outputs == {"Output": "drops"}


def test_metadata_is_made_of_texts_and_inputs(workspace: Workspace, rain: Path) -> None:
    outcome = workspace.run(importing, {"uri": str(rain), "text": '"quoted" é {{$.x}}'})
    assert outcome.artifact("importer", "artifact").metadata == {
        "source": 'it\'s "quoted" é {{$.x}}',
        "more": {"list": ['"quoted" é {{$.x}}', 1]},
        '"quoted" é {{$.x}}': True,
    }


@pytest.mark.parametrize("again", [True, False])
def test_an_artifact_that_is_known_is_recorded_anew_only_where_that_is_asked(
    workspace: Workspace, rain: Path, again: bool
) -> None:
    @dsl.pipeline(name="importing")
    def pipeline(uri: str) -> None:
        read(data=dsl.importer(artifact_uri=uri, artifact_class=Dataset, reimport=again).output)

    first = workspace.run(pipeline, {"uri": str(rain)}).artifact("importer", "artifact")
    outcome = workspace.run(pipeline, {"uri": str(rain)})
    second = outcome.artifact("importer", "artifact")
    assert (first.id == second.id) == (not again)
    # The same bytes, so what comes after it need not run.
    assert outcome.states["read"] == "CACHED"


def test_a_changed_file_is_another_artifact(workspace: Workspace, rain: Path) -> None:
    first = workspace.run(importing, {"uri": str(rain)}).artifact("importer", "artifact")
    rain.write_text("more drops")
    outcome = workspace.run(importing, {"uri": str(rain)})
    second = outcome.artifact("importer", "artifact")
    assert first.id != second.id
    assert first.digest != second.digest
    assert outcome.states["describe"] == "SUCCEEDED"


def test_other_metadata_or_another_type_is_another_artifact(workspace: Workspace, rain: Path) -> None:
    @dsl.pipeline(name="importing")
    def as_model(uri: str) -> None:
        dsl.importer(artifact_uri=uri, artifact_class=Model, metadata={"source": "it's ", "more": {"list": ["", 1]}})

    ids = [
        workspace.run(pipeline, {"uri": str(rain), **given}).artifact("importer", "artifact").id
        for pipeline, given in ((importing, {}), (importing, {"text": "x"}), (as_model, {}))
    ]
    assert len(set(ids)) == 3


def test_a_file_that_is_not_there_fails_the_task_by_name(workspace: Workspace) -> None:
    gone = workspace.path / "gone.txt"
    outcome = workspace.run(importing, {"uri": str(gone)})
    assert outcome.states == {"importer": "FAILED", "describe": "SKIPPED"}
    assert outcome.tasks["importer"].error == f"there is nothing at {gone}"
    assert outcome.run.state is State.FAILED


def test_an_address_elsewhere_is_recorded_and_identified_by_itself(workspace: Workspace) -> None:
    uri = "https://example.test/photos/rain.jpg"
    outcome = workspace.run(importing, {"uri": uri, "text": "a"})
    artifact = outcome.artifact("importer", "artifact")
    metadata = {"source": "it's a", "more": {"list": ["a", 1]}, "a": True}
    assert (artifact.uri, artifact.size, artifact.media_type) == (uri, None, "")
    assert artifact.digest == digest_json({"uri": uri, "metadata": metadata})
    assert outcome.tasks["describe"].outputs["Output"] == {"uri": uri, "metadata": metadata, "type": "system.Dataset"}
    assert workspace.run(importing, {"uri": uri, "text": "a"}).states["describe"] == "CACHED"
    assert workspace.run(importing, {"uri": f"{uri}.gz", "text": "a"}).states["describe"] == "SUCCEEDED"


def test_a_folder_is_imported_whole(workspace: Workspace) -> None:
    folder = workspace.path / "photos"
    (folder / "rain").mkdir(parents=True)
    (folder / "rain" / "a").write_text("12345")
    (folder / "b").write_text("678")
    artifact = workspace.run(importing, {"uri": str(folder)}).artifact("importer", "artifact")
    assert (artifact.size, artifact.media_type) == (8, "inode/directory")
    (folder / "b").rename(folder / "c")
    assert workspace.run(importing, {"uri": str(folder)}).artifact("importer", "artifact").digest != artifact.digest


WORKSPACE = {"pipelineConfig": {"workspace": {"size": "1Gi"}}}


def _to_workspace(document: dict[str, Any]) -> None:
    importer(document)["downloadToWorkspace"] = True


@pytest.mark.parametrize("is_folder", [True, False])
def test_a_file_or_folder_is_copied_into_the_workspace(workspace: Workspace, is_folder: bool) -> None:
    source = workspace.path / "photos"
    if is_folder:
        source.mkdir()
    file = source / "rain" if is_folder else source
    file.write_text("drops")
    outcome = workspace.run(edited(workspace, importing, _to_workspace, WORKSPACE), {"uri": str(source)})
    artifact = outcome.artifact("importer", "artifact")
    copied = Path(artifact.uri)
    assert copied.is_relative_to(workspace.config.home.workspace(outcome.run.id) / ".artifacts")
    assert (copied / "rain" if is_folder else copied).read_text() == "drops"
    assert outcome.tasks["describe"].outputs["Output"]["uri"] == artifact.uri
    assert file.read_text() == "drops"


def test_what_is_elsewhere_and_cant_be_copied_fails_the_task(workspace: Workspace) -> None:
    outcome = workspace.run(edited(workspace, importing, _to_workspace, WORKSPACE), {"uri": "ftp://example.test/rain"})
    assert outcome.states["importer"] == "FAILED"
    assert "ftp://example.test/rain can't be copied into the workspace" in outcome.tasks["importer"].error


def test_a_file_in_the_workspace_is_imported(workspace: Workspace) -> None:
    @component
    def leave(folder: str) -> str:
        with open(f"{folder}/rain.txt", "w") as file:
            file.write("drops")
        return f"{folder}/rain.txt"

    @dsl.pipeline(name="inside", pipeline_config=dsl.PipelineConfig(workspace=dsl.WorkspaceConfig(size="1Gi")))
    def pipeline() -> None:
        left = leave(folder=dsl.WORKSPACE_PATH_PLACEHOLDER)
        uri = f"{dsl.WORKSPACE_PATH_PLACEHOLDER}/rain.txt"
        read(data=dsl.importer(artifact_uri=uri, artifact_class=Dataset).after(left).output)

    assert workspace.run(pipeline).tasks["read"].outputs == {"Output": "drops"}


def test_an_importer_in_a_loop(workspace: Workspace) -> None:
    @dsl.pipeline(name="looping")
    def pipeline(uris: list[str]) -> None:
        with dsl.ParallelFor(uris) as uri:
            read(data=dsl.importer(artifact_uri=uri, artifact_class=Dataset).output)

    for name in ("a", "b"):
        (workspace.path / name).write_text(name)
    outcome = workspace.run(pipeline, {"uris": [str(workspace.path / name) for name in ("a", "b")]})
    said = [task.outputs["Output"] for path, task in sorted(outcome.tasks.items()) if path.endswith(".read")]
    assert said == ["a", "b"]
