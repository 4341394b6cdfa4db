"""One task of a run: what it took and made, what it ran and how often, why it was or was not taken from the cache."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from barograph.engine.why import why
from barograph.errors import NotFoundError
from barograph.ir.graph import Container, Retry
from barograph.server.api.artifacts import ArtifactHead, head
from barograph.server.api.compiled import definition, readable
from barograph.server.api.secrecy import shown_task, without
from barograph.server.api.shapes import FoundRun, FoundTask, HiddenInRun, Router, Shape
from barograph.server.backend import Backend, Context
from barograph.server.wire import Time
from barograph.states import State
from barograph.store import Link, Run, Task
from barograph.store.records import Kind, Role, seconds_between

router = Router("Runs")


class TaskArtifact(ArtifactHead):
    """An artifact that a task took or made, under a name; ``position`` is its place where that is a list."""

    key: str
    position: int


class TaskAttempt(Shape):
    """An attempt at a task. ``log`` is whether there is one."""

    number: int
    started_at: Time | None = None
    finished_at: Time | None = None
    seconds: float | None = None
    exit_code: int | None = None
    error: str
    log: bool


class TaskResources(Shape):
    """What a task asks of the machine, as its pipeline writes it; empty where it asks for nothing."""

    cpu: str
    memory: str
    accelerator: str
    accelerator_count: str


class TaskRetry(Shape):
    """How often a task that failed is tried again, and after how many seconds: each time ``factor`` times as many."""

    most: int
    backoff: float
    factor: float
    longest: float


class TaskCommand(Shape):
    """What a task runs: an image, and in it a command as its pipeline writes it.

    ``environment`` is the digest of what that image stood for.
    """

    image: str
    command: list[str]
    args: list[str]
    env: dict[str, str]
    environment: str
    resources: TaskResources


class TaskRef(Shape):
    """A task of another run."""

    run_id: str
    run_name: str
    task_id: str
    path: str
    finished_at: Time | None = None


class FullTask(Shape):
    """A task. ``parameters`` are its inputs as they were resolved."""

    id: str
    run_id: str
    path: str
    name: str
    component: str
    kind: Kind
    state: State
    error: str
    exit_code: int | None = None
    created_at: Time
    started_at: Time | None = None
    finished_at: Time | None = None
    seconds: float | None = None
    parameters: dict[str, Any]
    outputs: dict[str, Any]
    inputs: list[TaskArtifact]
    artifacts: list[TaskArtifact]
    condition: str
    command: TaskCommand | None = None
    retry: TaskRetry | None = None
    attempts: list[TaskAttempt]
    fingerprint: str
    cache_note: str
    cached_from: TaskRef | None = None


class CacheExplanation(Shape):
    """Why a task was or was not taken from the cache.

    ``nearest`` is the execution whose outputs it took, or else the earlier one that comes nearest; ``differences`` is
    how it differs from that, a sentence each. One on a changed component is followed by lines of a diff.
    """

    state: State
    reason: str
    nearest: TaskRef | None = None
    differences: list[str]


@router.get("/runs/{run_id}/tasks/{task_id}")
def get_full_task(backend: Context, run: FoundRun, task: FoundTask, values: HiddenInRun) -> FullTask:
    """Everything that is recorded of a task. `task_id` is its id or its path."""
    task, links = shown_task(task, values), backend.store.links([task.id])
    pipeline = readable(run)
    spec = definition(pipeline, task.path) if pipeline else None
    body = spec.component.body if spec else None
    return FullTask(
        id=task.id,
        run_id=run.id,
        path=task.path,
        name=spec.name if spec else task.path,
        component=spec.component.name if spec else "",
        kind=task.kind,
        state=task.state,
        error=task.error,
        exit_code=task.exit_code,
        created_at=task.created_at,
        started_at=task.started_at,
        finished_at=task.finished_at,
        seconds=seconds_between(task.started_at, task.finished_at),
        parameters=dict(task.parameters),
        outputs=dict(task.outputs),
        inputs=_artifacts(links, Role.INPUT),
        artifacts=_artifacts(links, Role.OUTPUT),
        condition=spec.condition if spec else "",
        command=_command(body, task, values) if isinstance(body, Container) and task.kind is Kind.RUNTIME else None,
        retry=_retry(spec.retry) if spec and spec.retry else None,
        attempts=_attempts(task),
        fingerprint=task.fingerprint,
        cache_note=task.cache_note,
        cached_from=_origin(backend, task),
    )


@router.get("/runs/{run_id}/tasks/{task_id}/cache")
def cache_explanation(backend: Context, run: FoundRun, task: FoundTask, values: HiddenInRun) -> CacheExplanation:
    """Why a task was or was not taken from the cache, and how it differs from the nearest earlier execution."""
    found = why(backend.store, run, task)
    return CacheExplanation(
        state=found.state,
        reason=without(found.reason, values),
        nearest=_ref(found.run, found.other) if found.run and found.other else None,
        differences=without(found.differences, values),
    )


def _artifacts(links: Sequence[Link], role: Role) -> list[TaskArtifact]:
    return [
        TaskArtifact(**head(link.artifact), key=link.key, position=link.position) for link in links if link.role is role
    ]


def _command(container: Container, task: Task, values: Collection[str]) -> TaskCommand:
    asked = container.resources
    return TaskCommand(
        image=container.image,
        command=without(container.command, values),
        args=without(container.args, values),
        env=without(dict(container.env), values),
        environment=task.environment,
        resources=TaskResources(
            cpu=asked.cpu_limit,
            memory=asked.memory_limit,
            accelerator=asked.accelerator_type,
            accelerator_count=asked.accelerator_count,
        ),
    )


def _retry(retry: Retry) -> TaskRetry:
    return TaskRetry(most=retry.max_count, backoff=retry.backoff, factor=retry.factor, longest=retry.max_backoff)


def _attempts(task: Task) -> list[TaskAttempt]:
    last = {
        "started_at": task.started_at,
        "finished_at": task.finished_at,
        "exit_code": task.exit_code,
        "error": task.error,
        "log": task.log,
    }
    known = {attempt.get("log") for attempt in task.attempts}
    every = [*task.attempts, *([last] if task.log and task.log not in known else [])]
    return [_attempt(number, attempt) for number, attempt in enumerate(every, start=1)]


def _attempt(number: int, attempt: Mapping[str, Any]) -> TaskAttempt:
    start, end = (_time(attempt.get(key)) for key in ("started_at", "finished_at"))
    return TaskAttempt(
        number=number,
        started_at=start,
        finished_at=end,
        seconds=seconds_between(start, end),
        exit_code=attempt.get("exit_code"),
        error=str(attempt.get("error", "")),
        log=bool(attempt.get("log")),
    )


def _time(value: str | datetime | None) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _origin(backend: Backend, task: Task) -> TaskRef | None:
    if not task.cached_from:
        return None
    try:
        origin = backend.store.find_task(task.cached_from)
        return _ref(backend.store.get_run(origin.run_id), origin)
    except NotFoundError:  # it was deleted
        return None


def _ref(run: Run, task: Task) -> TaskRef:
    return TaskRef(run_id=run.id, run_name=run.name, task_id=task.id, path=task.path, finished_at=task.finished_at)
