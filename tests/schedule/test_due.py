"""Which runs are to be started now: KFP's rules, and properties of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from barograph.schedule.due import due, run_id
from barograph.schedule.trigger import Cron, Periodic, Trigger, write
from barograph.store.records import RecurringRun

HOURLY = Cron("0 0 * * * *")


def at(text: str) -> datetime:
    """A time of the first of June 2026, in UTC."""
    return datetime.fromisoformat(f"2026-06-01T{text}+00:00")


def a_recurring_run(trigger: Trigger = HOURLY, **changes: Any) -> RecurringRun:
    made = RecurringRun("r1", "hourly", "Default", at("08:30"), at("08:30"), write(trigger), max_concurrency=10)
    return replace(made, **changes)


def started(recurring: RecurringRun, now: str, active: int = 0) -> list[str]:
    return [f"{start.at:%H:%M}" for start in due(recurring, active, at(now)).starts]


def test_nothing_is_started_before_its_time() -> None:
    decision = due(a_recurring_run(), 0, at("08:59:59"))
    assert (decision.starts, decision.next) == ((), at("09:00"))


def test_times_that_were_missed_are_made_up_for_one_by_one() -> None:
    assert started(a_recurring_run(), "12:15") == ["09:00", "10:00", "11:00", "12:00"]
    assert started(a_recurring_run(last_scheduled_at=at("10:00")), "12:15") == ["11:00", "12:00"]
    assert started(a_recurring_run(Periodic(3600)), "12:15") == ["09:30", "10:30", "11:30"]


def test_without_catching_up_only_the_last_missed_time_counts() -> None:
    assert started(a_recurring_run(no_catchup=True), "12:15") == ["12:00"]
    assert due(a_recurring_run(no_catchup=True), 0, at("12:15")).next == at("13:00")


def test_without_catching_up_an_interval_that_was_missed_starts_anew_from_now() -> None:
    decision = due(a_recurring_run(Periodic(3600), no_catchup=True), 0, at("12:15"))
    assert [start.at for start in decision.starts] == [at("12:15")]
    assert decision.next == at("13:15")


def test_no_more_run_at_a_time_than_are_allowed() -> None:
    recurring = a_recurring_run(max_concurrency=3)
    assert started(recurring, "12:15", active=1) == ["09:00", "10:00"]
    assert due(recurring, 1, at("12:15")).next == at("11:00")
    assert started(recurring, "12:15", active=3) == []


def test_what_is_allowed_at_a_time_is_at_least_one_and_at_most_ten() -> None:
    assert len(started(a_recurring_run(max_concurrency=0), "23:15")) == 1
    assert len(started(a_recurring_run(max_concurrency=99), "23:15")) == 10


def test_a_disabled_one_starts_nothing_and_makes_up_for_it_once_enabled() -> None:
    disabled = a_recurring_run(enabled=False)
    assert due(disabled, 0, at("10:15")).starts == ()
    assert due(disabled, 0, at("10:15")).next == at("09:00")
    assert started(replace(disabled, enabled=True), "10:15") == ["09:00", "10:00"]


def test_a_start_in_the_past_is_caught_up_from_and_one_to_come_is_waited_for() -> None:
    assert started(a_recurring_run(Cron("0 0 * * * *", start=at("06:00"))), "09:15") == ["07:00", "08:00", "09:00"]
    assert started(a_recurring_run(Periodic(3600, start=at("06:00"))), "09:15") == ["07:00", "08:00", "09:00"]
    later = a_recurring_run(Cron("0 0 * * * *", start=at("20:00")))
    assert (started(later, "12:15"), due(later, 0, at("12:15")).next) == ([], at("21:00"))


def test_after_the_end_what_was_missed_is_made_up_for_and_nothing_more() -> None:
    ending = a_recurring_run(Cron("0 0 * * * *", end=at("10:30")))
    assert started(ending, "20:00") == ["09:00", "10:00"]
    assert due(ending, 0, at("20:00")).next is None
    assert started(replace(ending, no_catchup=True), "20:00") == ["10:00"]


def test_a_runs_index_and_id_go_on_from_those_that_were_started() -> None:
    first, second = due(a_recurring_run(started=5, last_scheduled_at=at("10:00")), 0, at("12:15")).starts
    assert (first.index, second.index) == (6, 7)
    assert (first.id, second.id) == (run_id("r1", 6), run_id("r1", 7))
    assert len({run_id("r1", 6), run_id("r1", 7), run_id("r2", 6)}) == 3


def test_two_that_look_a_second_apart_would_start_the_same_run() -> None:
    for trigger in (HOURLY, Periodic(60)):
        recurring = a_recurring_run(trigger, no_catchup=True)
        [one], [other] = (due(recurring, 0, at(now)).starts for now in ("12:15:00", "12:15:01"))
        assert one.id == other.id


_TRIGGERS = st.sampled_from(
    [
        HOURLY,
        Cron("0 */7 8-9 * * *", "America/Los_Angeles"),
        Cron("0 */20 * * * *", start=at("05:00"), end=at("11:30")),
        Periodic(900),
        Periodic(1800, start=at("07:10"), end=at("12:00")),
    ]
)


@given(
    _TRIGGERS,
    st.booleans(),
    st.integers(1, 10),
    st.lists(st.tuples(st.integers(1, 8000), st.integers(0, 12)), max_size=12),
)
def test_however_often_one_looks_each_time_starts_one_run_and_room_is_kept(
    trigger: Trigger, no_catchup: bool, room: int, looks: list[tuple[int, int]]
) -> None:
    recurring = a_recurring_run(trigger, no_catchup=no_catchup, max_concurrency=room)
    now, all_times = recurring.created_at, []
    for pause, active in looks:
        now += timedelta(seconds=pause)
        decision = due(recurring, active, now)
        times = [start.at for start in decision.starts]
        assert len(times) <= max(0, room - active)
        assert all(time <= now for time in times)
        assert not no_catchup or len(times) <= 1
        waits = decision.next is not None and decision.next <= now
        assert waits <= (len(times) + active >= room)
        all_times += times
        if times:
            recurring = replace(recurring, started=decision.starts[-1].index, last_scheduled_at=times[-1])
    assert all_times == sorted(set(all_times))
    assert recurring.started == len(all_times)
    if not no_catchup and all_times:
        following = trigger.next(trigger.start or recurring.created_at)
        for time in all_times:
            assert time == following, "a time was left out"
            following = trigger.next(time)
