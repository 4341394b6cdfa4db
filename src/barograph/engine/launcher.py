"""What KFP's launcher does around a command: hand it its inputs, and take its outputs.

The ExecutorInput and ExecutorOutput messages and their precedence are those of
``backend/src/v2/component/launcher_v2.go``.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from barograph.artifacts.content import Content, digest_elsewhere, read_content, remote_content
from barograph.artifacts.digest import digest_json
from barograph.artifacts.uri import is_remote, launcher_path, local_path
from barograph.engine.inputs import Bundle
from barograph.errors import BarographError
from barograph.ir.graph import MISSING, ArtifactSpec, Component
from barograph.ir.placeholders import Context
from barograph.ir.values import ParameterType, Value, check, parse
from barograph.store.records import Artifact


class OutputError(Exception):
    """A command ended well, but what it left is not what its component declares."""


@dataclass(frozen=True)
class Places:
    """Where a task's files go.

    Attributes:
        outputs: the folder that its output artifacts are written to.
        work: its own folder while it runs.
        downloads: the folder of local copies of what lies in object stores.
        uri: where the output artifacts go from ``outputs``, in an object store; empty where they stay.
    """

    outputs: Path
    work: Path
    downloads: Path
    uri: str = ""

    @classmethod
    def below(cls, root: str, names: Sequence[str], work: Path, downloads: Path) -> "Places":
        """The places of a task whose outputs go below the pipeline root ``root``, in the folder of these ``names``."""
        if is_remote(root):
            uri = "/".join((root, *names))
            return cls(_shown(work, launcher_path(uri)), work, downloads, uri)
        return cls(Path(root, *names), work, downloads)

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

    def shown(self, path: str) -> Path:
        """Where something is that a task with mounts finds at the path that KFP's launcher gives it."""
        return _shown(self.work, path)

    def address(self, uri: str) -> str:
        """Where an artifact goes that its task wrote to ``uri``, as that sees it."""
        local = local_path(uri)
        if self.uri and local is not None and local.is_relative_to(self.outputs):
            return f"{self.uri}/{local.relative_to(self.outputs).as_posix()}"
        return uri if local is None else str(local)

    def owns(self, uri: str) -> bool:
        """Whether what is at ``uri`` was put there for this task alone, from ``outputs``."""
        return bool(self.uri) and uri.startswith(f"{self.uri}/")

    def local(self, uri: str) -> Path | None:
        """Where what is, or goes, to ``uri`` is on this machine; None for an address that is not the task's own."""
        return self.shown(launcher_path(uri)) if self.owns(uri) else local_path(uri)


def _shown(work: Path, path: str) -> Path:
    return work / "shown" / path.lstrip("/")


def executor_input(component: Component, inputs: Bundle, places: Places, mounted: bool = False) -> dict[str, Any]:
    """KFP's ``ExecutorInput`` in its JSON form.

    Args:
        component: says what outputs there are to be.
        inputs: the artifacts' addresses in it are as the task sees them.
        places: where the outputs go.
        mounted: whether the task finds the outputs of a remote root at the path that KFP's launcher gives them. If
            so, their addresses are the remote ones.
    """
    seen = places.uri if mounted and places.uri else str(places.outputs)
    root = launcher_path(seen)
    return {
        "inputs": {
            # Defaults are filled in with the placeholders: they do not count as given (``addDefaultParams``).
            "parameterValues": {k: value for k, value in inputs.parameters.items() if k not in inputs.defaulted},
            "artifacts": {
                name: {"artifacts": [_runtime_artifact(a.name, a.type, a.uri, a.metadata) for a in several]}
                for name, several in inputs.artifacts.items()
            },
        },
        "outputs": {
            "parameters": {name: {"outputFile": str(places.parameter(name))} for name in component.output_parameters},
            "artifacts": {
                name: {"artifacts": [_runtime_artifact(name, spec.schema_title, f"{seen}/{name}", spec.metadata)]}
                for name, spec in component.output_artifacts.items()
            },
            "outputFile": f"{root}/{places.executor_output.name}",
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
    return str(artifact.get("custom_path") or launcher_path(artifact["uri"]))


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
    parameters = {name: _parameter(name, spec.type, said, places) for name, spec in component.output_parameters.items()}
    artifacts: dict[str, tuple[Artifact, ...]] = {}
    for name, spec in component.output_artifacts.items():
        found = said.get("artifacts", {}).get(name, {}).get("artifacts") or [{}]
        artifacts[name] = (_artifact(name, spec, found[0], places, ids[name], time, log),)
    places.executor_output.unlink(missing_ok=True)
    if not any(places.outputs.iterdir()):
        places.outputs.rmdir()
    return Bundle(parameters, artifacts)


def _parameter(name: str, type_: ParameterType, said: Mapping[str, Any], places: Places) -> Value:
    file = places.parameter(name)
    try:
        if name in said.get("parameterValues", {}):
            return check(said["parameterValues"][name], type_)
        if file.is_file():
            return parse(file.read_text(encoding="utf-8"), type_)
    except (ValueError, UnicodeDecodeError) as error:
        raise OutputError(f"its output {name!r}: {error}") from None
    raise OutputError(f"it ended without giving its output {name!r}")


def _artifact(
    name: str, spec: ArtifactSpec, message: Mapping[str, Any], places: Places, id: str, time: datetime, log: Path
) -> Artifact:
    metadata = {**spec.metadata, **message.get("metadata", {})}
    uri = places.address(str(message.get("uri") or places.artifact(name)))
    if custom := message.get("custom_path"):
        shown = places.shown(custom)
        uri = places.address(str(_taken(shown if shown.exists() else Path(custom), places.artifact(name))))
    content = _content(name, uri, spec.schema_title, metadata, places, log)
    return Artifact(
        id=id,
        name=name,
        type=spec.schema_title,
        uri=uri,
        digest=content.digest,
        size=content.size,
        media_type=content.media_type,
        metadata=metadata,
        created_at=time,
    )


def _content(name: str, uri: str, type_: str, metadata: Mapping[str, Any], places: Places, log: Path) -> Content:
    local = places.local(uri)
    if local is not None and local.exists():
        return read_content(local, type_, metadata)
    if is_remote(uri):  # a command may write to a store itself, or pass on what is there
        try:
            if found := remote_content(uri, type_, metadata):
                return found
        except BarographError as error:
            warn(log, f"the artifact {name!r} is recorded as an address only: {error}")
    if local is None:
        if is_remote(uri) and places.shown(launcher_path(uri)).exists():
            raise OutputError(
                f"its output {name!r} goes to {uri}, which is not the task's own place: a command has to put there "
                "itself what it does not write to the path that it is given"
            )
        return Content(digest_elsewhere(uri, metadata), None, "")
    if not metadata:
        warn(log, f"the artifact {name!r} was not written: nothing is at {uri}")
    return Content(digest_json(dict(metadata)), None, "")


def warn(log: Path, words: str) -> None:
    """Add a warning to a task's log."""
    with log.open("a", encoding="utf-8") as told:
        print(f"[barograph] warning: {words}", file=told)


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
