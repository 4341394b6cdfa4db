"""Splits are checked before anything is trained."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from train_model import training
from train_model.errors import SplitMismatchError
from train_model.features import Features
from train_model.parameters import Parameters
from train_model.training import train
from weather_classifier.errors import DeviceError, ModelError, WeightsError
from weather_splits import Photo, Split, SplitError, SplitWriter


@pytest.mark.parametrize(
    ("change", "error"),
    [({"model": "vgg99"}, ModelError), ({"device": "abacus"}, DeviceError), ({"weights": "/none.pth"}, WeightsError)],
)
def test_a_parameter_that_can_not_be_had_ends_it(
    change: dict[str, str], error: type[Exception], make_split: Callable[..., Split]
) -> None:
    split = make_split({"dew": 1, "rain": 1}).directory
    with pytest.raises(error):
        train(split, split, Parameters(**{"weights": "none", **change}))  # type: ignore[arg-type]


def test_splits_that_do_not_belong_together_are_refused(make_split: Callable[..., Split], tmp_path: Path) -> None:
    split, empty = make_split({"dew": 1}).directory, make_split({}, "empty").directory
    with SplitWriter(tmp_path / "other", ["dew", "fog"]) as writer:
        writer.add(Photo("fog/1.jpg", "fog", b"-"))
    with SplitWriter(tmp_path / "single", ["dew"]) as writer:
        writer.add(Photo("dew/1.jpg", "dew", b"-"))
    single = tmp_path / "single"
    for pair, message in [
        ((split, tmp_path / "other"), r"different classes \(fog, rain, snow\)"),
        ((empty, split), "the training split has no photo"),
        ((split, empty), "the validation split has no photo"),
        ((single, single), "nothing to tell apart: the only class is dew"),
    ]:
        with pytest.raises(SplitMismatchError, match=message):
            train(*pair, Parameters(weights="none"))
    with pytest.raises(SplitError, match="is not a split"):
        train(tmp_path, split, Parameters(weights="none"))


def test_the_number_of_threads_changes_no_bit_where_there_are_many_photos(
    make_split: Callable[..., Split], monkeypatch: pytest.MonkeyPatch
) -> None:
    split = make_split({"dew": 1, "rain": 1}).directory
    many = Features(torch.rand(3000, 784, generator=torch.Generator().manual_seed(1)), torch.arange(3000) % 3)
    monkeypatch.setattr(training, "extract_features", lambda *given: many)
    before, networks = torch.get_num_threads(), []
    try:
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            networks.append(train(split, split, Parameters(weights="none", epochs=1)).checkpoint.network.state_dict())
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    first, *others = networks
    assert all(torch.equal(first[name], other[name]) for other in others for name in first)
