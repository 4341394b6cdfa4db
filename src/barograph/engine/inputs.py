"""A task's inputs, from what the DAG around it was given and what other tasks in it made. Pure."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from barograph.errors import ParameterError
from barograph.ir.conditions import ConditionError, select
from barograph.ir.graph import (
    MISSING,
    ArtifactSource,
    Component,
    ComponentInput,
    Constant,
    Dag,
    FinalStatus,
    Missing,
    ParameterSource,
    Selected,
    Task,
    TaskOutput,
)
from barograph.ir.values import ParameterType, Value, check, launcher_text, parse, text
from barograph.store.records import Artifact


@dataclass(frozen=True)
class Bundle:
    """Parameters and artifacts by name: the inputs or the outputs of a component. Of an artifact there can be
    several, where the input or output is a list.

    Attributes:
        defaulted: those of a task's parameters that nothing gave, and that are their component's defaults.
    """

    parameters: Mapping[str, Value] = field(default_factory=dict)
    artifacts: Mapping[str, tuple[Artifact, ...]] = field(default_factory=dict)
    defaulted: frozenset[str] = frozenset()


def root_inputs(
    component: Component, given: Mapping[str, Value], artifacts: Mapping[str, tuple[Artifact, ...]] | None = None
) -> Bundle:
    """The inputs of a pipeline's root, from the values and artifacts that a user gave.

    Raises:
        ParameterError: something is missing, unknown or of the wrong type; the message names it and says what the
            pipeline takes.
    """
    specs = component.input_parameters
    artifacts = artifacts or {}
    unknown = [name for name in given if name not in specs]
    if unknown:
        offered = ", ".join(specs) or "none"
        raise ParameterError(f"the pipeline has no parameter {unknown[0]!r}; it has: {offered}")
    for name in artifacts:
        if name not in component.input_artifacts:
            offered = ", ".join(component.input_artifacts) or "none"
            raise ParameterError(f"the pipeline takes no artifact {name!r}; it takes: {offered}")
    for name, artifact in component.input_artifacts.items():
        if not artifact.optional and name not in artifacts:
            raise ParameterError(
                f"the pipeline takes the artifact {name!r} ({artifact.schema_title})", f"-a {name}=ADDRESS"
            )
    values: dict[str, Value] = {}
    for name, spec in specs.items():
        if name in given:
            values[name] = _checked(name, given[name], component)
        elif not isinstance(spec.default, Missing):
            values[name] = spec.default
        elif spec.optional:
            values[name] = None
        else:
            raise ParameterError(f"parameter {name!r} ({spec.type}) needs a value", f"-p {name}=...")
    return Bundle(values, dict(artifacts))


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


@dataclass(frozen=True)
class Surroundings:
    """What a task's inputs can come from.

    Attributes:
        given: the inputs of the DAG that the task is in.
        made: the outputs of the tasks in that DAG that have ended well, by task.
        final_status: how a task in that DAG has ended.
        fill: replaces the placeholders in a constant's text, given the task's other parameters.
    """

    given: Bundle
    made: Mapping[str, Bundle]
    final_status: Callable[[str], Value]
    fill: Callable[[str, Mapping[str, Value]], str]


def resolve(task: Task, around: Surroundings) -> Bundle:
    """The inputs of ``task``.

    Raises:
        ParameterError: a value that is there only now does not fit: an upstream task gave none, or one of another
            type.
    """
    component = task.component
    parameters: dict[str, Value] = {}
    defaulted: set[str] = set()
    loop = task.iterator
    # What the component does not take may be a loop's items, or be named in a placeholder: constants come last,
    # since they can hold placeholders for the others.
    wanted = {**task.parameters, **dict.fromkeys(component.input_parameters.keys() - task.parameters.keys())}
    for name, source in sorted(wanted.items(), key=lambda entry: isinstance(entry[1], Constant)):
        if loop is not None and name == loop.item:
            continue
        spec = component.input_parameters.get(name)
        try:
            found: Value | Missing = MISSING if source is None else _parameter(source, around, parameters)
        except ConditionError as error:
            raise ParameterError(f"parameter {name!r} of task {task.name!r}: {error}") from None
        except KeyError:  # a text that names the output of a task that has not given it
            found = MISSING
        if spec is None:
            if not isinstance(found, Missing):
                parameters[name] = found
            continue
        if found is None and not spec.optional and spec.default is MISSING:
            raise ParameterError(f"parameter {name!r} of task {task.name!r} is required, and was given null")
        if found is None or found is MISSING:
            found = spec.default
            defaulted.add(name)
        if isinstance(found, Missing) and not spec.optional:
            raise ParameterError(
                f"parameter {name!r} of task {task.name!r} is required, and nothing gave it{_why(source)}"
            )
        if not isinstance(found, Missing) and found is not None:
            parameters[name] = _checked(name, _lenient(found, spec.type), component)
    artifacts: dict[str, tuple[Artifact, ...]] = {}
    for name, input_ in component.input_artifacts.items():
        if loop is not None and name == loop.item:
            continue
        if name in task.artifacts:
            several = _artifacts(task.artifacts[name], around)
            if several is not None:
                artifacts[name] = several
        if name not in artifacts and not input_.optional:
            raise ParameterError(f"artifact {name!r} of task {task.name!r} is required, and none was made")
    if loop is not None and loop.artifacts and isinstance(loop.items, ComponentInput):
        artifacts[loop.items.name] = _artifacts(task.artifacts[loop.items.name], around) or ()
    return Bundle(parameters, artifacts, frozenset(defaulted & parameters.keys()))


def dag_outputs(dag: Dag, made: Mapping[str, Bundle]) -> Bundle:
    """The outputs of a DAG, from those of its tasks; what no task made is left out."""
    return Bundle(
        {
            name: made[source.task].parameters[source.key]
            for name, sources in dag.output_parameters.items()
            for source in sources[::-1]  # the first that has a value stays
            if source.task in made and source.key in made[source.task].parameters
        },
        {
            name: made[source.task].artifacts[source.key]
            for name, sources in dag.output_artifacts.items()
            for source in sources[::-1]
            if source.task in made and source.key in made[source.task].artifacts
        },
    )


def loop_items(task: Task, inputs: Bundle) -> "Sequence[Value | Artifact]":
    """What ``task`` is to be run for, once each.

    Raises:
        ParameterError: its items are neither a list nor the JSON of one.
    """
    assert task.iterator is not None
    match task.iterator.items:
        case Constant(list() as items):
            return items
        case ComponentInput(name) if task.iterator.artifacts:
            return inputs.artifacts[name]
        case ComponentInput(name):
            value = inputs.parameters.get(name)
            if isinstance(value, str):  # KFP takes a list's JSON too (getItems in backend/src/v2/driver/util.go)
                with suppress(ValueError):
                    value = parse(value, ParameterType.LIST)
            if isinstance(value, list):
                return value
            raise ParameterError(f"task {task.name!r} loops over {name!r}, which is no list: {text(value)[:200]}")
    raise AssertionError(task.iterator)


def iteration_inputs(task: Task, inputs: Bundle, item: "Value | Artifact") -> Bundle:
    """The inputs of one iteration of a loop."""
    assert task.iterator is not None
    name = task.iterator.item
    if isinstance(item, Artifact):
        return Bundle(inputs.parameters, {**inputs.artifacts, name: (item,)})
    spec = task.component.input_parameters.get(name)
    value = _lenient(item, spec.type) if spec else item
    return Bundle({**inputs.parameters, name: value}, inputs.artifacts)


def collected(component: Component, iterations: Sequence[Bundle]) -> Bundle:
    """The outputs of a loop, from those of its iterations that have any: lists of parameters, nested where loops
    are; lists of artifacts, always flat, as KFP declares them."""
    return Bundle(
        {
            name: [made.parameters[name] for made in iterations if name in made.parameters]
            for name in component.output_parameters
        },
        {
            name: tuple(a for made in iterations if name in made.artifacts for a in made.artifacts[name])
            for name in component.output_artifacts
        },
    )


def _parameter(source: ParameterSource, around: Surroundings, known: Mapping[str, Value]) -> "Value | Missing":
    match source:
        case Constant(value):
            return filled(value, lambda words: around.fill(words, known))
        case ComponentInput(key):
            return around.given.parameters.get(key)
        case TaskOutput(upstream, key):
            made = around.made.get(upstream)
            return made.parameters.get(key, MISSING) if made else MISSING
        case FinalStatus(upstream):
            return around.final_status(upstream)
        case Selected(inner, expression):
            found = _parameter(inner, around, known)
            return found if isinstance(found, Missing) else select(expression, found)


def filled(value: Value, fill: Callable[[str], str]) -> Value:
    """``value`` with every text in it, at any depth, as ``fill`` gives it."""
    match value:
        case str():
            return fill(value)
        case list():
            return [filled(item, fill) for item in value]
        case dict():
            return {fill(key): filled(item, fill) for key, item in value.items()}
    return value


def _lenient(value: Value, type_: ParameterType) -> Value:
    # Between tasks, text takes anything, as its JSON (backend/src/v2/driver/resolve.go, PbValueToText).
    return launcher_text(value) if type_ is ParameterType.STRING and value is not None else value


def _why(source: ParameterSource | None) -> str:
    match source:
        case TaskOutput(task, key) | Selected(TaskOutput(task, key)):
            return f": {task!r} ended without its output {key!r}"
    return ""


def _artifacts(source: ArtifactSource, around: Surroundings) -> tuple[Artifact, ...] | None:
    match source:
        case ComponentInput(key):
            return around.given.artifacts.get(key)
        case TaskOutput(upstream, key):
            made = around.made.get(upstream)
            return made.artifacts.get(key) if made else None


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
