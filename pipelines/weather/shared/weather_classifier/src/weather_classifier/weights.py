"""What a trunk starts from: torchvision's pretrained weights, a file, or nothing."""

import hashlib
import io
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from weather_classifier.backbones import Backbone, Trunk
from weather_classifier.checkpoint import FORMAT, TRUNK
from weather_classifier.errors import WeightsError
from weather_classifier.files import read_bytes

IMAGENET = "imagenet"
NONE = "none"

_PATIENCE = 30
"""Seconds without a byte after which a download is given up."""


@dataclass(frozen=True)
class LoadedWeights:
    """What a trunk was given.

    Attributes:
        sha256: hexadecimal, of the file; empty where there was none.
        loaded: keys of the trunk that were set.
        missing: keys of the trunk that the file does not have; they keep their random start.
        unused: keys of the file that the trunk does not have, such as those of another head.
    """

    sha256: str
    loaded: tuple[str, ...]
    missing: tuple[str, ...]
    unused: tuple[str, ...]

    def describe(self) -> str:
        """One line for the log."""
        if not self.sha256:
            return "no pretrained weights: the trunk stays as the random seed made it"
        parts = [f"{len(self.loaded)} tensors of the trunk loaded"]
        for keys, what in ((self.missing, "not in the file"), (self.unused, "of the file not used")):
            if keys:
                parts.append(f"{len(keys)} {what} ({', '.join(keys[:4])}{', ...' if len(keys) > 4 else ''})")
        return f"{'; '.join(parts)}; sha256 {self.sha256}"


def load_weights(trunk: Trunk, backbone: Backbone, weights: str) -> LoadedWeights:
    """Set a trunk's weights.

    Args:
        trunk: of a classifier with that backbone; changed in place.
        backbone: which one it is.
        weights: ``imagenet`` (torchvision's default weights, through its own loader and cache), ``none``, or the
            address (a path, ``file://``, ``gs://``, ``s3://``) of a state dict of the whole network, of its trunk
            alone, or of a checkpoint that this package wrote.

    Raises:
        WeightsError: there is no such file, it can't be downloaded or read, or it is of another network.
    """
    if weights == NONE:
        return LoadedWeights("", (), tuple(trunk.network.state_dict()), ())
    content = _imagenet(backbone) if weights == IMAGENET else _file(weights)
    label = f"weights {weights!r}"
    tensors = _tensors(_unpickle(content, label), label)
    own = trunk.network.state_dict()
    fitting = {key: tensor for key, tensor in tensors.items() if key in own}
    if not fitting:
        raise WeightsError(
            f"{label}: none of its {len(tensors)} tensors ({', '.join(list(tensors)[:3])}, ...) belongs to "
            f"{backbone.name}; give weights of that network, or another model"
        )
    for key, tensor in fitting.items():
        if tensor.shape != own[key].shape:
            raise WeightsError(
                f"{label}: {key} has shape {tuple(tensor.shape)}, {backbone.name} needs {tuple(own[key].shape)}; "
                "give weights of that network, or another model"
            )
    trunk.network.load_state_dict(fitting, strict=False)
    # Files of before 2018 have no counter of batches, which nothing needs in evaluation mode.
    missing = tuple(key for key in own if key not in fitting and not key.endswith("num_batches_tracked"))
    unused = tuple(key for key in tensors if key not in own)
    return LoadedWeights(hashlib.sha256(content).hexdigest(), tuple(fitting), missing, unused)


def _imagenet(backbone: Backbone) -> bytes:
    url: str = backbone.weights.url
    folder = Path(torch.hub.get_dir()) / "checkpoints"
    file = folder / Path(url).name
    timeout = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE)
    try:
        # Downloads unless the cache has it, and compares the digest that the file's name promises.
        backbone.weights.get_state_dict(progress=False, check_hash=True, weights_only=True)
        return file.read_bytes()
    # urllib, the file system, the digest and the unpickler raise from unrelated trees.
    except Exception as error:
        raise WeightsError(
            f"weights 'imagenet': {file.name}, the ImageNet weights of {backbone.name}, are not in {folder} and "
            f"can't be fetched from {url} ({error}); put the file into that folder (TORCH_HOME names another), or "
            "set weights to the address of a state dict, or to none"
        ) from error
    finally:
        socket.setdefaulttimeout(timeout)


def _file(uri: str) -> bytes:
    try:
        return read_bytes(uri)
    except FileNotFoundError as error:
        where = "" if "://" in uri else f" ({Path(uri).absolute()})"
        raise WeightsError(
            f"weights {uri!r}: there is no such file{where}; give imagenet, none, or the whole path or address of a "
            "state dict"
        ) from error
    # fsspec's file systems raise from many trees.
    except Exception as error:
        raise WeightsError(f"weights {uri!r} can't be read: {error or type(error).__name__}") from error


def _unpickle(content: bytes, label: str) -> Any:
    try:
        return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    # The unpickler raises whatever the bytes make it raise.
    except Exception as error:
        raise WeightsError(f"{label} is no state dict: PyTorch can't load it safely ({_first(error)})") from error


def _first(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _tensors(loaded: Any, label: str) -> dict[str, torch.Tensor]:
    """The tensors of a state dict, of a training checkpoint that holds one, or of the trunk of our own."""
    ours = isinstance(loaded, Mapping) and loaded.get("format") == FORMAT
    if isinstance(loaded, Mapping) and isinstance(loaded.get("state_dict"), Mapping):
        loaded = loaded["state_dict"]
    if not isinstance(loaded, Mapping) or not loaded or not all(isinstance(key, str) for key in loaded):
        raise WeightsError(f"{label} is no state dict: it must map names to tensors")
    tensors = {key: value for key, value in loaded.items() if isinstance(value, torch.Tensor)}
    if len(tensors) < len(loaded):
        odd = next(key for key in loaded if key not in tensors)
        raise WeightsError(f"{label} is no state dict: {odd!r} in it is not a tensor")
    return {key.removeprefix(TRUNK) if ours else key: tensor for key, tensor in tensors.items()}
