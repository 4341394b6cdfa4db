"""Parameter values: types, text and whole numbers."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.ir.values import ParameterType, check, launcher_text, parse, text, whole

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


def test_a_number_that_protojson_writes_with_an_exponent_stays_a_double() -> None:
    assert json.dumps(whole([1e20, 1e21])) == "[100000000000000000000, 1e+21]"
    assert json.dumps(check(1e21, ParameterType.NUMBER_INTEGER)) == "1e+21"


@given(_JSON)
def test_what_a_command_gets_of_a_value_is_its_json(value: object) -> None:
    if not isinstance(value, str | None):
        # To KFP all numbers are doubles: the shortest digits of one are not those of the integer that it is.
        assert json.loads(launcher_text(value), parse_int=float) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        ("<ä>", "<ä>"),
        (True, "true"),
        (2.0, "2"),
        (1e-07, "0.0000001"),
        (1e21, "1000000000000000000000"),
        (
            [2.0, 1e-05, 1e-06, 1.5e-07, 1e-10, 1e20, 1e21],
            "[2,0.00001,0.000001,1.5e-7,1e-10,100000000000000000000,1e+21]",
        ),
        ({"ü": None, "b": [True, "a\n"], "a": {}}, '{"a":{},"b":[true,"a\\n"],"ü":null}'),
        (['<&>\u2028\u2029\x01"ä'], r'["\u003c\u0026\u003e\u2028\u2029\u0001\"ä"]'),
    ],
)
def test_a_command_gets_a_value_as_go_writes_it(value: object, written: str) -> None:
    assert launcher_text(value) == written  # type: ignore[arg-type]


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
