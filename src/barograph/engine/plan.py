"""What happens next in a DAG. Pure: states in, decisions out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from barograph.ir.graph import Dag
from barograph.states import State


@dataclass(frozen=True)
class Plan:
    """What is to be done in a DAG.

    Attributes:
        start: tasks whose turn it is.
        skip: tasks that will never run, each with the reason.
        cancel: tasks whose turn has come, and that may not start any more.
    """

    start: tuple[str, ...] = ()
    skip: Mapping[str, str] = field(default_factory=dict)
    cancel: tuple[str, ...] = ()


def plan(
    dag: Dag,
    states: Mapping[str, State],
    begun: Collection[str] = (),
    among: Iterable[str] | None = None,
    open_to_new: bool = True,
) -> Plan:
    """What follows from the states of a DAG's tasks.

    A task starts when all that it waits for has outputs, and is skipped as soon as something it waits for has
    ended without; what does not depend on that goes on. A task that runs always (an exit task, or one with
    ``ignore_upstream_failure``) starts when all that it waits for has ended, in whatever state.

    Args:
        dag: the DAG.
        states: a state for each of its tasks.
        begun: tasks whose turn has come before, also those that still wait for a free place.
        among: the tasks that may be concerned, where that is known: those after a task that has ended.
        open_to_new: whether tasks may start at all; if not, those whose turn has come are canceled.
    """
    start: dict[str, None] = {}
    skip: dict[str, str] = {}
    cancel: dict[str, None] = {}
    pending = list(dag.tasks if among is None else among)
    for name in pending:
        task = dag.tasks[name]
        if states[name] is not State.PENDING or name in begun or name in skip or name in cancel:
            continue
        ended = {up: _after(up, states, skip, cancel) for up in task.upstream}
        waits = any(not state.ended for state in ended.values())
        missing = next((up for up, state in ended.items() if state.ended and not state.has_outputs), None)
        if missing is not None and not task.always:
            skip[name] = f"{missing} {_WORDS[ended[missing]]}"
        elif not waits and not open_to_new:
            cancel[name] = None
        if name in skip or name in cancel:
            # What comes after it may now have an answer too; if it was looked at before, it is looked at again.
            pending.extend(dag.downstream[name])
        elif not waits:
            start[name] = None
    return Plan(tuple(start), skip, tuple(cancel))


def _after(name: str, states: Mapping[str, State], skip: Collection[str], cancel: Collection[str]) -> State:
    if name in skip:
        return State.SKIPPED
    return State.CANCELED if name in cancel else states[name]


def outcome(states: Iterable[State]) -> State | None:
    """The state of a DAG whose tasks are in ``states``; None while one of them has not ended."""
    found = set(states)
    if any(not state.ended for state in found):
        return None
    for state in (State.FAILED, State.CANCELED):
        if state in found:
            return state
    return State.SUCCEEDED


_WORDS = {State.FAILED: "failed", State.SKIPPED: "was skipped", State.CANCELED: "was canceled"}
