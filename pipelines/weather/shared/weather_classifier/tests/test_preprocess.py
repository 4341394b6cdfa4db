"""Preprocessing: what comes out, and that it is what torchvision's own transforms do."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.transforms import functional as transforms
from weather_classifier.backbones import BACKBONES
from weather_classifier.preprocess import Preprocess, Preprocessing

SMALL = Preprocessing(resize_size=32, image_size=28, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))


@settings(max_examples=40)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 3))
def test_photos_of_any_size_come_out_in_one(height: int, width: int, photos: int) -> None:
    prepared = Preprocess(SMALL)(torch.zeros(photos, height, width, 3, dtype=torch.uint8))
    assert prepared.shape == (photos, 3, 28, 28)
    assert prepared.dtype == torch.float32
    for channel in range(3):
        assert torch.allclose(prepared[:, channel], torch.tensor(-SMALL.mean[channel] / SMALL.std[channel]))


def test_a_square_photo_comes_out_as_from_torchvision() -> None:
    image = torch.randint(0, 256, (1, 75, 75, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    planes = image.permute(0, 3, 1, 2).float() / 255
    expected = transforms.normalize(
        transforms.center_crop(transforms.resize(planes, [32], antialias=True), [28]), SMALL.mean, SMALL.std
    )
    assert (Preprocess(SMALL)(image) - expected).abs().max() < 1e-4


def test_a_wide_photo_comes_out_as_its_centred_square() -> None:
    image = torch.randint(0, 256, (1, 40, 100, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    preprocess = Preprocess(SMALL)
    assert torch.equal(preprocess(image), preprocess(image[:, :, 30:70]))


def test_photos_are_not_changed() -> None:
    image = torch.full((1, 28, 28, 3), 200, dtype=torch.uint8)
    Preprocess(SMALL)(image)
    assert (image == 200).all()


def test_backbones_bring_the_preprocessing_of_their_weights() -> None:
    assert BACKBONES["mobilenet_v3_small"].preprocessing() == Preprocessing(256, 224, SMALL.mean, SMALL.std)
    assert BACKBONES["mobilenet_v3_large"].preprocessing().resize_size == 232
