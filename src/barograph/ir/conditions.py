"""The expressions that decide and select: a task's trigger condition, an input's expression selector.

Both are CEL (https://cel.dev), as ``backend/src/v2/expression/expression.go`` evaluates it: ``inputs.parameter_values``
for a condition, the fields of ``google.protobuf.Value`` for a selector, and KFP's ``parseJson``. Numbers are doubles
in both. The evaluator is Google's own, ``cel-expr-python``; it is imported when an expression first needs it.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from barograph.ir.values import Value, whole
from barograph.ir.values import text as text_of

# The C++ library says "INVALID_ARGUMENT: ERROR: <input>:1:4: Syntax error: ... [INVALID_ARGUMENT]", then draws a caret.
_NOISE = re.compile(r"^(?:[A-Z_]+: )?(?:ERROR: <input>:)?|\s*\[[A-Z_]+\]$")
# Everything that the bindings raise for a bad expression, a value that can't be converted, text that isn't Unicode.
_FAILURES = (RuntimeError, TypeError, ValueError, OverflowError)


class ConditionError(ValueError):
    """An expression can't be parsed, can't be evaluated, or gives a value of the wrong kind."""


def parse_check(expression: str, *, selector: bool = False) -> None:
    """Return if ``expression`` is sound, as far as it can be known without values.

    Args:
        expression: a trigger condition, or a parameter expression selector.
        selector: it is the latter.

    Raises:
        ConditionError: a syntax error, an unknown name or function, or types that can't go together.
    """
    _program(expression, selector)


def condition(expression: str, parameters: Mapping[str, Value]) -> bool:
    """Whether the trigger condition ``expression`` holds for a task with the inputs ``parameters``.

    Raises:
        ConditionError: it fails, names a parameter that is absent, or is neither true nor false.
    """
    result = _evaluate(expression, False, {"inputs": {"parameter_values": parameters}})
    if not isinstance(result, bool):
        raise _error(expression, f"it gives {result!r}, neither true nor false")
    return result


def select(expression: str, value: Value) -> Value:
    """What ``expression`` selects from ``value``, whole numbers as ints.

    ``string_value`` is always there: text as it is, null as no text, everything else as JSON. The other fields of
    ``google.protobuf.Value`` are there if ``value`` is of their kind.

    Raises:
        ConditionError: it fails, or gives what no parameter can hold.
    """
    fields: dict[str, Any] = {"string_value": "" if value is None else text_of(whole(value))}
    match value:
        case bool():
            fields["bool_value"] = value
        case int() | float():
            fields["number_value"] = value
        case list():
            fields["list_value"] = value
        case dict():
            fields["struct_value"] = value
    result = _evaluate(expression, True, fields)
    if not _is_value(result):
        raise _error(expression, f"it gives {result!r}, which is no parameter value")
    selected: Value = result
    return whole(selected)


def _evaluate(expression: str, selector: bool, data: Mapping[str, Any]) -> Any:
    program = _program(expression, selector)
    try:
        result = program.eval(data=_doubles(data))
        plain = result.plain_value()
    except _FAILURES as error:
        raise _error(expression, str(error)) from None
    # A failed evaluation isn't raised but given back, as text that would pass for a string.
    if result.type().name() == "ERROR":
        raise _error(expression, str(plain))
    return plain


@lru_cache(maxsize=4096)
def _program(expression: str, selector: bool) -> Any:
    try:
        return _environment(selector).compile(expression)
    except _FAILURES as error:
        raise _error(expression, str(error)) from None


@lru_cache(maxsize=2)
def _environment(selector: bool) -> Any:
    from cel_expr_python import cel  # type: ignore[import-untyped]

    of = cel.Type
    variables = (
        {
            "string_value": of.STRING,
            "number_value": of.DOUBLE,
            "bool_value": of.BOOL,
            "struct_value": of.Map(of.STRING, of.DYN),
            "list_value": of.List(of.DYN),
        }
        if selector
        else {"inputs": of.Map(of.STRING, of.Map(of.STRING, of.DYN))}
    )
    parse_json = cel.Overload("parse_json", of.DYN, [of.STRING], impl=_parse_json)
    return cel.NewEnv(variables=variables, functions=[cel.FunctionDecl("parseJson", [parse_json])])


def _parse_json(text: str) -> Any:
    return _doubles(json.loads(text, parse_constant=_no_constant))


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _doubles(value: Any) -> Any:
    """``value`` with every number a double, as protocol buffers carry it.

    Raises:
        ValueError: a text has a NUL in it, where the bindings (0.1.3) would cut it off and so compare wrongly.
    """
    match value:
        case str() if "\0" in value:
            raise ValueError("it would read text with a NUL character")
        case bool():
            return value
        case int():
            return float(value)
        case list():
            return [_doubles(item) for item in value]
        case Mapping():
            return {key: _doubles(item) for key, item in value.items()}
    return value


def _is_value(result: Any) -> bool:
    match result:
        case None | bool() | int() | float() | str():
            return True
        case list():
            return all(_is_value(item) for item in result)
        case dict():
            return all(isinstance(key, str) and _is_value(item) for key, item in result.items())
    return False


def _error(expression: str, reason: str) -> ConditionError:
    first_line = reason.partition("\n")[0]
    return ConditionError(f"the expression {expression!r} fails: {_NOISE.sub('', first_line).strip()}")
