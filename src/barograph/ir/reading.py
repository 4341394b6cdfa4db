"""From KFP's messages to the graph, checking every reference on the way."""

import re
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from google.protobuf import json_format

from barograph.errors import PipelineError
from barograph.ir.graph import (
    MISSING,
    ArtifactSource,
    ArtifactSpec,
    Component,
    ComponentInput,
    Constant,
    Container,
    Dag,
    ParameterSource,
    ParameterSpec,
    Pipeline,
    Resources,
    Task,
    TaskOutput,
)
from barograph.ir.placeholders import unsupported
from barograph.ir.spec import Spec
from barograph.ir.values import ParameterType, Value, whole


def build(spec: Spec) -> Pipeline:
    """The graph that ``spec`` describes.

    Raises:
        PipelineError: something in it does not fit together (the message says where), or needs what
            Barograph does not run (the message names the feature).
    """
    message = spec.pipeline
    if spec.platform.platforms:
        raise PipelineError(
            f"pipeline {message.pipeline_info.name!r} has a platform spec (kfp-kubernetes), which is not supported yet"
        )
    reader = _Reader(message)
    root = reader.component("root", message.root)
    if not isinstance(root.body, Dag):
        raise PipelineError("the pipeline's root is no DAG")
    info = message.pipeline_info
    _check_names("the pipeline", [info.name])
    return Pipeline(info.name, info.description, root, message.sdk_version)


# Names become the names of folders and files: none may lead out of its folder.
_NAME = re.compile(r"(?!\.)[\w.\- ]{1,128}", re.ASCII)


def _check_names(what: str, names: Iterable[str]) -> None:
    for name in names:
        if not _NAME.fullmatch(name):
            raise PipelineError(
                f"{what} has the name {name!r}; a name has up to 128 letters, digits, '-', '_', '.' and spaces, "
                "and does not begin with '.'"
            )


def _value(message: Any) -> Value:
    return whole(json_format.MessageToDict(message))


def _parameter(message: Any, where: str) -> ParameterSpec:
    number = message.parameter_type
    if not number:  # schema version 2.0.0 and older
        old = {1: ParameterType.NUMBER_INTEGER, 2: ParameterType.NUMBER_DOUBLE, 3: ParameterType.STRING}
        if message.type not in old:
            raise PipelineError(f"{where} has no type")
        return ParameterSpec(old[message.type])
    names = message.DESCRIPTOR.fields_by_name
    type_ = ParameterType(names["parameter_type"].enum_type.values_by_number[number].name)
    if "default_value" not in names:  # an output
        return ParameterSpec(type_, description=message.description)
    default = _value(message.default_value) if message.HasField("default_value") else MISSING
    literals = tuple(_value(literal) for literal in message.literals)
    return ParameterSpec(type_, default, message.is_optional, message.description, literals)


def _artifact(message: Any) -> ArtifactSpec:
    schema = message.artifact_type
    return ArtifactSpec(
        schema_title=schema.schema_title or "system.Artifact",
        schema_version=schema.schema_version or "0.0.1",
        is_list=message.is_artifact_list,
        optional=getattr(message, "is_optional", False),
        description=message.description,
        metadata=_value(message.metadata) if hasattr(message, "metadata") else {},  # type: ignore[arg-type]
    )


