"""Parameter values and their types.

A value is what JSON can say: str, int, float, bool, None, list or dict. Protocol buffers keep every number as
a double, so a whole number is given back as an ``int``, just as KFP's launcher prints ``1.0`` as ``1``
(``backend/src/v2/component/launcher_v2.go``, through protojson). From 1e21 on, it prints an exponent, which Python
reads as a ``float``.
"""

import json
import re
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"


class ParameterType(StrEnum):
    """KFP's ``ParameterType.ParameterTypeEnum``, less its UNSPECIFIED."""

    NUMBER_DOUBLE = "NUMBER_DOUBLE"
    NUMBER_INTEGER = "NUMBER_INTEGER"
    STRING = "STRING"
    BOOLEAN = "BOOLEAN"
    LIST = "LIST"
    STRUCT = "STRUCT"
    TASK_FINAL_STATUS = "TASK_FINAL_STATUS"
    TASK_CONFIG = "TASK_CONFIG"


_WORDS = {
    ParameterType.NUMBER_DOUBLE: "a number",
    ParameterType.NUMBER_INTEGER: "a whole number",
    ParameterType.STRING: "text",
    ParameterType.BOOLEAN: "true or false",
    ParameterType.LIST: "a JSON list",
    ParameterType.STRUCT: "a JSON object",
    ParameterType.TASK_FINAL_STATUS: "a task's final status",
    ParameterType.TASK_CONFIG: "a task's configuration",
}


_SURROGATE = re.compile("[\ud800-\udfff]")
"""How Python reads a byte that is no UTF-8."""

_QUOTED = 200
"""Characters of a value that an error quotes."""

_EXPONENT = 1e21
"""From here on protojson and Go's encoding/json write a number with an exponent, as they do below 1e-6."""

_ESCAPED = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})
"""What Go's encoding/json escapes besides."""


def whole(value: Value) -> Value:
    """``value`` with every float that is a whole number below 1e21, at any depth, as an int."""
    match value:
        case float() if abs(value) < _EXPONENT and value.is_integer():
            return int(value)
        case list():
            return [whole(item) for item in value]
        case dict():
            return {key: whole(item) for key, item in value.items()}
    return value


def check(value: Value, type_: ParameterType) -> Value:
    """``value`` as a parameter of ``type_`` carries it.

    Raises:
        ValueError: it is of another type; the message says what was expected.
    """
    value = whole(value)
    match type_, value:
        case (ParameterType.STRING, str()) | (ParameterType.BOOLEAN, bool()):
            return value
        case (ParameterType.LIST, list()) | (ParameterType.STRUCT, dict()):
            return value
        case (ParameterType.TASK_FINAL_STATUS | ParameterType.TASK_CONFIG, dict()):
            return value
        case (ParameterType.NUMBER_INTEGER | ParameterType.NUMBER_DOUBLE, bool()):
            pass
        case (ParameterType.NUMBER_INTEGER, int()) | (ParameterType.NUMBER_DOUBLE, int() | float()):
            return value
        case (ParameterType.NUMBER_INTEGER, float()) if value.is_integer():
            return value
    raise ValueError(f"expected {_WORDS[type_]} ({type_}), got {_cut(json.dumps(value))}")


def parse(text: str, type_: ParameterType) -> Value:
    """The value of ``type_`` that ``text`` writes, as on a command line or in an output file.

    Text is taken as it stands for STRING; everything else is read as JSON, and true/false in any case.

    Raises:
        ValueError: the text is no value of that type.
    """
    if _SURROGATE.search(text):
        raise ValueError(f"expected {_WORDS[type_]} ({type_}) in UTF-8, got {_cut(repr(text))}")
    if type_ is ParameterType.STRING:
        return text
    if type_ is ParameterType.BOOLEAN:
        text = text.strip().lower()
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError(f"expected {_WORDS[type_]} ({type_}), got {_cut(repr(text))}") from None
    return check(value, type_)


def _cut(words: str) -> str:
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED]}..."


def text(value: Value) -> str:
    """``value`` as it stands in a command line: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def launcher_text(value: Value) -> str:
    """``value`` as KFP's launcher puts it into a command: text as it is, a number without an exponent, lists and
    structs as Go's encoding/json writes them (``getPlaceholders`` in ``backend/src/v2/component/launcher_v2.go``)."""
    match whole(value):
        case None:
            return ""
        case str() as words:
            return words
        case float() as number:
            return _written_out(number)
        case other:
            return _go_json(other).translate(_ESCAPED)


def _go_json(value: Value) -> str:
    match value:
        case dict():
            return "{" + ",".join(f"{_go_json(key)}:{_go_json(value[key])}" for key in sorted(value)) + "}"
        case list():
            return "[" + ",".join(map(_go_json, value)) + "]"
        case float() if 1e-6 <= abs(value) < _EXPONENT:
            return _written_out(value)
        case float():
            return repr(value).replace("e-0", "e-")
    return json.dumps(value, ensure_ascii=False)


def _written_out(number: float) -> str:
    return format(Decimal(repr(number)), "f")
