"""What is to be run and how, and what is there of it already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from barograph.engine.capacity import DEFAULT_PARALLELISM
from barograph.engine.inputs import Bundle
from barograph.engine.runtime import StatusWords
from barograph.home import Home
from barograph.ir.graph import Pipeline
from barograph.ir.values import Value
from barograph.secrets import NO_SECRETS, Secrets, default_path, read_secrets
from barograph.store import Run, Task


@dataclass(frozen=True)
class Options:
    """How a run is asked for, apart from what is run.

    Attributes:
        name: of the run; made from the pipeline's name and the time if empty.
        cache: whether an earlier execution's outputs may be taken.
        uncached: paths of tasks for which they may not.
        max_age: how long ago such an execution may have ended; None for no limit.
        parallelism: how many tasks may run at a time.
        artifacts: addresses of the artifacts that the pipeline takes.
        executor: the name of what runs the commands.
        docker: ``user``, ``network``, ``pull`` and ``folders``, where they are not the usual ones.
        final_status: whose words a task's final status uses.
        secrets: the file with what secrets and config maps hold; None for the home's own.
        pipeline_root: the folder, or the address in an object store, below which its artifacts go; empty for the
            home's own.
    """

    experiment: str = "Default"
    name: str = ""
    cache: bool = True
    uncached: frozenset[str] = frozenset()
    max_age: timedelta | None = None
    parallelism: int = DEFAULT_PARALLELISM
    artifacts: Mapping[str, str] = field(default_factory=dict)
    executor: str = "process"
    docker: Mapping[str, Any] = field(default_factory=dict)
    final_status: StatusWords = StatusWords.KUBEFLOW
    secrets: Path | None = None
    pipeline_root: str = ""

    def recorded(self) -> dict[str, Any]:
        """What the record keeps for a later resume, as JSON: the secrets' file, never what it holds."""
        return {
            "cache": self.cache,
            "uncached": sorted(self.uncached),
            "max_age": None if self.max_age is None else self.max_age.total_seconds(),
            "parallelism": self.parallelism,
            "artifacts": dict(self.artifacts),
            "executor": self.executor,
            "docker": dict(self.docker),
            "final_status": self.final_status.value,
            "secrets": self.secrets and str(self.secrets),
            "pipeline_root": self.pipeline_root,
        }


def read_options(recorded: Mapping[str, Any], experiment: str = "Default", name: str = "") -> Options:
    """The options that ``Options.recorded`` wrote; one that an older Barograph did not know is the usual one."""
    age, secrets = recorded.get("max_age"), recorded.get("secrets")
    return Options(
        experiment,
        name,
        recorded.get("cache", True),
        frozenset(recorded.get("uncached", ())),
        timedelta(seconds=age) if age is not None else None,
        recorded.get("parallelism", DEFAULT_PARALLELISM),
        recorded.get("artifacts", {}),
        recorded.get("executor", "process"),
        recorded.get("docker", {}),
        StatusWords(recorded.get("final_status", StatusWords.KUBEFLOW)),
        Path(secrets) if secrets else None,
        recorded.get("pipeline_root", ""),
    )


def secrets_of(options: Options, home: Home) -> Secrets:
    """What secrets and config maps hold for a run that is asked for so.

    Raises:
        ConfigurationError: the file can't be used.
    """
    return read_secrets(options.secrets or default_path(home))


@dataclass(frozen=True)
class Request:
    """What to run.

    Attributes:
        spec: the compiled pipeline's text, kept in the record.
        parameters: values for the pipeline's parameters; what is left out takes its default.
        options: how it is asked for.
        secrets: what secrets and config maps hold.
        pipeline_id, version_id: the version of the registry that it is; empty for none.
    """

    pipeline: Pipeline
    spec: str
    parameters: Mapping[str, Value]
    options: Options = Options()
    secrets: Secrets = NO_SECRETS
    pipeline_id: str = ""
    version_id: str = ""


@dataclass(frozen=True)
class Earlier:
    """What is there of a run that is taken up again.

    Attributes:
        run: its record, by which it has ended.
        tasks: all its tasks by path.
        kept: the outputs of those that have ended well and are not to run again.
    """

    run: Run
    tasks: Mapping[str, Task]
    kept: Mapping[str, Bundle]
