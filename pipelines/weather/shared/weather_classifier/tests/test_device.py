"""Devices are found or refused; seeds are kept to."""

import random

import numpy as np
import pytest
import torch
from weather_classifier.device import choose_device, make_deterministic
from weather_classifier.errors import DeviceError


def test_a_device_is_chosen_or_refused() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device("auto").type in ("cpu", "cuda", "mps")
    with pytest.raises(DeviceError, match="device 'tpu' is unknown; give one of auto, cpu, cuda, mps"):
        choose_device("tpu")
    for name, there in (("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())):
        if not there:
            with pytest.raises(DeviceError, match=f"device '{name}' is not on this machine"):
                choose_device(name)


@pytest.mark.parametrize("seed", [0, 42, -1, 2**40])
def test_the_same_seed_gives_the_same_numbers(seed: int) -> None:
    def draw() -> tuple[float, float, float]:
        make_deterministic(seed)
        return random.random(), float(np.random.rand()), float(torch.rand(()))

    assert draw() == draw()


def test_a_seed_beyond_64_bits_is_refused() -> None:
    with pytest.raises(DeviceError, match="random_seed"):
        make_deterministic(2**64)
