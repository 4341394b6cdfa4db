"""Where a network runs, and that it does the same every time it runs there."""

import os
import random

import numpy as np
import torch

from weather_classifier.errors import DeviceError

DEVICES = ("auto", "cpu", "cuda", "mps")


def choose_device(name: str) -> torch.device:
    """The device of that name; ``auto`` is the fastest one there is.

    Raises:
        DeviceError: the name is unknown, or this machine has no such device.
    """
    if name not in DEVICES:
        raise DeviceError(f"device {name!r} is unknown; give one of {', '.join(DEVICES)}")
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(device for device, there in present.items() if there))
    if not present[name]:
        raise DeviceError(f"device {name!r} is not on this machine; give auto, or one that is there")
    return torch.device(name)


def to_device(images: torch.Tensor, device: torch.device) -> torch.Tensor:
    """(N, 3, size, size) photos on a device, channels last.

    To CUDA they go from pinned memory: the copy runs beside what the GPU does, and nobody waits for it.
    """
    if device.type == "cuda":
        pinned = images.contiguous(memory_format=torch.channels_last).pin_memory()
        return pinned.to(device, non_blocking=True)
    return images.to(device, memory_format=torch.channels_last)


def make_deterministic(seed: int) -> None:
    """Seed every source of randomness, and let PyTorch refuse what can't be repeated.

    Raises:
        DeviceError: ``seed`` does not fit into 64 bits.
    """
    if not -(2**63) <= seed < 2**63:
        raise DeviceError(f"random_seed {seed} does not fit into 64 bits; give a smaller number")
    # What cuBLAS needs to give the same result every time; it is read when CUDA starts.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
