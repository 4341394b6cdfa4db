"""Starting the runs that wait, in processes of their own, so many at a time."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping

import structlog

from barograph.config import Config
from barograph.engine.liveness import settle_interrupted
from barograph.engine.managed import fail
from barograph.errors import BarographError, NotFoundError
from barograph.states import State
from barograph.store.runs import Runs
from barograph.store.store import Store

_log = structlog.get_logger("barograph.dispatch")
_EVERY = 0.5
"""Seconds between two looks at what there is to start, where nobody tells."""
_TRIES = 3
"""How often a run's process may end before it has begun the run."""


class Dispatcher:
    """A thread that starts waiting runs, at most ``max_runs`` of them at a time."""

    def __init__(self, config: Config, store: Store, runs: Runs, max_runs: int) -> None:
        self._config = config
        self._store = store
        self._runs = runs
        self._max_runs = max_runs
        self._workers: dict[str, subprocess.Popen[str]] = {}
        self._tries: dict[str, int] = {}
        self._spare: subprocess.Popen[str] | None = None
        self._wake = threading.Event()
        self._done = False
        self._thread = threading.Thread(target=self._work, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begin, with what a server before this one left."""
        self._thread.start()

    def stop(self) -> None:
        """Start nothing more. What runs goes on."""
        self._done = True
        self._wake.set()
        self._thread.join()
        if self._spare is not None and self._spare.stdin is not None:
            self._spare.stdin.close()
            self._spare.wait()

    def wake(self) -> None:
        """There is something to start."""
        self._wake.set()

    @property
    def busy(self) -> int:
        """How many processes are at work."""
        return len(self._workers)

    def _work(self) -> None:
        while not self._done:
            try:
                self._look()
            except BarographError as error:  # a full disk, a database that is away: it may come back
                _log.error("can't start runs", error=str(error))
            except Exception:  # no more processes or files to be had, a bug: other runs must start all the same
                _log.exception("can't start runs")
            self._wake.wait(_EVERY)
            self._wake.clear()

    def _look(self) -> None:
        self._reap()
        # Those that a server before this one started count too.
        elsewhere = {run.id for run in settle_interrupted(self._config.home, self._store) if run.managed}
        places = self._max_runs - len(elsewhere | self._workers.keys())
        begun = [run_id for run_id in self._workers if run_id not in elsewhere]
        for run_id in self._runs.waiting(max(places, 0) + len(begun)):
            if places <= 0 or self._done:
                break
            if run_id not in self._workers:
                self._start(run_id)
                places -= 1
        if self._spare is None:
            self._spare = self._new()

    def _start(self, run_id: str) -> None:
        worker = self._spare if self._spare is not None and self._spare.poll() is None else self._new()
        self._spare = None
        assert worker.stdin is not None
        try:
            with worker.stdin as stdin:
                stdin.write(f"{run_id}\n")
        except BrokenPipeError:
            pass  # it has ended; the next look finds that out
        self._workers[run_id] = worker

    def _reap(self) -> None:
        for run_id, worker in list(self._workers.items()):
            code = worker.poll()
            if code is None:
                continue
            del self._workers[run_id]
            if not self._waits(run_id):
                self._tries.pop(run_id, None)
                continue
            self._tries[run_id] = self._tries.get(run_id, 0) + 1
            _log.warning("a run's process ended before it began", run=run_id, exit_code=code)
            if self._tries[run_id] == _TRIES:
                del self._tries[run_id]
                fail(
                    run_id,
                    f"its process ended before it began, {_TRIES} times; the server's log tells more",
                    self._store,
                )

    def _waits(self, run_id: str) -> bool:
        try:
            return self._store.get_run(run_id).state is State.PENDING
        except NotFoundError:  # deleted in the meantime
            return False

    def _new(self) -> subprocess.Popen[str]:
        # A session and a log of its own: neither Ctrl-C in the server's terminal nor the end of what reads the server's
        # output touches it.
        log = self._config.home.workers_log
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as stderr:
            return subprocess.Popen(
                [sys.executable, "-m", "barograph.server.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                text=True,
                start_new_session=True,
                env=_environ(self._config),
            )


def _environ(config: Config) -> Mapping[str, str]:
    said = {"HOME": str(config.home.path), "DATABASE": config.database, "ARTIFACTS": config.home.root}
    return {**os.environ, **{f"BAROGRAPH_{name}": value for name, value in said.items()}}
