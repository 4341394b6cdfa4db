"""The states of runs and tasks: KFP's names, and which may follow which.

``RuntimeState`` in ``backend/api/v2beta1/run.proto``; a task may also be CACHED, as in KFP's ``mlmd-removal`` branch.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a run or a task stands."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    CACHED = "CACHED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return not _NEXT[self]

    @property
    def has_outputs(self) -> bool:
        """Whether what comes after may use the outputs."""
        return self in (State.SUCCEEDED, State.CACHED)


_NEXT: Mapping[State, frozenset[State]] = {
    State.PENDING: frozenset(
        {State.RUNNING, State.CACHED, State.SKIPPED, State.FAILED, State.CANCELING, State.CANCELED}
    ),
    State.RUNNING: frozenset({State.SUCCEEDED, State.FAILED, State.CANCELING, State.CANCELED}),
    State.CANCELING: frozenset({State.SUCCEEDED, State.FAILED, State.CANCELED}),
    State.SUCCEEDED: frozenset(),
    State.CACHED: frozenset(),
    State.SKIPPED: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELED: frozenset(),
}


class IllegalTransition(ValueError):
    """A state was to follow another that it can't follow: a bug in the caller."""


def advance(old: State, new: State) -> State:
    """``new``, if it may follow ``old``.

    Raises:
        IllegalTransition: it may not.
    """
    if new not in _NEXT[old]:
        raise IllegalTransition(f"{new} can't follow {old}")
    return new
