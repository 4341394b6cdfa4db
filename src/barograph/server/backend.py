"""What every endpoint works with: the settings and the record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from barograph.config import Config
from barograph.store.database import Database, open_database
from barograph.store.experiments import Experiments
from barograph.store.pipelines import Pipelines
from barograph.store.recurring_runs import RecurringRuns
from barograph.store.runs import Runs
from barograph.store.store import SqlStore


@dataclass(frozen=True)
class Backend:
    """What every endpoint works with.

    Attributes:
        store: the record as the engine uses it.
        wake: tells whoever starts runs that there is one to start.
        urls_allowed: the origins from which a pipeline may be fetched if a client names an address there.
        has_token: whether clients need a token.
    """

    config: Config
    database: Database
    store: SqlStore
    experiments: Experiments
    pipelines: Pipelines
    recurring_runs: RecurringRuns
    runs: Runs
    wake: Callable[[], None] = lambda: None
    urls_allowed: frozenset[str] = frozenset()
    has_token: bool = False


def open_backend(config: Config, urls_allowed: frozenset[str] = frozenset()) -> Backend:
    """The record of the home that ``config`` names.

    Raises:
        BarographError: its database can't be opened.
    """
    database = open_database(config.database_url)
    return Backend(
        config,
        database,
        SqlStore(database),
        Experiments(database),
        Pipelines(database),
        RecurringRuns(database),
        Runs(database),
        urls_allowed=urls_allowed,
    )


def _backend(request: Request) -> Backend:
    found: Backend = request.app.state.backend
    return found


Context = Annotated[Backend, Depends(_backend)]
"""An endpoint's parameter that gets the backend."""
