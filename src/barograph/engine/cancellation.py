"""Asking a run to end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from barograph.errors import StoreError
from barograph.store import Store

_EVERY = 0.3
"""Seconds between two looks at whether somebody asked for a run's end."""


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


@contextmanager
def watched(store: Store, run_id: str, cancellation: Cancellation) -> Iterator[None]:
    """Pass on to ``cancellation`` what another process asks of the run in the record, as long as the block lasts."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_EVERY):
            try:
                asked = store.cancel_requested(run_id)
            except StoreError:
                continue  # the engine itself finds out
            if asked:
                cancellation.request()
                return

    thread = threading.Thread(target=watch, name="cancellation", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
