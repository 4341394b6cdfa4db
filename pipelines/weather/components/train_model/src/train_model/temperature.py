"""How sure a classifier may be: one number that its scores are divided by before softmax.

Trained with softened labels, a network is less sure than it is right; trained long without them, more. On photos that
it did not learn from, one factor repairs most of either (temperature scaling, Guo et al. 2017, arXiv:1706.04599).
The order of the scores stays, and so does every decision.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

BOUNDS = (0.2, 5.0)
"""Where few photos were all right or all wrong, the best factor would be none at all or infinitely large."""


def fit_temperature(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """The temperature with which the scores are as sure as they are right.

    Args:
        logits: (photos, classes) before softmax, of photos that were not learned from.
        labels: (photos,) numbers of their classes.

    Returns:
        what to divide the logits by: the one in ``BOUNDS`` with the smallest cross entropy.
    """
    exact = logits.double()
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_temperature], max_iter=50, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = F.cross_entropy(exact / log_temperature.clamp(*map(math.log, BOUNDS)).exp(), labels)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return min(max(math.exp(log_temperature.item()), BOUNDS[0]), BOUNDS[1])


@torch.no_grad()
def cool(head: nn.Linear, temperature: float) -> None:
    """Have a head divide its scores by a temperature, in place."""
    head.weight.div_(temperature)
    head.bias.div_(temperature)
