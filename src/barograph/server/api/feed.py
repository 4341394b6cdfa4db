"""What happens in all runs, told to whoever listens as it happens."""

from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from time import monotonic

from fastapi.concurrency import run_in_threadpool

from barograph.server.api.poller import Poller
from barograph.store.events import Events, Happening

PATIENCE = 2.0
"""Seconds that a transaction of another process may take, so that its events still come in order."""
_LOOK_BACK = 1000
_KEPT = 5000
_AT_A_TIME = 1000


class InOrder:
    """Puts events in the order of their ids, where one may come into sight after a later one.

    PostgreSQL numbers an event when it is written, and shows it when its transaction ends. What comes after a missing
    number waits for it, but not for long: a transaction that failed leaves a gap for ever.

    Attributes:
        position: id of the last event that was given: none before it follows.

    Args:
        position: where to begin.
        patience: seconds to wait for a missing event.
    """

    def __init__(self, position: int, patience: float) -> None:
        self.position = position
        self._patience = patience
        self._seen: dict[int, float] = {}

    def take(self, found: Iterable[Happening], now: float) -> list[Happening]:
        """Those of ``found``, which is all that is in sight after ``position``, whose turn has come at ``now``."""
        ready: list[Happening] = []
        waiting: dict[int, float] = {}
        for event in sorted(found, key=lambda event: event.id):
            seen = self._seen.get(event.id, now)
            if not waiting and (event.id == self.position + 1 or now - seen >= self._patience):
                ready.append(event)
                self.position = event.id
            else:
                waiting[event.id] = seen
        self._seen = waiting
        return ready


class Feed:
    """The events of all runs, as they come: read once, however many listen.

    Args:
        events: the record.
        ordered: whether an event never comes into sight after a later one.
    """

    def __init__(self, events: Events, ordered: bool) -> None:
        self._events = events
        self._patience, self._look_back = (0.0, 0) if ordered else (PATIENCE, _LOOK_BACK)
        self._arrivals = InOrder(0, self._patience)
        self._recent: deque[Happening] = deque()
        self._since = 0  # what has come after the event with this id is in _recent
        self._poller = Poller(self._begin, self._look)

    def listening(self) -> AbstractAsyncContextManager[None]:
        """As long as the block lasts, the other methods may be called."""
        return self._poller.running()

    @property
    def position(self) -> int:
        """The id of the newest event: the next ones are told of as they come."""
        return self._arrivals.position

    async def after(
        self, seen: int, run_id: str = "", runs_only: bool = False
    ) -> AsyncIterator[tuple[int, list[Happening]]]:
        """What happens after the event with the id ``seen``, without end, some events at a time, each time with the id
        of the last event that was looked at.

        Args:
            seen: 0 for everything.
            run_id: of which run; of all where it is empty.
            runs_only: whether events of tasks are left out.
        """
        while True:
            news, until = self._poller.news, self.position
            if seen >= until:
                await self._poller.wait(news)
            elif seen >= self._since:
                found = [
                    event
                    for event in self._newer(seen)
                    if run_id in ("", event.run_id) and not (runs_only and event.path)
                ]
                seen = until
                yield seen, found
            else:
                found = await run_in_threadpool(
                    self._events.after, seen, _AT_A_TIME, until=until, run_id=run_id, runs_only=runs_only
                )
                seen = found[-1].id if len(found) == _AT_A_TIME else until
                yield seen, found

    def _newer(self, seen: int) -> list[Happening]:
        found = []
        for event in reversed(self._recent):
            if event.id <= seen:
                break
            found.append(event)
        return found[::-1]

    async def _begin(self) -> None:
        newest = await run_in_threadpool(self._events.newest)
        first = await run_in_threadpool(self._events.after, max(0, newest - self._look_back), 1)
        self._since = first[0].id - 1 if first else newest
        self._arrivals = InOrder(self._since, self._patience)
        self._recent = deque()
        await self._look()

    async def _look(self) -> bool:
        began = self.position
        while True:
            found = await run_in_threadpool(self._events.after, self.position, _AT_A_TIME)
            ready = self._arrivals.take(found, monotonic())
            self._recent.extend(ready)
            while len(self._recent) > _KEPT:
                self._since = self._recent.popleft().id
            if len(found) < _AT_A_TIME or not ready:
                return self.position > began
