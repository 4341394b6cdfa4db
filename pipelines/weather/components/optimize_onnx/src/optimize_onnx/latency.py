"""How long a model takes for one photo."""

import statistics
import time
from collections.abc import Sequence

import onnxruntime as ort
from weather_classifier.decode import RgbImage

_WARM_UP = 3
_ROUNDS = 30


def median_latencies(sessions: Sequence[ort.InferenceSession], photo: RgbImage) -> list[float]:
    """Median milliseconds that each model takes for a photo, decoding aside.

    They take turns, so that whatever else the machine does hits all of them alike.

    Args:
        sessions: models with preprocessing inside.
        photo: (height, width, 3) uint8 RGB.
    """
    feed = {"image": photo[None]}
    times: list[list[float]] = [[] for _ in sessions]
    for _ in range(_WARM_UP + _ROUNDS):
        for session, taken in zip(sessions, times, strict=True):
            start = time.perf_counter()
            session.run(["scores"], feed)
            taken.append(1000 * (time.perf_counter() - start))
    return [statistics.median(taken[_WARM_UP:]) for taken in times]
