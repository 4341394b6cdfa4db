"""A task's inputs, from what the DAG around it was given and what other tasks in it made. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from barograph.errors import ParameterError
from barograph.ir.graph import (
    MISSING,
    ArtifactSource,
    Component,
    ComponentInput,
    Constant,
    Dag,
    ParameterSource,
    Task,
    TaskOutput,
)
from barograph.ir.values import Value, check, parse
from barograph.store.records import Artifact


@dataclass(frozen=True)
class Bundle:
    """Parameters and artifacts by name: the inputs or the outputs of a component. Of an artifact there can be
    several, where the input or output is a list."""

    parameters: Mapping[str, Value] = field(default_factory=dict)
    artifacts: Mapping[str, tuple[Artifact, ...]] = field(default_factory=dict)


def root_inputs(component: Component, given: Mapping[str, Value]) -> Bundle:
    """The inputs of a pipeline's root, from the values a user gave.

    Raises:
        ParameterError: a value is missing, unknown or of the wrong type; the message names the parameter and says
            what the pipeline takes.
    """
    specs = component.input_parameters
    unknown = [name for name in given if name not in specs]
    if unknown:
        offered = ", ".join(specs) or "none"
        raise ParameterError(f"the pipeline has no parameter {unknown[0]!r}; it has: {offered}")
    if component.input_artifacts and not all(spec.optional for spec in component.input_artifacts.values()):
        raise ParameterError(
            f"the pipeline takes artifacts ({', '.join(component.input_artifacts)}), which can't be given yet"
        )
    values: dict[str, Value] = {}
    for name, spec in specs.items():
        if name in given:
            values[name] = _checked(name, given[name], component)
        elif spec.default is not MISSING:
            values[name] = spec.default  # type: ignore[assignment]
        elif spec.optional:
            values[name] = None
        else:
            raise ParameterError(f"parameter {name!r} ({spec.type}) needs a value: give it with -p {name}=...")
    return Bundle(values)


def parse_parameters(component: Component, texts: Mapping[str, str]) -> dict[str, Value]:
    """Values written as text, read by the types that ``component`` declares; unknown names stay text.

    Raises:
        ParameterError: a text is no value of its parameter's type.
    """
    values: dict[str, Value] = {}
    for name, written in texts.items():
        spec = component.input_parameters.get(name)
        try:
            values[name] = parse(written, spec.type) if spec else written
        except ValueError as error:
            raise ParameterError(f"parameter {name!r}: {error}") from None
    return values


def resolve(task: Task, given: Bundle, made: Mapping[str, Bundle]) -> Bundle:
    """The inputs of ``task``.

    Args:
        task: the task.
        given: the inputs of the DAG that it is in.
        made: the outputs of the tasks in that DAG that have ended, by task.

    Raises:
        ParameterError: a value that is there only now does not fit: an upstream task gave none, or one of another
            type.
    """
    component = task.component
    parameters: dict[str, Value] = {}
    for name, spec in component.input_parameters.items():
        source = task.parameters.get(name)
        found = MISSING if source is None else _parameter(name, task, source, given, made)
        if found is None and not spec.optional:
            raise ParameterError(f"parameter {name!r} of task {task.name!r} is required, and was given null")
        if found is None or found is MISSING:
            found = spec.default
        if found is not MISSING and found is not None:
            parameters[name] = _checked(name, found, component)  # type: ignore[arg-type]
    artifacts: dict[str, tuple[Artifact, ...]] = {}
    for name, input_ in component.input_artifacts.items():
        if name in task.artifacts:
            several = _artifacts(task.artifacts[name], given, made)
            if several:
                artifacts[name] = several
        if name not in artifacts and not input_.optional:
            raise ParameterError(f"artifact {name!r} of task {task.name!r} is required, and none was made")
    return Bundle(parameters, artifacts)


def dag_outputs(dag: Dag, made: Mapping[str, Bundle]) -> Bundle:
    """The outputs of a DAG, from those of its tasks; what a task did not make is left out."""
    parameters = {
        name: made[source.task].parameters[source.key]
        for name, source in dag.output_parameters.items()
        if source.task in made and source.key in made[source.task].parameters
    }
    artifacts = {
        name: made[source.task].artifacts[source.key]
        for name, source in dag.output_artifacts.items()
        if source.task in made and source.key in made[source.task].artifacts
    }
    return Bundle(parameters, artifacts)


def _parameter(
    name: str, task: Task, source: ParameterSource, given: Bundle, made: Mapping[str, Bundle]
) -> "Value | object":
    match source:
        case Constant(value):
            return value
        case ComponentInput(key):
            return given.parameters.get(key)
        case TaskOutput(upstream, key):
            if key not in made[upstream].parameters:
                raise ParameterError(
                    f"parameter {name!r} of task {task.name!r}: {upstream!r} ended without giving its output {key!r}"
                )
            return made[upstream].parameters[key]


def _artifacts(source: ArtifactSource, given: Bundle, made: Mapping[str, Bundle]) -> tuple[Artifact, ...]:
    match source:
        case ComponentInput(key):
            return given.artifacts.get(key, ())
        case TaskOutput(upstream, key):
            return made[upstream].artifacts.get(key, ())


def _checked(name: str, value: Value, component: Component) -> Value:
    spec = component.input_parameters[name]
    if value is None and spec.optional:
        return None
    try:
        value = check(value, spec.type)
    except ValueError as error:
        raise ParameterError(f"parameter {name!r}: {error}") from None
    if spec.literals and value not in spec.literals:
        allowed = ", ".join(repr(literal) for literal in spec.literals)
        raise ParameterError(f"parameter {name!r}: {value!r} is not one of {allowed}")
    return value
