"""Every backbone in the table works; what is not in it is refused."""

import pytest
import torch
from weather_classifier.backbones import BACKBONES, build_classifier, find_backbone
from weather_classifier.errors import ModelError


@pytest.mark.parametrize("name", BACKBONES)
def test_a_backbone_gives_features_and_a_head_gives_a_score_for_each_class(name: str) -> None:
    classifier = build_classifier(find_backbone(name), 11)
    images = torch.zeros(2, 3, 64, 64)
    with torch.inference_mode():
        features = classifier.trunk(images)
        assert features.shape == (2, classifier.head.in_features)
        assert torch.equal(classifier(images), classifier.head(features))
        assert classifier(images).shape == (2, 11)
    assert not classifier.training


def test_the_random_seed_decides_the_weights() -> None:
    heads = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        heads.append(build_classifier(find_backbone("mobilenet_v3_small"), 3).head.weight)
    assert torch.equal(heads[0], heads[1])
    assert not torch.equal(heads[0], heads[2])


def test_an_unknown_backbone_is_refused_with_those_there_are() -> None:
    with pytest.raises(ModelError, match=r"'resnet19' is unknown; give one of mobilenet_v3_small, .*convnext_tiny"):
        find_backbone("resnet19")
