"""What an ONNX model takes and gives, read without its weights: field by field of ``onnx.proto``.

The package ``onnx`` would read all of a model into memory, and a model can be larger than that.
"""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

_MOST_FIELDS = 300_000
"""Fields that are looked at: a file that is no model can look like one of nothing but fields."""
_LONGEST = 4096
_ELEMENTS = (
    *("undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16"),
    *("float64", "uint32", "uint64", "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz"),
    *("float8e5m2", "float8e5m2fnuz", "uint4", "int4", "float4e2m1"),
)


class NoModel(ValueError):
    """The bytes are no ONNX model."""


@dataclass(frozen=True)
class Tensor:
    """An input or output of a model.

    Attributes:
        element: the type of its elements, such as ``float32``; empty for what is no tensor.
        shape: each dimension's size, its name where it is free, or None where nothing is said of it.
    """

    name: str
    element: str
    shape: tuple[int | str | None, ...]


@dataclass(frozen=True)
class OnnxModel:
    """An ONNX model.

    Attributes:
        inputs: what it takes, without its weights.
        opsets: the versions of the operator sets by their domain; the usual one's is empty.
        operators: how often each operator is in its graph.
        parameters: how many numbers its weights are.
    """

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    opsets: dict[str, int]
    ir_version: int
    producer: str
    operators: dict[str, int]
    parameters: int


def read_model(file: BinaryIO) -> OnnxModel:
    """The model in ``file``.

    Raises:
        NoModel: it is no ONNX model.
    """
    whole = _Message(file, 0, file.seek(0, os.SEEK_END), _Budget())
    version, producer, graph = 0, ["", ""], None
    opsets: dict[str, int] = {}
    for number, value in whole.fields():
        match number, value:
            case 1, int():
                version = value
            case ((2 | 3), _Message()):
                producer[number - 2] = _text(value)
            case 7, _Message():
                graph = value
            case 8, _Message():
                said = dict(value.fields())
                opsets[_text(said.get(1))] = _number(said.get(2))
    if graph is None or not 0 < version < 1000 or not opsets:
        raise NoModel("it is no ONNX model")
    found = _Graph()
    for number, value in graph.fields():
        if isinstance(value, _Message):
            found.add(number, value)
    return OnnxModel(
        tuple(each for each in found.inputs if each.name not in found.weights),
        tuple(found.outputs),
        opsets,
        version,
        " ".join(filter(None, producer)),
        found.operators,
        sum(found.weights.values()),
    )


@dataclass
class _Graph:
    inputs: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    operators: dict[str, int] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)

    def add(self, number: int, value: "_Message") -> None:
        match number:
            case 1:  # a NodeProto, with its op_type
                operator = _text(dict(value.fields()).get(4))
                self.operators[operator] = self.operators.get(operator, 0) + 1
            case 5:  # a TensorProto, with its dims and its name
                sizes, name = [], ""
                for at, item in value.fields():
                    if at == 1:
                        sizes += [item] if isinstance(item, int) else item.numbers()
                    elif at == 8:
                        name = _text(item)
                self.weights[name] = math.prod(sizes)
            case 11:
                self.inputs.append(_tensor(value))
            case 12:
                self.outputs.append(_tensor(value))


def _tensor(value: "_Message") -> Tensor:
    """A ``ValueInfoProto``: its name, and of its ``TypeProto`` the tensor's element type and shape."""
    said = dict(value.fields())
    type_ = _inner(said.get(2)).get(1)
    tensor = _inner(type_)
    shape: list[int | str | None] = []
    sizes = tensor.get(2)
    for _, dimension in sizes.fields() if isinstance(sizes, _Message) else ():
        size = _inner(dimension)
        number = _number(size.get(1), -1)
        shape.append(number if 0 <= number < 1 << 63 else _text(size.get(2)) or None)
    element = _number(tensor.get(1))
    known = _ELEMENTS[element] if element < len(_ELEMENTS) else f"type {element}"
    return Tensor(_text(said.get(1)), known if type_ is not None else "", tuple(shape))


@dataclass
class _Budget:
    left: int = _MOST_FIELDS


@dataclass(frozen=True)
class _Message:
    """A message in protocol buffers' wire format, somewhere in a file."""

    file: BinaryIO
    start: int
    stop: int
    budget: _Budget

    def fields(self) -> Iterator[tuple[int, "int | _Message"]]:
        """Its fields, by number: numbers as they are, everything else as where it is."""
        place = self.start
        while place < self.stop:
            self.budget.left -= 1
            if self.budget.left < 0:
                raise NoModel("it has more parts than a model that is looked into may have")
            self.file.seek(place)
            key, place = self._varint(place)
            match key & 7:
                case 0:
                    value, place = self._varint(place)
                    yield key >> 3, value
                    continue
                case 1:
                    size = 8
                case 2:
                    size, place = self._varint(place)
                case 5:
                    size = 4
                case _:
                    raise NoModel("it is no ONNX model")
            if place + size > self.stop:
                raise NoModel("it is no ONNX model, or it was cut off")
            yield key >> 3, _Message(self.file, place, place + size, self.budget)
            place += size

    def numbers(self) -> list[int]:
        """The numbers that are packed in it."""
        self.file.seek(self.start)
        found: list[int] = []
        place = self.start
        while place < self.stop and len(found) < _LONGEST:
            number, place = self._varint(place)
            found.append(number)
        return found

    def text(self) -> str:
        """The text that it is."""
        self.file.seek(self.start)
        return self.file.read(min(_LONGEST, self.stop - self.start)).decode(errors="replace")

    def _varint(self, place: int) -> tuple[int, int]:
        found = shift = 0
        while True:
            byte = self.file.read(1)
            if not byte or shift > 63:
                raise NoModel("it is no ONNX model, or it was cut off")
            place += 1
            found |= (byte[0] & 0x7F) << shift
            if byte[0] < 0x80:
                return found, place
            shift += 7


def _inner(value: "int | _Message | None") -> dict[int, "int | _Message"]:
    return dict(value.fields()) if isinstance(value, _Message) else {}


def _text(value: "int | _Message | None") -> str:
    return value.text() if isinstance(value, _Message) else ""


def _number(value: "int | _Message | None", otherwise: int = 0) -> int:
    return value if isinstance(value, int) else otherwise
