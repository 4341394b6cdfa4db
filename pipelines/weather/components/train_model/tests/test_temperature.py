"""A temperature makes scores as sure as they are right, and changes no decision."""

import pytest
import torch
from torch import nn
from train_model.temperature import BOUNDS, cool, fit_temperature


def drawn(factor: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits that are so many times too large, and labels drawn by what they should be."""
    generator = torch.Generator().manual_seed(4)
    logits = 2 * torch.randn(20_000, 5, generator=generator)
    labels = torch.multinomial(torch.softmax(logits, dim=1), 1, generator=generator)[:, 0]
    return logits * factor, labels


@pytest.mark.parametrize("factor", [0.3, 1.0, 3.0])
def test_it_is_found(factor: float) -> None:
    assert fit_temperature(*drawn(factor)) == pytest.approx(factor, rel=0.05)


def test_photos_that_were_all_right_make_nothing_certain() -> None:
    logits = torch.eye(3) * 4
    assert fit_temperature(logits, torch.arange(3)) == pytest.approx(BOUNDS[0])
    assert fit_temperature(logits, torch.tensor([1, 2, 0])) == pytest.approx(BOUNDS[1])


def test_a_cooled_head_decides_the_same() -> None:
    torch.manual_seed(0)
    head, features = nn.Linear(6, 4), torch.randn(50, 6)
    before = head(features)
    cool(head, 2.5)
    assert torch.allclose(head(features), before / 2.5, atol=1e-6)
