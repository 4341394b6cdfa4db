"""Where tasks are worked on: those that wait for a place, those that run, those that wait for another attempt."""

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, TypeAlias

from barograph.engine.attempt import Result
from barograph.engine.capacity import Machine, choose
from barograph.engine.scopes import Work


@dataclass(frozen=True)
class Due:
    """The time has come to try ``work`` again."""

    work: Work


@dataclass(frozen=True)
class Expired:
    """The time of ``work`` is up; of the whole run, if there is none."""

    work: Work | None


@dataclass(frozen=True)
class Canceled:
    """Somebody has asked for the run to end."""


@dataclass(frozen=True)
class Answered:
    """A question has got its answer: ``then`` is to be called with it, or with the error that came instead."""

    then: Callable[[Any], Any]
    answer: Any


Message: TypeAlias = Result | Due | Expired | Canceled | Answered


def answer_to(question: Callable[[], Any]) -> Any:
    """What ``question`` gives, or the error that it raises."""
    try:
        return question()
    except Exception as error:
        return error


@dataclass(order=True)
class _Alarm:
    time: float
    number: int
    message: Message | None = field(compare=False)


class Workplace:
    """The places of a run, and its one queue of what is heard: of commands, of clocks, of whoever cancels.

    Only ``put`` may be called from another thread.

    Args:
        machine: what there is to share.
        places: how many commands may run at a time.
    """

    def __init__(self, machine: Machine, places: int) -> None:
        self._machine = machine
        self._places = places
        self._ready: deque[Work] = deque()
        self._running: list[Work] = []
        self._resting: set[Work] = set()
        self._heard: SimpleQueue[Message] = SimpleQueue()
        self._alarms: list[_Alarm] = []
        self._limits: dict[Work, _Alarm] = {}
        self._asked = 0
        self._numbers = itertools.count()

    @property
    def busy(self) -> bool:
        """Whether anything is still to be heard of."""
        return bool(self._running or self._ready or self._resting or self._asked)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits to be heard: ``hear`` would block."""
        return self._heard.empty()

    def add(self, work: Work) -> None:
        """Have ``work`` wait for a place."""
        self._ready.append(work)

    def rest(self, work: Work, seconds: float) -> None:
        """Have ``work`` wait for a place after so many seconds: until ``Due`` is heard and ``wake`` is called."""
        self._resting.add(work)
        self.after(seconds, Due(work))

    def wake(self, work: Work) -> None:
        """Have ``work`` wait for a place, if it has not been dropped since."""
        if work in self._resting:
            self._resting.discard(work)
            self._ready.append(work)

    def runs(self, work: Work) -> bool:
        """Whether ``work`` has a place."""
        return work in self._running

    def take(self) -> list[Work]:
        """What has got a place now, and is to be started."""
        chosen = choose(self._ready, self._running, self._machine, self._places)
        for work in chosen:
            self._ready.remove(work)
            self._running.append(work)
        return chosen

    def leave(self, work: Work) -> None:
        """Have the place of ``work`` back."""
        self._running.remove(work)
        if alarm := self._limits.pop(work, None):
            alarm.message = None  # it stays in the heap until its time, without the work

    def after(self, seconds: float, message: Message) -> None:
        """Hear ``message`` after so many seconds."""
        alarm = _Alarm(monotonic() + seconds, next(self._numbers), message)
        heapq.heappush(self._alarms, alarm)
        if isinstance(message, Expired) and message.work is not None:
            self._limits[message.work] = alarm

    def ask(self, question: Callable[[], Any], then: Callable[[Any], Any]) -> None:
        """Have a question asked that may take its time, in a thread of its own, until ``Answered`` is heard."""
        self._asked += 1
        threading.Thread(target=lambda: self.put(Answered(then, answer_to(question))), daemon=True).start()

    def put(self, message: Message) -> None:
        """Hear ``message`` in its turn."""
        self._heard.put(message)

    def hear(self) -> Message:
        """The next message; blocks until there is one."""
        while True:
            wait = self._alarms[0].time - monotonic() if self._alarms else None
            # What is due comes first: a queue that is never empty must not keep a time limit from being heard.
            if wait is not None and wait <= 0:
                message = heapq.heappop(self._alarms).message
                if message is not None:
                    return message
                continue
            with suppress(Empty):
                message = self._heard.get(timeout=wait)
                self._asked -= isinstance(message, Answered)
                return message

    def terminate(self) -> None:
        """Ask all that runs to end."""
        for work in self._running:
            if work.process is not None:
                work.process.terminate()

    def drop(self) -> list[Work]:
        """What does not run, and now will not."""
        dropped = [*self._ready, *self._resting]
        self._ready.clear()
        self._resting.clear()
        return dropped

    def empty(self) -> None:
        """After an error in the engine itself: leave no process behind."""
        self.drop()
        self.terminate()
        while self._running:
            message = self._heard.get()
            if isinstance(message, Result):
                self._running.remove(message.work)
