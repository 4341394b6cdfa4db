"""Photos that are evenly spread over a split."""

from collections.abc import Iterator
from pathlib import Path

from weather_classifier.decode import RgbImage, decode
from weather_splits import Photo, Split

from optimize_onnx.errors import OptimizeOnnxError


def sample_rows(photos: int, count: int) -> tuple[int, ...]:
    """Rows of photos, evenly spread; photos are sorted by class, so each class has its share.

    Args:
        photos: how many there are.
        count: how many to take, at most; 0 is all.
    """
    if count == 0 or photos <= count:
        return tuple(range(photos))
    return tuple(index * photos // count for index in range(count))


def sampled(split: Split, count: int) -> Iterator[Photo]:
    """The photos of ``sample_rows``, in the order of the split."""
    rows = set(sample_rows(len(split), count))
    return (photo for row, photo in enumerate(split.photos()) if row in rows)


def open_split(folder: Path) -> Split:
    """A split that has photos.

    Raises:
        OptimizeOnnxError: it has none.
        SplitError: the folder is not a split.
    """
    split = Split.open(folder)
    if not len(split):
        raise OptimizeOnnxError(f"the split {split.directory.name} has no photo; give more photos or a larger ratio")
    return split


def first_photo(split: Split) -> RgbImage:
    """The first photo of a split that has photos, as RGB.

    Raises:
        PhotoError: it can't be decoded.
        SplitError: the split is damaged.
    """
    photo = next(split.photos())
    return decode(photo.image, photo.name)
