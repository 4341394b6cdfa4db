"""Which tasks of a run a person sees."""

import io
from datetime import UTC, datetime

from rich.console import Console

from barograph.cli.folding import Folded, fit, rows
from barograph.cli.formats import ordinal
from barograph.cli.live import LiveProgress
from barograph.cli.terminal import state_counts
from barograph.engine.events import RunChanged, TaskChanged
from barograph.states import State
from barograph.store import Run, Task
from barograph.store.records import Kind

TIME = datetime(2026, 1, 1, tzinfo=UTC)


def task(path: str, kind: Kind = Kind.RUNTIME, state: State = State.SUCCEEDED) -> Task:
    return Task(path, "run", path, TIME, kind, state)


def loop(turns: int, failed: int = -1) -> list[Task]:
    found = [task("before"), task("loop", Kind.LOOP)]
    for turn in range(turns):
        state = State.FAILED if turn == failed else State.SUCCEEDED
        found += [task(f"loop[{turn}]", Kind.ITERATION, state), task(f"loop[{turn}].print", state=state)]
    return found


def labels(tasks: list[Task]) -> list[str]:
    return [row.label if isinstance(row, Folded) else row.path for row in rows(tasks)]


def test_a_short_loop_shows_the_tasks_in_its_turns() -> None:
    assert labels(loop(2)) == ["before", "loop[0].print", "loop[1].print"]


def test_a_long_loop_is_one_row_and_its_failures() -> None:
    tasks = loop(1000, failed=500)
    assert labels(tasks) == ["before", "loop[0..999]", "loop[500].print"]
    folded = rows(tasks)[1]
    assert isinstance(folded, Folded)
    assert state_counts(folded.states).plain == "✓ 999 SUCCEEDED  ✗ 1 FAILED"


def test_a_long_loop_in_a_short_one_is_folded_alone() -> None:
    inner = [task(f"a[0].b[{turn}]", Kind.ITERATION) for turn in range(30)]
    assert labels([task("a", Kind.LOOP), task("a[0]", Kind.ITERATION), task("a[0].b", Kind.LOOP), *inner]) == [
        "a[0].b[0..29]"
    ]


def test_a_dag_is_shown_where_nothing_is_in_it() -> None:
    assert labels([task("if", Kind.CONDITION, State.SKIPPED), task("dag", Kind.DAG), task("dag.a")]) == ["if", "dag.a"]


def test_what_runs_and_what_failed_is_shown_first_where_there_is_little_room() -> None:
    tasks = [task(f"t{number}") for number in range(100)]
    tasks[3] = task("failed", state=State.FAILED)
    tasks[50] = task("running", state=State.RUNNING)
    shown, more = fit(rows(tasks), 5)
    assert [row.path for row in shown] == ["failed", "running", "t98", "t99"]
    assert more == 96


def test_live_progress_is_no_higher_than_the_terminal() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80, height=12)
    progress = LiveProgress(console)
    progress.tell(RunChanged(Run("run", "run", "Default", "p", "", {}, "", TIME, started_at=TIME)))
    for number in range(500):
        progress.tell(TaskChanged(task(f"t{number}", state=State.RUNNING)))
    lines = console.render_lines(progress._draw())
    assert len(lines) <= 12
    assert "more" in "".join(segment.text for segment in lines[-1])


def test_ordinals() -> None:
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 22)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "22nd",
    ]
