"""The tasks of ``RunService`` in KFP's ``mlmd-removal`` branch (``backend/api/v2beta1/run.proto``), to be read.

Each has its parameters and artifacts. One that was canceled is FAILED, since there is no other word for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from barograph.errors import RequestError
from barograph.server.api.secrecy import hidden, shown_link, shown_task
from barograph.server.backend import Backend, Context
from barograph.server.kfp.artifacts import Artifact, IOProducer, IOType, artifact_message, io_type, producer
from barograph.server.kfp.lists import Field, Options, next_token, query_of, read_time
from barograph.server.kfp.others import ENGINE_ONLY
from barograph.server.kfp.run_details import display_name
from barograph.server.kfp.states import STATE, failure, with_canceled
from barograph.server.wire import Int64, Message, Router, Status, Time
from barograph.states import State
from barograph.store import Link, Run, Task
from barograph.store.artifacts import Artifacts
from barograph.store.records import Event, Kind, Role
from barograph.store.run_tasks import Place, RunTasks, scope

router = Router(prefix="/apis/v2beta1", tags=["RunService"])

TaskState = Literal["RUNTIME_STATE_UNSPECIFIED", "RUNNING", "SUCCEEDED", "SKIPPED", "FAILED", "CACHED"]
TaskType = Literal[
    "TASK_TYPE_UNSPECIFIED",
    "ROOT",
    "RUNTIME",
    "CONDITION_BRANCH",
    "CONDITION",
    "LOOP",
    "EXIT_HANDLER",
    "IMPORTER",
    "DAG",
]
_STATES: Mapping[State, TaskState] = {
    State.PENDING: "RUNTIME_STATE_UNSPECIFIED",
    State.RUNNING: "RUNNING",
    State.SUCCEEDED: "SUCCEEDED",
    State.CACHED: "CACHED",
    State.SKIPPED: "SKIPPED",
    State.FAILED: "FAILED",
    State.CANCELING: "RUNNING",
    State.CANCELED: "FAILED",
}
_TYPES: Mapping[Kind, TaskType] = {
    Kind.RUNTIME: "RUNTIME",
    Kind.IMPORTER: "IMPORTER",
    Kind.DAG: "DAG",
    Kind.LOOP: "LOOP",
    Kind.ITERATION: "DAG",
    Kind.CONDITION: "CONDITION",
}
# What the SDK calls the groups that it makes.
_PREFIXES: Mapping[str, TaskType] = {"exit-handler-": "EXIT_HANDLER", "condition-branches-": "CONDITION_BRANCH"}


class StatusMetadata(Message):
    """``PipelineTask.StatusMetadata``."""

    message: str = ""


class TaskStatus(Message):
    """``PipelineTask.TaskStatus``."""

    update_time: Time | None = None
    state: TaskState = "RUNTIME_STATE_UNSPECIFIED"
    error: Status | None = None


class TypeAttributes(Message):
    """``PipelineTask.TypeAttributes``: a turn's number, and how many turns a loop has had so far."""

    iteration_index: Int64 | None = None
    iteration_count: Int64 | None = None


class ChildTask(Message):
    """``PipelineTask.ChildTask``: a task that is in this one."""

    task_id: str = ""
    name: str = ""


class IOParameter(Message):
    """``PipelineTask.InputOutputs.IOParameter``; where an input came from the record does not say."""

    value: Any = None
    type: IOType = "UNSPECIFIED"
    parameter_key: str = ""


class IOArtifact(Message):
    """``PipelineTask.InputOutputs.IOArtifact``: all artifacts of one input or output."""

    artifacts: list[Artifact] = []
    type: IOType = "UNSPECIFIED"
    artifact_key: str = ""
    producer: IOProducer | None = None


class InputOutputs(Message):
    """``PipelineTask.InputOutputs``."""

    parameters: list[IOParameter] = []
    artifacts: list[IOArtifact] = []


class PipelineTask(Message):
    """``PipelineTask``, without ``pods``: there are none. The root's id is the run's."""

    name: str = ""
    display_name: str = ""
    task_id: str = ""
    run_id: str = ""
    cache_fingerprint: str = ""
    create_time: Time | None = None
    end_time: Time | None = None
    state: TaskState = "RUNTIME_STATE_UNSPECIFIED"
    status_metadata: StatusMetadata = StatusMetadata()
    state_history: list[TaskStatus] = []
    type: TaskType = "TASK_TYPE_UNSPECIFIED"
    type_attributes: TypeAttributes = TypeAttributes()
    parent_task_id: str = ""
    child_tasks: list[ChildTask] = []
    inputs: InputOutputs = InputOutputs()
    outputs: InputOutputs = InputOutputs()
    scope_path: str = ""


class ListTasksResponse(Message):
    tasks: list[PipelineTask] = []
    next_page_token: str = ""
    total_size: int = 0


class FindCachedTaskRequest(Message):
    namespace: str = ""
    cache_fingerprint: str = ""


class FindCachedTaskResponse(Message):
    task: PipelineTask | None = None


_FIELDS = {
    "task_id": Field("id"),
    "cache_fingerprint": Field("fingerprint"),
    "create_time": Field("created_at", read_time),
    "start_time": Field("started_at", read_time),
    "end_time": Field("finished_at", read_time),
    "status": STATE,
    "state": STATE,
}


