"""Photos as they were decoded, kept until the training ends: none is decoded twice, and none stays in memory."""

import tempfile
from collections.abc import Iterable
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from weather_classifier.decode import RgbImage

_LONGEST = 2
"""How many times as long as its shorter side a picture may be; what is further out is cut off."""


def shrink(image: RgbImage, shorter_side: int) -> RgbImage:
    """A photo no larger than is needed.

    Args:
        image: (height, width, 3).
        shorter_side: pixels that this side comes to; a smaller photo stays as it is.
    """
    height, width = image.shape[:2]
    longest = _LONGEST * min(height, width)
    top, left = max(0, height - longest) // 2, max(0, width - longest) // 2
    kept = image[top : top + longest, left : left + longest]
    height, width = kept.shape[:2]
    scale = shorter_side / min(height, width)
    if scale >= 1:
        return kept
    size = (round(width * scale), round(height * scale))
    return np.asarray(Image.fromarray(kept).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))


class Pictures:
    """Pictures of any size in a file that nobody else sees.

    Args:
        shorter_side: pixels that a photo's shorter side is brought to before it is kept; None keeps it as it is.
    """

    def __init__(self, shorter_side: int | None = None) -> None:
        self._shorter_side = shorter_side
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)
        self._places: list[tuple[int, tuple[int, ...]]] = []
        self._bytes: NDArray[np.uint8] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bytes = None
        self._file.close()

    def prepare(self, image: RgbImage) -> RgbImage:
        """A photo as it is to be kept; threads may call it at once."""
        return image if self._shorter_side is None else shrink(image, self._shorter_side)

    def keep(self, pictures: Iterable[RgbImage]) -> None:
        """Keep some more; each (height, width, 3)."""
        for picture in pictures:
            self._places.append((self._file.tell(), picture.shape))
            self._file.write(np.ascontiguousarray(picture).data)
        self._bytes = None

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> RgbImage:
        """The picture that was kept as that one, from 0 on; threads may ask at once, while none is being kept."""
        if self._bytes is None:
            self._file.flush()
            self._bytes = np.memmap(self._file, mode="r")
        start, shape = self._places[number]
        return np.array(self._bytes[start : start + int(np.prod(shape))]).reshape(shape)
