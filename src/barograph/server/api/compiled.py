"""Compiled pipelines, read once: their texts never change."""

import json
from functools import lru_cache
from typing import Any

from barograph.engine.again import given_parameters
from barograph.errors import PipelineError
from barograph.ir import build, parse_spec
from barograph.ir.graph import Dag, Missing, ParameterSpec, Pipeline, Task
from barograph.ir.values import Value
from barograph.server.api.shapes import Shape
from barograph.store import Run
from barograph.store.records import TURN


@lru_cache(maxsize=64)
def compiled(text: str) -> Pipeline:
    """The pipeline that ``text`` writes.

    Raises:
        PipelineError: it is none.
    """
    return build(parse_spec(text, "the pipeline"))


def readable(run: Run) -> Pipeline | None:
    """The pipeline of a run; None where an older Barograph could read it and this one can't."""
    try:
        return compiled(run.spec)
    except PipelineError:
        return None


def definition(pipeline: Pipeline, path: str) -> Task | None:
    """The task of a pipeline that is at ``path`` in its runs; None where the pipeline has none. Pure."""
    return _within(pipeline.dag, TURN.sub("", path))


def _within(dag: Dag, path: str) -> Task | None:
    if path in dag.tasks:
        return dag.tasks[path]
    for name, task in dag.tasks.items():  # a name may have dots
        if path.startswith(f"{name}.") and isinstance(task.component.body, Dag):
            found = _within(task.component.body, path.removeprefix(f"{name}."))
            if found is not None:
                return found
    return None


class PipelineParameter(Shape):
    """A parameter that a pipeline takes.

    ``required`` is whether it needs a value; what is not required and has no default is null. ``literals`` are the
    values that it may have, where not all of its type.
    """

    name: str
    type: str
    required: bool
    default: Any = None
    description: str
    literals: list[Any]


def parameters_of(pipeline: Pipeline) -> list[PipelineParameter]:
    """The parameters that a pipeline takes, as a form asks for them. Pure."""
    return [_parameter(name, spec) for name, spec in pipeline.root.input_parameters.items()]


def _parameter(name: str, spec: ParameterSpec) -> PipelineParameter:
    has_default = not isinstance(spec.default, Missing)
    return PipelineParameter(
        name=name,
        type=spec.type.value,
        required=not (has_default or spec.optional),
        default=spec.default if has_default else None,
        description=spec.description,
        literals=list(spec.literals),
    )


def chosen(run: Run) -> dict[str, Value]:
    """The parameters of a run whose values are not those that its pipeline has for them. Pure."""
    specs = compiled(run.spec).root.input_parameters
    defaults = {name: spec.default for name, spec in specs.items() if not isinstance(spec.default, Missing)}
    return {
        name: value
        for name, value in given_parameters(run).items()
        # Not by ==, to which 1, 1.0 and True are the same.
        if name not in defaults or json.dumps(value, sort_keys=True) != json.dumps(defaults[name], sort_keys=True)
    }
