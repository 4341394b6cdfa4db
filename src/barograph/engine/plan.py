"""What happens next in a DAG. Pure: states in, decisions out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from barograph.ir.graph import Dag
from barograph.states import State


@dataclass(frozen=True)
class Plan:
    """What is to be done in a DAG.

    Attributes:
        start: tasks whose turn it is.
        skip: tasks that will never run, each with the reason.
        outcome: the state of the DAG itself, once all its tasks have ended; None before.
    """

    start: tuple[str, ...] = ()
    skip: Mapping[str, str] | None = None
    outcome: State | None = None


def plan(dag: Dag, states: Mapping[str, State], begun: Collection[str] = ()) -> Plan:
    """What follows from the states of a DAG's tasks.

    A task starts when all that it waits for has outputs, and is skipped as soon as something it waits for has
    ended without; what does not depend on that goes on.

    Args:
        dag: the DAG.
        states: a state for each of its tasks.
        begun: tasks whose turn has come before, also those that still wait for a free place.
    """
    start: list[str] = []
    skip: dict[str, str] = {}
    for name, task in dag.tasks.items():  # upstream tasks first, so a skip travels down in one pass
        if states[name] is not State.PENDING or name in begun:
            continue
        ended = {up: State.SKIPPED if up in skip else states[up] for up in task.upstream}
        missing = next((up for up, state in ended.items() if state.ended and not state.has_outputs), None)
        if missing is not None:
            skip[name] = f"{missing} {_WORDS[ended[missing]]}"
        elif all(state.has_outputs for state in ended.values()):
            start.append(name)
    after = {**states, **dict.fromkeys(skip, State.SKIPPED)}
    return Plan(tuple(start), skip, outcome(after))


def outcome(states: Mapping[str, State]) -> State | None:
    """The state of a DAG whose tasks are in ``states``; None while one of them has not ended."""
    found = set(states.values())
    if any(not state.ended for state in found):
        return None
    for state in (State.FAILED, State.CANCELED):
        if state in found:
            return state
    return State.SUCCEEDED


_WORDS = {State.FAILED: "failed", State.SKIPPED: "was skipped", State.CANCELED: "was canceled"}
