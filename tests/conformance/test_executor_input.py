"""What components receive, against what KFP's own driver and launcher give them for the same pipeline.

The goldens hold what KFP gave at the commit that they name. ``scripts/launcher-goldens`` recorded it from KFP's own Go
functions: ``resolveInputs``, ``provisionOutputs`` and ``resolveContainerArgs`` (``backend/src/v2/driver``: resolve.go,
driver.go, util.go), ``addDefaultParams``, ``getPlaceholders`` and ``compileCmdAndArgs`` (``component/launcher_v2.go``),
and those that bring artifacts through ML Metadata (``metadata/converter.go``). ``given`` in a golden is written by
hand: what the run got, and what its tasks made. After a change of a pipeline, that script makes its golden anew.

Words are compared as they are, an ExecutorInput as a message. The names of runs and attempts and the times are made
those of the goldens; so are the folder of output parameters and the name of the executor output's file, which no
component can count on. What else is not the same is listed here, with the reason.
"""

import copy
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.protobuf import json_format
from kfp.pipeline_spec.pipeline_spec_pb2 import ExecutorInput

from barograph.artifacts import files
from barograph.engine import run as engine
from barograph.engine.request import Options, Request
from barograph.engine.runtime import facts
from barograph.executors.base import Exit, Job
from barograph.home import Home
from barograph.ir import build, read_spec
from barograph.ir.graph import Container
from barograph.states import State
from barograph.store import Run
from tests.conformance.everything import SAY
from tests.conformance.received import GOLDENS, SPECS, Received, with_names_for
from tests.conftest import Heard, Workspace

ROOT = "gs://bucket/root"
ANEW = "where the pipeline itself has changed, scripts/launcher-goldens makes its golden anew"
NUMBER = {"1e-07": ["0.0000001"]}
WRITTEN_OUT = "KFP's driver writes an exponent, its launcher, which fills words that name an output, writes numbers out"
UNKNOWN = "KFP leaves this placeholder as it stands"
TEXT = 'it\'s "rain" <b>&</b> \\ $HOME {snow}\n雪 \u2028 \U0001f327'

DIFFERENT: Mapping[str, tuple[str, Mapping[str, list[str]]]] = {
    "parameters": (WRITTEN_OUT, NUMBER),
    "present": (WRITTEN_OUT, NUMBER),
    "defaults": (
        "KFP's driver fails where a command names a parameter that was not given; a default stands in for it",
        {
            'failed to resolve input parameters: parameter "text" not found in executor input': [
                *("python3", "-c", SAY, "a default", "0.5", '{"a":"ä","b":1}')
            ]
        },
    ),
    "present-artifact": (
        "KFP takes no artifact for present",
        {"--no-data": ["--data", "/gcs/bucket/root/everything/run-id/make/attempt/data"]},
    ),
    "joined": (
        "KFP's launcher knows no Concat",
        {f'{{"Concat": ["n=", "7", ";", {{"Concat": ["{TEXT}", "!"]}}]}}': [f"n=7;{TEXT}!"]},
    ),
    "metadata": (
        UNKNOWN,
        {
            "{{$.inputs.artifacts['data'].metadata['whole']}}": ["3"],
            "{{$.inputs.artifacts['data'].metadata['items']}}": ['[1,"ä"]'],
        },
    ),
    "facts": (
        "KFP fills a placeholder of the run's only where it is all of a value",
        {"{{$.pipeline_job_uuid}} {{$.pipeline_task_name}}": ["run-id facts"]},
    ),
    "facts-in-words": (
        UNKNOWN,
        {"{{$.pipeline_job_uuid}}": ["run-id"], "{{$.pipeline_task_name}}": ["facts-in-words"]},
    ),
}
"""By task: why its words are not the same, and what Barograph gives for each of KFP's that is not."""


def golden_of(name: str) -> dict[str, Any]:
    golden: dict[str, Any] = json.loads((GOLDENS / f"{name}.json").read_text(encoding="utf-8"))
    return golden


def expected(golden: Mapping[str, Any], path: str) -> Received:
    """What the task at ``path`` is to receive: what KFP gives, but for what differs on purpose."""
    kfp = golden["received"][path]
    _, ours = DIFFERENT.get(path, ("", {}))
    words = kfp.get("words") or [kfp["error"]]
    assert {*ours} <= {*words}, f"KFP gives {path} other words than those that are listed as different"
    wanted: Received = {"words": [each for word in words for each in ours.get(word, [word])]}
    if "executor_input" in kfp:
        wanted["executor_input"] = _message(_as_made(kfp["executor_input"], golden))
    return wanted


def _as_made(message: Received, golden: Mapping[str, Any]) -> Received:
    # On its way through ML Metadata, an artifact gets a number for its name, loses its type, and of its metadata lists
    # and structs are wrapped, booleans are numbers, and two entries are new. Here it comes as it was made.
    message = copy.deepcopy(message)
    for several in message["inputs"].get("artifacts", {}).values():
        for artifact in several["artifacts"]:
            path, key = re.findall(r"/run-id/(.+)/attempt/(.+)", artifact["uri"])[0]
            outputs = golden["received"][path]["executor_input"]["outputs"]["artifacts"]
            metadata = golden["given"]["made"].get(path, {}).get("metadata", {}).get(key, {})
            artifact |= {"name": key, "type": outputs[key]["artifacts"][0]["type"], "metadata": metadata}
    return message


