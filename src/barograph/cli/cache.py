"""``barograph cache``."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from barograph.cli.options import age

if TYPE_CHECKING:
    from barograph.store import Run, Store, Task


@click.group("cache")
def command() -> None:
    """Ask why a task was not taken from the cache, and forget what is in it."""


@command.command("why")
@click.argument("run")
@click.argument("task")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def why(run: str, task: str, as_json: bool) -> None:
    """Say why TASK in RUN was, or was not, taken from the cache."""
    from barograph.cli.record import find_task, open_record

    _, store = open_record()
    found = store.find_run(run)
    answer = _answer(store, found, find_task(store, found, task))
    if as_json:
        click.echo(json.dumps(answer.as_json(), indent=2))
        return
    click.echo(f"{task} {answer.state}: {answer.reason}")
    if answer.other is not None:
        click.echo(answer.heading)
        for sentence in answer.differences:
            click.echo(f"  {sentence}")


@dataclass(frozen=True)
class _Answer:
    """Why a task was or was not taken from the cache.

    Attributes:
        other: the execution that was taken, or the one that came nearest.
        run: the run of ``other``.
    """

    state: str
    reason: str
    other: "Task | None" = None
    run: "Run | None" = None
    differences: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """What the differences are differences from."""
        assert self.other is not None
        assert self.run is not None
        if self.state == "CACHED":
            return f"  its outputs are those of {_name(self.other, self.run)}"
        differs = "differs from it in:" if self.differences else "differs from it in nothing"
        return f"the nearest earlier execution is {_name(self.other, self.run)}; this one {differs}"

    def as_json(self) -> dict[str, object]:
        """The answer for programs."""
        said: dict[str, object] = {"state": self.state, "reason": self.reason, "differences": list(self.differences)}
        if self.other is not None and self.run is not None:
            ended = self.other.finished_at and self.other.finished_at.isoformat()
            said["nearest"] = {"run": self.run.id, "task": self.other.path, "id": self.other.id, "finished_at": ended}
        return said


def _answer(store: "Store", run: "Run", task: "Task") -> _Answer:
    from barograph.engine.explain import nearest
    from barograph.states import State
    from barograph.store.records import Kind

    if task.kind is not Kind.RUNTIME:
        return _Answer(task.state, "only a task that runs a command can be taken from the cache")
    if task.state is State.CACHED and task.cached_from:
        origin = store.find_task(task.cached_from)
        return _Answer(task.state, "taken from the cache", origin, store.find_run(origin.run_id))
    if not task.ingredients:
        return _Answer(task.state, task.error.split("\n")[0] or "its turn has not come")
    found = nearest(task, store.nearest(run.pipeline, task.path, task.created_at))
    if found is None:
        return _Answer(task.state, task.cache_note or "no earlier execution was looked for")
    other, differences = found
    return _Answer(task.state, task.cache_note, other, store.find_run(other.run_id), tuple(differences))


def _name(task: "Task", run: "Run") -> str:
    return f"{task.path} in run {run.name!r} ({run.id[:8]}), which ended {_time(task.finished_at)}"


def _time(time: datetime | None) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M:%S") if time else "at an unknown time"


@command.command("prune")
@click.option("--older-than", type=age, metavar="AGE", help="Executions that ended so long ago: 12h, 30d, ...  [30d]")
@click.option("--all", "everything", is_flag=True, help="All of them.")
def prune(older_than: timedelta | None, everything: bool) -> None:
    """Let no later task take its outputs from old executions. The record and the artifacts stay."""
    from barograph.cli.record import open_record
    from barograph.store.store import now

    if everything and older_than is not None:
        raise click.UsageError("--all and --older-than exclude each other")
    _, store = open_record()
    forgotten = store.forget_cached(None if everything else now() - (older_than or timedelta(days=30)))
    plural = "" if len(forgotten) == 1 else "s"
    click.echo(f"forgot {len(forgotten)} execution{plural}: no later task takes outputs from them")
