"""The parameters that runs can be sorted and found by, in SQLite and in PostgreSQL."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.errors import RequestError
from barograph.store import open_store
from barograph.store.listing import Operation, Predicate, Query
from barograph.store.run_values import place
from barograph.store.runs import Runs
from barograph.store.store import SqlStore
from tests.store.recorded import add_run


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    store = open_store(database_url)
    yield store
    store.database.close()


def listed(store: SqlStore, *filters: Predicate, sort: str = "param:x", descending: bool = False) -> list[str]:
    """The names of the runs, asked for one at a time."""
    runs, seen, after = Runs(store.database), [], None
    while True:
        page = runs.page(Query(filters, sort, descending, after, limit=1))
        seen += [run.name for run in page.items]
        if (after := page.end) is None:
            return seen


def test_runs_are_sorted_by_a_parameter_numbers_first_and_those_without_it_last(store: SqlStore) -> None:
    values: dict[str, Any] = {
        "ten": 10,
        "two": 2,
        "minus": -3.5,
        "tiny": 1e-9,
        "word": "resnet18",
        "Word": "Alexnet",
        "list": [1, 2],
        "switch": True,
        "null": None,
    }
    for name, value in values.items():
        add_run(store, name, parameters={"x": value, "other": 1})
    add_run(store, "none", parameters={})
    found = listed(store)
    assert found[:-2] == ["minus", "tiny", "two", "ten", "list", "Word", "word", "switch"]
    assert set(found[-2:]) == {"null", "none"}
    assert listed(store, descending=True)[:-2] == found[:-2][::-1]


@pytest.mark.parametrize(
    ("operation", "value", "names"),
    [
        ("EQUALS", "10", ["ten", "text"]),
        ("EQUALS", "1e1", ["ten"]),
        ("EQUALS", "RESNET18", ["word"]),
        ("EQUALS", "true", ["switch"]),
        ("EQUALS", "", ["empty"]),
        ("NOT_EQUALS", "10", ["empty", "switch", "two", "word"]),
        ("GREATER_THAN", "2", ["ten"]),
        ("GREATER_THAN_EQUALS", "2", ["ten", "two"]),
        ("LESS_THAN", "10", ["two"]),
        ("LESS_THAN", "-1", []),
        ("GREATER_THAN_EQUALS", "resnet", ["switch", "word"]),
        ("LESS_THAN", "resnet", ["empty", "text"]),
        ("IS_SUBSTRING", "NET", ["word"]),
        ("IS_SUBSTRING", "%", []),
        ("IS_SUBSTRING", "tr", ["switch"]),
    ],
)
def test_runs_are_found_by_a_parameter(store: SqlStore, operation: str, value: str, names: list[str]) -> None:
    values = {"ten": 10.0, "two": 2, "word": "ResNet18", "text": "10", "switch": True, "empty": ""}
    for name, each in values.items():
        add_run(store, name, parameters={"x": each})
    add_run(store, "none", parameters={"y": 10})
    found = listed(store, Predicate("param:x", Operation(operation), value), sort="name")
    assert sorted(found) == names


def test_a_list_of_values_is_none_that_a_parameter_is_compared_with(store: SqlStore) -> None:
    with pytest.raises(RequestError):
        listed(store, Predicate("param:x", Operation.IN, ["a"]))


def test_values_that_no_index_or_database_can_hold_are_kept_as_far_as_they_can(store: SqlStore) -> None:
    odd = {"long": "ß" * 5000, "nothing": "a\0b", "half": "\ud800", "huge": 10**400, "low": -(10**400), "nan": math.nan}
    for name, value in odd.items():
        add_run(store, name, parameters={"x": value})
    assert listed(store)[:2] == ["low", "huge"]
    assert listed(store, Predicate("param:x", Operation.EQUALS, "SS" * 5000)) == ["long"]


def test_a_parameter_goes_with_its_run(store: SqlStore) -> None:
    run = add_run(store, "gone", parameters={"x": 1})
    Runs(store.database).delete(run.id)
    assert listed(store, Predicate("param:x", Operation.EQUALS, "1")) == []


numbers = st.floats(allow_nan=False) | st.integers(-(2**53), 2**53)


@given(numbers, numbers)
def test_places_are_in_the_order_of_the_numbers(one: float, other: float) -> None:
    assert (place(one) < place(other)) == (one < other)
    assert (place(one) == place(other)) == (one == other)


@given(numbers, st.text() | st.booleans() | st.lists(st.integers()))
def test_numbers_come_before_everything_else(number: float, value: Any) -> None:
    assert place(number) < place(value)
