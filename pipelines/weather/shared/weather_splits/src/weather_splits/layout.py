"""File names and columns of a split artifact."""

from typing import Final

import pyarrow as pa

INDEX: Final = "index.parquet"
CLASSES_KEY: Final = b"classes"

ROW_GROUP_PHOTOS: Final = 64
"""Photos in a row group, which is what a reader holds in memory at a time."""

ROW_GROUP_BYTES: Final = 32 * 2**20
"""A row group also ends once it holds this many bytes of images, however few photos that is."""

SHARD_BYTES: Final = 128 * 2**20
"""A shard ends once it holds this many bytes of images."""

_PHOTO = [("name", pa.string()), ("class", pa.string()), ("sha256", pa.string()), ("size", pa.int64())]

INDEX_SCHEMA: Final = pa.schema([*_PHOTO, ("shard", pa.int32()), ("row", pa.int32())])
SHARD_SCHEMA: Final = pa.schema([*_PHOTO, ("image", pa.large_binary())])


def shard_name(number: int) -> str:
    """File name of a shard, such as ``shard-00000.parquet``."""
    return f"shard-{number:05d}.parquet"
