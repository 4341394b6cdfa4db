"""The record as the commands use it: opened, with runs settled that were interrupted."""

from contextlib import suppress

from barograph.config import Config, load_config
from barograph.engine.liveness import settle_interrupted
from barograph.errors import NotFoundError
from barograph.store import Run, Store, Task, open_store
from barograph.store.database import make_home
from barograph.store.store import SqlStore

_MENTIONED = 20
"""Tasks that an error names."""


def open_record() -> tuple[Config, SqlStore]:
    """The settings and the record of the home that they name.

    Raises:
        ConfigurationError: barograph.toml is wrong.
        StoreError: the home can't be read or written.
    """
    config = load_config()
    home = config.home
    make_home(home)
    store = open_store(config.database_url)
    with suppress(OSError):  # of a home that can only be read, the record is shown as it is
        settle_interrupted(home, store)
    return config, store


def find_task(store: Store, run: Run, path: str) -> Task:
    """The task at ``path`` in ``run``, such as ``train-model`` or ``for-loop-1[0].print``.

    Raises:
        NotFoundError: there is none; the message says which there are.
    """
    tasks = {task.path: task for task in store.tasks(run.id)}
    if path not in tasks:
        names = list(tasks)
        more = f" and {len(names) - _MENTIONED} more" if len(names) > _MENTIONED else ""
        raise NotFoundError(
            f"run {run.name!r} has no task {path!r}; it has: {', '.join(names[:_MENTIONED]) or 'none'}{more}"
        )
    return tasks[path]
