"""When recurring runs start runs: of one that a form describes, and of those that there are."""

from datetime import datetime
from typing import Annotated

from fastapi import Query

from barograph.errors import ParameterError, RequestError
from barograph.schedule.due import due
from barograph.schedule.trigger import Cron, Periodic, Trigger, read, upcoming
from barograph.server.api.shapes import Router, Shape
from barograph.server.backend import Context
from barograph.server.wire import Time
from barograph.store.records import RecurringRun
from barograph.store.store import now

router = Router("Schedules")

_MOST = 50

Count = Annotated[int, Query(ge=1, le=_MOST, description="How many times at the most.")]


class Preview(Shape):
    """The next times of a schedule; none where it is over."""

    times: list[Time]


class Upcoming(Shape):
    """When a recurring run starts its next runs, and how many it has started.

    The first time is past where that run waits for others to end. One that is disabled has none.
    """

    recurring_run_id: str
    started: int
    times: list[Time]


class UpcomingList(Shape):
    """Every recurring run's, the one whose time comes first ahead."""

    upcoming: list[Upcoming]


@router.get("/schedule/preview")
def preview_schedule(
    cron: Annotated[str, Query(description="Six fields, seconds first, or a name such as `@daily`.")] = "",
    interval: Annotated[int, Query(description="Seconds, where there is no cron expression.")] = 0,
    time_zone: Annotated[str, Query(description="Of the cron expression, such as `Europe/Berlin`.")] = "UTC",
    start: Time | None = None,
    end: Time | None = None,
    count: Count = 5,
) -> Preview:
    """The next times of a schedule that is made now."""
    if bool(cron) == bool(interval):
        raise RequestError("give when: either cron or interval")
    trigger: Trigger = Cron(cron, time_zone, start, end) if cron else Periodic(interval, start, end)
    return Preview(times=upcoming(trigger, now(), count))


@router.get("/schedule/upcoming")
def list_upcoming(
    backend: Context,
    recurring_run_id: Annotated[str, Query(description="Only this one's.")] = "",
    count: Count = 1,
) -> UpcomingList:
    """The next times of the recurring runs that are enabled, or of one."""
    records = backend.recurring_runs
    chosen = [records.get(recurring_run_id)] if recurring_run_id else records.enabled()
    found = [
        Upcoming(
            recurring_run_id=each.id,
            started=each.started,
            times=_times(each, records.active(each.id), now(), count) if each.enabled else [],
        )
        for each in chosen
    ]
    return UpcomingList(upcoming=sorted(found, key=lambda each: (not each.times, each.times[:1])))


def _times(recurring: RecurringRun, active: int, time: datetime, count: int) -> list[datetime]:
    try:
        trigger = read(recurring.trigger)
        decided = due(recurring, active, time)
    except ParameterError:  # a time zone that this machine no longer knows; the recurring run's error says so
        return []
    times = [start.at for start in decided.starts][:count]
    at = decided.next
    while at is not None and len(times) < count:
        times.append(at)
        at = trigger.next(at)
    return times
