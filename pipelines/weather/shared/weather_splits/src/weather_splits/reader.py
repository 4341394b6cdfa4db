"""Reads a split: its index at once, its photos one after another."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from weather_splits.errors import DamagedSplitError, SplitError
from weather_splits.layout import CLASSES_KEY, INDEX, INDEX_SCHEMA, shard_name
from weather_splits.photo import Photo


@dataclass(frozen=True)
class Entry:
    """A photo as the index knows it.

    Attributes:
        name: path below the source, such as ``rain/0123.jpg``.
        label: its class.
        sha256: hexadecimal sha256 of the file's bytes.
        size: bytes.
        shard: number of the shard that holds it.
        row: its row in that shard.
    """

    name: str
    label: str
    sha256: str
    size: int
    shard: int
    row: int


@dataclass(frozen=True)
class Split:
    """A split that was written before.

    Attributes:
        directory: its folder.
        classes: every class of the data set, sorted, also those that this split has no photo of. A class's
            position here is its number in a model's output.
        entries: what it holds, sorted by name.
    """

    directory: Path
    classes: tuple[str, ...]
    entries: tuple[Entry, ...]

    @classmethod
    def open(cls, directory: Path | str) -> "Split":
        """Read the index of a split; its photos are read by ``photos``.

        Raises:
            SplitError: the folder is not a split.
        """
        folder = Path(directory)
        index = folder / INDEX
        if not index.is_file():
            raise SplitError(f"{folder} is not a split: it has no {INDEX}")
        try:
            table = pq.read_table(index)
            classes = tuple(json.loads((table.schema.metadata or {})[CLASSES_KEY]))
        except (pa.ArrowException, KeyError, ValueError, OSError) as error:
            raise SplitError(f"{index} is not the index of a split: {error}") from error
        if not table.schema.equals(INDEX_SCHEMA, check_metadata=False):
            columns = ", ".join(table.column_names)
            raise SplitError(f"{index} is not the index of a split: its columns are {columns}")
        values: dict[str, list[Any]] = table.to_pydict()
        rows = zip(*(values[name] for name in INDEX_SCHEMA.names), strict=True)
        return cls(folder, classes, tuple(Entry(*row) for row in rows))

    def __len__(self) -> int:
        return len(self.entries)

    def photos(self) -> Iterator[Photo]:
        """Every photo in the order of ``entries``, holding one row group in memory at a time.

        Raises:
            DamagedSplitError: a shard is missing or broken, or a photo does not match the index.
        """
        entries = iter(self.entries)
        for number in sorted({entry.shard for entry in self.entries}):
            path = self.directory / shard_name(number)
            for name, image in _rows(path):
                entry = next(entries, None)
                if entry is None or (entry.name, entry.shard) != (name, number):
                    raise DamagedSplitError(f"{path}: {name!r} is not where the index has it")
                photo = Photo(name, entry.label, image)
                if photo.sha256 != entry.sha256:
                    raise DamagedSplitError(f"{path}: the bytes of {name!r} do not match their sha256")
                yield photo
        missing = next(entries, None)
        if missing is not None:
            raise DamagedSplitError(f"{self.directory}: {missing.name!r} is in the index but in no shard")


def _rows(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with pq.ParquetFile(path) as shard:
            for group in range(shard.num_row_groups):
                rows = shard.read_row_group(group, columns=["name", "image"])
                for name, image in zip(rows["name"], rows["image"], strict=True):
                    yield name.as_py(), image.as_py()
    except (pa.ArrowException, KeyError, OSError) as error:
        raise DamagedSplitError(f"{path} can't be read: {error}") from error
