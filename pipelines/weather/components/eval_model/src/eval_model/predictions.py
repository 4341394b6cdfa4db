"""What a classifier takes each photo for, and a table of that with a small picture of each photo."""

import base64
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import torch
from PIL import Image
from weather_classifier.decode import RgbImage

_SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("true", pa.string()),
        ("predicted", pa.string()),
        ("score", pa.float32()),
        ("true_score", pa.float32()),
        ("thumbnail", pa.binary()),
    ]
)
_ROW_GROUP = 256
"""Rows that are in memory at a time; a reader that wants one picture reads no more than these."""
_THUMBNAIL = (192, 144)


@dataclass(frozen=True)
class Prediction:
    """What a classifier takes a photo for.

    Attributes:
        name: of the photo.
        true, predicted: names of the classes.
        score: of the predicted class, 0 to 1.
        true_score: of the true class.
    """

    name: str
    true: str
    predicted: str
    score: float
    true_score: float


def predict(name: str, true: str, scores: torch.Tensor, classes: Sequence[str]) -> Prediction:
    """What a photo of class ``true`` is taken for.

    Args:
        scores: (classes,) of the photo.
        classes: names by number.
    """
    predicted = int(scores.argmax())
    return Prediction(
        name, true, classes[predicted], float(scores[predicted]), float(scores[list(classes).index(true)])
    )


def find_mistakes(predictions: Iterable[Prediction]) -> list[Prediction]:
    """The wrong ones, those that the classifier was surest of first."""
    wrong = [each for each in predictions if each.predicted != each.true]
    return sorted(wrong, key=lambda each: (-each.score, each.name))


def thumbnail(image: RgbImage) -> bytes:
    """A small picture of a photo, as a JPEG of a few kilobytes."""
    picture = Image.fromarray(image)
    picture.thumbnail(_THUMBNAIL)
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=70)
    return jpeg.getvalue()


def write_table(path: Path, rows: Iterable[tuple[Prediction, bytes]]) -> list[Prediction]:
    """Write predictions, each with the thumbnail of its photo, as a Parquet file; the same rows give the same bytes.

    Returns:
        The predictions alone.
    """
    written: list[Prediction] = []
    # Thumbnails are compressed already; minima and maxima of them would only take space.
    described = [name for name in _SCHEMA.names if name != "thumbnail"]
    with pq.ParquetWriter(
        path, _SCHEMA, compression="none", use_dictionary=["true", "predicted"], write_statistics=described
    ) as table:
        for group in _groups(rows):
            columns = [asdict(prediction) | {"thumbnail": picture} for prediction, picture in group]
            table.write_table(pa.Table.from_pylist(columns, schema=_SCHEMA))
            written += [prediction for prediction, _ in group]
    return written


def read_pictures(path: Path, names: Collection[str]) -> dict[str, str]:
    """The thumbnails of these photos in a table, as ``data:`` addresses by the photo's name."""
    found: dict[str, str] = {}
    with pq.ParquetFile(path) as table:
        for group in range(table.num_row_groups):
            rows = table.read_row_group(group, columns=["name", "thumbnail"])
            for name, picture in zip(rows["name"].to_pylist(), rows["thumbnail"], strict=True):
                if name in names:
                    found[name] = f"data:image/jpeg;base64,{base64.b64encode(picture.as_py()).decode()}"
    return found


def _groups(rows: Iterable[tuple[Prediction, bytes]]) -> Iterator[list[tuple[Prediction, bytes]]]:
    rows = iter(rows)
    while group := list(islice(rows, _ROW_GROUP)):
        yield group
