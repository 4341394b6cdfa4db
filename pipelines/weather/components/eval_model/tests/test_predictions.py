"""Each photo is told with what it was taken for and a small picture, in a table that is the same every time."""

import base64
import io
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import torch
from eval_model.predictions import Prediction, find_mistakes, predict, read_pictures, thumbnail, write_table
from PIL import Image


def predictions(count: int) -> list[tuple[Prediction, bytes]]:
    return [(Prediction(f"dew/{number:04d}.jpg", "dew", "rain", 0.75, 0.25), b"%d" % number) for number in range(count)]


def test_a_photo_is_taken_for_the_class_with_the_highest_score() -> None:
    # The model knows one class more than the split has photos of, and has its classes in an order of its own.
    scores = torch.tensor([0.125, 0.625, 0.25])
    assert predict("1.jpg", "dew", scores, ["dew", "snow", "rain"]) == Prediction("1.jpg", "dew", "snow", 0.625, 0.125)
    assert predict("1.jpg", "rain", scores, ["snow", "rain", "dew"]).true_score == 0.625


def test_mistakes_come_with_those_first_that_the_model_was_surest_of() -> None:
    made = [
        Prediction("c.jpg", "dew", "rain", 0.5, 0.25),
        Prediction("b.jpg", "dew", "dew", 0.9, 0.9),
        Prediction("a.jpg", "rain", "dew", 0.5, 0.25),
        Prediction("d.jpg", "dew", "snow", 0.75, 0.125),
    ]
    assert [mistake.name for mistake in find_mistakes(made)] == ["d.jpg", "a.jpg", "c.jpg"]


def test_a_thumbnail_is_a_small_jpeg_of_the_whole_photo() -> None:
    sizes = {(300, 400): (192, 144), (400, 300): (108, 144), (40, 48): (48, 40), (9, 3000): (192, 1)}
    for (height, width), size in sizes.items():
        with Image.open(io.BytesIO(thumbnail(np.full((height, width, 3), 90, dtype=np.uint8)))) as image:
            assert (image.format, image.size) == ("JPEG", size)


def test_a_table_has_a_row_for_each_photo_and_is_the_same_every_time(tmp_path: Path) -> None:
    rows = predictions(600)
    for name in ("one", "two"):
        assert write_table(tmp_path / name, iter(rows)) == [prediction for prediction, _ in rows]
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    table = pq.read_table(tmp_path / "one")
    assert table.column_names == ["name", "true", "predicted", "score", "true_score", "thumbnail"]
    assert table["name"].to_pylist() == [prediction.name for prediction, _ in rows]
    assert table.slice(599).to_pylist() == [
        {
            "name": "dew/0599.jpg",
            "true": "dew",
            "predicted": "rain",
            "score": 0.75,
            "true_score": 0.25,
            "thumbnail": b"599",
        }
    ]


def test_a_reader_of_a_few_rows_need_not_read_all_pictures(tmp_path: Path) -> None:
    write_table(tmp_path / "table", predictions(600))
    metadata = pq.read_metadata(tmp_path / "table")
    assert [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)] == [256, 256, 88]


def test_pictures_are_read_back_by_the_photos_names(tmp_path: Path) -> None:
    write_table(tmp_path / "table", predictions(600))
    pictures = read_pictures(tmp_path / "table", {"dew/0003.jpg", "dew/0500.jpg", "none"})
    assert list(pictures) == ["dew/0003.jpg", "dew/0500.jpg"]
    assert base64.b64decode(pictures["dew/0500.jpg"].removeprefix("data:image/jpeg;base64,")) == b"500"
