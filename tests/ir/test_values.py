"""Parameter values: types, text and whole numbers."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.ir.values import ParameterType, check, parse, text, whole

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_JSON)
def test_whole_changes_no_value(value: object) -> None:
    assert whole(value) == value  # type: ignore[arg-type]


@given(st.integers(-(2**53), 2**53))
def test_a_whole_double_is_an_integer_again(number: int) -> None:
    assert json.dumps(whole([{"x": float(number)}])) == json.dumps([{"x": number}])


@given(st.lists(_JSON))
def test_a_list_survives_being_written_and_read(value: list[object]) -> None:
    expected = whole(value)  # type: ignore[arg-type]
    assert parse(text(value), ParameterType.LIST) == expected  # type: ignore[arg-type]


@given(st.text())
def test_text_is_taken_as_it_stands(value: str) -> None:
    assert parse(value, ParameterType.STRING) == value


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("1", ParameterType.NUMBER_INTEGER),
        (1.5, ParameterType.NUMBER_INTEGER),
        (True, ParameterType.NUMBER_INTEGER),
        (True, ParameterType.NUMBER_DOUBLE),
        (1, ParameterType.BOOLEAN),
        (None, ParameterType.STRING),
        (1, ParameterType.STRING),
        ({}, ParameterType.LIST),
        ([], ParameterType.STRUCT),
    ],
)
def test_a_value_of_another_type_is_refused(value: object, type_: ParameterType) -> None:
    with pytest.raises(ValueError, match="expected"):
        check(value, type_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "type_", "value"),
    [
        ("42", ParameterType.NUMBER_INTEGER, 42),
        ("42.0", ParameterType.NUMBER_INTEGER, 42),
        ("1e-3", ParameterType.NUMBER_DOUBLE, 0.001),
        ("True", ParameterType.BOOLEAN, True),
        ("false", ParameterType.BOOLEAN, False),
        ('["a", 1]', ParameterType.LIST, ["a", 1]),
        ("007", ParameterType.STRING, "007"),
    ],
)
def test_text_is_read_by_the_declared_type(written: str, type_: ParameterType, value: object) -> None:
    assert parse(written, type_) == value


def test_text_that_is_no_value_of_its_type_is_refused_with_what_was_expected() -> None:
    with pytest.raises(ValueError, match=r"expected a whole number \(NUMBER_INTEGER\), got 'ten'"):
        parse("ten", ParameterType.NUMBER_INTEGER)


@pytest.mark.parametrize("type_", [ParameterType.STRING, ParameterType.LIST])
def test_text_that_is_no_utf_8_is_refused(type_: ParameterType) -> None:
    with pytest.raises(ValueError, match=r"in UTF-8, got '.*udce9"):
        parse('["\udce9"]', type_)


@pytest.mark.parametrize(
    "refuse", [lambda: check(["x" * 5000], ParameterType.STRING), lambda: parse("x" * 5000, ParameterType.LIST)]
)
def test_a_large_value_is_not_quoted_whole(refuse: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"x\.\.\.$") as caught:
        refuse()
    assert len(str(caught.value)) < 300
