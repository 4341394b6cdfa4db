"""What must hold of pipelines in which chance decides what runs."""

from collections.abc import Callable, Iterator, Mapping

from outcomes import Outcome, RootOutputs

from barograph.states import State
from barograph.store.records import Kind

Invariant = Callable[[Outcome, RootOutputs], Iterator[str]]
"""Gives what does not hold, in words."""


def flip_coin(outcome: Outcome, _: RootOutputs) -> Iterator[str]:
    """One of two branches runs, and in it one of two."""
    yield from _one_runs(outcome, ["condition-1", "condition-4"])
    for path in ("condition-1", "condition-4"):
        if path in outcome.tasks and outcome.tasks[path].state is State.SUCCEEDED:
            yield from _one_runs(outcome, [task.path for task in outcome.children(path) if task.kind is Kind.CONDITION])


def heads_or_nothing(outcome: Outcome, _: RootOutputs) -> Iterator[str]:
    """Five tasks run if a coin showed heads, else two."""
    heads = outcome.tasks["condition-1"].state is State.SUCCEEDED
    ran = len(outcome.paths(State.SUCCEEDED, State.CACHED, leaves=True))
    if ran != (5 if heads else 2):
        yield f"{ran} tasks ran where the coin showed {'heads' if heads else 'tails'}"


def coin_in_words(outcome: Outcome, made: RootOutputs) -> Iterator[str]:
    """The output is what the branch that ran says."""
    yield from branches(outcome, made)
    if made.parameters.get("Output") not in ("Got heads!", "Got tails!"):
        yield f"Output is {made.parameters.get('Output')!r}"


def branches(outcome: Outcome, _: RootOutputs) -> Iterator[str]:
    """Of every ``condition-branches-N`` at most one branch runs, and its outputs are those of that branch."""
    for task in outcome.tasks.values():
        if not task.path.rpartition(".")[2].startswith("condition-branches-") or task.state is State.SKIPPED:
            continue
        ran = [child for child in outcome.children(task.path) if child.state is not State.SKIPPED]
        if len(ran) > 1:
            yield f"{task.path}: {len(ran)} branches ran"
        for name, value in task.outputs.items():
            if not any(value in child.outputs.values() for child in ran):
                yield f"{task.path}: its output {name} = {value!r} is of no branch that ran"


def last_trial(outcome: Outcome, made: RootOutputs) -> Iterator[str]:
    """As ``branches``; and what is meant for the third trial runs for no other."""
    yield from branches(outcome, made)
    found = [task for task in outcome.tasks.values() if task.path.rpartition(".")[2] == "condition-3"]
    for task in found:
        trial = next((value for name, value in task.parameters.items() if name.endswith("loop-item")), None)
        if task.state is not State.SKIPPED and trial != 3:
            yield f"{task.path} ran for trial {trial}"
    if sum(task.state is State.SUCCEEDED for task in found) != 1:
        yield "condition-3 did not run for exactly one trial"


INVARIANTS: Mapping[str, Invariant] = {
    "critical/flip_coin.yaml": flip_coin,
    "essential/pipeline_with_condition.yaml": heads_or_nothing,
    "if_else_with_oneof_parameters.yaml": coin_in_words,
    "if_elif_else_complex.yaml": last_trial,
}


def _one_runs(outcome: Outcome, paths: list[str]) -> Iterator[str]:
    states = {path: outcome.tasks[path].state for path in paths if path in outcome.tasks}
    counted = sorted(states.values())
    if counted != [State.SKIPPED, State.SUCCEEDED]:
        yield f"not exactly one of {', '.join(paths)} ran: {', '.join(counted)}"