def _message(message: Received) -> dict[str, Any]:
    # What is empty is the same as what is not there.
    parsed = json_format.ParseDict(message, ExecutorInput())
    for side in (parsed.inputs, parsed.outputs):
        for several in side.artifacts.values():
            for artifact in several.artifacts:
                if not artifact.metadata.fields:
                    artifact.ClearField("metadata")
    found: dict[str, Any] = json_format.MessageToDict(parsed)
    return found


def received(document: Mapping[str, Any], path: str, words: Iterable[str], run: Run, home: Home) -> Received:
    """What the task at ``path`` received, with the names that the goldens have."""
    known = facts(run, Path())
    found = with_names_for(document, path, {"words": [_renamed(word, run, known, home) for word in words]})
    if "executor_input" in found:
        found["executor_input"] = _message(found["executor_input"])
    return found


def _renamed(word: str, run: Run, known: Mapping[str, str], home: Home) -> str:
    names = {
        f"{home.artifacts}/": f"{ROOT}/",
        known["pipeline_job_create_time_utc"]: "2026-01-02T03:04:05Z",
        known["pipeline_job_resource_name"]: "run-resource-name",
        run.name: "run-display-name",
        run.id: "run-id",
    }
    word = re.sub(rf"{re.escape(str(home.path))}/work/[^ \"]*/outputs/", "/tmp/kfp/outputs/", word)
    for ours, theirs in names.items():
        word = word.replace(ours, theirs)
    word = re.sub(rf"(bucket/root/{run.pipeline}/run-id/[^/]+)/[^/]+/", r"\1/attempt/", word)
    return word.replace("/executor_output.json", "/output_metadata.json")


@dataclass
class Made:
    """A process that makes what a golden says, and nothing else."""

    job: Job
    parameters: Mapping[str, Any]
    metadata: Mapping[str, Any]

    def wait(self) -> Exit:
        for name, value in self.parameters.items():
            file = self.job.work / "outputs" / name
            file.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        if self.metadata:
            [message] = [json.loads(word) for word in self.job.command if word.startswith('{"inputs"')]
            said = {name: {"artifacts": [{"metadata": metadata}]} for name, metadata in self.metadata.items()}
            file = self.job.work / "shown" / message["outputs"]["outputFile"].lstrip("/")
            file.write_text(json.dumps({"artifacts": said}), encoding="utf-8")
        return Exit(0)

    def terminate(self) -> None:
        """It ends by itself."""


@dataclass
class Recorder:
    """An executor that keeps what it is to run, by task, and runs nothing."""

    made: Mapping[str, Any]
    jobs: dict[str, Job] = field(default_factory=dict)

    def identify(self, container: Container) -> str:
        return container.image

    def notes(self, container: Container) -> tuple[str, ...]:
        return ()

    def prepare(self, containers: Iterable[Container]) -> None:
        """Nothing is needed."""

    def can_mount(self) -> bool:
        return True

    def process(self, job: Job) -> Made:
        path = job.log.name.removesuffix(".log")
        self.jobs[path] = job
        made = self.made.get(path, {})
        return Made(job, made.get("parameters", {}), made.get("metadata", {}))

    def close(self) -> None:
        """Nothing is kept."""


def _written(document: Mapping[str, Any], workspace: Workspace) -> Path:
    file = workspace.path / "pipeline.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", SPECS)
def test_components_are_given_what_kfps_launcher_gives_them(
    name: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "check_access", lambda uri: None)
    monkeypatch.setattr(files, "look", lambda uri: None)  # nothing is in the bucket
    golden, document, home = golden_of(name), SPECS[name](), workspace.config.home
    spec, recorder = read_spec(_written(document, workspace)), Recorder(golden["given"]["made"])
    request = Request(build(spec), spec.text, golden["given"]["parameters"], Options(pipeline_root=ROOT))
    run = engine.execute(request, home, workspace.store, recorder, Heard())
    assert run.state is State.SUCCEEDED
    assert recorder.jobs.keys() == golden["received"].keys(), ANEW
    for path, job in recorder.jobs.items():
        assert received(document, path, job.command, run, home) == expected(golden, path), f"{path}; {ANEW}"


def test_processes_get_what_kfps_launcher_gives_them(workspace: Workspace) -> None:
    golden, document = golden_of("everything"), SPECS["everything"]()
    outcome = workspace.run(_written(document, workspace), golden["given"]["parameters"])
    assert outcome.run.state is State.SUCCEEDED
    for path in golden["received"]:
        wanted = json.loads(json.dumps(expected(golden, path)).replace("/gcs/bucket/", "gs://bucket/"))
        [said] = [line for line in outcome.log(path).splitlines() if line.startswith('["')]
        found = received(document, path, json.loads(said), outcome.run, workspace.config.home)
        if "--executor_input" in wanted["words"]:  # KFP's shell script around a Python component is not run as such
            for one in (wanted, found):
                one["words"] = one["words"][one["words"].index("--executor_input") :]
        assert found == wanted, f"{path}; {ANEW}"
