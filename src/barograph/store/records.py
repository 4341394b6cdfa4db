"""What the store gives and takes: plain values, free of the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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


class Role(StrEnum):
    """Which side of a task an artifact is on."""

    INPUT = "INPUT"
    OUTPUT = "OUTPUT"


@dataclass(frozen=True)
class Run:
    """One execution of a pipeline.

    Attributes:
        spec: the compiled pipeline's text.
        parameters: the values of the pipeline's parameters, defaults included.
        outputs: the values of the pipeline's own outputs, once it has succeeded.
        options: how it was asked for, for a later resume: executor, caching, artifacts given by address.
        error: why it failed, in one line; empty otherwise.
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
