"""What the store gives and takes: plain values, free of the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from barograph.states import State

TURN = re.compile(r"\[\d+\]")
"""What says in a task's path which turn of a loop it is in."""


class Kind(StrEnum):
    """What a task is, in the words of KFP's ``mlmd-removal`` branch; an ITERATION is one turn of a LOOP."""

    RUNTIME = "RUNTIME"
    IMPORTER = "IMPORTER"
    DAG = "DAG"
    LOOP = "LOOP"
    ITERATION = "ITERATION"
    CONDITION = "CONDITION"


DOERS = (Kind.RUNTIME, Kind.IMPORTER)
"""Kinds of tasks that make something themselves; the others hold tasks."""


class Role(StrEnum):
    """Which side of a task an artifact is on."""

    INPUT = "INPUT"
    OUTPUT = "OUTPUT"


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """How long something took; None where it has not both. Pure."""
    return None if start is None or end is None else max(0.0, (end - start).total_seconds())


@dataclass(frozen=True)
class Run:
    """One execution of a pipeline.

    Attributes:
        spec: the compiled pipeline's text.
        parameters: the values of the pipeline's parameters, defaults included.
        outputs: the values of the pipeline's own outputs, once it has succeeded.
        options: how it was asked for, for a later resume: executor, caching, artifacts given by address.
        error: why it failed, in one line; empty otherwise.
        pipeline_id, version_id: the version of the registry that it was started from; empty for none.
        recurring_run_id: what started it, at the time ``scheduled_at``; empty for a person.
        service_account: whom it is to act as elsewhere; kept, and of no effect on one machine.
        state_history: the states that it has been in, each with the time at which it came.
        managed: whether a server sees to its end: it starts it, and takes it up again after an interruption.
        cancel_requested: whether somebody asked it to end.
        experiment_id, spec_digest: filled by the store.
    """

    id: str
    name: str
    experiment: str
    pipeline: str
    spec: str
    parameters: Mapping[str, Any]
    pipeline_root: str
    created_at: datetime
    options: Mapping[str, Any] = field(default_factory=dict)
    state: State = State.PENDING
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    archived: bool = False
    pipeline_id: str = ""
    version_id: str = ""
    recurring_run_id: str = ""
    service_account: str = ""
    scheduled_at: datetime | None = None
    state_history: tuple[tuple[State, datetime], ...] = ()
    managed: bool = False
    cancel_requested: bool = False
    experiment_id: str = field(default="", compare=False)
    spec_digest: str = field(default="", compare=False)

    def into(self, state: State, at: datetime, **changes: Any) -> "Run":
        """The run as it is once it has come into ``state``."""
        return replace(self, state=state, state_history=(*self.state_history, (state, at)), **changes)

    def again(self, at: datetime) -> "Run":
        """The run as it is once it waits for being taken up again: nothing is left of how it ended."""
        return self.into(State.PENDING, at, error="", started_at=None, finished_at=None, cancel_requested=False)


@dataclass(frozen=True)
class Task:
    """One task of a run.

    Attributes:
        path: dotted names from the root, such as ``train-model``, ``inner.train-model`` or ``for-loop-1[0].print``.
        kind: what it is.
        fingerprint: the cache key; empty for a task that is itself a DAG.
        ingredients: what the fingerprint was made of.
        environment: what the task ran in: an environment's digest.
        parameters: its input parameters.
        outputs: its output parameters.
        cached_from: id of the task whose outputs stand in for this one's.
        cache_note: why no earlier execution could stand in for it; empty where one did.
        attempts: those that failed before the last one, each with its times, exit code, error and log.
        exit_code: of its process; negative for a signal; None where no process ended.
        log: the log file's path; empty where no process started.
    """

    id: str
    run_id: str
    path: str
    created_at: datetime
    kind: Kind = Kind.RUNTIME
    state: State = State.PENDING
    fingerprint: str = ""
    ingredients: Mapping[str, Any] = field(default_factory=dict)
    environment: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    cached_from: str | None = None
    cache_note: str = ""
    attempts: tuple[Mapping[str, Any], ...] = ()
    exit_code: int | None = None
    error: str = ""
    log: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Artifact:
    """What a task made.

    Attributes:
        type: its schema title, such as ``system.Model``.
        digest: ``sha256:...`` of its content; of its metadata where it has no file.
        size: bytes of its content; None where it has no file.
        media_type: of the content, such as ``image/png``; empty where it has no file.
    """

    id: str
    name: str
    type: str
    uri: str
    digest: str
    size: int | None
    media_type: str
    metadata: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Link:
    """An artifact's place among a task's inputs or outputs.

    Attributes:
        key: the input's or output's name.
        position: its place in a list of artifacts; 0 for a single one.
    """

    task_id: str
    role: Role
    key: str
    position: int
    artifact: Artifact


@dataclass(frozen=True)
class TaskChange:
    """A task as it is now.

    Attributes:
        is_new: whether it is not in the record yet.
        links: artifacts it took or made since the last change.
        again: whether it starts anew: the links that the record has are dropped.
    """

    task: Task
    is_new: bool = False
    links: tuple[Link, ...] = ()
    again: bool = False


@dataclass(frozen=True)
class Event:
    """A change of state, of a run (its ``path`` is empty) or of one of its tasks.

    Attributes:
        id: grows with every event of a run; 0 where it is not in the record yet.
    """

    run_id: str
    path: str
    state: State
    at: datetime
    id: int = 0


@dataclass(frozen=True)
class Metric:
    """A number that a task of a run put into a ``system.Metrics`` artifact under ``key``."""

    run_id: str
    path: str
    artifact: str
    key: str
    value: float


@dataclass(frozen=True)
class Experiment:
    """A group of runs. ``last_run_created_at`` is None where it has none."""

    id: str
    name: str
    created_at: datetime
    description: str = ""
    archived: bool = False
    last_run_created_at: datetime | None = None


@dataclass(frozen=True)
class Pipeline:
    """A pipeline of the registry: its versions' common name."""

    id: str
    name: str
    created_at: datetime
    display_name: str = ""
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PipelineVersion:
    """A version of a pipeline; what it runs never changes.

    Attributes:
        digest: ``sha256:...`` of the compiled pipeline's text.
        spec: the text; empty in lists.
        package_url: where the text came from; empty for an upload.
    """

    id: str
    pipeline_id: str
    name: str
    digest: str
    created_at: datetime
    display_name: str = ""
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    package_url: str = ""
    code_source_url: str = ""
    spec: str = ""


@dataclass(frozen=True)
class RecurringRun:
    """A pipeline that is run again and again.

    Attributes:
        pipeline_id, version_id: the version of the registry, or its newest one where ``version_id`` is empty; both
            are empty where ``spec`` holds the compiled pipeline itself.
        trigger: when, as ``schedule.trigger`` reads it.
        no_catchup: whether of times that were missed only the last one counts.
        started: how many runs it has started.
        last_scheduled_at: the time that the last of them was for.
        error: why its last time started nothing, in one line; empty otherwise.
    """

    id: str
    name: str
    experiment: str
    created_at: datetime
    updated_at: datetime
    trigger: Mapping[str, Any]
    pipeline_id: str = ""
    version_id: str = ""
    spec: str = ""
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    service_account: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    max_concurrency: int = 1
    no_catchup: bool = False
    enabled: bool = True
    error: str = ""
    started: int = 0
    last_scheduled_at: datetime | None = None
    experiment_id: str = field(default="", compare=False)
