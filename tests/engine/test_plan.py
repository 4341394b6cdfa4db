"""What happens next: properties over random DAGs, in which random tasks fail."""

from collections.abc import Collection, Iterable, Mapping

from hypothesis import given
from hypothesis import strategies as st

from barograph.engine.plan import outcome, plan
from barograph.ir.graph import Component, Container, Dag, Task
from barograph.states import State

_NOTHING = Component("nothing", Container("image"))


def dag(upstream: Mapping[str, tuple[str, ...]], always: Collection[str] = ()) -> Dag:
    return Dag({name: Task(name, _NOTHING, {}, {}, ups, True, always=name in always) for name, ups in upstream.items()})


@st.composite
def dags(draw: st.DrawFn) -> Dag:
    count = draw(st.integers(0, 8))
    names = [f"t{i}" for i in range(count)]
    ups = {n: tuple(draw(st.sets(st.sampled_from(names[:i])))) if i else () for i, n in enumerate(names)}
    return dag(ups, draw(st.sets(st.sampled_from(names))) if names else ())


def play(dag: Dag, fates: Mapping[str, State], places: int) -> tuple[dict[str, State], list[str], State]:
    """Run a DAG without running anything: at most ``places`` tasks at a time, the oldest ends first."""
    states = dict.fromkeys(dag.tasks, State.PENDING)
    begun: list[str] = []
    running: list[str] = []
    among: Iterable[str] | None = None
    while True:
        decision = plan(dag, states, begun, among)
        states |= dict.fromkeys(decision.skip, State.SKIPPED)
        for name in decision.start:
            assert name not in begun
            ups = [states[up] for up in dag.tasks[name].upstream]
            assert all(up.ended if dag.tasks[name].always else up.has_outputs for up in ups)
        begun += decision.start
        if (found := outcome(states.values())) is not None:
            return states, begun, found
        waiting = [name for name in begun if states[name] is State.PENDING]
        for name in waiting[: places - len(running)]:
            states[name] = State.RUNNING
            running.append(name)
        assert running, "nothing runs, and the DAG has not ended"
        ended = running.pop(0)
        states[ended] = fates[ended]
        among = dag.downstream[ended]


_FATES = st.sampled_from([State.SUCCEEDED, State.SUCCEEDED, State.CACHED, State.FAILED, State.CANCELED])


@given(dags(), st.data(), st.integers(1, 3))
def test_every_dag_comes_to_an_end_in_which_each_task_has_ended(dag: Dag, data: st.DataObject, places: int) -> None:
    fates = {name: data.draw(_FATES) for name in dag.tasks}
    states, begun, _ = play(dag, fates, places)
    assert all(state.ended for state in states.values())
    assert len(set(begun)) == len(begun)


@given(dags(), st.data(), st.integers(1, 3))
def test_a_task_is_skipped_exactly_when_something_before_it_has_no_outputs(
    dag: Dag, data: st.DataObject, places: int
) -> None:
    fates = {name: data.draw(_FATES) for name in dag.tasks}
    states, begun, _ = play(dag, fates, places)
    for name, task in dag.tasks.items():
        has_all = task.always or all(states[up].has_outputs for up in task.upstream)
        assert (name in begun) == has_all
        assert (states[name] is State.SKIPPED) == (not has_all)


@given(dags(), st.data(), st.integers(1, 3))
def test_the_outcome_is_failed_when_a_task_failed(dag: Dag, data: st.DataObject, places: int) -> None:
    fates = {name: data.draw(_FATES) for name in dag.tasks}
    states, _, outcome = play(dag, fates, places)
    found = set(states.values())
    expected = next((s for s in (State.FAILED, State.CANCELED) if s in found), State.SUCCEEDED)
    assert outcome is expected


def test_a_skipped_task_says_what_it_waited_for() -> None:
    graph = dag({"a": (), "b": ("a",), "c": ("b",)})
    decision = plan(graph, {"a": State.FAILED, "b": State.PENDING, "c": State.PENDING})
    assert decision.skip == {"b": "a failed", "c": "b was skipped"}
    assert outcome([State.FAILED, State.SKIPPED]) is State.FAILED


@given(dags(), st.data())
def test_a_canceled_run_starts_nothing_more_and_still_ends(dag: Dag, data: st.DataObject) -> None:
    states = {name: data.draw(st.sampled_from([*_FATES_AND_PENDING])) for name in dag.tasks}
    begun = [name for name, state in states.items() if state is not State.PENDING]
    decision = plan(dag, states, begun, open_to_new=False)
    assert decision.start == ()
    after = states | dict.fromkeys(decision.skip, State.SKIPPED) | dict.fromkeys(decision.cancel, State.CANCELED)
    found = outcome(after.values())
    assert found is not None
    if decision.cancel and State.FAILED not in after.values():
        assert found is State.CANCELED


_FATES_AND_PENDING = (State.SUCCEEDED, State.FAILED, State.CANCELED, State.PENDING)
