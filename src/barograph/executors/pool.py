"""What the processes of an executor share and what outlives each of them: interpreters, locks, failures."""

import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from barograph.environments import environment as environments
from barograph.environments.environment import Environment
from barograph.environments.kept import hold
from barograph.errors import EnvironmentFailed
from barograph.executors.forkserver import Forkserver, ForkserverUnavailable

Place = tuple[str, str, bool]
"""What tells warm interpreters apart: the environment's digest, KFP's module, whether it is to think it is in KFP."""


@dataclass
class _WarmPlace:
    """A place for the warm interpreter of an environment."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    server: Forkserver | None = None
    unavailable: bool = False


class Pool:
    """What is kept for further processes, to be let go of at the end. Safe to be used by several threads."""

    def __init__(self) -> None:
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._held: dict[str, int] = {}
        self._places: dict[Place, _WarmPlace] = {}
        self._guardian: Forkserver | None = None
        self._failures: dict[str, str] = {}

    def is_closing(self) -> bool:
        """Whether the end has begun: nothing new is to be started."""
        return self._closing.is_set()

    def starter(self) -> Forkserver:
        """What commands are started by: they end with it, and it with this process, however that ends.

        Raises:
            EnvironmentFailed: it can't be started, or the end has begun.
        """
        with self._lock:
            if self._closing.is_set():
                raise EnvironmentFailed("no process can be started: what would start it is closed")
            if self._guardian is None or not self._guardian.alive:
                try:
                    self._guardian = Forkserver(Path(sys.executable), "", dict(os.environ))
                except ForkserverUnavailable as error:
                    raise EnvironmentFailed(f"no process can be started: {error}") from error
            return self._guardian

    def ensure(
        self, environment: Environment, log: Path, run: Callable[[Sequence[str]], int], canceled: Callable[[], bool]
    ) -> None:
        """Make ``environment``, as ``environments.ensure`` does; one that could not be made is not tried again.

        Raises:
            EnvironmentFailed: it can't be made.
        """
        environments.ensure(environment, log, run, canceled, self._failures)

    def hold(self, environment: Environment) -> None:
        """Keep ``environment`` from being pruned until the end."""
        with self._lock:
            if environment.digest not in self._held and not self._closing.is_set():
                self._held[environment.digest] = hold(environment)

    def warm(self, place: Place, start: Callable[[], Forkserver]) -> Forkserver | None:
        """The warm interpreter of ``place``, by ``start`` if there is none yet; None where there can be none."""
        with self._lock:
            warm = self._places.setdefault(place, _WarmPlace())
        with warm.lock:
            if warm.server and not warm.server.alive:
                warm.server.close()
                warm.server = None
            if warm.server is None and not warm.unavailable and not self._closing.is_set():
                try:
                    server = start()
                    if self._closing.is_set():  # nobody has waited for it
                        server.close()
                    else:
                        warm.server = server
                except ForkserverUnavailable:
                    warm.unavailable = True
            return warm.server

    def end(self) -> None:
        """Let go of everything."""
        self._closing.set()
        with self._lock:
            if self._guardian:
                self._guardian.close()
            for warm in self._places.values():
                # An interpreter that is just being started closes itself: a run that was wholly cached does not wait.
                if warm.lock.acquire(blocking=False):
                    warm.unavailable = True
                    if warm.server:
                        warm.server.close()
                    warm.lock.release()
            for descriptor in self._held.values():
                os.close(descriptor)
            self._held.clear()
