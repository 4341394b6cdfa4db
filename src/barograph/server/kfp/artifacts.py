"""``ArtifactService`` of KFP's ``mlmd-removal`` branch (``backend/api/v2beta1/artifact.proto``), as far as one reads.

An artifact with several numbers (``system.Metrics``) is one artifact here, with all of them in its metadata.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Query

from barograph.errors import RequestError
from barograph.server.api.secrecy import hidden, without
from barograph.server.backend import Context
from barograph.server.kfp.lists import Field, Options, next_token, query_of, read_time
from barograph.server.kfp.numbers import beginning_of
from barograph.server.kfp.others import ENGINE_ONLY
from barograph.server.wire import Int64, Message, Router, Status, Time
from barograph.store import records
from barograph.store.artifacts import Artifacts, Use
from barograph.store.lineage import SqlLineage
from barograph.store.listing import Operation, Predicate
from barograph.store.records import TURN, Role

router = Router(prefix="/apis/v2beta1", tags=["ArtifactService"])

ArtifactType = Literal[
    "TYPE_UNSPECIFIED",
    "Artifact",
    "Model",
    "Dataset",
    "HTML",
    "Markdown",
    "Metric",
    "ClassificationMetric",
    "SlicedClassificationMetric",
]
IOType = Literal[
    "UNSPECIFIED",
    "COMPONENT_DEFAULT_INPUT",
    "TASK_OUTPUT_INPUT",
    "COMPONENT_INPUT",
    "RUNTIME_VALUE_INPUT",
    "COLLECTED_INPUTS",
    "ITERATOR_INPUT",
    "ITERATOR_INPUT_RAW",
    "ITERATOR_OUTPUT",
    "OUTPUT",
    "ONE_OF_OUTPUT",
    "TASK_FINAL_STATUS_OUTPUT",
]
_TYPES: Mapping[str, ArtifactType] = {
    "system.Model": "Model",
    "system.Dataset": "Dataset",
    "system.HTML": "HTML",
    "system.Markdown": "Markdown",
    "system.Metrics": "Metric",
    "system.ClassificationMetrics": "ClassificationMetric",
    "system.SlicedClassificationMetrics": "SlicedClassificationMetric",
}


class Artifact(Message):
    """``Artifact``; there is one namespace, without a name."""

    artifact_id: str = ""
    name: str = ""
    description: str = ""
    type: ArtifactType = "TYPE_UNSPECIFIED"
    uri: str = ""
    metadata: dict[str, Any] = {}
    created_at: Time | None = None
    namespace: str = ""


class ListArtifactResponse(Message):
    artifacts: list[Artifact] = []
    total_size: int = 0
    next_page_token: str = ""


class IOProducer(Message):
    """``IOProducer``: the task that made something, and which turn of a loop it was in."""

    task_name: str = ""
    iteration: Int64 | None = None


class ArtifactTask(Message):
    """``ArtifactTask``: that a task took an artifact, or made it."""

    id: str = ""
    artifact_id: str = ""
    run_id: str = ""
    task_id: str = ""
    type: IOType = "UNSPECIFIED"
    producer: IOProducer | None = None
    key: str = ""


class ListArtifactTasksResponse(Message):
    artifact_tasks: list[ArtifactTask] = []
    total_size: int = 0
    next_page_token: str = ""


def _schema_title(value: Any) -> Any:
    return next((title for title, type_ in _TYPES.items() if type_ == value), f"system.{value}")


_FIELDS = {name: Field(name) for name in ("id", "name", "uri")} | {
    "artifact_id": Field("id"),
    "type": Field("type", _schema_title),
    "created_at": Field("created_at", read_time),
}
_TASK_FIELDS = {name: Field(name) for name in ("id", "artifact_id", "task_id", "run_id", "key")}


@router.get("/artifacts")
def list_artifacts(backend: Context, options: Options, namespace: str = "") -> ListArtifactResponse:
    """The artifacts of all runs, a page at a time."""
    page = Artifacts(backend.database).page(query_of(options, _FIELDS))
    values = hidden(backend.config.home)
    return ListArtifactResponse(
        artifacts=[artifact_message(each, values) for each in page.items],
        total_size=page.total,
        next_page_token=next_token(options, page),
    )


@router.get("/artifacts/{artifact_id}")
def get_artifact(backend: Context, artifact_id: str) -> Artifact:
    """One artifact: by its id, or by the number that a run's details have for it."""
    if artifact_id.isascii() and artifact_id.isdigit():
        try:
            found = SqlLineage(backend.database).find_artifact(beginning_of(int(artifact_id[:20])))
        except ValueError as error:
            raise RequestError(str(error)) from None
    else:
        found = Artifacts(backend.database).get(artifact_id)
    return artifact_message(found, hidden(backend.config.home))