@router.get("/runs/{run_id}/tasks")
def list_tasks(
    backend: Context, run_id: str, options: Options, parent_id: str = "", order_by: str = ""
) -> ListTasksResponse:
    """The tasks of a run, or those in one of them, a page at a time. `order_by` is what `sort_by` is in other lists."""
    run = backend.store.get_run(run_id)
    found = RunTasks(backend.database, run_id)
    options = replace(options, sort_by=order_by or options.sort_by)
    query = query_of(options, _FIELDS, default="create_time")
    among = found.places()[found.get(parent_id).id].children if parent_id else None
    page = found.page(replace(query, filters=tuple(with_canceled(query.filters))), among)
    return ListTasksResponse(
        tasks=tasks_of(run, page.items, found, backend),
        next_page_token=next_token(options, page),
        total_size=page.total,
    )


@router.get("/runs/{run_id}/tasks/{task_id}")
def get_task(backend: Context, run_id: str, task_id: str) -> PipelineTask:
    """One task of a run."""
    run = backend.store.get_run(run_id)
    found = RunTasks(backend.database, run_id)
    return tasks_of(run, [found.get(task_id)], found, backend)[0]


@router.post("/tasks:findCached")
def find_cached_task(backend: Context, request: FindCachedTaskRequest) -> FindCachedTaskResponse:
    """The newest task that ran and succeeded with a fingerprint, if there is one."""
    if not request.cache_fingerprint:
        raise RequestError("give a cache_fingerprint")
    tasks = backend.store.cached(request.cache_fingerprint)[:1]
    return FindCachedTaskResponse(task=get_task(backend, tasks[0].run_id, tasks[0].id) if tasks else None)


@router.post("/runs/{run_id}/tasks", status_code=403)
def create_task(run_id: str) -> Status:
    """Refused: only the engine writes tasks."""
    return ENGINE_ONLY


@router.patch("/runs/{run_id}/tasks/{task_id}", status_code=403)
def update_task(run_id: str, task_id: str) -> Status:
    """Refused: only the engine writes tasks."""
    return ENGINE_ONLY


@router.post("/runs/{run_id}/tasks:batchUpdate", status_code=403)
def update_tasks_bulk(run_id: str) -> Status:
    """Refused: only the engine writes tasks."""
    return ENGINE_ONLY


def tasks_of(run: Run, tasks: Sequence[Task], found: RunTasks, backend: Backend) -> list[PipelineTask]:
    """Some of the tasks of ``run`` that were ``found``, with all that the record has of them."""
    values = hidden(backend.config.home, run)
    links = backend.store.links([task.id for task in tasks])
    makers = Artifacts(backend.database).makers(sorted({link.artifact.id for link in links}), [run.id])
    return messages(
        [shown_task(task, values) for task in tasks],
        found.places(),
        [shown_link(link, values) for link in links],
        found.events([task.path for task in tasks]),
        {artifact_id: producer(path) for (_, artifact_id), path in makers.items()},
    )


def messages(
    tasks: Iterable[Task],
    places: Mapping[str, Place],
    links: Iterable[Link],
    events: Iterable[Event],
    producers: Mapping[str, IOProducer],
) -> list[PipelineTask]:
    """Tasks of one run as they go over the wire. Pure.

    Args:
        tasks: they.
        places: where each task of the run is, by its id.
        links: what they took and made.
        events: what happened to them, in order.
        producers: what made the artifacts, by their ids.
    """
    linked: dict[tuple[str, Role], list[Link]] = defaultdict(list)
    for link in links:
        linked[link.task_id, link.role].append(link)
    happened: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        happened[event.path].append(event)

    def message(task: Task) -> PipelineTask:
        place = places[task.id]
        loop = len(place.children) if task.kind is Kind.LOOP else None
        return PipelineTask(
            name=place.name,
            display_name=display_name(place),
            task_id=task.id,
            run_id=task.run_id,
            cache_fingerprint=task.fingerprint,
            create_time=task.created_at,
            end_time=task.finished_at,
            state=_STATES[task.state],
            status_metadata=StatusMetadata(message=task.error),
            state_history=_history(happened[task.path], task.error),
            type=_type(task, place.name),
            type_attributes=TypeAttributes(iteration_index=place.turn, iteration_count=loop),
            parent_task_id=place.parent,
            child_tasks=[ChildTask(task_id=child, name=places[child].name) for child in place.children],
            inputs=_input_outputs(Role.INPUT, task.parameters, linked[task.id, Role.INPUT], producers),
            outputs=_input_outputs(Role.OUTPUT, task.outputs, linked[task.id, Role.OUTPUT], producers),
            scope_path=scope(task.path),
        )

    return [message(task) for task in tasks]


def _type(task: Task, name: str) -> TaskType:
    if not task.path:
        return "ROOT"
    return next((type_ for prefix, type_ in _PREFIXES.items() if name.startswith(prefix)), _TYPES[task.kind])


def _history(events: Sequence[Event], error: str) -> list[TaskStatus]:
    said = [TaskStatus(update_time=event.at, state=_STATES[event.state]) for event in events]
    if events:
        said[-1].error = failure(events[-1].state, error)
    return said


def _input_outputs(
    role: Role, parameters: Mapping[str, Any], links: Iterable[Link], producers: Mapping[str, IOProducer]
) -> InputOutputs:
    kind: IOType = "OUTPUT" if role is Role.OUTPUT else "UNSPECIFIED"
    artifacts: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        artifacts[link.key].append(link)
    return InputOutputs(
        parameters=[IOParameter(value=value, type=kind, parameter_key=key) for key, value in parameters.items()],
        artifacts=[
            IOArtifact(
                artifacts=[artifact_message(link.artifact) for link in several],
                type=io_type(role),
                artifact_key=key,
                producer=producers.get(several[0].artifact.id),
            )
            for key, several in artifacts.items()
        ],
    )
