"""How far an ONNX model's scores are from PyTorch's on real photos."""

from dataclasses import dataclass

import numpy as np
import onnxruntime as ort
import torch
from weather_classifier.checkpoint import Checkpoint
from weather_classifier.decode import decode
from weather_classifier.scores import Scores
from weather_classifier.stream import each_batch
from weather_splits import Photo, Split

from optimize_onnx.errors import ParityError
from optimize_onnx.sample import sampled


@dataclass(frozen=True)
class Parity:
    """How two models compare.

    Attributes:
        photos: how many were compared.
        max_difference: largest absolute difference of any score of any photo.
        equal_predictions: share of photos for which both name the same class.
    """

    photos: int
    max_difference: float
    equal_predictions: float

    def check(self, tolerance: float) -> None:
        """Make sure that the models agree.

        Raises:
            ParityError: some score differs by more than ``tolerance``.
        """
        if not self.max_difference <= tolerance:
            raise ParityError(
                f"the optimised model does not do what the PyTorch model does: over {self.photos} photos scores "
                f"differ by up to {self.max_difference:.2g}, more than the tolerance of {tolerance:g}, and "
                f"{self.equal_predictions:.1%} of predictions are equal; check the versions of onnx, onnxruntime and "
                "torch, or give a larger tolerance"
            )


def compare(session: ort.InferenceSession, checkpoint: Checkpoint, split: Split, count: int) -> Parity:
    """Compare an ONNX model with the PyTorch model that it came from.

    Both get a photo's RGB at its full size, one photo at a time, on the CPU.

    Args:
        session: the ONNX model with preprocessing inside; one thread, so that its sums have one order.
        checkpoint: the PyTorch model.
        split: whose photos; it has some.
        count: photos to compare, at most, evenly spread over the split; 0 is all.

    Raises:
        PhotoError: a photo can't be decoded.
        SplitError: the split is damaged.
    """
    network, preprocess = Scores(checkpoint.network).eval(), checkpoint.preprocess()

    def scores(photos: list[Photo]) -> tuple[torch.Tensor, torch.Tensor]:
        (photo,) = photos
        image = decode(photo.image, photo.name)[np.newaxis]
        return network(preprocess(torch.from_numpy(image))), torch.from_numpy(
            session.run(["scores"], {"image": image})[0]
        )

    pairs = list(each_batch(sampled(split, count), scores, batch_size=1))
    ours = torch.cat([pytorch for pytorch, _ in pairs])
    theirs = torch.cat([onnx for _, onnx in pairs])
    return Parity(
        photos=len(pairs),
        max_difference=float((ours - theirs).abs().max()),
        equal_predictions=float((ours.argmax(dim=1) == theirs.argmax(dim=1)).double().mean()),
    )
