"""Which runs of a recurring run are to be started now, and when the next one is. Pure.

``controller.go`` and ``util/scheduled_workflow.go`` in ``backend/src/crd/controller/scheduledworkflow``. Where they
start one run at each look, the looks that would follow one another are one here.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from barograph.schedule.trigger import Trigger, read
from barograph.store.records import RecurringRun

MOST_AT_ONCE = 10
"""However many a recurring run allows."""

_NAMESPACE = uuid.UUID("707fd8c8-d48f-4e5f-b32b-7744d414d36b")


@dataclass(frozen=True)
class Start:
    """A run to start.

    Attributes:
        id: the run's id.
        at: the time that it is for.
        index: 1 for the first run that the recurring run starts, and so on.
    """

    id: str
    at: datetime
    index: int


@dataclass(frozen=True)
class Due:
    """What to do for a recurring run.

    Attributes:
        starts: runs to start now, by their times.
        next: the time after them. It is past where that run waits for others to end, or for its recurring run to be
            enabled; None where nothing more comes.
    """

    starts: tuple[Start, ...]
    next: datetime | None


def due(recurring: RecurringRun, active: int, now: datetime) -> Due:
    """What to do at ``now`` for a recurring run of which ``active`` runs have not ended.

    Times that were missed are made up for one by one; with ``no_catchup`` only the last of them is. Once the runs are
    started, ``started`` and ``last_scheduled_at`` are the last one's index and time.
    """
    trigger = read(recurring.trigger)
    last = recurring.last_scheduled_at or trigger.start or recurring.created_at
    room = min(max(recurring.max_concurrency, 1), MOST_AT_ONCE) - active if recurring.enabled else 0
    starts: list[Start] = []
    at = _next(trigger, last, now, recurring.no_catchup)
    while at is not None and at <= now and len(starts) < room:
        index = recurring.started + len(starts) + 1
        starts.append(Start(run_id(recurring.id, index), at, index))
        at = _next(trigger, at, now, recurring.no_catchup)
    return Due(tuple(starts), at)


def run_id(recurring_run_id: str, index: int) -> str:
    """The id of a recurring run's run: of two schedulers that would start it, the second finds it there.

    From the index, as KFP's, and not from the time: without catching up, an interval's time is when somebody looked.
    """
    return str(uuid.uuid5(_NAMESPACE, f"{recurring_run_id}/{index}"))


def _next(trigger: Trigger, last: datetime, now: datetime, no_catchup: bool) -> datetime | None:
    at = trigger.next(last)
    return trigger.missed(at, now) if no_catchup and at is not None and at <= now else at
