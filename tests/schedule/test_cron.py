"""Cron expressions: properties against a look at every minute, and what clock changes do to them."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.errors import ParameterError
from barograph.schedule.cron import LATEST, Every, Times, parse

_CHANGES = {
    "UTC": ["2025-01-01T00:00Z"],
    "America/Los_Angeles": ["2025-03-09T10:00Z", "2025-11-02T09:00Z"],
    "Europe/Berlin": ["2025-03-30T01:00Z", "2025-10-26T01:00Z"],
    "Africa/Cairo": ["2025-04-24T22:00Z", "2025-10-30T21:00Z"],  # at midnight
    "Australia/Lord_Howe": ["2025-04-05T15:00Z", "2025-10-04T15:30Z"],  # by half an hour
    "America/St_Johns": ["2010-03-14T03:31Z", "2010-11-07T02:31Z"],  # at one minute past midnight
}
"""When the clocks of a zone are changed."""

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]


class Part(NamedTuple):
    """A part of a field, and what it stands for."""

    text: str
    values: Collection[int]
    star: bool = False


@st.composite
def parts(draw: st.DrawFn, low: int, high: int, names: Sequence[str]) -> Part:
    def written(value: int) -> str:
        return draw(st.sampled_from([str(value), *names[value - low : value - low + 1]]))

    first, last = sorted(draw(st.tuples(st.integers(low, high), st.integers(low, high))))
    step = draw(st.integers(1, high))
    star = draw(st.sampled_from("*?"))
    return draw(
        st.sampled_from(
            [
                Part(star, range(low, high + 1), star=True),
                Part(f"{star}/{step}", range(low, high + 1, step), star=True),
                Part(written(first), [first]),
                Part(f"{written(first)}/{step}", range(first, high + 1, step)),
                Part(f"{written(first)}-{written(last)}", range(first, last + 1)),
                Part(f"{written(first)}-{written(last)}/{step}", range(first, last + 1, step)),
            ]
        )
    )


class Written(NamedTuple):
    """A cron expression, and whether it fits a time, told without reading it."""

    text: str
    fits_minute: Callable[[datetime], bool]
    seconds: set[int]


@st.composite
def expressions(draw: st.DrawFn) -> Written:
    def field(low: int, high: int, names: Sequence[str] = ()) -> list[Part]:
        return draw(st.lists(parts(low, high, names), min_size=1, max_size=2))

    def any_of(low: int, high: int) -> list[Part]:
        return [Part("*", range(low, high + 1), star=True)]

    second, minute, hour, weekday = field(0, 59), field(0, 59), field(0, 23), field(0, 6, _WEEKDAYS)
    # Of months that have the day: there is no day that fits nothing.
    day, month = draw(st.sampled_from([(field(1, 31), any_of(1, 12)), (any_of(1, 31), field(1, 12, _MONTHS))]))
    fields = (second, minute, hour, day, month, weekday)
    text = " ".join(",".join(part.text for part in field) for field in fields)
    values = [{value for part in field for value in part.values} for field in fields]
    either = not any(part.star for part in (*day, *weekday))

    def fits_minute(time: datetime) -> bool:
        on_day, on_weekday = time.day in values[3], (time.weekday() + 1) % 7 in values[5]
        return (
            time.minute in values[1]
            and time.hour in values[2]
            and time.month in values[4]
            and (on_day or on_weekday if either else on_day and on_weekday)
        )

    return Written(text, fits_minute, values[0])


@st.composite
def places(draw: st.DrawFn) -> tuple[ZoneInfo, int]:
    """A zone, and a time not long before or after its clocks are changed."""
    zone = draw(st.sampled_from(sorted(_CHANGES)))
    change = int(datetime.fromisoformat(draw(st.sampled_from(_CHANGES[zone]))).timestamp())
    return ZoneInfo(zone), change + draw(st.integers(-2 * 86400, 3600))


def looked_for(written: Written, after: int, zone: ZoneInfo, days: int) -> int | None:
    """The first time later than ``after`` that fits, found by looking at every minute of so many days."""
    for minute in range(after - after % 60, after + days * 86400, 60):
        if written.fits_minute(datetime.fromtimestamp(minute, zone)):
            found = [minute + second for second in sorted(written.seconds) if minute + second > after]
            if found:
                return found[0]
    return None


@given(expressions(), places())
def test_the_next_time_is_the_first_at_which_the_clock_fits_all_fields(
    written: Written, place: tuple[ZoneInfo, int]
) -> None:
    zone, after = place
    times = parse(written.text)
    following, expected = times.next(after, zone), looked_for(written, after, zone, days=4)
    if expected is None:
        assert following is None or following > after + 4 * 86400 - 60
    else:
        assert following == expected


@given(expressions(), places(), st.integers(0, 3 * 86400))
def test_the_latest_time_is_the_one_before_the_first_that_is_later(
    written: Written, place: tuple[ZoneInfo, int], length: int
) -> None:
    zone, after = place
    times = parse(written.text)
    first = times.next(after, zone)
    assert first is not None
    latest = times.latest(first, first + length, zone)
    assert latest == first or times.next(latest - 1, zone) == latest
    assert first <= latest <= first + length
    following = times.next(latest, zone)
    assert following is None or following > first + length


def times_after(expression: str, after: str, zone: str, count: int) -> list[str]:
    """The first times after ``after``, as the clocks of ``zone`` show them."""
    shown = []
    at: int | None = int(datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone)).timestamp())
    for _ in range(count):
        assert at is not None
        at = parse(expression).next(at, ZoneInfo(zone))
        assert at is not None
        shown.append(datetime.fromtimestamp(at, ZoneInfo(zone)).isoformat())
    return shown


def test_a_time_that_is_skipped_in_spring_never_comes() -> None:
    assert times_after("0 30 2 * * *", "2025-03-29T12:00", "Europe/Berlin", 2) == [
        "2025-03-31T02:30:00+02:00",
        "2025-04-01T02:30:00+02:00",
    ]
    assert times_after("0 */30 * * * *", "2025-03-30T01:10", "Europe/Berlin", 2) == [
        "2025-03-30T01:30:00+01:00",
        "2025-03-30T03:00:00+02:00",
    ]


def test_a_time_that_is_repeated_in_autumn_comes_twice() -> None:
    assert times_after("0 30 1 * * *", "2025-11-01T12:00", "America/Los_Angeles", 3) == [
        "2025-11-02T01:30:00-07:00",
        "2025-11-02T01:30:00-08:00",
        "2025-11-03T01:30:00-08:00",
    ]


def test_a_day_whose_midnight_is_skipped_is_still_a_day() -> None:
    assert times_after("0 0 */12 * * *", "2025-04-24T01:00", "Africa/Cairo", 3) == [
        "2025-04-24T12:00:00+02:00",
        "2025-04-25T12:00:00+03:00",
        "2025-04-26T00:00:00+03:00",
    ]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 0 0 13 * FRI", ["2026-01-02", "2026-01-09", "2026-01-13"]),  # neither has a star: one is enough
        ("0 0 0 */6 * MON", ["2026-01-19", "2026-04-13", "2026-05-25"]),  # one has a star: both must fit
        ("0 0 0 ? * mon-wed/2", ["2026-01-05", "2026-01-07", "2026-01-12"]),
        ("0 0 0 29 2 *", ["2028-02-29", "2032-02-29", "2036-02-29"]),
        ("0 0 0 31 *", ["2026-01-31", "2026-03-31", "2026-05-31"]),  # five fields: any day of the week
        ("@yearly", ["2027-01-01", "2028-01-01", "2029-01-01"]),
        ("@monthly", ["2026-02-01", "2026-03-01", "2026-04-01"]),
        ("@weekly", ["2026-01-04", "2026-01-11", "2026-01-18"]),
        ("@midnight", ["2026-01-02", "2026-01-03", "2026-01-04"]),
        ("@every 24h", ["2026-01-02", "2026-01-03", "2026-01-04"]),
    ],
)
def test_days_are_those_of_robfigs_cron(expression: str, expected: list[str]) -> None:
    assert times_after(expression, "2026-01-01T00:00", "UTC", 3) == [f"{day}T00:00:00+00:00" for day in expected]


def test_a_leap_day_is_found_across_a_century_that_has_none() -> None:
    on_a_sunday = "0 0 0 29 2 */7"
    assert times_after(on_a_sunday, "2088-02-29T00:00", "UTC", 1) == ["2128-02-29T00:00:00+00:00"]


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("90s", 90), ("1h30m", 5400), ("1.5h", 5400), (".5m", 30), ("1m1500ms", 61), ("10ms", 1), ("0s", 1)],
)
def test_every_takes_a_duration_as_go_writes_it(duration: str, seconds: int) -> None:
    assert parse(f"@every {duration}") == Every(seconds)


@given(st.integers(1, 10**6), st.integers(0, 10**9), st.integers(0, 10**9))
def test_every_goes_on_from_where_it_was(seconds: int, first: int, length: int) -> None:
    latest = Every(seconds).latest(first, first + length, UTC)
    assert (latest - first) % seconds == 0
    assert latest <= first + length < (Every(seconds).next(latest, UTC) or 0)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("", "it has 0 fields; give 6"),
        ("* * * *", "it has 4 fields; give 6"),
        ("* * * * * * *", "it has 7 fields; give 6"),
        ("60 * * * * *", "second '60' is not from 0 to 59"),
        ("* 5-61 * * * *", "minute '5-61' is not from 0 to 59"),
        ("* * 22-2 * * *", "hour '22-2' ends before it begins"),
        ("* * * 0 * *", "day of the month '0' is not from 1 to 31"),
        ("* * * * 13 *", "month '13' is not from 1 to 12"),
        ("* * * * * 7", "day of the week '7' is not from 0 to 6"),
        ("* * * * fri *", "'fri' is no month"),
        ("* * * L * *", "'L' is no day of the month"),
        ("* * * * * 1#2", "'1#2' is no day of the week"),
        ("*/0 * * * * *", "second '\\*/0' has a step of 0"),
        ("1/2/3 * * * * *", "'1/2/3' is no second"),
        ("1-2-3 * * * * *", "'1-2-3' is no second"),
        ("*-3 * * * * *", "'\\*-3' is no second"),
        (", * * * * *", "',' is no second"),
        ("-1 * * * * *", "'-1' is no second"),
        ("1_0 * * * * *", "'1_0' is no second"),
        ("0 0 0 30 2 *", "no day fits it"),
        ("@reboot", "there is no such name; there are @yearly"),
        ("@every", "there is no such name"),
        ("@every hour", "'hour' is no duration such as"),
        ("@every -1h", "'-1h' is no duration such as"),
        ("@every 1h 30m", "'1h 30m' is no duration such as"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(expression: str, words: str) -> None:
    with pytest.raises(ParameterError, match=words) as refused:
        parse(expression)
    assert str(refused.value).startswith(f"cron {expression!r}: ")


@given(st.text(alphabet="0123456789*?/-,@ every hdLW#monfri", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ParameterError):
        assert isinstance(parse(text), Times | Every)


_DAYS = st.integers(1, (LATEST - 2 * 86400) // 86400)


@given(_DAYS, st.integers(0, 86399), st.sampled_from(sorted(_CHANGES)))
def test_a_daily_time_is_never_two_days_away_until_the_calendar_ends(day: int, second: int, zone: str) -> None:
    after = day * 86400 + second
    following = parse("@daily").next(after, ZoneInfo(zone))
    assert following is not None
    assert after < following <= after + 2 * 86400
    assert parse("@daily").next(LATEST, ZoneInfo(zone)) is None