@router.get("/artifact_tasks")
def list_artifact_tasks(
    backend: Context,
    options: Options,
    task_ids: Annotated[list[str], Query(description="Of these tasks.")] = [],  # noqa: B006
    run_ids: Annotated[list[str], Query(description="Of these runs.")] = [],  # noqa: B006
    artifact_ids: Annotated[list[str], Query(description="Of these artifacts.")] = [],  # noqa: B006
    type: Annotated[IOType, Query(description="`OUTPUT` or `TASK_OUTPUT_INPUT`; nothing is of another.")] = (
        "UNSPECIFIED"
    ),
) -> ListArtifactTasksResponse:
    """Which tasks took and made which artifacts, of at least one task, run or artifact, a page at a time."""
    if not (task_ids or run_ids or artifact_ids):
        raise RequestError("give at least one of task_ids, run_ids and artifact_ids")
    query = query_of(options, _TASK_FIELDS, default="id")
    if type != "UNSPECIFIED":
        role = {"OUTPUT": Role.OUTPUT, "TASK_OUTPUT_INPUT": Role.INPUT}.get(type, "")
        query = replace(query, filters=(*query.filters, Predicate("role", Operation.EQUALS, role)))
    artifacts = Artifacts(backend.database)
    page = artifacts.uses(query, artifact_ids, task_ids, run_ids)
    makers = artifacts.makers([use.artifact_id for use in page.items], [use.run_id for use in page.items])
    return ListArtifactTasksResponse(
        artifact_tasks=[_use_message(use, makers) for use in page.items],
        total_size=page.total,
        next_page_token=next_token(options, page),
    )


@router.post("/artifacts", status_code=403)
def create_artifact() -> Status:
    """Refused: only the engine writes artifacts."""
    return ENGINE_ONLY


@router.post("/artifacts:batchCreate", status_code=403)
def create_artifacts_bulk() -> Status:
    """Refused: only the engine writes artifacts."""
    return ENGINE_ONLY


@router.post("/artifact_tasks", status_code=403)
def create_artifact_task() -> Status:
    """Refused: only the engine writes what tasks took and made."""
    return ENGINE_ONLY


@router.post("/artifact_tasks:batchCreate", status_code=403)
def create_artifact_tasks_bulk() -> Status:
    """Refused: only the engine writes what tasks took and made."""
    return ENGINE_ONLY


def artifact_message(artifact: records.Artifact, values: Collection[str] = ()) -> Artifact:
    """An artifact as it goes over the wire, without secret ``values``."""
    return Artifact(
        artifact_id=artifact.id,
        name=artifact.name,
        type=_TYPES.get(artifact.type, "Artifact"),
        uri=artifact.uri,
        metadata=without(artifact.metadata, values),
        created_at=artifact.created_at,
    )


def producer(path: str) -> IOProducer:
    """The task at ``path`` as one that made something."""
    turns = TURN.findall(path)
    return IOProducer(task_name=path.rpartition(".")[2], iteration=int(turns[-1][1:-1]) if turns else None)


def io_type(role: Role) -> IOType:
    """What an artifact is to a task."""
    return "OUTPUT" if role is Role.OUTPUT else "TASK_OUTPUT_INPUT"


def _use_message(use: Use, makers: Mapping[tuple[str, str], str]) -> ArtifactTask:
    maker = makers.get((use.run_id, use.artifact_id))
    return ArtifactTask(
        id=use.id,
        artifact_id=use.artifact_id,
        run_id=use.run_id,
        task_id=use.task_id,
        type=io_type(use.role),
        producer=producer(maker) if maker else None,
        key=use.key,
    )
