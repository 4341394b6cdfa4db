"""Trigger conditions and expression selectors."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.ir.conditions import ConditionError, condition, parse_check, select
from barograph.ir.values import Value

VALUES: dict[str, Value] = {
    "side": "heads",
    "five": 5,
    "whole": 5.0,
    "half": 1.5,
    "yes": True,
    "items": [1, 2],
    "table": {"k": "v", "n": 3},
    "digits": "7",
    "nothing": None,
    "odd": 'it\'s "x" \\ {brace} é日本🙂',
}


def of(name: str) -> str:
    return f"inputs.parameter_values['{name}']"


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        (f"{of('side')} == 'heads'", True),
        (f"{of('side')} == 'tails'", False),
        (f"!({of('side')} == 'tails') && !({of('side')} == 'edge')", True),
        (f"!({of('side')} == 'heads') && {of('side')} == 'tails'", False),
        (f"{of('yes')} == true", True),
        (f"{of('yes')}", True),
        (f"int({of('five')}) > 4", True),
        (f"int({of('whole')}) == 5", True),
        (f"int({of('digits')}) == 7", True),
        (f"{of('five')} == 5", True),
        (f"{of('whole')} == 5", True),
        (f"{of('five')} == 5.0", True),
        (f"{of('five')} > 1.5", True),
        (f"{of('half')} > 1", True),
        (f"{of('half')} <= 1.5", True),
        (f"{of('five')} == double(5)", True),
        (f"{of('side')} < 'z'", True),
        (f"{of('items')} == parseJson('[1, 2]')", True),
        (f'{of("table")} == parseJson(\'{{"n": 3, "k": "v"}}\')', True),
        (f"{of('table')}['n'] == 3", True),
        (f"2 in {of('items')}", True),
        (f"size({of('items')}) == 2", True),
        (f"{of('nothing')} == null", True),
        (f"{of('nothing')} == 'x'", False),
        # Of two kinds: unequal, as in Go, and no error.
        (f"{of('side')} == 5", False),
        (f"{of('five')} == '5'", False),
        (f"{of('yes')} == 1", False),
        ("inputs.parameter_values[\"side\"] == 'heads'", True),
        (f"{of('odd')} == 'it\\'s \"x\" \\\\ {{brace}} é日本🙂'", True),
        (f"true || {of('absent')} == 'x'", True),
        (f"'absent' in inputs.parameter_values || {of('side')} == 'heads'", True),
    ],
)
def test_a_condition_holds_as_in_kfp(expression: str, holds: bool) -> None:
    parse_check(expression)
    assert condition(expression, VALUES) is holds


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(texts, texts)
def test_any_text_can_be_compared(ours: str, theirs: str) -> None:
    quoted = json.dumps(theirs, ensure_ascii=False).replace("\x7f", "\\u007f")
    assert condition(f"{of('x')} == {quoted}", {"x": ours}) is (ours == theirs)


def test_text_with_a_nul_is_refused_rather_than_compared_wrongly() -> None:
    with pytest.raises(ConditionError, match="NUL"):
        condition(f"{of('x')} == 'a'", {"x": "a\0b"})
    with pytest.raises(ConditionError, match="NUL"):
        select('parseJson(string_value)["x"]', {"x": "a\0b"})


@given(st.integers(-(2**53), 2**53), st.integers(-(2**53), 2**53))
def test_whole_numbers_compare_as_numbers_whether_int_or_float(left: int, right: int) -> None:
    for value in (left, float(left)):
        assert condition(f"int({of('x')}) >= {right}", {"x": value}) is (left >= right)
        assert condition(f"{of('x')} == {right}", {"x": value}) is (left == right)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (f"{of('absent')} == 'x'", "absent"),
        (f"{of('side')}", "'heads'"),
        (f"int({of('side')}) == 1", "cannot convert"),
        (f"{of('five')} + 1 == 6", "overload"),
        ("1 / 0 == 1", "zero"),
        ("parseJson('{') == 1", "property name"),
        ("parseJson('NaN') == 1.0", "NaN is not JSON"),
        ("null", "None"),
    ],
)
def test_a_condition_that_fails_says_which_and_why(expression: str, reason: str) -> None:
    with pytest.raises(ConditionError) as caught:
        condition(expression, VALUES)
    assert repr(expression) in str(caught.value)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("1 +", "Syntax error"),
        ("", "Syntax error"),
        (f"{of('side')} = 'heads'", "Syntax error"),
        ("inputs.parameter_values['it's'] == 'x'", "Syntax error"),
        ("outlook == 'sunny'", "undeclared reference to 'outlook'"),
        ("frob(1)", "undeclared reference to 'frob'"),
        ("'a' + 1 == 'a'", "overload"),
    ],
)
def test_an_unsound_expression_is_refused_before_there_are_values(expression: str, reason: str) -> None:
    with pytest.raises(ConditionError, match="the expression") as caught:
        parse_check(expression)
    assert reason in str(caught.value)
    with pytest.raises(ConditionError):
        condition(expression, VALUES)


def test_each_kind_of_expression_knows_its_own_names() -> None:
    parse_check('parseJson(string_value)["A_a"]', selector=True)
    with pytest.raises(ConditionError, match="undeclared reference to 'string_value'"):
        parse_check('parseJson(string_value)["A_a"] == 1')
    with pytest.raises(ConditionError, match="undeclared reference to 'inputs"):
        parse_check(f"{of('side')}", selector=True)


@pytest.mark.parametrize(
    ("expression", "value", "selected"),
    [
        ('parseJson(string_value)["A_a"]', {"A_a": 1, "B_b": "two"}, 1),
        ('parseJson(string_value)["A_a"]', '{"A_a": "one"}', "one"),
        ('parseJson(string_value)["A_a"]', {"A_a": {"deep": [1, 2.5, None, True]}}, {"deep": [1, 2.5, None, True]}),
        ("parseJson(string_value)[1]", [1, "b"], "b"),
        ("string_value", "text", "text"),
        ("string_value", 5.0, "5"),
        ("string_value", True, "true"),
        ("string_value", None, ""),
        ("number_value", 5, 5),
        ("number_value", 0.5, 0.5),
        ("bool_value", False, False),
        ("struct_value['a']", {"a": None}, None),
        ("list_value[0]", ["é"], "é"),
        ("list_value", [1, {"a": 2}], [1, {"a": 2}]),
    ],
)
def test_a_selector_selects_from_a_value(expression: str, value: Value, selected: Value) -> None:
    result = select(expression, value)
    assert result == selected
    assert json.dumps(result) == json.dumps(selected)  # 1 is not 1.0, nor true


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_é", min_size=1), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_what_goes_into_a_selector_as_json_comes_out_of_it(value: Any) -> None:
    assert select("parseJson(string_value)[0]", [value]) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('parseJson(string_value)["A_a"]', {"B_b": 1}),
        ("parseJson(string_value)", "no JSON"),
        ("number_value", "text"),
        ("{1: 2}", ""),
        ("b'bytes'", ""),
        ("timestamp('2026-01-01T00:00:00Z')", ""),
    ],
)
def test_a_selector_that_selects_nothing_is_an_error(expression: str, value: Value) -> None:
    with pytest.raises(ConditionError, match="the expression"):
        select(expression, value)


def test_text_that_reads_like_a_failure_is_still_text() -> None:
    assert select("string_value", "NOT_FOUND: Key not found in map") == "NOT_FOUND: Key not found in map"


def test_a_long_chain_of_branches_is_no_problem() -> None:
    assert condition(" && ".join(f"!({of('side')} == '{n}')" for n in range(200)), VALUES)


def test_threads_may_share_an_expression() -> None:
    with ThreadPoolExecutor(8) as pool:
        results = pool.map(lambda n: condition(f"int({of('n')}) == 7", {"n": n % 10}), range(2000))
        assert sum(results) == 200


def test_an_evaluation_takes_less_than_a_millisecond() -> None:
    expression = f"!({of('side')} == 'tails') && int({of('five')}) == 5"
    condition(expression, VALUES)
    start = time.process_time()
    for _ in range(5000):
        condition(expression, VALUES)
    assert time.process_time() - start < 5


def test_the_evaluator_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, barograph.ir.conditions; sys.exit('cel_expr_python' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
