"""What a PyTorch checkpoint holds, read without PyTorch, and without running what it says.

``torch.save`` writes a zip archive: a pickle that tells of everything, and beside it the numbers of each tensor, which
are not read. The pickle is read with stand-ins for whatever it names, so nothing in it can do anything.
"""

import pickle
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, NoReturn

LARGEST = 32 << 20
"""Bytes of a pickle that is read: it names the tensors, and does not hold them."""
TENSORS, VALUES = 500, 100
"""Tensors, and plain values, that are given."""
_MOST_PARTS, _DEEPEST = 200_000, 12
_LONGEST, _ITEMS = 200, 50
_PICKLE = "/data.pkl"
_ELEMENTS = {
    "Float": "float32",
    "Double": "float64",
    "Half": "float16",
    "BFloat16": "bfloat16",
    "Long": "int64",
    "Int": "int32",
    "Short": "int16",
    "Char": "int8",
    "Byte": "uint8",
    "Bool": "bool",
    "ComplexFloat": "complex64",
    "ComplexDouble": "complex128",
}


class NoCheckpoint(ValueError):
    """The file is no checkpoint of PyTorch's, or can't be read here; the message says why."""


@dataclass(frozen=True)
class CheckpointTensor:
    """A tensor by its name, such as ``state_dict.head.weight``; ``element`` is such as ``float32``."""

    name: str
    element: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class CheckpointValue:
    """A plain value by its name: text, a number, or a list of them; what is longer is cut."""

    name: str
    value: Any


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint.

    Attributes:
        values: what it says besides its tensors, the first of it.
        tensors: the first of them.
        tensor_count: how many there are.
        parameters: how many numbers they are.
    """

    values: tuple[CheckpointValue, ...]
    tensors: tuple[CheckpointTensor, ...]
    tensor_count: int
    parameters: int


def is_checkpoint(path: Path) -> bool:
    """Whether the file at ``path`` is what ``torch.save`` writes."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(_PICKLE) for name in archive.namelist()[:10])
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint at ``path``.

    Raises:
        NoCheckpoint: it is none.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entry = next(each for each in archive.infolist() if each.filename.endswith(_PICKLE))
            if entry.file_size > LARGEST:
                raise NoCheckpoint("it tells of more than is read of a checkpoint here")
            with archive.open(entry) as file:
                found = _Reader(file).load()
    except NoCheckpoint:
        raise
    except Exception as error:  # a damaged pickle makes anything be raised
        raise NoCheckpoint(f"it can't be read as a checkpoint of PyTorch's: {type(error).__name__}") from None
    tensors, values, parameters = [], [], 0
    for name, part in _parts(found, "", _Budget(), set()):
        if isinstance(part, _Tensor):
            tensors.append(CheckpointTensor(name, part.element, part.shape))
            parameters += prod(part.shape)
        else:
            values.append(CheckpointValue(name, part))
    return Checkpoint(tuple(values[:VALUES]), tuple(tensors[:TENSORS]), len(tensors), parameters)


@dataclass(frozen=True)
class _Tensor:
    element: str
    shape: tuple[int, ...]


class _Named(dict[Any, Any]):
    """A dictionary, whatever it was and whatever state is given to it."""

    def __setstate__(self, state: Any) -> None:
        pass


class _StandIn:
    """Stands for a value of a class that is not looked for; it keeps the state that it is given."""

    state: Any = None

    def __init__(self, *given: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def append(self, item: Any) -> None:
        """Take an item, as a list of another class would."""

    def extend(self, items: Any) -> None:
        """Take items, as a list of another class would."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """A stand-in for whatever has this name: nothing is imported."""
        match module, name:
            case "torch._utils", "_rebuild_tensor_v2" | "_rebuild_tensor_v3" | "_rebuild_tensor":
                return _tensor
            case "torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state":
                return _first
            case "collections", "OrderedDict" | "defaultdict":
                return _Named
            case (("torch" | "torch.storage"), _):
                return type(name, (_StandIn,), {"element": _element(name)})
        return type(name, (_StandIn,), {})

    def persistent_load(self, pid: Any) -> str:
        """The type of a storage's elements; the storage itself is not read."""
        kind, storage = pid[:2]
        if kind != "storage":
            _refuse()
        return str(getattr(storage, "element", ""))


def _refuse() -> NoReturn:
    raise NoCheckpoint("it is no checkpoint of PyTorch's")


def _tensor(storage: Any, _offset: Any, size: Any, *more: Any) -> _Tensor:
    said = [str(part.element) for part in more if isinstance(getattr(part, "element", None), str)]
    shape = tuple(part for part in size if isinstance(part, int) and part >= 0)
    return _Tensor((said or [str(storage)])[-1], shape)


def _first(value: Any, *_: Any) -> Any:
    return value


def _element(name: str) -> str:
    """``float32`` of ``FloatStorage``; the name of a dtype is its own."""
    return _ELEMENTS.get(name.removesuffix("Storage"), "") if name.endswith("Storage") else name


@dataclass
class _Budget:
    left: int = _MOST_PARTS


def _parts(value: Any, name: str, budget: _Budget, inside: set[int]) -> Iterator[tuple[str, Any]]:
    """Tensors and plain values, by dotted names."""
    budget.left -= 1
    if budget.left < 0:
        raise NoCheckpoint("it has more parts than are looked at")
    if isinstance(value, _Tensor) or (plain := _plain(value)) is not None:
        yield name, value if isinstance(value, _Tensor) else plain
        return
    if id(value) in inside or len(inside) >= _DEEPEST:
        return
    for key, part in _within(value):
        yield from _parts(part, f"{name}.{key}" if name else str(key)[:_LONGEST], budget, inside | {id(value)})


def _within(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, _StandIn):
        value = value.state
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)


def _plain(value: Any) -> Any:
    """A value as JSON has it, cut to a length that can be shown; None for what is none."""
    match value:
        case bool():
            return value
        case int():
            return value if abs(value) < 2**53 else str(value)
        case float():
            return value if abs(value) < float("inf") else str(value)
        case str():
            return value[:_LONGEST]
        case list() | tuple() if value and all(isinstance(each, bool | int | float | str) for each in value):
            return [_plain(each) for each in value[:_ITEMS]]
    return None
