"""When triggers fire: the times of KFP's controller, and what is no trigger."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.errors import ParameterError
from barograph.schedule.trigger import Cron, Periodic, Trigger, read, upcoming, write

HOURLY = "0 0 * * * *"


def at(text: str) -> datetime:
    """A time of the first of June 2026, in UTC."""
    return datetime.fromisoformat(f"2026-06-01T{text}+00:00")


def shown(times: list[datetime]) -> list[str]:
    return [f"{time:%H:%M:%S}" for time in times]


def test_a_cron_trigger_fires_after_its_start_and_until_its_end() -> None:
    trigger = Cron(HOURLY, start=at("10:00"), end=at("12:00"))
    assert shown(upcoming(trigger, at("00:00"), 5)) == ["11:00:00", "12:00:00"]
    assert trigger.next(at("12:00")) is None


def test_an_interval_is_counted_from_the_start_and_first_fires_one_interval_after_it() -> None:
    trigger = Periodic(3600, start=at("10:30"), end=at("12:30"))
    assert shown(upcoming(trigger, at("00:00"), 5)) == ["11:30:00", "12:30:00"]
    assert trigger.next(at("12:30")) is None


def test_an_interval_without_a_start_is_counted_from_when_it_was_made() -> None:
    assert shown(upcoming(Periodic(60), at("10:00:30"), 2)) == ["10:01:30", "10:02:30"]
    assert shown(upcoming(Periodic(3600), at("12:10"), 2, last=at("10:30"))) == ["12:30:00", "13:30:00"]


def test_a_cron_triggers_time_zone_is_where_its_clock_hangs() -> None:
    [first] = upcoming(Cron("0 0 9 * * *", "Asia/Kolkata"), at("00:00"), 1)
    assert first == at("03:30")


def test_fractions_of_a_second_do_not_count() -> None:
    late = timedelta(milliseconds=999)
    assert Periodic(60).next(at("10:00") + late) == at("10:01")
    assert Periodic(60, start=at("10:00") + late).next(at("10:00") + late) == at("10:01")
    assert Cron("* * * * * *").next(at("10:00") + late) == at("10:00:01")
    assert Cron("* * * * * *", end=at("10:00:01") + late).next(at("10:00")) == at("10:00:01")


def test_of_what_a_cron_trigger_missed_the_latest_counts() -> None:
    trigger = Cron(HOURLY, end=at("15:30"))
    assert trigger.missed(at("10:00"), at("13:20")) == at("13:00")
    assert trigger.missed(at("10:00"), at("20:00")) == at("15:00")


def test_of_what_an_interval_missed_now_counts_if_it_is_more_than_one() -> None:
    trigger = Periodic(3600, end=at("15:30"))
    assert trigger.missed(at("10:00"), at("10:59:59")) == at("10:00")
    assert trigger.missed(at("10:00"), at("11:00")) == at("11:00")
    assert trigger.missed(at("10:00"), at("13:20")) == at("13:20")
    assert trigger.missed(at("10:00"), at("20:00")) == at("15:30")


def test_a_year_of_seconds_is_passed_over_at_once() -> None:
    trigger, year_ago = Cron("* * 8-17 * * *", "Europe/Berlin"), at("03:00") - timedelta(days=365)
    assert trigger.latest(year_ago + timedelta(hours=9), at("03:00")) == datetime(2026, 5, 31, 15, 59, 59, tzinfo=UTC)
    assert upcoming(Periodic(1), at("03:00"), 1, last=year_ago) == [at("03:00:01")]


def test_an_interval_longer_than_the_calendar_never_comes() -> None:
    assert Periodic(2**63 - 1).next(at("10:00")) is None


_TIMES = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@st.composite
def triggers(draw: st.DrawFn) -> Trigger:
    start, end = sorted(draw(st.tuples(_TIMES, _TIMES)))
    limits = {"start": draw(st.sampled_from([None, start])), "end": draw(st.sampled_from([None, end]))}
    if draw(st.booleans()):
        return Periodic(draw(st.integers(1, 10**7)), **limits)
    expression = draw(st.sampled_from([HOURLY, "@every 90s", "30 */7 3 * * 1-5", "0 0 0 1 jan ?"]))
    return Cron(expression, draw(st.sampled_from(["UTC", "Europe/Berlin"])), **limits)


@given(triggers(), _TIMES, _TIMES)
def test_upcoming_times_are_those_that_follow_one_another_after_now(
    trigger: Trigger, one: datetime, other: datetime
) -> None:
    last, now = sorted((one, other))
    times = upcoming(trigger, now, 3, last)
    assert all(time > now and time.microsecond == 0 for time in times)
    assert all(trigger.end is None or time <= trigger.end for time in times)
    assert all(trigger.next(before) == after for before, after in pairwise(times))
    assert len(times) == 3 or trigger.end is not None


@given(triggers())
def test_a_trigger_that_was_written_is_read_again(trigger: Trigger) -> None:
    assert read(write(trigger)) == trigger


def test_a_trigger_is_read_as_kfp_clients_send_it() -> None:
    sent = {"cron": HOURLY, "start_time": "2026-06-01T10:00:00.123456789Z", "end_time": "2026-06-01T13:00:00+01:00"}
    start = at("10:00") + timedelta(microseconds=123456)
    assert read({"cron_schedule": sent, "periodic_schedule": None}) == Cron(HOURLY, start=start, end=at("12:00"))
    assert read({"periodic_schedule": {"interval_second": "60"}}) == Periodic(60)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({}, "either a cron_schedule or a periodic_schedule"),
        (
            {"cron_schedule": {"cron": HOURLY}, "periodic_schedule": {"interval_second": 60}},
            "either a cron_schedule or",
        ),
        ({"cron_schedule": HOURLY}, "either a cron_schedule or"),
        ({"cron_schedule": {}}, "cron '': it has 0 fields"),
        ({"cron_schedule": {"cron": "0 0 25 * * *"}}, "hour '25' is not from 0 to 23"),
        (
            {"cron_schedule": {"cron": HOURLY, "time_zone": "Mars/Olympus"}},
            "no time zone 'Mars/Olympus'; give one such as",
        ),
        ({"cron_schedule": {"cron": HOURLY, "time_zone": "America"}}, "no time zone 'America'"),
        ({"cron_schedule": {"cron": HOURLY, "time_zone": "../etc/passwd"}}, "no time zone"),
        ({"cron_schedule": {"cron": HOURLY, "time_zone": ""}}, "no time zone ''"),
        ({"cron_schedule": {"cron": HOURLY, "start_time": "today"}}, "start_time 'today' is no time such as"),
        (
            {"cron_schedule": {"cron": HOURLY, "end_time": "2026-06-01T10:00:00"}},
            "end_time '2026-06-01T10:00:00' is no",
        ),
        ({"cron_schedule": {"cron": HOURLY, "end_time": "0001-01-01T00:00:00+05:00"}}, "is no time such as"),
        ({"cron_schedule": {"cron": HOURLY, "end_time": 5}}, "end_time 5 is no time such as"),
        ({"periodic_schedule": {}}, "the interval is 0 seconds; give at least 1"),
        ({"periodic_schedule": {"interval_second": -5}}, "the interval is -5 seconds; give at least 1"),
        ({"periodic_schedule": {"interval_second": 1.5}}, "the interval 1.5 is no whole number"),
        (
            {
                "periodic_schedule": {
                    "interval_second": 5,
                    "start_time": "2026-06-02T00:00:00Z",
                    "end_time": "2026-06-01T00:00:00Z",
                }
            },
            r"the schedule ends \(2026-06-01T00:00:00\+00:00\) before it starts \(2026-06-02T00:00:00\+00:00\)",
        ),
    ],
)
def test_what_is_no_trigger_is_refused_by_what_is_wrong(message: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        read(message)
