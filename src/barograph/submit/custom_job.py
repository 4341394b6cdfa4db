"""A task as a Vertex AI custom training job, which has a machine type of its own and may run on spot machines.

What a component becomes is Google's to say: ``create_custom_training_job_from_component`` is given the component as a
pipeline of its own, and what it makes takes the component's place.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml

from barograph.errors import ConfigurationError, PipelineError
from barograph.submit.document import Document, executor_of, own_components, with_executor
from barograph.submit.quiet import quiet
from barograph.submit.resources import Accelerator

MACHINES = {
    "NVIDIA_L4": "g2-standard-8",
    "NVIDIA_TESLA_A100": "a2-highgpu-1g",
    "NVIDIA_A100_80GB": "a2-ultragpu-1g",
    "NVIDIA_H100_80GB": "a3-highgpu-1g",
}
"""Machine types that have the accelerators which no n1 machine can have."""


@dataclass(frozen=True)
class CustomJob:
    """The machine of a custom training job.

    Attributes:
        machine_type: such as ``g2-standard-8``.
        accelerator: what it has besides its cores.
        spot: whether it may be a spot machine: cheaper, and taken away when somebody pays more.
        service_account: whom the job runs as; empty for Vertex AI's own account.
        network: the full name of the network that it is in; empty for none.
    """

    machine_type: str = "n1-standard-4"
    accelerator: Accelerator | None = None
    spot: bool = False
    service_account: str = ""
    network: str = ""


def with_custom_job(document: Document, task: str, asked: CustomJob) -> Document:
    """The pipeline in which the tasks of this name are custom training jobs.

    Raises:
        PipelineError: no such task runs a container, or it has an input or an output that a custom job has already.
        ConfigurationError: Google's components are not installed.
    """
    document, keys = own_components(document, task)
    for key in keys:
        component, executor = document.pipeline["components"][key], executor_of(document, key)
        made = _custom_job(_alone(document, key), asked, executor["container"].get("env", []), component, task)
        (made_component,) = made["components"].values()
        (made_executor,) = made["deploymentSpec"]["executors"].values()
        pipeline = deepcopy(document.pipeline)
        pipeline["components"][key] = _called(made_component, component)
        document = with_executor(document.changed(pipeline), key, made_executor)
    return document


def _custom_job(
    alone: dict[str, Any],
    asked: CustomJob,
    env: list[dict[str, str]],
    component: Mapping[str, Any],
    task: str,
) -> dict[str, Any]:
    with quiet():
        try:
            from google_cloud_pipeline_components.v1.custom_job import component as jobs
            from google_cloud_pipeline_components.v1.custom_job import create_custom_training_job_from_component
        except ImportError as error:
            raise ConfigurationError(
                "a custom training job needs Google's pipeline components: pip install 'barograph[vertex]'"
            ) from error
        from google.protobuf import json_format
        from kfp import components

        (own,) = json_format.MessageToDict(jobs.custom_training_job.pipeline_spec)["components"].values()
        _check_names(task, component, own)
        accelerator = asked.accelerator
        made = create_custom_training_job_from_component(
            components.load_component_from_text(yaml.safe_dump(alone)),
            machine_type=asked.machine_type,
            accelerator_type=accelerator.type if accelerator else "",
            accelerator_count=accelerator.count if accelerator else 1,
            service_account=asked.service_account,
            network=asked.network,
            strategy="SPOT" if asked.spot else "STANDARD",
            env=env,
        )
        spec: dict[str, Any] = json_format.MessageToDict(made.pipeline_spec)
    return spec


def _called(made: Mapping[str, Any], component: Mapping[str, Any]) -> dict[str, Any]:
    """What Google's function made, as the compiler writes a component that a pipeline calls with the old inputs: the
    job's own inputs, which nobody gives, are optional, and documented nowhere."""
    called = {"executorLabel": component["executorLabel"]}
    for side in ("inputDefinitions", "outputDefinitions"):
        old = component.get(side, {})
        parameters = dict(old.get("parameters", {}))
        for name, definition in made[side].get("parameters", {}).items():
            if name not in parameters:
                own = {word: value for word, value in definition.items() if word != "description"}
                parameters[name] = own | ({"isOptional": True} if "defaultValue" in own else {})
        called[side] = {**old, "parameters": parameters}
    return called


def _check_names(task: str, component: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    """Google's function lets the component's inputs replace the job's: the job would then be another."""
    for side, what in (("inputDefinitions", "input"), ("outputDefinitions", "output")):
        names = set(component.get(side, {}).get("parameters", {})) & set(own.get(side, {}).get("parameters", {}))
        if names:
            raise PipelineError(
                f"task {task!r} can't be a custom training job: its {what} {min(names)!r} is one that such a job has "
                "itself; rename it"
            )


def _alone(document: Document, key: str) -> dict[str, Any]:
    """A component as a pipeline of one task, which is how the SDK writes components."""
    component = document.pipeline["components"][key]
    name = key.removeprefix("comp-")
    inputs = component.get("inputDefinitions", {})
    given = {
        kind: {each: {field: each} for each in inputs.get(kind, {})}
        for kind, field in (("parameters", "componentInputParameter"), ("artifacts", "componentInputArtifact"))
    }
    dag: dict[str, Any] = {
        "tasks": {name: {"componentRef": {"name": key}, "inputs": given, "taskInfo": {"name": name}}}
    }
    outputs = component.get("outputDefinitions", {})
    if outputs:
        dag["outputs"] = _outputs(name, outputs)
    sides = {side: component[side] for side in ("inputDefinitions", "outputDefinitions") if component.get(side)}
    return {
        "components": {key: component},
        "deploymentSpec": {"executors": {component["executorLabel"]: executor_of(document, key)}},
        "pipelineInfo": {"name": name},
        "root": {"dag": dag, **sides},
        "schemaVersion": document.pipeline["schemaVersion"],
        "sdkVersion": document.pipeline["sdkVersion"],
    }


def _outputs(task: str, outputs: Mapping[str, Any]) -> dict[str, Any]:
    parameters = {
        name: {"valueFromParameter": {"outputParameterKey": name, "producerSubtask": task}}
        for name in outputs.get("parameters", {})
    }
    artifacts = {
        name: {"artifactSelectors": [{"outputArtifactKey": name, "producerSubtask": task}]}
        for name in outputs.get("artifacts", {})
    }
    return {"parameters": parameters, "artifacts": artifacts}
