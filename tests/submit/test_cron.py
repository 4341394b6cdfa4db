"""A crontab's five fields, in the engines' dialects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.errors import ParameterError
from barograph.schedule.cron import Times, parse
from barograph.submit.cron import check_cron, with_seconds


@given(st.integers(0, 59), st.integers(0, 23), st.integers(1, 28), st.integers(1, 12), st.integers(0, 6))
def test_with_seconds_it_says_the_same(minute: int, hour: int, day: int, month: int, weekday: int) -> None:
    cron = check_cron(f" {minute}  {hour} {day} {month} {weekday}")
    times = parse(with_seconds(cron))
    assert isinstance(times, Times)
    found = (times.seconds, times.minutes, times.hours, times.days, times.months, times.weekdays)
    assert [min(values) for values in found] == [0, minute, hour, day, month, weekday]
    assert {len(values) for values in found} == {1}


@pytest.mark.parametrize("cron", ["*/15 * * * *", "30 6 * * mon-fri", "0 0 1 1 *"])
def test_a_crontab_is_taken_as_it_is(cron: str) -> None:
    assert check_cron(cron) == cron


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 30 6 * * *", "has 6 fields; give 5, such as"),
        ("@daily", "has 1 fields"),
        ("60 * * * *", "minute '60' is not from 0 to 59"),
        ("0 0 31 2 *", "no day fits it"),
    ],
)
def test_what_is_no_crontab_is_refused(cron: str, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        check_cron(cron)
