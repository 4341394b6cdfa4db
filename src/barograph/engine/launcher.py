"""What KFP's launcher does around a command: hand it its inputs, and take its outputs.

The ExecutorInput and ExecutorOutput messages and their precedence are those of
``backend/src/v2/component/launcher_v2.go``.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from barograph.artifacts.content import Content, digest_elsewhere, local_path, read_content
from barograph.engine.inputs import Bundle
from barograph.ir.graph import MISSING, Component
from barograph.ir.placeholders import Context
from barograph.ir.values import Value, check, parse
from barograph.store.records import Artifact


class OutputError(Exception):
    """A command ended well, but what it left is not what its component declares."""


@dataclass(frozen=True)
class Places:
    """Where a task's files go.

    Attributes:
        outputs: the folder of its output artifacts, in the pipeline root.
        work: its own folder while it runs.
    """

    outputs: Path
    work: Path

    @property
    def executor_output(self) -> Path:
        """The file in which KFP's executor says what it made. Beside the artifacts, since ``dsl.get_uri`` takes
        its folder for the task's root."""
        return self.outputs / "executor_output.json"

    def parameter(self, name: str) -> Path:
        """The file of an output parameter."""
        return self.work / "outputs" / name

    def artifact(self, name: str) -> Path:
        """The file or folder of an output artifact."""
        return self.outputs / name


def executor_input(component: Component, inputs: Bundle, places: Places) -> dict[str, Any]:
    """KFP's ``ExecutorInput`` in its JSON form."""
    return {
        "inputs": {
            "parameterValues": dict(inputs.parameters),
            "artifacts": {
                name: {"artifacts": [_runtime_artifact(a.name, a.type, a.uri, a.metadata) for a in several]}
                for name, several in inputs.artifacts.items()
            },
        },
        "outputs": {
            "parameters": {name: {"outputFile": str(places.parameter(name))} for name in component.output_parameters},
            "artifacts": {
                name: {
                    "artifacts": [_runtime_artifact(name, spec.schema_title, str(places.artifact(name)), spec.metadata)]
                }
                for name, spec in component.output_artifacts.items()
            },
            "outputFile": str(places.executor_output),
        },
    }


def _runtime_artifact(name: str, schema_title: str, uri: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "type": {"schemaTitle": schema_title, "schemaVersion": "0.0.1"},
        "uri": uri,
        "metadata": dict(metadata),
    }


def context(component: Component, message: Mapping[str, Any], runtime: Mapping[str, str]) -> Context:
    """What the placeholders in a component's command stand for.

    Args:
        component: gives the defaults.
        message: the task's ``executor_input``.
        runtime: facts about the run and the task, by placeholder.
    """
    defaults = {name: spec.default for name, spec in component.input_parameters.items() if spec.default is not MISSING}
    return Context(message, _path, defaults, runtime)  # type: ignore[arg-type]


def _path(artifact: Mapping[str, Any]) -> str:
    return str(artifact.get("custom_path") or artifact["uri"])


def make_places(component: Component, places: Places) -> None:
    """Make the folders that a command may count on."""
    places.outputs.mkdir(parents=True, exist_ok=True)
    (places.work / "tmp").mkdir(parents=True, exist_ok=True)
    if component.output_parameters:
        (places.work / "outputs").mkdir(exist_ok=True)


def collect(component: Component, places: Places, ids: Mapping[str, str], time: datetime, log: Path) -> Bundle:
    """The outputs of a command that ended well.

    A value in the ExecutorOutput wins over a parameter's file. An artifact without a file is recorded all the same:
    ``system.Metrics`` and its kin live in their metadata.

    Args:
        component: says what outputs there must be.
        places: where they are.
        ids: an id for each output artifact.
        time: when they were made.
        log: gets a warning for each artifact that has neither a file nor metadata.

    Raises:
        OutputError: a parameter is missing or of another type, or the ExecutorOutput can't be read.
    """
    said = _executor_output(places.executor_output)
    parameters: dict[str, Value] = {}
    for name, spec in component.output_parameters.items():
        file = places.parameter(name)
        try:
            if name in said.get("parameterValues", {}):
                parameters[name] = check(said["parameterValues"][name], spec.type)
            elif file.is_file():
                parameters[name] = parse(file.read_text(encoding="utf-8"), spec.type)
            else:
                raise OutputError(f"it ended without giving its output {name!r}")
        except (ValueError, UnicodeDecodeError) as error:
            raise OutputError(f"its output {name!r}: {error}") from None
    artifacts: dict[str, tuple[Artifact, ...]] = {}
    for name, artifact_spec in component.output_artifacts.items():
        found = said.get("artifacts", {}).get(name, {}).get("artifacts") or [{}]
        message = found[0]
        metadata = {**artifact_spec.metadata, **message.get("metadata", {})}
        uri = str(message.get("uri") or places.artifact(name))
        if custom := message.get("custom_path"):
            uri = str(_taken(Path(custom), places.artifact(name)))
        local = local_path(uri)
        if local is None:
            content = Content(digest_elsewhere(uri, metadata), None, "")
        else:
            content = read_content(local, artifact_spec.schema_title, metadata)
        if local is not None and content.size is None and not metadata:
            with log.open("a", encoding="utf-8") as told:
                print(f"[barograph] warning: the artifact {name!r} was not written: nothing is at {uri}", file=told)
        artifact = Artifact(
            id=ids[name],
            name=name,
            type=artifact_spec.schema_title,
            uri=uri,
            digest=content.digest,
            size=content.size,
            media_type=content.media_type,
            metadata=metadata,
            created_at=time,
        )
        artifacts[name] = (artifact,)
    places.executor_output.unlink(missing_ok=True)
    if not any(places.outputs.iterdir()):
        places.outputs.rmdir()
    return Bundle(parameters, artifacts)


def _taken(source: Path, target: Path) -> Path:
    """A component may leave an artifact elsewhere (``custom_path``): it is copied to where artifacts are kept."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file():
        shutil.copyfile(source, target)
    return target


def _executor_output(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        raise OutputError(f"its executor output can't be read: {error}") from None
    if not isinstance(said, dict):
        raise OutputError("its executor output is no JSON object")
    for name, artifact in (said.get("artifacts") or {}).items() if isinstance(said.get("artifacts"), dict) else ():
        several = artifact.get("artifacts") if isinstance(artifact, dict) else None
        if not isinstance(several, list) or not all(isinstance(one, dict) for one in several):
            raise OutputError(f"its executor output has no list of artifacts for {name!r}")
    return said
