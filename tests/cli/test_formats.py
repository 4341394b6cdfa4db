"""How values look on a terminal."""

from datetime import UTC, datetime, timedelta

import pytest

from barograph.cli.formats import duration, number, own_lines, size


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.4, "12 s"), (59.4, "59 s"), (185, "3 m 05 s"), (7620, "2 h 07 m")],
)
def test_a_duration_is_said_as_a_person_would(seconds: float, words: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert duration(start, start + timedelta(seconds=seconds)) == words


def test_what_has_not_started_has_no_duration() -> None:
    assert duration(None, datetime.now(UTC)) == ""


@pytest.mark.parametrize(
    ("count", "words"), [(None, ""), (0, "0 B"), (999, "999 B"), (5_900_000, "5.9 MB"), (2 * 10**13, "20.0 TB")]
)
def test_a_size_is_in_the_unit_that_fits(count: int | None, words: str) -> None:
    assert size(count) == words


def test_a_float_has_four_significant_digits_and_a_count_all_of_them() -> None:
    assert (number(0.123456), number(123456)) == ("0.1235", "123456")


@pytest.mark.parametrize(
    ("lines", "own"),
    [
        (["a", "b"], ["a", "b"]),
        (["[KFP] Got executor_input:", "{", '  "x": {', "  }", "}", "mine", "}"], ["mine", "}"]),
        (["[KFP] Got executor_input:", "{"], []),
    ],
)
def test_the_inputs_that_kfps_executor_prints_are_left_out(lines: list[str], own: list[str]) -> None:
    assert own_lines(lines) == own
