"""Starting a run from a form: what is to be run, with which values, and what is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from barograph.engine import managed
from barograph.engine.inputs import root_inputs
from barograph.engine.request import Options, read_options
from barograph.errors import NotFoundError, ParameterError, RequestError, StateError
from barograph.ir.graph import Component
from barograph.registry.reference import find_version
from barograph.server.api.compiled import compiled
from barograph.server.api.shapes import Shape
from barograph.server.backend import Backend
from barograph.server.errors import FieldsError
from barograph.store import Run
from barograph.store.records import PipelineVersion


class StartRun(Shape):
    """What is to be run, and how. Exactly one of ``pipeline``, ``version_id`` and ``like_run`` says what."""

    pipeline: str = Field("", description="A pipeline of the registry: its id, `NAME`, `NAME:VERSION` or `NAME:TAG`.")
    version_id: str = Field("", description="A version of the registry, by its id.")
    like_run: str = Field("", description="The id of a run: what that ran, and as it ran it.")
    parameters: dict[str, Any] = Field({}, description="Values; what is left out takes the pipeline's own.")
    experiment: str = Field("", description="Its name; it is made if there is none. The default one if left out.")
    name: str = Field("", description="Made of the pipeline's name and the time if left out.")
    cache: bool = Field(True, description="Whether results of earlier executions may be taken.")
    parallelism: int | None = Field(None, ge=1, description="How many tasks may run at a time.")


def asked_for(backend: Backend, start: StartRun) -> Run:
    """The run that a form asks for, checked and not recorded yet.

    Raises:
        RequestError: it does not say what is to be run.
        NotFoundError: that is not there.
        StateError: its experiment is archived.
        FieldsError: values don't fit.
    """
    if sum(map(bool, (start.pipeline, start.version_id, start.like_run))) != 1:
        raise RequestError("give what is to be run: one of pipeline, version_id and like_run")
    options = Options()
    if start.like_run:
        like = backend.store.get_run(start.like_run)
        options = replace(read_options(like.options), name="")
        text, of = like.spec, {"pipeline_id": like.pipeline_id, "version_id": like.version_id}
    else:
        version = _version(backend, start)
        text, of = version.spec, {"pipeline_id": version.pipeline_id, "version_id": version.id}
    pipeline = compiled(text)
    if problems := dict(_problems(pipeline.root, start.parameters)):
        raise FieldsError({f"parameters.{name}": words for name, words in problems.items()})
    options = replace(
        options,
        experiment=_experiment(backend, start.experiment),
        name=start.name,
        cache=start.cache,
        parallelism=start.parallelism or options.parallelism,
    )
    return managed.asked_for(pipeline, text, start.parameters, options, backend.config.home, **of)


def _version(backend: Backend, start: StartRun) -> PipelineVersion:
    if start.version_id:
        return backend.pipelines.version_of_any(start.version_id)
    try:
        return backend.pipelines.newest(backend.pipelines.get(start.pipeline).id)
    except NotFoundError:
        return find_version(backend.pipelines, start.pipeline)[1]


def _experiment(backend: Backend, name: str) -> str:
    try:
        experiment = backend.experiments.named(name) if name else backend.experiments.default()
    except NotFoundError:
        return name
    if experiment.archived:
        raise StateError(f"the experiment {name!r} is archived: unarchive it first, or choose another")
    return experiment.name


def _problems(root: Component, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with each of a pipeline's parameters."""
    for name in dict.fromkeys((*root.input_parameters, *given)):
        known = name in root.input_parameters
        alone = {name: root.input_parameters[name]} if known else root.input_parameters
        try:
            root_inputs(
                replace(root, input_parameters=alone, input_artifacts={}), {name: given[name]} if name in given else {}
            )
        except ParameterError as error:
            yield name, str(error)
