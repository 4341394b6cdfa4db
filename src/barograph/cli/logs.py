"""``barograph logs``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from barograph.errors import NotFoundError

if TYPE_CHECKING:
    from barograph.store import Task


@click.command("logs")
@click.argument("run")
@click.argument("task")
@click.option("--attempt", type=click.IntRange(1), help="Which attempt, of a task that was tried again.  [last]")
def command(run: str, task: str, attempt: int | None) -> None:
    """Print the log of TASK in RUN. A task that was taken from the cache shows the log of where it ran."""
    from barograph.cli.record import find_task, open_record
    from barograph.engine.request import read_options, secrets_of
    from barograph.secrets import redacted_pieces

    config, store = open_record()
    found = store.find_run(run)
    record = find_task(store, found, task)
    if record.cached_from:
        record = store.find_task(record.cached_from)
        found = store.find_run(record.run_id)
    log = log_of(record, attempt)
    if not log:
        raise NotFoundError(
            f"task {task!r} has no log: it is {record.state}{': ' if record.error else ''}{record.error}"
        )
    values = secrets_of(read_options(found.options), config.home).values()
    try:
        with Path(log).open("rb") as file:
            for piece in redacted_pieces(file, values):
                sys.stdout.buffer.write(piece)
    except FileNotFoundError:
        raise NotFoundError(f"the log of {task!r} is gone: {log}") from None


def log_of(task: "Task", attempt: int | None) -> str:
    """The log file of an attempt, counted from 1; of the last one for None.

    Raises:
        NotFoundError: there was no such attempt.
    """
    attempts = [*(str(each.get("log", "")) for each in task.attempts), task.log]
    if attempt is not None and attempt > len(attempts):
        tried = "once" if len(attempts) == 1 else f"{len(attempts)} times"
        raise NotFoundError(f"task {task.path!r} has no attempt {attempt}: it was tried {tried}")
    return attempts[-1 if attempt is None else attempt - 1]
