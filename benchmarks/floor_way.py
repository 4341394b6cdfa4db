"""The least that training the weather model's head can cost: to see every photo once."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import torch
from plain_way import network
from torchvision.models import MobileNet_V3_Small_Weights
from weather_classifier.decode import decode
from weather_classifier.preprocess import Preprocess, Preprocessing
from weather_splits import Photo, Split

BATCH = 16


def floor(splits: Path, weights: Path) -> dict[str, float]:
    """Read, decode and prepare the photos to train and to validate with, and run the network once over each.

    Every batch is one thread's work, with as many threads as cores. The network is torchvision's own, which does not
    take the means and deviations that our trunk takes of what it sees.

    Returns:
        seconds and decoded (photos).
    """
    begun = time.perf_counter()
    preset = MobileNet_V3_Small_Weights.DEFAULT.transforms()
    size = preset.resize_size[0]
    prepare = Preprocess(Preprocessing(size, preset.crop_size[0], tuple(preset.mean), tuple(preset.std))).eval()
    parts = [Split.open(splits / name) for name in ("train", "validation")]
    model = network(len(parts[0].classes), weights).eval().to(memory_format=torch.channels_last)

    def see(batch: list[Photo]) -> torch.Tensor:
        with torch.inference_mode():
            decoded = [torch.from_numpy(decode(photo.image, photo.name, size)).unsqueeze(0) for photo in batch]
            images = torch.cat([prepare(image) for image in decoded])
            outputs: torch.Tensor = model(images.to(memory_format=torch.channels_last))
            return outputs

    with ThreadPoolExecutor(os.cpu_count(), initializer=torch.set_num_threads, initargs=(1,)) as pool:
        outputs = torch.cat([each for part in parts for each in pool.map(see, _batches(part))])
    return {"seconds": time.perf_counter() - begun, "decoded": len(outputs)}


def _batches(split: Split) -> Iterator[list[Photo]]:
    photos = split.photos()
    while batch := list(islice(photos, BATCH)):
        yield batch
