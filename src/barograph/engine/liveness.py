"""Knowing whether a run that the record calls unfinished still has a process that runs it.

The process holds a lock on a file for as long as it lives; the system lets go of it however the process ends.
"""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from barograph.engine.request import read_options, secrets_of
from barograph.errors import ConfigurationError, StoreError
from barograph.home import Home
from barograph.secrets import redact_file
from barograph.states import State
from barograph.store import Run, Store
from barograph.store.records import Event, TaskChange
from barograph.store.store import now


class Held(StoreError):
    """A run has a process already."""


_ENOUGH = 3
"""A managed run whose process has ended so often before it did is taken to be what ends it."""
INTERRUPTED = "interrupted: the process that ran it ended before it did"


@contextmanager
def held(home: Home, run_id: str) -> Iterator[None]:
    """Show that this process runs the run, for as long as the block lasts.

    Raises:
        Held: another process runs it.
    """
    file = home.lock(run_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(file).acquire(timeout=0):
            yield
            file.unlink(missing_ok=True)
    except Timeout:
        raise Held(f"another process runs {run_id[:8]} already; wait for its end, or end it there") from None


def settle_interrupted(home: Home, store: Store) -> list[Run]:
    """Record the end of runs that no process runs any more; one that a server manages waits for being taken up.

    Returns:
        Those that a process runs.
    """
    running = []
    for run in store.unfinished_runs():
        try:
            with held(home, run.id):
                _settle(home, run.id, store)
        except Held:
            running.append(run)
    return running


def _settle(home: Home, run_id: str, store: Store) -> None:
    run = store.get_run(run_id)
    if run.state.ended or (run.managed and run.state is State.PENDING):  # between the question and the lock
        return
    hidden, time = _hidden(home, run), now()
    changes = []
    for task in store.tasks(run.id):
        if not task.state.ended:
            if task.log:
                redact_file(Path(task.log), hidden)
            state = State.CANCELED if task.state is State.PENDING else State.FAILED
            changes.append(TaskChange(replace(task, state=state, error=INTERRUPTED, finished_at=time)))
    store.write(changes, [Event(run.id, each.task.path, each.task.state, time) for each in changes])
    shutil.rmtree(home.work(run.id), ignore_errors=True)  # there may be secrets in it
    if run.cancel_requested:
        store.update_run(run.into(State.CANCELED, time, finished_at=time))
    elif run.managed and (times := interruptions(run) + 1) >= _ENOUGH:
        error = f"its process ended before it did, {times} times, at last at {time:%Y-%m-%d %H:%M:%S} UTC"
        store.update_run(run.into(State.FAILED, time, error=error, finished_at=time))
    elif run.managed:
        store.reopen(run.again(time))
    else:
        store.update_run(run.into(State.FAILED, time, error=INTERRUPTED, finished_at=time))


def interruptions(run: Run) -> int:
    """How often a managed run has been interrupted since somebody asked for it, or for its retry."""
    states = [state for state, _ in run.state_history]
    count = 0
    for state, following in zip(reversed(states[:-1]), reversed(states[1:]), strict=True):
        if state.ended:
            break
        count += state is not State.PENDING and following is State.PENDING
    return count


def _hidden(home: Home, run: Run) -> Collection[str]:
    try:
        return secrets_of(read_options(run.options), home).values()
    except ConfigurationError:
        return ()
