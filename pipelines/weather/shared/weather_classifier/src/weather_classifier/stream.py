"""The photos of a split, batch by batch, on all cores.

Every batch is one thread's work from its bytes to its result. Threads do, because Pillow and PyTorch let go of the
interpreter while they work; processes would each need a copy of the network, and shared memory that containers
often lack. Within a batch PyTorch uses one thread. So the cores never wait for each other, and a result does not
depend on how many there are: sums in the same order, the same bits.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import torch
from torch import nn
from weather_splits import Photo, Split

from weather_classifier.decode import RgbImage, decode
from weather_classifier.device import to_device
from weather_classifier.preprocess import Preprocess

T = TypeVar("T")

BATCH = 16
"""Photos in a batch where nobody asks for another number; on a CPU larger ones only take more memory."""

_REPORTS = 5


def cores() -> int:
    """CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each_batch(
    photos: Iterable[Photo], work: Callable[[list[Photo]], T], batch_size: int = BATCH, workers: int | None = None
) -> Iterator[T]:
    """What ``work`` returns for each batch of photos, in their order.

    Only one batch for each worker, and one more, is in memory at a time.

    Args:
        photos: read in the calling thread, only as far as they are needed.
        work: called in several threads at once, in inference mode. What it raises is raised here.
        batch_size: photos in a batch; the last may have fewer.
        workers: threads; as many as there are cores unless told.
    """
    workers = workers or cores()

    def infer(batch: list[Photo]) -> T:
        # Inference mode holds for the thread that enters it.
        with torch.inference_mode():
            return work(batch)

    photos = iter(photos)
    running: deque[Future[T]] = deque()
    pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))
    try:
        while batch := list(islice(photos, batch_size)):
            running.append(pool.submit(infer, batch))
            if len(running) > workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def run_batches(
    network: nn.Module,
    preprocess: Preprocess,
    split: Split,
    device: torch.device,
    look: Callable[[RgbImage], T],
    *,
    shorter_side: int | None = None,
    batch_size: int = BATCH,
    workers: int | None = None,
    report: Callable[[str], None] = print,
) -> Iterator[tuple[torch.Tensor, list[T]]]:
    """What a network makes of the photos of a split, and what ``look`` makes of them, batch by batch.

    Args:
        network: (N, 3, size, size) preprocessed photos -> (N, D); in evaluation mode.
        preprocess: the preprocessing that comes before it.
        split: whose photos; they are decoded and prepared on the CPU, once each.
        device: where the network runs.
        look: called with each photo as it was decoded, in several threads at once.
        shorter_side: how large photos must be decoded, see ``decode``; None is their full size.
        batch_size, workers: see ``each_batch``.
        report: told now and then how far it is and how fast.

    Yields:
        (N, D) float32 on the CPU, and what ``look`` returned for each of the N, in the order of ``split.entries``.

    Raises:
        PhotoError: a photo can't be decoded.
        SplitError: the split is damaged.
    """
    network.to(device).to(memory_format=torch.channels_last)

    def see(photo: Photo) -> tuple[torch.Tensor, T]:
        image = decode(photo.image, photo.name, shorter_side)
        return preprocess(torch.from_numpy(image).unsqueeze(0)), look(image)

    def work(batch: list[Photo]) -> tuple[torch.Tensor, list[T]]:
        prepared, looks = zip(*map(see, batch), strict=True)
        outputs: torch.Tensor = network(to_device(torch.cat(prepared), device))
        return outputs.float().cpu(), list(looks)

    done, reported, start = 0, 0, time.perf_counter()
    for outputs, looks in each_batch(split.photos(), work, batch_size, workers):
        yield outputs, looks
        done += len(outputs)
        if done * _REPORTS // len(split) > reported:
            reported = done * _REPORTS // len(split)
            report(f"{done} of {len(split)} photos, {done / (time.perf_counter() - start):.0f} images/s")
