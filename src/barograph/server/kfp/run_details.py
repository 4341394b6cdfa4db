"""The tasks of a run as ``RunDetails`` has them (``backend/api/v2beta1/run.proto``).

KFP's own server makes them of what its workflow engine runs, and leaves their inputs and outputs empty. Here there is
one for each task of the record, and one for the run itself, the root. The artifacts' and executions' numbers are those
of ML Metadata there; here ``numbers.py`` makes them of ids, and ``GET /apis/v2beta1/artifacts/{number}`` takes them.
There are no pods, so none is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from barograph.server.kfp.numbers import number_of
from barograph.server.kfp.states import RuntimeState, RuntimeStatus, failure, history, runtime_state
from barograph.server.wire import Int64, Message, Status, Time
from barograph.store import Link, Task
from barograph.store.records import Event, Role
from barograph.store.run_tasks import Place, places


class ArtifactList(Message):
    """``ArtifactList``."""

    artifact_ids: list[Int64] = []


class ChildTask(Message):
    """``PipelineTaskDetail.ChildTask``: a task that is in this one."""

    task_id: str = ""
    pod_name: str = ""


class PipelineTaskDetail(Message):
    """``PipelineTaskDetail``, without ``executor_detail``: there are no jobs."""

    run_id: str = ""
    task_id: str = ""
    display_name: str = ""
    create_time: Time | None = None
    start_time: Time | None = None
    end_time: Time | None = None
    state: RuntimeState = "RUNTIME_STATE_UNSPECIFIED"
    execution_id: Int64 = 0
    error: Status | None = None
    inputs: dict[str, ArtifactList] = {}
    outputs: dict[str, ArtifactList] = {}
    parent_task_id: str = ""
    state_history: list[RuntimeStatus] = []
    pod_name: str = ""
    child_tasks: list[ChildTask] = []


class RunDetails(Message):
    """``RunDetails``; it has no contexts of ML Metadata."""

    pipeline_context_id: Int64 = 0
    pipeline_run_context_id: Int64 = 0
    task_details: list[PipelineTaskDetail] = []


def run_details(tasks: Sequence[Task], links: Iterable[Link], events: Iterable[Event]) -> RunDetails:
    """What is known of a run's tasks. Pure.

    Args:
        tasks: they, the root first.
        links: what they took and made.
        events: what happened to them, in order.
    """
    if not tasks:  # the run is being removed
        return RunDetails()
    around = places(tasks[0].id, {task.path: (task.id, task.kind) for task in tasks[1:]})
    artifacts: dict[tuple[str, Role], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for link in links:
        artifacts[link.task_id, link.role][link.key].append(number_of(link.artifact.id))
    happened: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        happened[event.path].append(event)

    def detail(task: Task) -> PipelineTaskDetail:
        place = around[task.id]
        return PipelineTaskDetail(
            run_id=task.run_id,
            task_id=task.id,
            display_name=display_name(place),
            create_time=task.created_at,
            start_time=task.started_at,
            end_time=task.finished_at,
            state=runtime_state(task.state),
            execution_id=number_of(task.id),
            error=failure(task.state, task.error),
            inputs=_lists(artifacts[task.id, Role.INPUT]),
            outputs=_lists(artifacts[task.id, Role.OUTPUT]),
            parent_task_id=place.parent,
            state_history=history(((event.state, event.at) for event in happened[task.path]), task.error),
            child_tasks=[ChildTask(task_id=child) for child in place.children],
        )

    return RunDetails(task_details=[detail(task) for task in tasks])


def display_name(place: Place) -> str:
    """What a task is called; a turn of a loop is told apart by its number."""
    return place.name if place.turn is None else f"{place.name}[{place.turn}]"


def _lists(artifacts: Mapping[str, list[int]]) -> dict[str, ArtifactList]:
    return {key: ArtifactList(artifact_ids=numbers) for key, numbers in artifacts.items()}
