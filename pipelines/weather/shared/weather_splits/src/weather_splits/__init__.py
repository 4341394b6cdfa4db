"""Split artifacts: photos and their index in Parquet shards.

A split is a folder that holds everything it is made of; whoever reads it never goes back to the source::

    index.parquet         a row for each photo: name, class, sha256, size, shard, row; all class names
    shard-00000.parquet   the photos themselves, sorted by name: name, class, sha256, size, image
    shard-00001.parquet   ...

``SplitWriter`` writes one, ``Split`` reads one; the same photos always give the same bytes.
"""

from weather_splits.errors import DamagedSplitError, SplitError
from weather_splits.photo import Photo
from weather_splits.reader import Entry, Split
from weather_splits.writer import SplitWriter

__all__ = ["DamagedSplitError", "Entry", "Photo", "Split", "SplitError", "SplitWriter"]
