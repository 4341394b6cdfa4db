"""Photos go through a network in their order, and the result does not depend on how."""

import threading
from collections.abc import Callable

import numpy as np
import pytest
import torch
from weather_classifier.backbones import build_classifier, find_backbone
from weather_classifier.checkpoint import Checkpoint
from weather_classifier.decode import decode
from weather_classifier.errors import ClassifierError, PhotoError
from weather_classifier.preprocess import Preprocess
from weather_classifier.scores import split_scores
from weather_classifier.stream import each_batch, run_batches
from weather_splits import Photo, Split, SplitWriter

CPU = torch.device("cpu")


def photos(count: int) -> list[Photo]:
    return [Photo(f"{number:03d}", "rain", b"") for number in range(count)]


@pytest.mark.parametrize("workers", [1, 3])
def test_batches_keep_their_order(workers: int) -> None:
    batches = list(each_batch(photos(10), lambda batch: [photo.name for photo in batch], 4, workers))
    assert batches == [["000", "001", "002", "003"], ["004", "005", "006", "007"], ["008", "009"]]


def test_photos_are_read_only_as_far_as_they_are_needed() -> None:
    read = []

    def reading() -> list[Photo]:
        for photo in photos(100):
            read.append(photo)
            yield photo  # type: ignore[misc]

    batches = each_batch(reading(), len, batch_size=5, workers=2)
    next(batches)
    assert len(read) == 15
    batches.close()  # type: ignore[attr-defined]


def test_work_is_done_in_several_threads_at_once() -> None:
    both = threading.Barrier(2, timeout=10)
    assert list(each_batch(photos(2), lambda batch: both.wait() >= 0, 1, workers=2)) == [True, True]


def test_work_is_done_in_inference_mode() -> None:
    assert list(each_batch(photos(1), lambda batch: torch.is_inference_mode_enabled())) == [True]


def test_features_do_not_depend_on_the_number_of_workers(make_split: Callable[..., Split]) -> None:
    split = make_split({"rain": 13, "snow": 8})
    backbone = find_backbone("mobilenet_v3_small")
    trunk, preprocess = build_classifier(backbone, 3).trunk, Preprocess(backbone.preprocessing())
    one, many = (
        torch.cat(
            [outputs for outputs, _ in run_batches(trunk, preprocess, split, CPU, np.shape, batch_size=4, workers=w)]
        )
        for w in (1, 4)
    )
    assert one.shape == (21, 784)
    assert torch.equal(one, many)


def test_what_is_looked_at_are_the_photos_as_they_were_decoded(make_split: Callable[..., Split]) -> None:
    split = make_split({"rain": 5, "snow": 2})
    backbone = find_backbone("mobilenet_v3_small")
    network = build_classifier(backbone, 3).trunk
    batches = run_batches(network, Preprocess(backbone.preprocessing()), split, CPU, np.copy, batch_size=3, workers=2)
    looks = [image for outputs, several in batches for image in several if len(outputs) == len(several)]
    expected = [decode(photo.image, photo.name) for photo in split.photos()]
    assert [image.tobytes() for image in looks] == [image.tobytes() for image in expected]


def test_progress_is_reported_a_few_times(make_split: Callable[..., Split]) -> None:
    backbone = find_backbone("mobilenet_v3_small")
    checkpoint = Checkpoint(
        build_classifier(backbone, 3), backbone.name, ("a", "b", "c"), backbone.preprocessing(), 1, 1, ""
    )
    lines: list[str] = []
    batches = split_scores(checkpoint, make_split({"dew": 20}), CPU, np.shape, batch_size=2, report=lines.append)
    scores = torch.cat([scores for scores, _ in batches])
    assert torch.allclose(scores.sum(dim=1), torch.ones(20))
    assert 1 <= len(lines) <= 5
    assert lines[-1].startswith("20 of 20 photos, ")


def test_a_photo_that_can_not_be_decoded_is_named(tmp_path: object) -> None:
    with SplitWriter(tmp_path / "split", ["rain"]) as writer:  # type: ignore[operator]
        writer.add(Photo("rain/1.jpg", "rain", b"words"))
    backbone = find_backbone("mobilenet_v3_small")
    with pytest.raises(PhotoError, match=r"rain/1\.jpg"):
        next(
            run_batches(
                build_classifier(backbone, 2).trunk,
                Preprocess(backbone.preprocessing()),
                Split.open(tmp_path / "split"),  # type: ignore[operator]
                CPU,
                np.shape,
            )
        )


def test_an_empty_split_has_no_scores(make_split: Callable[..., Split]) -> None:
    backbone = find_backbone("mobilenet_v3_small")
    checkpoint = Checkpoint(
        build_classifier(backbone, 3), backbone.name, ("a", "b", "c"), backbone.preprocessing(), 1, 1, ""
    )
    with pytest.raises(ClassifierError, match="has no photo"):
        split_scores(checkpoint, make_split({}), CPU, np.shape)
