"""Which tasks of a run a person sees, each in a row: those that do something, long loops in one row. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from barograph.states import State
from barograph.store import Task
from barograph.store.records import TURN, Kind

MOST_TURNS = 20
"""Turns of a loop that are shown one by one."""


@dataclass(frozen=True)
class Folded:
    """A loop of many turns.

    Attributes:
        path: the loop's own, without its turns.
        turns: how many have begun.
        states: how many of them are in each state.
        task: the loop's own task.
    """

    path: str
    turns: int
    states: Mapping[State, int]
    task: Task | None

    @property
    def label(self) -> str:
        """Such as ``for-loop-1[0..999]``."""
        return f"{self.path}[0..{self.turns - 1}]"


Row: TypeAlias = Task | Folded


def rows(tasks: Iterable[Task]) -> list[Row]:
    """What to show of these tasks, in their order.

    A task that is itself a DAG is shown only where nothing in it is. Of a loop with more than ``MOST_TURNS`` turns,
    one row tells how many are in which state, and further ones the tasks in it that failed.
    """
    tasks = list(tasks)
    turns = [task for task in tasks if task.kind is Kind.ITERATION]
    counts = Counter(_loops(turn.path)[-1] for turn in turns)
    long = {loop for loop, count in counts.items() if count > MOST_TURNS}
    states: dict[str, Counter[State]] = {loop: Counter() for loop in long}
    for turn in turns:
        loop = _loops(turn.path)[-1]
        if loop in long:
            states[loop][turn.state] += 1
    by_path = {task.path: task for task in tasks} if long else {}
    parents = _parents(tasks)
    shown: list[Row] = []
    folded: set[str] = set()
    for task in tasks:
        loop = next((each for each in _loops(task.path) if each in long), "")
        if loop and loop not in folded:
            folded.add(loop)
            shown.append(Folded(loop, counts[loop], states[loop], by_path.get(loop)))
        if task.path in parents or (loop and task.state is not State.FAILED):
            continue
        shown.append(task)
    return shown


def fit(shown: Sequence[Row], height: int) -> tuple[list[Row], int]:
    """The rows that matter most on a terminal of ``height`` lines, in their order, and how many are left out: what
    runs first, then what failed, then what ended last."""
    if len(shown) <= height:
        return list(shown), 0
    height = max(1, height - 1)  # a line tells of those that are left out
    places = sorted(range(len(shown)), key=lambda place: (_urgency(shown[place]), -place))[:height]
    return [shown[place] for place in sorted(places)], len(shown) - len(places)


def _urgency(row: Row) -> int:
    if isinstance(row, Folded):
        return 0
    order = (State.RUNNING, State.FAILED)
    if row.state in order:
        return order.index(row.state)
    return 3 if row.state is State.PENDING else 2


def _parents(tasks: Iterable[Task]) -> set[str]:
    """The paths of all tasks that others are in."""
    found: set[str] = set()
    for task in tasks:
        path = task.path
        while (path := path[: max(0, path.rfind("[" if path.endswith("]") else "."))]) and path not in found:
            found.add(path)
    return found


@lru_cache(maxsize=100_000)
def _loops(path: str) -> tuple[str, ...]:
    """The loops that a task is in, the outermost first."""
    return tuple(path[: match.start()] for match in TURN.finditer(path))
