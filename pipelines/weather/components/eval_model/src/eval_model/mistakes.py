"""The photos that a classifier got wrong, to look at."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from weather_classifier.decode import decode
from weather_splits import Split

SHOWN = 200
"""Mistakes that a report shows at most; it has a few kilobytes for each."""

_THUMBNAIL = (240, 180)


@dataclass(frozen=True)
class Mistake:
    """A photo that the classifier took for another class.

    Attributes:
        row: number of the photo in its split.
        name: of the photo.
        true, predicted: names of the classes.
        score: of the predicted class, 0 to 1.
        true_score: of the true class.
    """

    row: int
    name: str
    true: str
    predicted: str
    score: float
    true_score: float


def find_mistakes(split: Split, scores: torch.Tensor, classes: Sequence[str]) -> list[Mistake]:
    """All mistakes, those it was surest of first.

    Args:
        split: whose photos.
        scores: (photos, classes), photos in the order of ``split.entries``.
        classes: names by number; they include those of the split.
    """
    numbers = {name: number for number, name in enumerate(classes)}
    mistakes = []
    for row, (entry, scored) in enumerate(zip(split.entries, scores, strict=True)):
        predicted = int(scored.argmax())
        if classes[predicted] != entry.label:
            true_score = float(scored[numbers[entry.label]])
            mistakes.append(
                Mistake(row, entry.name, entry.label, classes[predicted], float(scored[predicted]), true_score)
            )
    return sorted(mistakes, key=lambda mistake: (-mistake.score, mistake.name))


def thumbnails(split: Split, mistakes: Sequence[Mistake]) -> dict[str, str]:
    """Small pictures of photos as ``data:`` addresses, by the photo's name; the split is read through once."""
    wanted = {mistake.name for mistake in mistakes}
    return {photo.name: _thumbnail(photo.image, photo.name) for photo in split.photos() if photo.name in wanted}


def _thumbnail(content: bytes, name: str) -> str:
    image = Image.fromarray(decode(content, name, shorter_side=max(_THUMBNAIL)))
    image.thumbnail(_THUMBNAIL)
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=70)
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.getvalue()).decode()}"