class _Reader:
    def __init__(self, message: Any) -> None:
        self._components = message.components
        deployment = json_format.MessageToDict(message.deployment_spec)
        self._executors: dict[str, Any] = deployment.get("executors", {})
        self._open: list[str] = []

    def component(self, name: str, message: Any) -> Component:
        if name in self._open:
            raise PipelineError(f"component {name!r} contains itself: {' > '.join([*self._open, name])}")
        self._open.append(name)
        inputs, outputs = message.input_definitions, message.output_definitions
        _check_names(f"an output of {name!r}", [*outputs.parameters, *outputs.artifacts])
        match message.WhichOneof("implementation"):
            case "dag":
                body: Container | Dag = self._dag(name, message)
            case "executor_label":
                body = self._container(name, message.executor_label)
            case _:
                raise PipelineError(f"component {name!r} has neither a DAG nor an executor")
        self._open.pop()
        return Component(
            name,
            body,
            {key: _parameter(p, f"parameter {key!r} of {name!r}") for key, p in sorted(inputs.parameters.items())},
            {key: _artifact(a) for key, a in sorted(inputs.artifacts.items())},
            {key: _parameter(p, f"output {key!r} of {name!r}") for key, p in sorted(outputs.parameters.items())},
            {key: _artifact(a) for key, a in sorted(outputs.artifacts.items())},
        )

    def _container(self, component: str, label: str) -> Container:
        executor = self._executors.get(label)
        if executor is None:
            raise PipelineError(f"component {component!r} names the executor {label!r}, which is not defined")
        if "container" not in executor:
            kind = next(iter(executor), "empty")
            raise PipelineError(f"component {component!r} is of the kind {kind!r}, which is not supported yet")
        container = executor["container"]
        words = [*container.get("command", []), *container.get("args", [])]
        for word in words:
            if feature := unsupported(word):
                raise PipelineError(f"component {component!r} uses {feature}, which is not supported yet")
        resources = container.get("resources", {})
        accelerator = resources.get("accelerator", {})

        def asked(of: dict[str, Any], new: str, old: str) -> str:
            value = of.get(new) or whole(of.get(old, ""))
            return str(value)

        return Container(
            container["image"],
            tuple(container.get("command", [])),
            tuple(container.get("args", [])),
            tuple((variable["name"], variable.get("value", "")) for variable in container.get("env", [])),
            Resources(
                asked(resources, "resourceCpuLimit", "cpuLimit"),
                asked(resources, "resourceMemoryLimit", "memoryLimit"),
                asked(accelerator, "resourceType", "type"),
                asked(accelerator, "resourceCount", "count"),
            ),
        )

    def _dag(self, name: str, message: Any) -> Dag:
        _check_names(f"a task in {name!r}", message.dag.tasks)
        tasks = {key: self._task(name, key, task) for key, task in sorted(message.dag.tasks.items())}
        for task in tasks.values():
            for upstream in task.upstream:
                if upstream not in tasks:
                    raise PipelineError(f"task {task.name!r} comes after {upstream!r}, which is not in {name!r}")
            self._check_sources(name, message, tasks, task)
        try:
            order = list(TopologicalSorter({key: task.upstream for key, task in tasks.items()}).static_order())
        except CycleError as error:
            raise PipelineError(f"the tasks of {name!r} wait for each other: {' > '.join(error.args[1])}") from None
        outputs = message.dag.outputs
        parameters: dict[str, TaskOutput] = {}
        for key, output in sorted(outputs.parameters.items()):
            if output.WhichOneof("kind") != "value_from_parameter":
                raise PipelineError(f"output {key!r} of {name!r} uses dsl.OneOf, which is not supported yet")
            selector = output.value_from_parameter
            parameters[key] = TaskOutput(selector.producer_subtask, selector.output_parameter_key)
        artifacts: dict[str, TaskOutput] = {}
        for key, output in sorted(outputs.artifacts.items()):
            if len(output.artifact_selectors) != 1:
                raise PipelineError(f"output {key!r} of {name!r} uses dsl.OneOf, which is not supported yet")
            selector = output.artifact_selectors[0]
            artifacts[key] = TaskOutput(selector.producer_subtask, selector.output_artifact_key)
        for kind, sources in (("parameter", parameters), ("artifact", artifacts)):
            for key, source in sources.items():
                _check_output(tasks, source, kind, f"output {key!r} of {name!r}")
        return Dag({key: tasks[key] for key in order}, parameters, artifacts)

    def _task(self, dag: str, name: str, message: Any) -> Task:
        where = f"task {name!r} in {dag!r}"
        for field, feature in (
            ("parameter_iterator", "dsl.ParallelFor"),
            ("artifact_iterator", "dsl.ParallelFor"),
            ("retry_policy", "set_retry"),
        ):
            if message.HasField(field):
                raise PipelineError(f"{where} uses {feature}, which is not supported yet")
        if message.trigger_policy.condition:
            raise PipelineError(f"{where} uses dsl.If, which is not supported yet")
        if message.trigger_policy.strategy > 1:
            raise PipelineError(f"{where} uses dsl.ExitHandler or ignore_upstream_failure, which is not supported yet")
        reference = message.component_ref.name
        if reference not in self._components:
            raise PipelineError(f"{where} refers to the component {reference!r}, which is not defined")
        component = self.component(reference, self._components[reference])
        parameters = {key: _parameter_source(p, where, key) for key, p in sorted(message.inputs.parameters.items())}
        artifacts = {key: _artifact_source(a, where, key) for key, a in sorted(message.inputs.artifacts.items())}
        produced = [s.task for s in (*parameters.values(), *artifacts.values()) if isinstance(s, TaskOutput)]
        upstream = tuple(sorted({*message.dependent_tasks, *produced}))
        if message.caching_options.cache_key:
            raise PipelineError(f"{where} sets a cache key of its own, which is not supported yet")
        return Task(name, component, parameters, artifacts, upstream, message.caching_options.enable_cache)

    def _check_sources(self, dag: str, message: Any, tasks: Mapping[str, Task], task: Task) -> None:
        given = message.input_definitions
        for kind, sources, wanted, offered in (
            ("parameter", task.parameters, task.component.input_parameters, given.parameters),
            ("artifact", task.artifacts, task.component.input_artifacts, given.artifacts),
        ):
            for key, source in sources.items():
                where = f"{kind} {key!r} of task {task.name!r}"
                if key not in wanted:
                    raise PipelineError(f"{where}: its component has no such input")
                match source:
                    case ComponentInput(name) if name not in offered:
                        raise PipelineError(f"{where} comes from the input {name!r}, which {dag!r} does not have")
                    case TaskOutput():
                        _check_output(tasks, source, kind, where)
            for key, spec in wanted.items():
                has_default = isinstance(spec, ParameterSpec) and spec.default is not MISSING
                if key not in sources and not spec.optional and not has_default:
                    raise PipelineError(f"{kind} {key!r} of task {task.name!r} is required, and nothing gives it")


