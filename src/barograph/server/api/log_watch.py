"""Tasks whose logs somebody follows: how they stand, and that there is more to read."""

from collections import Counter
from collections.abc import AsyncGenerator, Collection
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

from barograph.server.api.poller import Poller
from barograph.store import Task
from barograph.store.tasks import Tasks


class LogWatch:
    """Looks at all tasks that are followed at once."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._followed: Counter[str] = Counter()
        self._now: dict[str, tuple[Task, int] | None] = {}
        self._poller = Poller(self._begin, self._look)

    async def follow(self, task_id: str) -> AsyncGenerator[Task]:
        """The task as it stands, now and whenever it or its log is another; ends where it is no longer there."""
        self._followed[task_id] += 1
        try:
            async with self._poller.running():
                seen = None
                while True:
                    news, now = self._poller.news, self._now.get(task_id, seen)
                    if now is None and task_id in self._now:
                        return
                    if now == seen or now is None:
                        await self._poller.wait(news)
                        continue
                    seen = now
                    yield now[0]
        finally:
            self._followed[task_id] -= 1
            if not self._followed[task_id]:
                del self._followed[task_id]

    async def _begin(self) -> None:
        self._now = {}

    async def _look(self) -> bool:
        before, ids = self._now, set(self._followed)
        self._now = await run_in_threadpool(self._found, ids)
        return self._now != before

    def _found(self, ids: Collection[str]) -> dict[str, tuple[Task, int] | None]:
        tasks = self._tasks.now(ids)
        return {id_: (tasks[id_], _size(tasks[id_].log)) if id_ in tasks else None for id_ in ids}


def _size(log: str) -> int:
    try:
        return Path(log).stat().st_size if log else 0
    except OSError:  # it is being replaced by one without secrets
        return 0
