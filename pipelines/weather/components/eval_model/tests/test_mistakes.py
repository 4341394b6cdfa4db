"""The mistakes are found, the surest first, with a small picture of each."""

import base64
import io
from collections.abc import Callable

import torch
from eval_model.mistakes import find_mistakes, thumbnails
from PIL import Image
from weather_splits import Split


def test_mistakes_come_with_those_first_that_the_model_was_surest_of(make_split: Callable[..., Split]) -> None:
    split = make_split({"dew": 2, "rain": 1})
    # The model knows one class more than the split has photos of, and has its classes in an order of its own.
    scores = torch.tensor([[0.1, 0.7, 0.2], [0.9, 0.05, 0.05], [0.4, 0.1, 0.5]])
    mistakes = find_mistakes(split, scores, ["dew", "snow", "rain"])
    assert [(mistake.name, mistake.true, mistake.predicted) for mistake in mistakes] == [("dew/000.jpg", "dew", "snow")]
    mistakes = find_mistakes(split, scores, ["snow", "dew", "rain"])
    assert [mistake.name for mistake in mistakes] == ["dew/001.jpg"]
    mistakes = find_mistakes(split, scores, ["rain", "snow", "dew"])
    assert [mistake.row for mistake in mistakes] == [1, 0, 2]


def test_thumbnails_are_small_jpegs_of_the_photos_that_were_asked_for(make_split: Callable[..., Split]) -> None:
    split = make_split({"dew": 3})
    mistakes = find_mistakes(split, torch.tensor([[0.0, 1.0]] * 3), ["dew", "rain"])[:2]
    pictures = thumbnails(split, mistakes)
    assert list(pictures) == ["dew/000.jpg", "dew/001.jpg"]
    content = base64.b64decode(pictures["dew/000.jpg"].removeprefix("data:image/jpeg;base64,"))
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "JPEG"
        assert image.size == (48, 40)
