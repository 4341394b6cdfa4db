"""Asking a run to end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cancellation:
    """A request to end a run, from another thread or a signal handler."""

    def __init__(self) -> None:
        self.requested = False
        self._tell: Callable[[], None] | None = None

    def request(self) -> None:
        """End the run: its commands are asked to end, and it becomes CANCELED. A second request ends them at once."""
        self.requested = True
        if self._tell:
            self._tell()

    @contextmanager
    def heard_by(self, tell: Callable[[], None]) -> Iterator[None]:
        """Call ``tell`` on a request, as long as the block lasts."""
        self._tell = tell
        try:
            yield
        finally:
            self._tell = None
