"""What is to be run, and what is there of it already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from barograph.engine.capacity import DEFAULT_PARALLELISM
from barograph.engine.inputs import (
    Bundle,
)
from barograph.engine.runtime import StatusWords
from barograph.ir.graph import Pipeline
from barograph.ir.values import Value
from barograph.secrets import NO_SECRETS, Secrets
from barograph.store import Run, Task


@dataclass(frozen=True)
class Request:
    """What to run.

    Attributes:
        spec: the compiled pipeline's text, kept in the record.
        parameters: values for the pipeline's parameters; what is left out takes its default.
        artifacts: addresses of the artifacts that the pipeline takes.
        name: of the run; made from the pipeline's name and the time if empty.
        cache: whether an earlier execution's outputs may be taken.
        uncached: paths of tasks for which it may not.
        max_age: how long ago such an execution may have ended; None for no limit.
        parallelism: how many tasks may run at a time.
        status_words: whose words a task's final status uses.
        secrets: what secrets and config maps hold.
        options: kept in the record, for a later resume.
    """

    pipeline: Pipeline
    spec: str
    parameters: Mapping[str, Value]
    artifacts: Mapping[str, str] = field(default_factory=dict)
    experiment: str = "Default"
    name: str = ""
    cache: bool = True
    uncached: frozenset[str] = frozenset()
    max_age: timedelta | None = None
    parallelism: int = DEFAULT_PARALLELISM
    status_words: StatusWords = StatusWords.KUBEFLOW
    secrets: Secrets = NO_SECRETS
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Earlier:
    """What is there of a run that is taken up again.

    Attributes:
        record: what the record says of it.
        run: the same, in the state PENDING.
        tasks: all its tasks by path.
        kept: the outputs of those that have ended well and are not to run again.
    """

    record: Run
    run: Run
    tasks: Mapping[str, Task]
    kept: Mapping[str, Bundle]
