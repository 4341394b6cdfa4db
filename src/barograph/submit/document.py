"""A compiled pipeline as plain values, to be edited before it is sent. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml

from barograph.errors import PipelineError
from barograph.ir.documents import read_documents
from barograph.ir.spec import parse_spec


@dataclass(frozen=True)
class Document:
    """A compiled pipeline.

    Attributes:
        pipeline: the JSON form of a ``PipelineSpec``.
        platform: that of a ``PlatformSpec``; empty where there is none.
        source: the text that it was read from, until something is changed.
    """

    pipeline: dict[str, Any]
    platform: dict[str, Any]
    source: str = ""

    @property
    def name(self) -> str:
        """The pipeline's own name."""
        return str(self.pipeline["pipelineInfo"]["name"])

    @property
    def text(self) -> str:
        """The whole of it as YAML: the text that it was read from, where nothing was changed."""
        if self.source:
            return self.source
        return yaml.safe_dump_all([self.pipeline, *([self.platform] if self.platform else [])])

    @property
    def pipeline_text(self) -> str:
        """The pipeline without its platform spec."""
        return self.source if self.source and not self.platform else yaml.safe_dump(self.pipeline)

    def changed(self, pipeline: dict[str, Any], platform: dict[str, Any] | None = None) -> "Document":
        """It, with another pipeline, and another platform spec if one is given."""
        return Document(pipeline, self.platform if platform is None else platform)


def read_document(text: str, source: str = "pipeline") -> Document:
    """The compiled pipeline that ``text`` writes.

    Args:
        text: YAML or JSON; a second document may hold a platform spec.
        source: how errors name it.

    Raises:
        PipelineError: it is no compiled pipeline.
    """
    parse_spec(text, source)
    documents = [document for document in read_documents(text) if document is not None]
    platforms = [document for document in documents if "platforms" in document]
    (pipeline,) = (document for document in documents if "platforms" not in document)
    return Document(pipeline, platforms[0] if platforms else {}, text)


@dataclass(frozen=True)
class _Place:
    """A task that runs a container: the tasks of the DAG that it is in, and its name there."""

    tasks: dict[str, Any]
    name: str

    @property
    def component(self) -> str:
        return str(self.tasks[self.name]["componentRef"]["name"])


def container_tasks(document: Document) -> list[str]:
    """The names of the tasks that run containers, in the order of their names."""
    return sorted({place.name for place in _places(document.pipeline)})


def own_components(document: Document, task: str) -> tuple[Document, list[str]]:
    """The document in which tasks of this name share no component with tasks of another, and their components' keys.

    Tasks of one name in conditions, loops and pipelines within the pipeline are all meant. The SDK's compiler gives
    each task a component; other compilers, and people, let tasks share one.

    Args:
        document: the pipeline.
        task: the tasks' name, such as ``train-model``.

    Raises:
        PipelineError: no such task runs a container; the message names those that do.
    """
    pipeline, platform = deepcopy(document.pipeline), deepcopy(document.platform)
    places = list(_places(pipeline))
    chosen = [place for place in places if place.name == task]
    if not chosen:
        offered = ", ".join(container_tasks(document)) or "none"
        raise PipelineError(f"the pipeline has no task {task!r} that runs a container; it has: {offered}")
    components, executors = pipeline["components"], pipeline["deploymentSpec"]["executors"]
    taken = {_label(pipeline, place) for place in places if place.name != task}
    own: dict[str, str] = {}
    for place in chosen:
        key, label = place.component, _label(pipeline, place)
        if label not in taken:
            own.setdefault(key, key)
        elif key not in own:
            own[key], new = _free(key, components), _free(label, executors)
            components[own[key]] = deepcopy(components[key]) | {"executorLabel": new}
            executors[new] = deepcopy(executors[label])
            for named in _platform_executors(platform):
                if label in named:
                    named[new] = deepcopy(named[label])
        place.tasks[task]["componentRef"]["name"] = own[key]
    return document.changed(pipeline, platform), list(own.values())


def executor_of(document: Document, component: str) -> dict[str, Any]:
    """The executor of a component, by its key."""
    label = document.pipeline["components"][component]["executorLabel"]
    executor: dict[str, Any] = document.pipeline["deploymentSpec"]["executors"][label]
    return executor


def with_executor(document: Document, component: str, executor: Mapping[str, Any]) -> Document:
    """The document in which a component, by its key, has another executor."""
    pipeline = deepcopy(document.pipeline)
    label = pipeline["components"][component]["executorLabel"]
    pipeline["deploymentSpec"]["executors"][label] = dict(executor)
    return document.changed(pipeline)


def without_cache(document: Document) -> Document:
    """The document in which nothing is taken from the cache, in pipelines within the pipeline neither.

    The SDK's own switch reaches only the tasks of the outermost graph.
    """
    pipeline = deepcopy(document.pipeline)
    for tasks in _dags(pipeline):
        for task in tasks.values():
            task["cachingOptions"] = {}
    return document.changed(pipeline)


def _dags(pipeline: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The tasks of each graph, by name."""
    for component in (pipeline["root"], *pipeline.get("components", {}).values()):
        if "dag" in component:
            yield component["dag"].get("tasks", {})


def _places(pipeline: dict[str, Any]) -> Iterator[_Place]:
    executors = pipeline.get("deploymentSpec", {}).get("executors", {})
    components = pipeline.get("components", {})
    for tasks in _dags(pipeline):
        for name, task in tasks.items():
            component = components.get(task.get("componentRef", {}).get("name"), {})
            if "container" in executors.get(component.get("executorLabel"), {}):
                yield _Place(tasks, name)


def _label(pipeline: dict[str, Any], place: _Place) -> str:
    return str(pipeline["components"][place.component]["executorLabel"])


def _platform_executors(platform: dict[str, Any]) -> Sequence[dict[str, Any]]:
    specs = platform.get("platforms", {}).values()
    return [spec["deploymentSpec"]["executors"] for spec in specs if spec.get("deploymentSpec", {}).get("executors")]


def _free(key: str, taken: Mapping[str, Any]) -> str:
    number = 2
    while f"{key}-{number}" in taken:
        number += 1
    return f"{key}-{number}"
