"""Cron expressions, as KFP reads and follows them: with version 1.2 of the Go package robfig/cron.

Six fields, seconds first; the last one, the day of the week, may be left out. So what a crontab calls
``0 9 * * 1`` is here second 0 of minute 9 of every hour of January.

A time is a cron expression's if what a clock on the wall shows then fits every field: a time that is skipped in
spring never comes, one that is repeated in autumn comes twice. That is what robfig/cron does too, but for accidents
of its search: where midnight itself is skipped or repeated, or the clock is changed by less than an hour, it may miss
a day or search for ever.

Times are whole seconds since 1970.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from barograph.errors import ParameterError

LATEST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
"""No time comes after this."""

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_LONGEST_PAUSE = 41 * 366 * _DAY
"""Until there is a 29 February on a given day of the week again, across a year 2100 that has none."""


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: Mapping[str, int] = {}


_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_WEEKDAYS = {name: number for number, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _WEEKDAYS),
)
_DESCRIPTORS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_DURATION = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?P<unit>ns|us|µs|μs|ms|s|m|h)")
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}


@dataclass(frozen=True)
class Every:
    """Every so many seconds."""

    seconds: int

    def next(self, after: int, zone: tzinfo) -> int | None:
        """The first time later than ``after``, which is one of them."""
        return after + self.seconds

    def latest(self, first: int, until: int, zone: tzinfo) -> int:
        """The last time that is not later than ``until``, where ``first`` is one."""
        return first + (until - first) // self.seconds * self.seconds


@dataclass(frozen=True)
class Times:
    """The times at which the clock fits a cron expression's fields.

    Attributes:
        weekdays: 0 is Sunday.
        either: whether a day of the month or of the week is enough: where neither field has a star.
    """

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def next(self, after: int, zone: tzinfo) -> int | None:
        """The first time later than ``after``; None if there is none in forty years."""
        at = max(after, 0) + 1
        end = min(at + _LONGEST_PAUSE, LATEST)
        while at < end:
            local = datetime.fromtimestamp(at, zone)
            if not self._fits_day(local):
                at = _ahead(at, local, _DAY - local.hour * _HOUR - local.minute * _MINUTE - local.second)
            elif local.hour not in self.hours:
                at = _ahead(at, local, _HOUR - local.minute * _MINUTE - local.second)
            elif local.minute not in self.minutes:
                at += _MINUTE - local.second
            elif local.second not in self.seconds:
                at += 1
            else:
                return at
        return None

    def latest(self, first: int, until: int, zone: tzinfo) -> int:
        """The last time that is not later than ``until``, where ``first`` is one."""

        def is_beyond(after: int) -> bool:
            following = self.next(after, zone)
            return following is None or following > until

        return first + bisect_left(range(first, until), True, key=is_beyond)

    def _fits_day(self, local: datetime) -> bool:
        if local.month not in self.months:
            return False
        day, weekday = local.day in self.days, local.isoweekday() % 7 in self.weekdays
        return day or weekday if self.either else day and weekday


def _ahead(at: int, local: datetime, seconds: int) -> int:
    # Where the clock is changed on the way, what lies there is looked at minute by minute.
    there = datetime.fromtimestamp(at + seconds, local.tzinfo)
    return at + (seconds if there.utcoffset() == local.utcoffset() else _MINUTE - local.second)


@lru_cache(maxsize=1024)
def parse(expression: str) -> Times | Every:
    """What a cron expression says: fields such as ``0 30 9-17/2 ? * mon-fri``, a name such as ``@daily``, or
    ``@every 1h30m``.

    Raises:
        ParameterError: it can't be read, or no day fits it.
    """
    try:
        if expression.startswith("@every "):
            return Every(_seconds(expression.removeprefix("@every ")))
        if expression.startswith("@") and expression not in _DESCRIPTORS:
            raise ValueError(f"there is no such name; there are {', '.join(_DESCRIPTORS)} and @every DURATION")
        times = _times(_DESCRIPTORS.get(expression, expression))
        if times.next(0, UTC) is None:
            raise ValueError("no day fits it")
    except ValueError as error:
        raise ParameterError(f"cron {expression!r}: {error}") from None
    return times


def _times(expression: str) -> Times:
    texts = expression.split()
    if len(texts) not in (5, 6):
        raise ValueError(
            f"it has {len(texts)} fields; give 6 (second, minute, hour, day of the month, month, day of the week), "
            "or 5 for any day of the week"
        )
    texts = [*texts, "*"][:6]
    seconds, minutes, hours, days, months, weekdays = map(_values, texts, _FIELDS)
    has_star = any(part.startswith(("*", "?")) for part in (texts[3] + "," + texts[5]).split(","))
    return Times(seconds, minutes, hours, days, months, weekdays, either=not has_star)


def _values(text: str, field: _Field) -> frozenset[int]:
    ranges = [_range(part, field) for part in text.split(",") if part]
    if not ranges:
        raise ValueError(f"{text!r} is no {field.name}")
    return frozenset(value for values in ranges for value in values)


def _range(text: str, field: _Field) -> range:
    """What ``*``, ``2``, ``2-5``, and each of them with ``/STEP``, stand for; ``2/STEP`` is up to the highest."""
    whole, slash, step = text.partition("/")
    begin, hyphen, end = whole.partition("-")
    try:
        if begin in ("*", "?") and not hyphen:
            low, high = field.low, field.high
        else:
            low = _number(begin, field)
            high = _number(end, field) if hyphen else field.high if slash else low
        pace = _number(step) if slash else 1
    except ValueError:
        raise ValueError(f"{text!r} is no {field.name}") from None
    if low < field.low or high > field.high:
        raise ValueError(f"{field.name} {text!r} is not from {field.low} to {field.high}")
    if low > high:
        raise ValueError(f"{field.name} {text!r} ends before it begins")
    if pace == 0:
        raise ValueError(f"{field.name} {text!r} has a step of 0")
    return range(low, high + 1, pace)


def _number(text: str, field: _Field | None = None) -> int:
    if field and text.lower() in field.names:
        return field.names[text.lower()]
    if re.fullmatch("[0-9]{1,9}", text) is None:
        raise ValueError(text)
    return int(text)


def _seconds(duration: str) -> int:
    """Of a duration as Go writes it, such as ``1h30m`` or ``1.5h``; at least one."""
    parts = list(_DURATION.finditer(duration))
    if not parts or "".join(part[0] for part in parts) != duration:
        raise ValueError(f"{duration!r} is no duration such as 90s, 10m or 1h30m")
    return max(1, int(sum(Fraction(part["number"]) * _UNITS[part["unit"]] for part in parts)) // 10**9)
