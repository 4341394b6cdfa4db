"""The preprocessing as ONNX does what the preprocessing in PyTorch does."""

import numpy as np
import onnxruntime as ort
import pytest
import torch
from train_model.onnx_preprocessing import preprocessing_graph
from weather_classifier.backbones import BACKBONES
from weather_classifier.preprocess import Preprocess, Preprocessing

PREPROCESSING = {backbone.preprocessing() for backbone in BACKBONES.values()}


@pytest.mark.parametrize("preprocessing", sorted(PREPROCESSING, key=lambda entry: entry.resize_size), ids=str)
def test_photos_of_any_size_come_out_as_from_pytorch(preprocessing: Preprocessing) -> None:
    session = ort.InferenceSession(preprocessing_graph(preprocessing, 10).SerializeToString())
    random = np.random.default_rng(1)
    # Larger and smaller than needed, odd and even, wide and high, a single pixel, several photos at once.
    for shape in [(1, 300, 421), (1, 257, 255), (2, 600, 333), (1, 31, 64), (1, 1, 1), (3, 256, 256), (1, 20, 999)]:
        image = random.integers(0, 256, (*shape, 3), dtype=np.uint8)
        expected = Preprocess(preprocessing)(torch.from_numpy(image)).numpy()
        (prepared,) = session.run(None, {"image": image})
        assert prepared.shape == expected.shape
        # Of values between -2.2 and 2.7: a hundredth of what one step of a pixel's 256 makes.
        assert np.abs(prepared - expected).max() < 2e-4
