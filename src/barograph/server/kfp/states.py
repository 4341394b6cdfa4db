"""The states of runs and tasks as KFP's API tells them (``RuntimeState`` in ``backend/api/v2beta1/run.proto``)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, cast

from barograph.server.kfp.lists import Field
from barograph.server.wire import Message, Status, Time
from barograph.states import State
from barograph.store.listing import Operation, Predicate

RuntimeState = Literal[
    "RUNTIME_STATE_UNSPECIFIED",
    "PENDING",
    "RUNNING",
    "SUCCEEDED",
    "SKIPPED",
    "FAILED",
    "CANCELING",
    "CANCELED",
    "PAUSED",
]
CANCELLED, UNKNOWN = 1, 2
"""Codes of ``google.rpc.Status``; that of a task which failed is nobody's business but its own."""


class RuntimeStatus(Message):
    """``RuntimeStatus``."""

    update_time: Time | None = None
    state: RuntimeState = "RUNTIME_STATE_UNSPECIFIED"
    error: Status | None = None


def runtime_state(state: State) -> RuntimeState:
    """A task's state; that it was taken from the cache KFP calls SKIPPED."""
    return "SKIPPED" if state is State.CACHED else cast(RuntimeState, state.value)


def failure(state: State, error: str) -> Status | None:
    """What went wrong with a run or a task that stands so."""
    if state is State.CANCELED:
        return Status(code=CANCELLED, message=error or "the run was canceled")
    return Status(code=UNKNOWN, message=error) if state is State.FAILED else None


def history(states: Iterable[tuple[State, datetime]], error: str) -> list[RuntimeStatus]:
    """The states that a run or a task has been in; ``error`` is the last one's."""
    passed = list(states)
    said = [RuntimeStatus(update_time=at, state=runtime_state(state)) for state, at in passed]
    if passed:
        said[-1].error = failure(passed[-1][0], error)
    return said


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _of_v1(value: Any) -> Any:
    said = _upper(value)
    return {"ERROR": "FAILED", "TERMINATING": "CANCELING"}.get(said, said) if isinstance(said, str) else said


STATE = Field("state", _upper)
"""What a list is filtered by, in the words of v2beta1."""
STATUS = Field("state", _of_v1)
"""The same, in the words of v1beta1: Succeeded, Error, Terminating, ..."""


def with_canceled(predicates: Iterable[Predicate]) -> Iterator[Predicate]:
    """What must hold of the record's states, where CANCELED ones are shown as FAILED, and found by either word."""
    for predicate in predicates:
        field, operation, value = predicate.field, predicate.operation, predicate.value
        match operation, value:
            case (Operation.EQUALS, "FAILED") if field == "state":
                yield Predicate(field, Operation.IN, ["FAILED", "CANCELED"])
            case (Operation.IN, [*values]) if field == "state" and "FAILED" in values:
                yield replace(predicate, value=[*values, "CANCELED"])
            case (Operation.NOT_EQUALS, "FAILED") if field == "state":
                yield from (predicate, replace(predicate, value="CANCELED"))
            case _:
                yield predicate
