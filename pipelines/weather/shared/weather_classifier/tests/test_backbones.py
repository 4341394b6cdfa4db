"""Every backbone in the table works; what is not in it is refused."""

import pytest
import torch
from weather_classifier.backbones import BACKBONES, Scaling, build_classifier, find_backbone
from weather_classifier.errors import ModelError


@pytest.mark.parametrize("name", BACKBONES)
def test_a_backbone_gives_features_and_a_head_gives_a_score_for_each_class(name: str) -> None:
    classifier = build_classifier(find_backbone(name), 11)
    images = torch.zeros(2, 3, 64, 64)
    with torch.inference_mode():
        features = classifier.trunk(images)
        assert features.shape == (2, classifier.head.in_features)
        assert torch.equal(classifier(images), classifier.head(classifier.scaling(features)))
        assert classifier(images).shape == (2, 11)
    assert not classifier.training


@pytest.mark.parametrize("size", [0.001, 1.0, 1000.0])
def test_scaling_centres_features_and_makes_every_kind_as_large(size: float) -> None:
    values = size * (torch.randn(50, 7, generator=torch.Generator().manual_seed(1)) + torch.arange(7))
    values[:, :3] *= 100
    scaling = Scaling(7)
    scaling.fit(values, (3, 4))
    scaled = scaling(values)
    assert torch.allclose(scaled.mean(dim=0), torch.zeros(7), atol=1e-4)
    for kind in scaled.split((3, 4), dim=1):
        assert float(kind.square().mean()) == pytest.approx(1, rel=1e-3)


def test_features_that_never_vary_stay_finite() -> None:
    scaling = Scaling(2)
    scaling.fit(torch.ones(4, 2), (2,))
    assert torch.equal(scaling(torch.ones(4, 2)), torch.zeros(4, 2))


def test_another_size_of_what_the_network_sees_keeps_what_is_cut_off_around_it() -> None:
    own, larger = (find_backbone("mobilenet_v3_small").preprocessing(size) for size in (0, 448))
    assert (own.image_size, larger.image_size) == (224, 448)
    assert larger.resize_size == 2 * own.resize_size


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
