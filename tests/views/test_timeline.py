"""Bars and the critical path, of runs made up and of real ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kfp import dsl

from barograph.ir import build, parse_spec
from barograph.states import State
from barograph.store import Task
from barograph.store.records import Kind
from barograph.views.graph import run_graph
from barograph.views.nodes import ArtifactNode, Edge, EdgeKind, Graph, TaskNode, Turns
from barograph.views.timeline import Row, Timeline, timeline
from tests.conftest import Outcome, Workspace, component

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


def node(path: str, start: float | None, end: float | None, parent: str = "", kind: Kind = Kind.RUNTIME) -> TaskNode:
    state = State.PENDING if start is None else State.RUNNING if end is None else State.SUCCEEDED
    times = [None if time is None else at(time) for time in (start, end)]
    return TaskNode(path, parent, path, kind, "component", state, id=path, started_at=times[0], finished_at=times[1])


def graph(*nodes: TaskNode, after: str = "") -> Graph:
    """A graph of these nodes, with edges given as ``a>b c>d``."""
    edges = (pair.split(">") for pair in after.split())
    return Graph("", nodes, (), tuple(Edge(source, target, EdgeKind.ORDER) for source, target in edges))


def rows(found: Timeline) -> dict[str, Row]:
    return {row.path: row for row in found.rows}


def test_the_critical_path_goes_back_over_what_each_task_waited_for_last() -> None:
    nodes = node("a", 0, 5), node("b", 0, 8), node("c", 8, 10), node("d", 0, 9)
    found = timeline(graph(*nodes, after="a>c b>c"), ())
    assert found.critical == ("b", "c")
    assert [row.critical for row in found.rows] == [False, True, True, False]
    assert (found.started_at, found.finished_at) == (at(0), at(10))
    assert rows(found)["c"].seconds == 2


def test_the_critical_path_goes_into_groups_and_over_artifacts() -> None:
    nodes = (
        node("a", 0, 3),
        node("g", 3, 9, kind=Kind.DAG),
        node("g.b", 3, 9, "g"),
        node("g.c", 3, 4, "g"),
        node("d", 9, 10),
    )
    model = ArtifactNode("a:model", "", "a", "model", "system.Model")
    edges = (
        Edge("a", "a:model", EdgeKind.OUTPUT),
        Edge("a:model", "g", EdgeKind.INPUT),
        Edge("g", "d", EdgeKind.ORDER),
    )
    assert timeline(Graph("", nodes, (model,), edges), ()).critical == ("a", "g.b", "d")


def test_in_a_loop_with_few_places_a_turn_waits_for_an_earlier_one() -> None:
    loop = replace(node("l", 1, 9, kind=Kind.LOOP), turns=Turns(3, 3, {}, (), False))
    turns = [(0, 1, 4), (1, 1, 5), (2, 4, 9)]
    inside = [
        each
        for number, start, end in turns
        for each in (
            node(f"l[{number}]", start, end, "l", Kind.ITERATION),
            node(f"l[{number}].t", start, end, f"l[{number}]"),
        )
    ]
    assert timeline(graph(node("a", 0, 1), loop, *inside, after="a>l"), ()).critical == ("a", "l[0].t", "l[2].t")
    folded = replace(loop, turns=Turns(3, 3, {}, (), True))
    once = replace(node("l.t", 1, 9, "l"), id="")
    assert timeline(graph(node("a", 0, 1), folded, once, after="a>l"), ()).critical == ("a", "l")


def test_what_still_runs_is_the_end_of_the_critical_path_of_now() -> None:
    nodes = node("a", 0, 5), node("b", 5, None), node("c", 0, 20), node("d", None, None)
    found = timeline(graph(*nodes, after="a>b b>d"), [Task("d", "run", "d", at(0))])
    assert found.critical == ("a", "b")
    assert rows(found)["b"].seconds is None
    assert rows(found)["d"].ready_at is None


def test_a_task_is_ready_when_the_last_that_it_waits_for_has_ended() -> None:
    nodes = node("a", 0, 2), node("b", 0, 3), node("c", 7, 8)
    tasks = [Task(name, "run", name, at(0)) for name in "abc"]
    found = rows(timeline(graph(*nodes, after="a>c b>c"), tasks))
    assert (found["a"].ready_at, found["c"].ready_at, found["c"].started_at) == (at(0), at(3), at(7))


def test_each_attempt_is_told() -> None:
    first = {"started_at": at(0).isoformat(), "finished_at": at(1).isoformat(), "error": "no", "log": "1"}
    task = Task("a", "run", "a", at(0), attempts=(first,), log="2", started_at=at(3), finished_at=at(4))
    (row,) = timeline(graph(node("a", 3, 4)), [task]).rows
    assert [(each.started_at, each.finished_at, each.error) for each in row.tries] == [
        (at(0), at(1), "no"),
        (at(3), at(4), ""),
    ]


@given(st.data())
def test_the_critical_path_is_a_chain_that_ends_with_the_run(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    nodes, after = [], []
    ends: dict[int, float] = {}
    for number in range(count):
        before = data.draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        ready = max((ends[each] for each in before), default=0.0)
        start = ready + data.draw(st.floats(0, 10))
        ends[number] = start + data.draw(st.floats(0, 10))
        nodes.append(node(f"t{number}", start, ends[number]))
        after += [f"t{each}>t{number}" for each in before]
    found = timeline(graph(*nodes, after=" ".join(after)), ())
    by_path = rows(found)
    path = [by_path[each] for each in found.critical]
    assert path[-1].finished_at == max(row.finished_at for row in found.rows if row.finished_at)
    for one, other in pairwise(path):
        assert f"{one.path}>{other.path}" in after
        assert one.finished_at is not None
        assert other.started_at is not None
        assert one.finished_at <= other.started_at
    assert not any(pair.endswith(f">{path[0].path}") for pair in after)


@component
def say(text: str) -> str:
    return text


@dsl.pipeline(name="saying")
def saying(last: str = "b") -> None:
    first = say(text="a")
    with dsl.ParallelFor(["x", "y"]) as each:
        say(text=f"{each}{first.output}")
    say(text=last).after(first)


def of_run(outcome: Outcome, origins: list[Task]) -> Timeline:
    tasks = list(outcome.tasks.values())
    return timeline(run_graph(build(parse_spec(outcome.run.spec)), tasks, outcome.links), tasks, origins)


def test_a_real_run_has_bars_and_tells_what_the_cache_saved(workspace: Workspace) -> None:
    first = workspace.run(saying)
    before = of_run(first, [])
    assert before.critical[0] == "say"
    assert before.saved == 0
    assert all(row.seconds is not None and len(row.tries) == (row.kind is Kind.RUNTIME) for row in before.rows)
    second = workspace.run(saying, {"last": "c"})
    after = of_run(second, list(first.tasks.values()))
    cached = [row for row in after.rows if row.state is State.CACHED]
    assert len(cached) == 3
    assert all(row.saved is not None and row.saved > 0 for row in cached)
    assert after.saved == sum(row.saved or 0 for row in cached)
    assert after.critical == ("say", "say-3")


def test_what_the_cache_saved_is_told_of_groups_and_folded_loops_too() -> None:
    loop = replace(node("l", 0, 9, kind=Kind.LOOP), turns=Turns(3, 3, {}, (), True))
    drawn = graph(
        node("g", 0, 9, kind=Kind.DAG), replace(loop, parent="g", path="g.l"), node("g.l.t", None, None, "g.l")
    )
    origin = Task("o", "r", "t", NOON, started_at=at(0), finished_at=at(4))
    tasks = [
        *(Task(str(turn), "r", f"g.l[{turn}].t", NOON, state=State.CACHED, cached_from="o") for turn in range(3)),
        Task("x", "r", "g.l[3].t", NOON, state=State.CACHED, cached_from="its run was deleted"),
    ]
    found = timeline(drawn, tasks, [origin])
    assert {path: row.saved for path, row in rows(found).items()} == {"g": 12.0, "g.l": 12.0, "g.l.t": 12.0}
    assert found.saved == 12


@pytest.mark.parametrize(
    ("made", "end", "prepared"),
    [(3, 9, at(3)), (3, None, at(3)), (-1, 9, None), (9, 9, None), (None, 9, None)],
)
def test_a_task_tells_when_its_environment_was_made_if_it_waited_for_that(
    made: int | None, end: int | None, prepared: datetime | None
) -> None:
    state = State.RUNNING if end is None else State.SUCCEEDED
    ended = None if end is None else at(end)
    task = Task(
        "a", "r", "a", NOON, state=state, environment="sha256:e", log="a.log", started_at=at(0), finished_at=ended
    )
    times = {} if made is None else {"sha256:e": at(made)}
    assert rows(timeline(graph(node("a", 0, end)), [task], made=times))["a"].prepared_at == prepared
