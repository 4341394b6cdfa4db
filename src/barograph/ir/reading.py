"""From KFP's messages to the graph, checking every reference on the way."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from google.protobuf import json_format

from barograph.errors import PipelineError
from barograph.ir.components import ROOT, in_order
from barograph.ir.conditions import ConditionError, parse_check
from barograph.ir.documents import DocumentError, read_json
from barograph.ir.executors import read_executor
from barograph.ir.graph import (
    MISSING,
    ArtifactSource,
    ArtifactSpec,
    Component,
    ComponentInput,
    Constant,
    Container,
    Dag,
    FinalStatus,
    Importer,
    Iterator,
    ParameterSource,
    ParameterSpec,
    Pipeline,
    Retry,
    Selected,
    Task,
    TaskOutput,
)
from barograph.ir.kubernetes import read_platforms
from barograph.ir.platform import Platforms
from barograph.ir.protos import pb
from barograph.ir.spec import Spec
from barograph.ir.values import ParameterType, Value, whole


def build(spec: Spec) -> Pipeline:
    """The graph that ``spec`` describes.

    Raises:
        PipelineError: something in it does not fit together (the message says where), or needs what
            Barograph does not run (the message names the feature).
    """
    message = spec.pipeline
    platforms = read_platforms(spec.platform)
    reader = _Reader(message, platforms)
    for name, component in in_order(message).items():
        reader.read(name, component)
    root = reader.components[ROOT]
    if not isinstance(root.body, Dag):
        raise PipelineError("the pipeline's root is no DAG")
    info = message.pipeline_info
    _check_names("the pipeline", [info.name])
    return Pipeline(info.name, info.description, root, message.sdk_version, platforms)


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


def _executors(deployment: Any) -> dict[str, Any]:
    """The executors in their JSON form. A deployment is a plain struct: this finds what is not of KFP's shape."""
    config = pb.PipelineDeploymentConfig()
    try:
        json_format.ParseDict(json_format.MessageToDict(deployment), config, ignore_unknown_fields=True)
    except json_format.ParseError as error:
        raise PipelineError(f"the pipeline's deploymentSpec is none that KFP 2 knows: {error}") from error
    for label, executor in config.executors.items():
        if executor.HasField("container") and not executor.container.image:
            raise PipelineError(f"the executor {label!r} is a container without an image")
        if not all(variable.name for variable in executor.container.env):
            raise PipelineError(f"the executor {label!r} has an environment variable without a name")
    executors: dict[str, Any] = json_format.MessageToDict(config).get("executors", {})
    return executors