def _check_output(tasks: Mapping[str, Task], source: TaskOutput, kind: str, where: str) -> None:
    if source.task not in tasks:
        raise PipelineError(f"{where} comes from the task {source.task!r}, which is not there")
    component = tasks[source.task].component
    if source.key not in (component.output_parameters if kind == "parameter" else component.output_artifacts):
        raise PipelineError(f"{where} comes from the output {source.key!r} of {source.task!r}, which has none such")


def _parameter_source(message: Any, where: str, key: str) -> ParameterSource:
    if message.parameter_expression_selector:
        raise PipelineError(f"{where}: input {key!r} uses an expression selector, which is not supported yet")
    match message.WhichOneof("kind"):
        case "task_output_parameter":
            output = message.task_output_parameter
            return TaskOutput(output.producer_task, output.output_parameter_key)
        case "component_input_parameter":
            return ComponentInput(message.component_input_parameter)
        case "runtime_value":
            return Constant(_value(message.runtime_value.constant))
        case "task_final_status":
            raise PipelineError(f"{where}: input {key!r} uses PipelineTaskFinalStatus, which is not supported yet")
        case _:
            raise PipelineError(f"{where}: nothing gives its input {key!r}")


def _artifact_source(message: Any, where: str, key: str) -> ArtifactSource:
    match message.WhichOneof("kind"):
        case "task_output_artifact":
            output = message.task_output_artifact
            return TaskOutput(output.producer_task, output.output_artifact_key)
        case "component_input_artifact":
            return ComponentInput(message.component_input_artifact)
        case _:
            raise PipelineError(f"{where}: nothing gives its input {key!r}")
