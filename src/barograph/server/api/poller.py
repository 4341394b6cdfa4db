"""Looking at the record again and again, once for all who wait for what is new in it.

Any process may write the record, and none tells the others.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from barograph.errors import BarographError

EVERY = 0.25
"""Seconds between two looks."""

_log = structlog.get_logger("barograph.server")


class Poller:
    """One task that looks, for as long as anybody waits.

    Args:
        begin: called before the first look of a time.
        look: looks; gives whether something is new.
    """

    def __init__(self, begin: Callable[[], Awaitable[None]], look: Callable[[], Awaitable[bool]]) -> None:
        self._begin = begin
        self._look = look
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None
        self._begun = asyncio.Event()
        self._news = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """As long as the block lasts, it looks; it has begun before the block does."""
        self._waiting += 1
        try:
            if self._task is None or self._task.done():
                self._begun = asyncio.Event()
                self._task = asyncio.create_task(self._run(self._begun))
            await self._begun.wait()
            self._check()
            yield
        finally:
            self._waiting -= 1
            if self._waiting == 0 and self._task is not None:
                self._task.cancel()
                self._task = None

    @property
    def news(self) -> asyncio.Event:
        """Is set at the next look that finds something new: to be asked for before it is known that nothing is."""
        return self._news

    async def wait(self, news: asyncio.Event) -> None:
        """Wait until ``news`` is set. What a look raised that is not one of our errors is raised here."""
        self._check()
        await news.wait()
        self._check()

    def tell(self) -> None:
        """Something is new."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _check(self) -> None:
        if self._task is not None and self._task.done():
            self._task.result()

    async def _run(self, begun: asyncio.Event) -> None:
        try:
            while True:
                try:
                    if not begun.is_set():
                        await self._begin()
                        begun.set()
                    if await self._look():
                        self.tell()
                except BarographError as error:  # a database that is away: it may come back
                    _log.error("can't look for what is new", error=str(error))
                    self.tell()  # it may have found something before
                await asyncio.sleep(EVERY)
        finally:
            begun.set()
            self.tell()
