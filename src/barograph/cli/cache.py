"""``barograph cache``."""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from barograph.cli.options import age

if TYPE_CHECKING:
    from barograph.engine.why import Why
    from barograph.store import Run, Task


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
    from barograph.engine.why import why as explained

    _, store = open_record()
    found = store.find_run(run)
    answer = explained(store, found, find_task(store, found, task))
    if as_json:
        click.echo(json.dumps(_json(answer), indent=2))
        return
    click.echo(f"{task} {answer.state}: {answer.reason}")
    if answer.other is not None and answer.run is not None:
        click.echo(_heading(answer, answer.other, answer.run))
        for sentence in answer.differences:
            click.echo(f"  {sentence}")


def _heading(answer: "Why", other: "Task", run: "Run") -> str:
    """What the differences are differences from."""
    if answer.state == "CACHED":
        return f"  its outputs are those of {_name(other, run)}"
    differs = "differs from it in:" if answer.differences else "differs from it in nothing"
    return f"the nearest earlier execution is {_name(other, run)}; this one {differs}"


def _json(answer: "Why") -> dict[str, object]:
    said: dict[str, object] = {
        "state": answer.state,
        "reason": answer.reason,
        "differences": list(answer.differences),
    }
    if answer.other is not None and answer.run is not None:
        ended = answer.other.finished_at and answer.other.finished_at.isoformat()
        said["nearest"] = {
            "run": answer.run.id,
            "task": answer.other.path,
            "id": answer.other.id,
            "finished_at": ended,
        }
    return said


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
