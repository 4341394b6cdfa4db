"""The thread that starts the runs of recurring runs when their time has come."""

import logging
import threading
from collections.abc import Callable
from functools import partial

from barograph.errors import BarographError
from barograph.home import Home
from barograph.schedule.recurring import start_due
from barograph.store.pipelines import Pipelines
from barograph.store.recurring_runs import RecurringRuns
from barograph.store.store import Store, now

_EVERY = 1.0
"""Seconds between two looks: as fine as a schedule can be."""
_log = logging.getLogger("barograph.schedule")


class Scheduler:
    """Has runs wait for a server when their time has come, and calls ``tell`` then."""

    def __init__(
        self, recurring_runs: RecurringRuns, pipelines: Pipelines, store: Store, home: Home, tell: Callable[[], None]
    ) -> None:
        self._start_due = partial(start_due, recurring_runs, pipelines, store, home)
        self._tell = tell
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._work, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Start nothing more."""
        self._done.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._done.wait(_EVERY):
            try:
                if self._start_due(now()):
                    self._tell()
            except BarographError as error:  # a database that is away: it may come back
                _log.error("recurring runs can't be looked at: %s", error)
            except Exception:  # a bug: later times must come all the same
                _log.exception("recurring runs can't be looked at")