def _parameter(message: Any, where: str) -> ParameterSpec:
    number = message.parameter_type
    if not number:  # schema version 2.0.0 and older
        old = {1: ParameterType.NUMBER_INTEGER, 2: ParameterType.NUMBER_DOUBLE, 3: ParameterType.STRING}
        if message.type not in old:
            raise PipelineError(f"{where} has no type")
        return ParameterSpec(old[message.type])
    names = message.DESCRIPTOR.fields_by_name
    types = names["parameter_type"].enum_type.values_by_number
    if number not in types:
        raise PipelineError(f"{where} has the type {number}, which KFP does not have")
    type_ = ParameterType(types[number].name)
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
    def __init__(self, message: Any, platforms: Platforms) -> None:
        self._platforms = platforms.executors
        self._executors = _executors(message.deployment_spec)
        self.components: dict[str, Component] = {}

    def read(self, name: str, message: Any) -> None:
        inputs, outputs = message.input_definitions, message.output_definitions
        _check_names(f"an output of {name!r}", [*outputs.parameters, *outputs.artifacts])
        match message.WhichOneof("implementation"):
            case "dag":
                body: Container | Dag | Importer = self._dag(name, message)
            case "executor_label":
                body = read_executor(name, message.executor_label, self._executors)
            case _:
                raise PipelineError(f"component {name!r} has neither a DAG nor an executor")
        self.components[name] = Component(
            name,
            body,
            {key: _parameter(p, f"parameter {key!r} of {name!r}") for key, p in sorted(inputs.parameters.items())},
            {key: _artifact(a) for key, a in sorted(inputs.artifacts.items())},
            {key: _parameter(p, f"output {key!r} of {name!r}") for key, p in sorted(outputs.parameters.items())},
            {key: _artifact(a) for key, a in sorted(outputs.artifacts.items())},
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
        parameters: dict[str, tuple[TaskOutput, ...]] = {}
        for key, output in sorted(outputs.parameters.items()):
            selectors = (
                output.value_from_oneof.parameter_selectors
                if output.WhichOneof("kind") == "value_from_oneof"
                else [output.value_from_parameter]
            )
            parameters[key] = tuple(TaskOutput(s.producer_subtask, s.output_parameter_key) for s in selectors)
        artifacts = {
            key: tuple(TaskOutput(s.producer_subtask, s.output_artifact_key) for s in output.artifact_selectors)
            for key, output in sorted(outputs.artifacts.items())
        }
        for kind, of_kind in (("parameter", parameters), ("artifact", artifacts)):
            for key, sources in of_kind.items():
                for source in sources:
                    _check_output(tasks, source, kind, f"output {key!r} of {name!r}")
        return Dag({key: tasks[key] for key in order}, parameters, artifacts)

    def _task(self, dag: str, name: str, message: Any) -> Task:
        where = f"task {name!r} in {dag!r}"
        reference = message.component_ref.name
        if reference not in self.components:
            raise PipelineError(f"{where} refers to the component {reference!r}, which is not defined")
        component = self.components[reference]
        if message.WhichOneof("iterator") and not isinstance(component.body, Dag):
            component = _in_a_dag(component, message.caching_options.enable_cache)
        parameters = {key: _parameter_source(p, where, key) for key, p in sorted(message.inputs.parameters.items())}
        artifacts = {key: _artifact_source(a, where, key) for key, a in sorted(message.inputs.artifacts.items())}
        named: Iterable[TaskOutput] = ()
        if isinstance(component.body, Container) and component.body.label in self._platforms:
            named = self._platforms[component.body.label].outputs()
        policy = message.trigger_policy
        if policy.condition:
            try:
                parse_check(policy.condition)
            except ConditionError as error:
                raise PipelineError(f"{where} has a condition that can't be read: {error}") from None
        return Task(
            name,
            component,
            parameters,
            artifacts,
            tuple(
                sorted(
                    {
                        *message.dependent_tasks,
                        *_producers(parameters.values()),
                        *_producers(artifacts.values()),
                        *_producers(named),
                    }
                )
            ),
            message.caching_options.enable_cache,
            message.caching_options.cache_key,
            policy.condition,
            policy.strategy == 2,  # ALL_UPSTREAM_TASKS_COMPLETED
            _iterator(message, component, where),
            _retry(message.retry_policy) if message.HasField("retry_policy") else None,
            message.task_info.name if message.task_info.name != name else "",
        )

    def _check_sources(self, dag: str, message: Any, tasks: Mapping[str, Task], task: Task) -> None:
        given = message.input_definitions
        for kind, sources, wanted, offered in (
            ("parameter", task.parameters, task.component.input_parameters, given.parameters),
            ("artifact", task.artifacts, task.component.input_artifacts, given.artifacts),
        ):
            for key, source in sources.items():
                where = f"{kind} {key!r} of task {task.name!r}"
                # A parameter that the component does not take can still be named in a placeholder.
                if (
                    key not in wanted
                    and kind == "artifact"
                    and not (task.iterator and task.iterator.items == ComponentInput(key))
                ):
                    raise PipelineError(f"{where}: its component has no such input")
                match source.source if isinstance(source, Selected) else source:
                    case ComponentInput(name) if name not in offered:
                        raise PipelineError(f"{where} comes from the input {name!r}, which {dag!r} does not have")
                    case TaskOutput() as output:
                        _check_output(tasks, output, kind, where)
                    case FinalStatus(name) if name not in tasks:
                        raise PipelineError(f"{where} comes from the task {name!r}, which is not there")
            for key, spec in wanted.items():
                if task.iterator and key == task.iterator.item:
                    continue
                has_default = isinstance(spec, ParameterSpec) and spec.default is not MISSING
                if key not in sources and not spec.optional and not has_default:
                    raise PipelineError(f"{kind} {key!r} of task {task.name!r} is required, and nothing gives it")


def _check_output(tasks: Mapping[str, Task], source: TaskOutput, kind: str, where: str) -> None:
    if source.task not in tasks:
        raise PipelineError(f"{where} comes from the task {source.task!r}, which is not there")
    component = tasks[source.task].component
    if source.key not in (component.output_parameters if kind == "parameter" else component.output_artifacts):
        raise PipelineError(f"{where} comes from the output {source.key!r} of {source.task!r}, which has none such")


def _in_a_dag(component: Component, cache: bool) -> Component:
    """A component that is looped over by itself, as the only task of a DAG, which is what a loop's turns are."""
    task = Task(
        component.name,
        component,
        {key: ComponentInput(key) for key in component.input_parameters},
        {key: ComponentInput(key) for key in component.input_artifacts},
        (),
        cache,
    )
    dag = Dag(
        {task.name: task},
        {key: (TaskOutput(task.name, key),) for key in component.output_parameters},
        {key: (TaskOutput(task.name, key),) for key in component.output_artifacts},
    )
    return replace(component, body=dag)


def _producers(sources: Iterable[ParameterSource | ArtifactSource]) -> Iterable[str]:
    for source in sources:
        match source:
            case TaskOutput(task) | FinalStatus(task) | Selected(TaskOutput(task)):
                yield task


def _parameter_source(message: Any, where: str, key: str) -> ParameterSource:
    source: ParameterSource
    match message.WhichOneof("kind"):
        case "task_output_parameter":
            output = message.task_output_parameter
            source = TaskOutput(output.producer_task, output.output_parameter_key)
        case "component_input_parameter":
            source = ComponentInput(message.component_input_parameter)
        case "runtime_value":
            source = Constant(_runtime_value(message.runtime_value, f"{where}: input {key!r}"))
        case "task_final_status":
            return FinalStatus(message.task_final_status.producer_task)
        case _:
            raise PipelineError(f"{where}: nothing gives its input {key!r}")
    if expression := message.parameter_expression_selector:
        try:
            parse_check(expression, selector=True)
        except ConditionError as error:
            raise PipelineError(f"{where}: input {key!r} has a selector that can't be read: {error}") from None
        return Selected(source, expression)
    return source


def _runtime_value(message: Any, where: str) -> Value:
    if message.WhichOneof("value") == "runtime_parameter":
        raise PipelineError(f"{where} uses a runtime parameter, which KFP has deprecated; compile it with kfp 2")
    return _value(message.constant)


def _iterator(message: Any, component: Component, where: str) -> Iterator | None:
    kind = message.WhichOneof("iterator")
    if kind is None:
        return None
    limit = message.iterator_policy.parallelism_limit
    if kind == "artifact_iterator":
        of = message.artifact_iterator
        items: Constant | ComponentInput = ComponentInput(of.items.input_artifact)
        offered: Iterable[str] = message.inputs.artifacts
    else:
        of = message.parameter_iterator
        offered = message.inputs.parameters
        if of.items.WhichOneof("kind") == "raw":
            items = Constant(of.items.raw)
            try:
                written = read_json(of.items.raw)
            except json.JSONDecodeError as error:
                raise PipelineError(f"{where}: the items of its loop are no JSON: {error}") from None
            except DocumentError as error:
                raise PipelineError(f"{where}: what it loops over {error}") from None
            if not isinstance(written, list):
                raise PipelineError(f"{where}: the items of its loop are no list")
            items = Constant(whole(written))
        else:
            items = ComponentInput(of.items.input_parameter)
    if isinstance(items, ComponentInput) and items.name not in offered:
        raise PipelineError(f"{where} loops over its input {items.name!r}, which it does not have")
    return Iterator(items, of.item_input, kind == "artifact_iterator", limit)


def _retry(message: Any) -> Retry:
    given = Retry(message.max_retry_count)
    return Retry(
        message.max_retry_count,
        message.backoff_duration.ToMilliseconds() / 1000,
        message.backoff_factor or given.factor,
        message.backoff_max_duration.ToMilliseconds() / 1000 or given.max_backoff,
    )


def _artifact_source(message: Any, where: str, key: str) -> ArtifactSource:
    match message.WhichOneof("kind"):
        case "task_output_artifact":
            output = message.task_output_artifact
            return TaskOutput(output.producer_task, output.output_artifact_key)
        case "component_input_artifact":
            return ComponentInput(message.component_input_artifact)
        case _:
            raise PipelineError(f"{where}: nothing gives its input {key!r}")
