"""A run as a person reads it after its end: tasks, metrics, artifacts."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from barograph.cli.folding import Folded, Row, rows
from barograph.cli.formats import SYMBOLS, duration, number, ordinal, short, size
from barograph.cli.progress import last_lines
from barograph.cli.redaction import Redact
from barograph.cli.terminal import plain_table, state_counts
from barograph.states import State
from barograph.store import Link, Run, Store, Task
from barograph.store.records import DOERS, Role

_METRIC_TYPES = ("system.Metrics",)
_METRICS_OF_A_TASK = 8
_FAILURES = 10


def print_summary(console: Console, store: Store, run: Run, whole: bool = False, redacted: Redact = str) -> None:
    """Print the run's tasks with their states and times, its metrics, where its artifacts are, and why it failed.

    Args:
        console: the terminal.
        store: the record.
        run: what to sum up.
        whole: all metrics of a task, instead of the first few.
        redacted: what keeps secret values out of what tasks have printed.
    """
    tasks = store.tasks(run.id)
    shown = rows(tasks)
    # A long loop is one row, so that what its turns made is not looked up.
    single = [row for row in shown if isinstance(row, Task)]
    made = outputs(store, single)
    sign, style = SYMBOLS[run.state]
    console.print(
        Text.assemble(
            (f"{sign} {run.name}", f"bold {style}"),
            f"  {run.state}  ",
            duration(run.started_at, run.finished_at),
        )
    )
    console.print(
        f"  id {run.id}   experiment {run.experiment}   pipeline {run.pipeline}", style="dim", highlight=False
    )
    console.print()
    console.print(_task_table(shown, redacted))
    metrics = metric_rows(single, made)
    if metrics:
        console.print()
        console.print(_metric_table(metrics, None if whole else _METRICS_OF_A_TASK))
    artifacts = [link for link in made if link.artifact.size is not None]
    if artifacts:
        console.print()
        console.print(artifact_table(single, artifacts))
        console.print(f"  in {run.pipeline_root}/{run.pipeline}", style="dim", soft_wrap=True, highlight=False)
        console.print(f"  barograph artifacts {run.id[:8]} --export FOLDER  copies them", style="dim", highlight=False)
    failed = [task for task in single if task.state is State.FAILED]
    for task in failed[:_FAILURES]:
        _print_failure(console, task, redacted)
    if len(failed) > _FAILURES:
        console.print(f"\n... and {len(failed) - _FAILURES} more failed", style="red", highlight=False)
    if run.error and not failed:
        console.print(f"\n{run.error}", style="red", markup=False)


def outputs(store: Store, tasks: Sequence[Task]) -> list[Link]:
    """The artifacts that the tasks made, or took over from the cache; each at the task that made it, and not again at
    the DAG or loop which that is in."""
    makers = [task.id for task in tasks if task.kind in DOERS]
    return [link for link in store.links(makers) if link.role is Role.OUTPUT]


def metric_rows(tasks: Sequence[Task], made: Sequence[Link]) -> list[tuple[str, str, Any]]:
    """Task, name and value of every number in the run's ``system.Metrics``."""
    paths = {task.id: task.path for task in tasks}
    order = {task.id: place for place, task in enumerate(tasks)}
    return [
        (paths[link.task_id], name, value)
        for link in sorted(made, key=lambda link: (order[link.task_id], link.key))
        if link.artifact.type in _METRIC_TYPES
        for name, value in link.artifact.metadata.items()
        if isinstance(value, int | float)
    ]


def artifact_table(tasks: Sequence[Task], links: Sequence[Link]) -> Table:
    """Artifacts with their type, size and digest, in the order of their tasks."""
    paths = {task.id: task.path for task in tasks}
    order = {task.id: place for place, task in enumerate(tasks)}
    table = plain_table()
    for heading in ("task", "artifact", "type", "size", "digest"):
        table.add_column(heading, no_wrap=True, justify="right" if heading == "size" else "left")
    shown = None
    for link in sorted(links, key=lambda link: (order[link.task_id], link.key)):
        artifact, task = link.artifact, paths[link.task_id]
        table.add_row(
            "" if task == shown else task,
            link.key,
            artifact.type.removeprefix("system."),
            size(artifact.size),
            short(artifact.digest),
        )
        shown = task
    return table


def _task_table(shown: Sequence[Row], redacted: Redact) -> Table:
    table = plain_table()
    table.add_column("task", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("time", no_wrap=True, justify="right")
    table.add_column("")
    for row in shown:
        match row:
            case Folded(task=task) as loop:
                took = duration(task.started_at, task.finished_at) if task else ""
                table.add_row(loop.label, state_counts(loop.states), took, "")
            case Task() as task:
                sign, style = SYMBOLS[task.state]
                took = duration(task.started_at, task.finished_at)
                table.add_row(task.path, Text(f"{sign} {task.state}", style), took, Text(redacted(_note(task))))
    return table


def _note(task: Task) -> str:
    attempt = f"{ordinal(len(task.attempts) + 1)} attempt" if task.attempts else ""
    return ": ".join(words for words in (attempt, task.error.split("\n")[0]) if words)


def _metric_table(rows: Sequence[tuple[str, str, Any]], limit: int | None) -> Table:
    table = plain_table()
    table.add_column("task", no_wrap=True)
    table.add_column("metric", no_wrap=True)
    table.add_column("value", no_wrap=True, justify="right")
    for task, of_task in groupby(rows, key=lambda row: row[0]):
        metrics = [(name, number(value)) for _, name, value in of_task]
        for place, (name, value) in enumerate(metrics[:limit]):
            table.add_row("" if place else task, name, value)
        if limit is not None and len(metrics) > limit:
            table.add_row("", Text(f"... and {len(metrics) - limit} more: barograph show", "dim"), "")
    return table


def _print_failure(console: Console, task: Task, redacted: Redact) -> None:
    console.print(f"\n{task.path} failed: {redacted(task.error)}", style="red", markup=False, soft_wrap=True)
    for line in last_lines(task, 12):
        console.print(f"  | {redacted(line)}", markup=False, highlight=False, soft_wrap=True)
    if task.log:
        console.print(f"  log: {task.log}", style="dim", soft_wrap=True, highlight=False)
