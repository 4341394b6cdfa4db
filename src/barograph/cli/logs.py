"""``barograph logs``."""

import sys
from pathlib import Path

import click

from barograph.errors import NotFoundError


@click.command("logs")
@click.argument("run")
@click.argument("task")
def command(run: str, task: str) -> None:
    """Print the log of TASK in RUN. A task that was taken from the cache shows the log of where it ran."""
    from barograph.cli.record import open_record

    _, store = open_record()
    found = store.find_run(run)
    tasks = {each.path: each for each in store.tasks(found.id)}
    if task not in tasks:
        raise NotFoundError(f"run {found.name!r} has no task {task!r}; it has: {', '.join(tasks)}")
    record = tasks[task]
    if record.cached_from:
        record = store.find_task(record.cached_from)
    if not record.log:
        raise NotFoundError(
            f"task {task!r} has no log: it is {record.state}{': ' if record.error else ''}{record.error}"
        )
    try:
        with Path(record.log).open("rb") as file:
            while chunk := file.read(1 << 20):
                sys.stdout.buffer.write(chunk)
    except FileNotFoundError:
        raise NotFoundError(f"the log of {task!r} is gone: {record.log}") from None
