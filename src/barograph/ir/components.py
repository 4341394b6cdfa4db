"""In which order a pipeline's components are read, and whether they come to more than a pipeline may be.

Components that refer to components that refer to components say much in few words: twenty, of two tasks each, are a
million tasks. So this is found out from the messages alone, before anything is made of them.
"""

from graphlib import CycleError, TopologicalSorter
from typing import Any

from barograph.errors import PipelineError

ROOT = "root"
"""How KFP names the component that is the pipeline itself."""

_LEVELS = 50
_SIZE = 100_000


def in_order(message: Any) -> dict[str, Any]:
    """The ``ComponentSpec`` messages that the ``PipelineSpec`` ``message`` needs, by name, each after those in it.

    The last is the root. Components that are not defined are left out.

    Raises:
        PipelineError: a component contains itself, or the pipeline is nested too deep or comes to too much.
    """
    components = {**message.components, ROOT: message.root}
    inner: dict[str, list[str]] = {}
    found = [ROOT]
    while found:
        name = found.pop()
        if name not in inner:
            references = [task.component_ref.name for task in components[name].dag.tasks.values()]
            inner[name] = [reference for reference in references if reference in components]
            found.extend(inner[name])
    try:
        order = list(TopologicalSorter(inner).static_order())
    except CycleError as error:
        cycle = error.args[1][::-1]
        raise PipelineError(f"component {cycle[0]!r} contains itself: {' > '.join(cycle)}") from None
    _check_extent(components, inner, order)
    return {name: components[name] for name in order}


def _check_extent(components: dict[str, Any], inner: dict[str, list[str]], order: list[str]) -> None:
    levels: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for name in order:
        levels[name] = 1 + max((levels[below] for below in inner[name]), default=0)
        inputs = components[name].input_definitions
        sizes[name] = 1 + len(inputs.parameters) + len(inputs.artifacts) + sum(sizes[below] for below in inner[name])
    if levels[ROOT] > _LEVELS:
        raise PipelineError(f"the pipeline has pipelines in pipelines more than {_LEVELS} levels deep; flatten it")
    if sizes[ROOT] > _SIZE:
        raise PipelineError(
            f"the pipeline comes to more than {_SIZE:,} tasks and inputs once each of the pipelines in it is "
            "written out; split it into several, or loop"
        )
