"""Writes a split, a photo at a time."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from weather_splits.errors import SplitError
from weather_splits.layout import (
    CLASSES_KEY,
    INDEX,
    INDEX_SCHEMA,
    ROW_GROUP_BYTES,
    ROW_GROUP_PHOTOS,
    SHARD_BYTES,
    SHARD_SCHEMA,
    shard_name,
)
from weather_splits.photo import Photo


class SplitWriter:
    """Context manager that writes a split folder; holds one row group in memory.

    Leaving it normally writes the index and so completes the split. Leaving it by an exception removes the
    folder: a folder with an index is a whole split, and there is no other kind.

    Args:
        directory: the folder to make; its parent must exist, and it must not exist itself or be empty.
        classes: every class of the data set, in any order, also those that this split has no photo of.
        row_group_photos, row_group_bytes, shard_bytes: where row groups and shards end (see ``layout``).

    Raises:
        SplitError: the folder has something in it, or ``classes`` names a class twice.
    """

    def __init__(
        self,
        directory: Path,
        classes: Sequence[str],
        *,
        row_group_photos: int = ROW_GROUP_PHOTOS,
        row_group_bytes: int = ROW_GROUP_BYTES,
        shard_bytes: int = SHARD_BYTES,
    ) -> None:
        if len(set(classes)) != len(classes):
            raise SplitError(f"classes {list(classes)} name a class twice")
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise SplitError(f"{directory} exists already; a split is written to a new folder")
        self.directory = directory
        self.classes = tuple(sorted(classes))
        self._limits = (row_group_photos, row_group_bytes, shard_bytes)
        self._index: list[dict[str, Any]] = []
        self._pending: list[Photo] = []
        self._pending_bytes = 0
        self._shard: pq.ParquetWriter | None = None
        self._shards = 0
        self._shard_rows = 0
        self._shard_bytes = 0
        self._last_name = ""

    def __enter__(self) -> Self:
        self.directory.mkdir(exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        complete = False
        try:
            if kind is None:
                self._close_shard()
                self._write_index()
                complete = True
            elif self._shard is not None:
                self._shard.close()
        finally:
            if not complete:
                shutil.rmtree(self.directory, ignore_errors=True)

    def add(self, photo: Photo) -> None:
        """Append a photo; photos come sorted by name, so that the same photos always give the same bytes.

        Raises:
            SplitError: its class is unknown, or its name does not come after the name before it.
        """
        if photo.label not in self.classes:
            known = ", ".join(self.classes)
            raise SplitError(f"{photo.name}: class {photo.label!r} is none of the split's classes: {known}")
        if photo.name <= self._last_name:
            raise SplitError(f"{photo.name!r} after {self._last_name!r}: names must come sorted, each once")
        row_group_photos, row_group_bytes, shard_bytes = self._limits
        self._last_name = photo.name
        self._index.append(
            {
                "name": photo.name,
                "class": photo.label,
                "sha256": photo.sha256,
                "size": photo.size,
                "shard": self._shards,
                "row": self._shard_rows,
            }
        )
        self._pending.append(photo)
        self._pending_bytes += photo.size
        self._shard_rows += 1
        self._shard_bytes += photo.size
        if len(self._pending) >= row_group_photos or self._pending_bytes >= row_group_bytes:
            self._write_row_group()
        if self._shard_bytes >= shard_bytes:
            self._close_shard()

    def _write_row_group(self) -> None:
        if not self._pending:
            return
        if self._shard is None:
            self._shard = _parquet_writer(self.directory / shard_name(self._shards), SHARD_SCHEMA)
        rows = [
            {
                "name": photo.name,
                "class": photo.label,
                "sha256": photo.sha256,
                "size": photo.size,
                "image": photo.image,
            }
            for photo in self._pending
        ]
        self._shard.write_table(pa.Table.from_pylist(rows, schema=SHARD_SCHEMA), row_group_size=len(rows))
        self._pending = []
        self._pending_bytes = 0

    def _close_shard(self) -> None:
        self._write_row_group()
        if self._shard is None:
            return
        self._shard.close()
        self._shard = None
        self._shards += 1
        self._shard_rows = 0
        self._shard_bytes = 0

    def _write_index(self) -> None:
        schema = INDEX_SCHEMA.with_metadata({CLASSES_KEY: json.dumps(self.classes).encode()})
        with _parquet_writer(self.directory / INDEX, schema) as index:
            index.write_table(pa.Table.from_pylist(self._index, schema=schema))


def _parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    # Photos are compressed already; a dictionary or minima and maxima of them would only cost time and space.
    described = [name for name in schema.names if name != "image"]
    return pq.ParquetWriter(path, schema, compression="none", use_dictionary=False, write_statistics=described)
