"""Where promoted models are kept: a folder, or a place in a bucket, that says which of them is the current one.

::

    model-4f1c02aa95d3e017.onnx    a model, named by its content; never changed
    model-a09be3d15c7f2288.pt      the same as a PyTorch checkpoint
    model-a09be3d15c7f2288.json    which files belong together
    current.json                   a copy of the newest of those

Whoever uses the model reads ``current.json`` first. It is replaced at once, as the last step of a promotion, so the
files that it names are whole. An earlier model comes back by copying its ``model-....json`` over ``current.json``.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from weather_classifier.files import file_system, read_bytes

from eval_model.errors import DestinationError

CURRENT = "current.json"
FORMAT = "weather-current/1"


@dataclass(frozen=True)
class KeptFile:
    """A file beside ``current.json``.

    Attributes:
        file: its name.
        sha256: of its content, hexadecimal.
        size: in bytes.
    """

    file: str
    sha256: str
    size: int


@dataclass(frozen=True)
class CurrentModel:
    """A model that is kept.

    Attributes:
        onnx_model: takes RGB photos of any size.
        torch_model: the checkpoint that it was made from.
    """

    onnx_model: KeptFile
    torch_model: KeptFile

    def content(self) -> bytes:
        """What ``current.json`` holds; the same for the same model."""
        return (json.dumps({"format": FORMAT, **asdict(self)}, indent=2) + "\n").encode()


def read_current(folder: str) -> CurrentModel | None:
    """The current model at an address; None where there is none.

    Args:
        folder: a path, or a ``file://``, ``gs://`` or ``s3://`` address, without a slash at the end.

    Raises:
        DestinationError: it can't be read, or ``current.json`` is of another kind.
    """
    address = f"{folder}/{CURRENT}"
    try:
        content = read_bytes(address)
    except (FileNotFoundError, NotADirectoryError):
        return None
    # fsspec's file systems raise from many trees.
    except Exception as error:
        raise DestinationError(f"{address} can't be read: {error or type(error).__name__}") from error
    try:
        return _parse(json.loads(content))
    except (ValueError, KeyError, TypeError) as error:
        raise DestinationError(
            f"{address} is not of the format {FORMAT} ({error or type(error).__name__}); give another address, or "
            "remove that file to start anew"
        ) from error


def keep(folder: str, onnx_model: bytes, torch_model: bytes) -> CurrentModel:
    """Put a model there, and make it the current one; nothing is written if it is that already.

    Raises:
        DestinationError: nothing can be read or written there.
    """
    files = {_kept(onnx_model, "onnx"): onnx_model, _kept(torch_model, "pt"): torch_model}
    model = CurrentModel(*files)
    if read_current(folder) == model:
        return model
    for kept, content in files.items():
        _write(f"{folder}/{kept.file}", content)
    for name in (Path(model.torch_model.file).with_suffix(".json").name, CURRENT):
        _write(f"{folder}/{name}", model.content())
    return model


def check_address(parameter: str, address: str) -> str:
    """The address without a slash at its end.

    Raises:
        DestinationError: it is a relative path.
    """
    if "://" not in address and not Path(address).is_absolute():
        raise DestinationError(
            f"{parameter} {address!r} is a relative path, and a task runs in a folder of its own; give the whole path"
        )
    return address.rstrip("/")


def _kept(content: bytes, suffix: str) -> KeptFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return KeptFile(f"model-{sha256[:16]}.{suffix}", sha256, len(content))


def _parse(written: Mapping[str, Any]) -> CurrentModel:
    if written["format"] != FORMAT:
        raise ValueError(f"it says {written['format']}")
    onnx_model, torch_model = (KeptFile(**written[name]) for name in ("onnx_model", "torch_model"))
    for kept in (onnx_model, torch_model):
        if Path(kept.file).name != kept.file:
            raise ValueError(f"{kept.file} is no file's name")
    return CurrentModel(onnx_model, torch_model)


def _write(address: str, content: bytes) -> None:
    """Put a file there as a whole: whoever reads it has the old one or the new one."""
    try:
        if "://" in address and not address.startswith("file://"):
            files, path = file_system(address)
            files.pipe_file(path, content)
        else:
            _write_local(Path(address.removeprefix("file://")), content)
    # fsspec's file systems raise from many trees.
    except Exception as error:
        raise DestinationError(f"{address} can't be written: {error or type(error).__name__}") from error


def _write_local(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
