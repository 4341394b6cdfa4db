"""What starts the runs of a recurring run: a cron expression, or an interval.

The messages ``Trigger``, ``CronSchedule`` and ``PeriodicSchedule`` of ``backend/api/v2beta1/recurring_run.proto``.
Their times are those of ``cron_schedule.go`` and ``periodic_schedule.go`` in
``backend/src/crd/controller/scheduledworkflow/util``. Of every time the whole seconds count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from barograph.errors import ParameterError
from barograph.schedule.cron import LATEST, Every, Times, parse


@dataclass(frozen=True)
class Cron:
    """The times that fit a cron expression in a time zone, later than ``start`` and not later than ``end``.

    Raises:
        ParameterError: the expression or the time zone can't be read, or the end is before the start.
    """

    expression: str
    time_zone: str = "UTC"
    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        _check_order(self.start, self.end)
        parse(self.expression)
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of zones
            raise ParameterError(f"there is no time zone {self.time_zone!r}; give one such as Europe/Berlin") from None

    def next(self, last: datetime) -> datetime | None:
        """The time that follows ``last``; None if none does."""
        after = _seconds(last) if self.start is None else max(_seconds(last), _seconds(self.start))
        return _until(self.end, self._times.next(after, self._zone))

    def latest(self, first: datetime, until: datetime) -> datetime:
        """The last time that is not later than ``until``, where ``first`` is one."""
        last = _seconds(until) if self.end is None else min(_seconds(until), _seconds(self.end))
        return _time(self._times.latest(_seconds(first), last, self._zone))

    def missed(self, first: datetime, now: datetime) -> datetime:
        """The one time that a run is started for, of all that have passed since ``first``, which is the first."""
        return self.latest(first, now)

    @property
    def _times(self) -> Times | Every:
        return parse(self.expression)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Periodic:
    """Every ``interval`` seconds, first that much later than ``start``, and not later than ``end``.

    Raises:
        ParameterError: the interval is none, or the end is before the start.
    """

    interval: int
    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        _check_order(self.start, self.end)
        if self.interval < 1:
            raise ParameterError(f"the interval is {self.interval} seconds; give at least 1")

    def next(self, last: datetime) -> datetime | None:
        """The time that follows ``last``; None if none does."""
        if self.start is not None and _seconds(self.start) > _seconds(last):
            return _time(_seconds(self.start))
        return _until(self.end, _seconds(last) + self.interval)

    def latest(self, first: datetime, until: datetime) -> datetime:
        """The last time that is not later than ``until``, where ``first`` is one."""
        last = _seconds(until) if self.end is None else min(_seconds(until), _seconds(self.end))
        return _time(Every(self.interval).latest(_seconds(first), last, UTC))

    def missed(self, first: datetime, now: datetime) -> datetime:
        """The one time that a run is started for, of all that have passed since ``first``, which is the first.

        Where that is more than one it is ``now`` itself, and later times are counted from there.
        """
        if _seconds(now) < _seconds(first) + self.interval:
            return first
        return _time(_seconds(now) if self.end is None else min(_seconds(now), _seconds(self.end)))


Trigger: TypeAlias = Cron | Periodic


def upcoming(trigger: Trigger, now: datetime, count: int, last: datetime | None = None) -> list[datetime]:
    """The next times after ``now``, at most ``count``.

    Args:
        last: the last time before, or when the trigger was made; without it, it is made now.
    """
    at = trigger.next(last or trigger.start or now)
    if at is not None and at <= now:
        at = trigger.next(trigger.latest(at, now))
    times: list[datetime] = []
    while at is not None and len(times) < count:
        times.append(at)
        at = trigger.next(at)
    return times


def read(message: Mapping[str, Any]) -> Trigger:
    """The trigger that ``message`` says, as JSON with the proto's names; ``time_zone`` beside ``cron`` is ours.

    Raises:
        ParameterError: it has neither or both kinds, or a value that is wrong.
    """
    match [(kind, said) for kind, said in message.items() if said is not None]:
        case [("cron_schedule", dict(said))]:
            expression, zone = str(said.get("cron", "")), str(said.get("time_zone", "UTC"))
            return Cron(expression, zone, _read_time(said, "start_time"), _read_time(said, "end_time"))
        case [("periodic_schedule", dict(said))]:
            interval = said.get("interval_second", 0)
            try:
                seconds = int(str(interval))
            except ValueError:
                raise ParameterError(f"the interval {interval!r} is no whole number of seconds") from None
            return Periodic(seconds, _read_time(said, "start_time"), _read_time(said, "end_time"))
    raise ParameterError("a trigger is either a cron_schedule or a periodic_schedule")


def write(trigger: Trigger) -> dict[str, Any]:
    """What ``read`` reads."""
    limits = {"start_time": trigger.start, "end_time": trigger.end}
    times = {name: time.isoformat() for name, time in limits.items() if time is not None}
    match trigger:
        case Cron(expression, "UTC"):
            return {"cron_schedule": {"cron": expression, **times}}
        case Cron(expression, zone):
            return {"cron_schedule": {"cron": expression, "time_zone": zone, **times}}
        case Periodic(interval):
            return {"periodic_schedule": {"interval_second": interval, **times}}


def _read_time(message: Mapping[str, Any], name: str) -> datetime | None:
    text = message.get(name)
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            return time.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ParameterError(f"{name} {text!r} is no time such as 2026-03-29T01:30:00Z")


def _check_order(start: datetime | None, end: datetime | None) -> None:
    if start is not None and end is not None and end < start:
        raise ParameterError(f"the schedule ends ({end.isoformat()}) before it starts ({start.isoformat()})")


def _until(end: datetime | None, at: int | None) -> datetime | None:
    if at is None or at > LATEST or (end is not None and at > _seconds(end)):
        return None
    return _time(at)


def _seconds(time: datetime) -> int:
    return int(time.timestamp() // 1)


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
