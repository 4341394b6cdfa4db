"""Macros in a run's parameters, and Go's layouts of times."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.ir.values import Value
from barograph.schedule.layout import go_format
from barograph.schedule.macros import Macros

NOW = datetime(2026, 3, 5, 14, 7, 9, tzinfo=UTC)
"""A Thursday."""

RECURRING = Macros("run-id", NOW, NOW - timedelta(hours=5), 27)
ONCE = Macros("run-id", NOW)


def filled(text: str, macros: Macros = RECURRING) -> object:
    return macros.fill({"text": text})["text"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run [[RunUUID]]!", "run run-id!"),
        ("[[CurrentTime]]", "20260305140709"),
        ("[[ScheduledTime]] [[Index]] [[ScheduledTime]]", "20260305090709 27 20260305090709"),
        ("[[CurrentTime.2006-01-02]]", "2026-03-05"),
        ("[[ScheduledTime.Mon Jan _2 3:04PM]]", "Thu Mar  5 9:07AM"),
        ("[[CurrentTime.]]", ""),
        ("{{$.currentTime.strftime('%Y-%m-%d %H:%M:%S')}}", "2026-03-05 14:07:09"),
        ("{{$.scheduledTime.strftime('%s %v %%s')}}", "1772701629  5-Mar-2026 %s"),
        ("[[runuuid]] [[Other]] [[CurrentTime", "[[runuuid]] [[Other]] [[CurrentTime"),
        ("{{$.inputs.parameters['x']}}", "{{$.inputs.parameters['x']}}"),
        ("{{$.currentTime.strftime('%q')}} {{$.currentTime.strftime('%')}}",) * 2,
    ],
)
def test_macros_stand_for_what_kfp_says(text: str, expected: str) -> None:
    assert filled(text) == expected


def test_a_run_that_somebody_started_keeps_the_macros_of_schedules() -> None:
    kept = "[[ScheduledTime]] [[ScheduledTime.2006]] [[Index]] {{$.scheduledTime.strftime('%Y')}}"
    assert filled(kept, ONCE) == kept
    assert filled("[[RunUUID]] [[CurrentTime.2006]]", ONCE) == "run-id 2026"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock is not in UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_times_are_told_in_utc_wherever_they_come_from() -> None:
    macros = Macros("run-id", NOW.astimezone(timezone(timedelta(hours=-8))))
    assert (
        filled("[[CurrentTime]] {{$.currentTime.strftime('%H %z %s')}}", macros) == "20260305140709 14 +0000 1772719629"
    )


def test_only_parameters_that_are_text_are_filled_in() -> None:
    given_: dict[str, Value] = {"list": ["[[RunUUID]]"], "struct": {"id": "[[RunUUID]]"}, "number": 5, "none": None}
    assert RECURRING.fill({**given_, "text": "[[Index]]"}) == {**given_, "text": "27"}


@given(st.text(st.sampled_from("[]{}$.CurrentTimeRunUUID'%"), max_size=60))
def test_text_without_a_whole_macro_stays(text: str) -> None:
    if "[[RunUUID]]" not in text and "[[CurrentTime" not in text and "{{$.currentTime" not in text:
        assert filled(text, ONCE) == text


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("20060102150405", "20260305140709"),
        ("2006-01-02T15:04:05Z07:00", "2026-03-05T14:07:09Z"),
        ("Mon, 02 Jan 2006 15:04:05 MST", "Thu, 05 Mar 2026 14:07:09 UTC"),
        ("Monday, January 2 06 3:4:5 pm", "Thursday, March 5 26 2:7:9 pm"),
        ("-0700 -07 -07:00 -070000 -07:00:00 Z0700", "+0000 +00 +00:00 +000000 +00:00:00 Z"),
        ("002 __2 _2 _2006", "064  64  5 _2026"),
        ("05.000 05,00 05.999 05.0001", "09.000 09,00 09 09.0003"),
        ("Month Jane Januaryish", "Month Jane Marchish"),
        ("year 2006, no other", "year 2026, no other"),
    ],
)
def test_layouts_are_written_as_go_writes_them(layout: str, expected: str) -> None:
    assert go_format(NOW, layout) == expected


@given(st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)))
def test_a_layout_that_has_everything_loses_nothing(moment: datetime) -> None:
    written = go_format(moment, "2006-002 15:04:05")
    assert datetime.strptime(written, "%Y-%j %H:%M:%S").replace(tzinfo=UTC) == moment.replace(microsecond=0)
