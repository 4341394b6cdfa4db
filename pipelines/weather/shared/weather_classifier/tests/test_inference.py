"""What is made for inference gives the same features, and leaves the trunk that it was made from alone."""

import copy

import pytest
import torch
from torch import nn
from weather_classifier.backbones import BACKBONES, build_classifier, find_backbone
from weather_classifier.inference import for_inference


@pytest.mark.parametrize("name", BACKBONES)
def test_it_gives_the_same_features_with_no_batch_norm_left(name: str) -> None:
    torch.manual_seed(2)
    trunk = build_classifier(find_backbone(name), 2).trunk
    for module in trunk.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 2)
    before = copy.deepcopy(trunk.state_dict())
    images = torch.randn(2, 3, 64, 64)
    faster = for_inference(trunk)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in faster.modules())
    with torch.inference_mode():
        expected = trunk(images)
        assert torch.allclose(faster(images), expected, rtol=1e-3, atol=1e-3 * float(expected.std()))
    assert all(torch.equal(value, before[key]) for key, value in trunk.state_dict().items())


def test_a_copy_of_a_trunk_stays_in_the_mode_of_evaluation() -> None:
    copied = copy.deepcopy(build_classifier(find_backbone("mobilenet_v3_small"), 2))
    assert not any(module.training for module in copied.modules())
