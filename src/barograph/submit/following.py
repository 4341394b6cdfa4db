"""Following a run on an engine until it ends."""

from collections.abc import Callable, Iterator

from barograph.states import State
from barograph.submit.engine import Engine, SeenRun, SeenTask, Unreachable

_PATIENCE = 5
"""How many times in a row an engine may not answer."""

Change = SeenRun | SeenTask
"""A run or a task that stands otherwise than before."""


def follow(engine: Engine, run_id: str, tell: Callable[[Change], None], pause: Callable[[], None]) -> SeenRun:
    """Look at a run again and again until it has ended; gives how it did.

    Args:
        engine: where it runs.
        run_id: which it is.
        tell: hears each change.
        pause: waits before the engine is asked again.

    Raises:
        ConfigurationError: the engine refuses to say, or has not answered several times in a row.
    """
    before: SeenRun | None = None
    silent = 0
    while True:
        try:
            seen = engine.look(run_id)
        except Unreachable:
            silent += 1
            if silent == _PATIENCE:
                raise
        else:
            silent = 0
            for change in changes(before, seen):
                tell(change)
            if seen.state.ended:
                return seen
            before = seen
        pause()


def changes(before: SeenRun | None, seen: SeenRun) -> Iterator[Change]:
    """What is new: the run's own state, and each task's in the order of their starts. Pure."""
    known = before.tasks if before else {}
    if not seen.state.ended and (before is None or before.state is not seen.state):
        yield seen
    new = (task for id, task in seen.tasks.items() if id not in known or known[id].state is not task.state)
    for task in sorted(new, key=lambda task: (task.started is None, task.started, task.path)):
        if task.state is not State.PENDING:
            yield task
    if seen.state.ended:
        yield seen
