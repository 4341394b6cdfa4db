"""Following a run until it ends: each change is told once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.states import State
from barograph.submit.engine import SeenRun, SeenTask, Submitted, Unreachable
from barograph.submit.following import Change, changes, follow
from barograph.submit.job import Job

START = datetime(2026, 11, 28, tzinfo=UTC)


def run(state: State, **tasks: State) -> SeenRun:
    return SeenRun("1", "one", state, tasks={name: SeenTask(name, each) for name, each in tasks.items()})


@dataclass
class Played:
    """An engine on which a run goes as it is told."""

    looks: list[SeenRun | Unreachable]
    asked: list[str] = field(default_factory=list)

    def look(self, run_id: str) -> SeenRun:
        self.asked.append(run_id)
        seen = self.looks.pop(0)
        if isinstance(seen, Unreachable):
            raise seen
        return seen

    def submit(self, job: Job) -> Submitted:
        raise NotImplementedError

    def schedule(self, job: Job, cron: str) -> Submitted:
        raise NotImplementedError

    def cancel(self, run_id: str) -> None:
        raise NotImplementedError


def told(looks: list[SeenRun | Unreachable]) -> tuple[list[str], int]:
    """What is told of a run that goes so, and how often there was a pause."""
    heard: list[str] = []
    pauses: list[None] = []

    def tell(change: Change) -> None:
        heard.append(f"{change.path if isinstance(change, SeenTask) else 'run'} {change.state}")

    follow(Played(looks), "1", tell, lambda: pauses.append(None))
    return heard, len(pauses)


def test_each_change_is_told_once() -> None:
    heard, pauses = told(
        [
            run(State.PENDING),
            run(State.RUNNING, a=State.PENDING),
            run(State.RUNNING, a=State.RUNNING),
            run(State.RUNNING, a=State.RUNNING),
            run(State.FAILED, a=State.SUCCEEDED, b=State.FAILED),
        ]
    )
    assert heard == ["run PENDING", "run RUNNING", "a RUNNING", "a SUCCEEDED", "b FAILED", "run FAILED"]
    assert pauses == 4


def test_an_engine_may_fail_to_answer_a_few_times() -> None:
    away = Unreachable("away")
    heard, _ = told([run(State.RUNNING), away, away, away, away, run(State.SUCCEEDED)])
    assert heard == ["run RUNNING", "run SUCCEEDED"]
    with pytest.raises(Unreachable):
        told([run(State.RUNNING), *[away] * 5])


def test_tasks_are_told_in_the_order_of_their_starts() -> None:
    tasks = {
        name: SeenTask(name, State.SUCCEEDED, START + timedelta(seconds=seconds))
        for name, seconds in (("a", 2), ("b", 1), ("c", 3))
    }
    found = changes(None, SeenRun("1", "one", State.RUNNING, tasks={**tasks, "d": SeenTask("d", State.SKIPPED)}))
    assert [each.path for each in found if isinstance(each, SeenTask)] == ["b", "a", "c", "d"]


states = st.sampled_from(list(State))


@given(st.lists(st.dictionaries(st.sampled_from("abc"), states)))
def test_whatever_happens_the_last_told_state_is_the_one_that_holds(steps: list[dict[str, State]]) -> None:
    last: dict[str, State] = {}
    before: SeenRun | None = None
    for step in steps:
        seen = run(State.RUNNING, **step)
        for change in changes(before, seen):
            if isinstance(change, SeenTask):
                assert not before or before.tasks.get(change.path) != change
                last[change.path] = change.state
        before = seen
        assert all(last[name] is state for name, state in step.items() if state is not State.PENDING)
