"""What a task printed: where it is, and what of it nobody is to see."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from barograph.engine.request import read_options, secrets_of
from barograph.errors import NotFoundError
from barograph.home import Home
from barograph.store import Run, Store, Task


@dataclass(frozen=True)
class Log:
    """The log of one attempt at a task.

    Attributes:
        path: the file; it grows while the attempt lasts.
        task_id: the task that wrote it.
        hidden: the values that are to be replaced wherever they stand in it.
    """

    path: Path
    task_id: str
    hidden: Collection[str]


def find_log(run: Run, task: Task, store: Store, home: Home, attempt: int | None = None) -> Log:
    """The log of a task of ``run``; of one that was taken from the cache, that of where it ran.

    Args:
        run: its run.
        task: the task.
        store: the record.
        home: where the secrets are that are to be hidden.
        attempt: counted from 1; None for the last one.

    Raises:
        NotFoundError: it has none, or there was no such attempt.
        ConfigurationError: the secrets' file can't be used, so that nobody knows what is to be hidden.
    """
    run, written = where_it_ran(run, task, store)
    log = _of_attempt(written, attempt)
    if not log:
        raise NotFoundError(
            f"task {task.path!r} has no log: it is {written.state}{': ' if written.error else ''}{written.error}"
        )
    if not Path(log).is_file():
        raise NotFoundError(f"the log of {task.path!r} is gone: {log}")
    return Log(Path(log), written.id, secrets_of(read_options(run.options), home).values())


def where_it_ran(run: Run, task: Task, store: Store) -> tuple[Run, Task]:
    """A task of ``run``, or the one of another run whose outputs stand in for its own; and that run.

    Raises:
        NotFoundError: the other run was deleted.
    """
    if not task.cached_from:
        return run, task
    try:
        origin = store.find_task(task.cached_from)
        return store.get_run(origin.run_id), origin
    except NotFoundError:
        raise NotFoundError(f"task {task.path!r} was taken from the cache, and where it ran was deleted") from None


def logs_of(task: Task) -> list[str]:
    """The log files of the attempts at a task that have begun, the first attempt's first. Pure."""
    logs = [str(attempt.get("log", "")) for attempt in task.attempts]
    # While a task waits to be tried again, its own log is still that of the attempt that failed.
    return [*logs, task.log] if task.log and task.log not in logs else logs


def _of_attempt(task: Task, attempt: int | None) -> str:
    logs = logs_of(task)
    if attempt is not None and attempt > len(logs):
        tried = {0: "never", 1: "once"}.get(len(logs), f"{len(logs)} times")
        raise NotFoundError(f"task {task.path!r} has no attempt {attempt}: it was tried {tried}")
    return logs[-1 if attempt is None else attempt - 1] if logs else ""
