"""Writes the sample data set: a folder of photos with one folder for each class."""

import hashlib
import json
import math
import multiprocessing
import os
import shutil
import signal
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import PIL

from weather.sample.camera import photo
from weather.sample.scenes import SCENES

MARKER = ".sample.json"
"""Says what a folder was made from. Its name is hidden, so that nobody takes it for a photo."""

FEWEST = 5 * len(SCENES)
"""Photos that a sample needs at least."""

_COPY_EVERY = 15
_SHARES = {
    "dew": 40,
    "fogsmog": 50,
    "frost": 22,
    "glaze": 32,
    "hail": 28,
    "lightning": 34,
    "rain": 50,
    "rainbow": 30,
    "rime": 52,
    "sandstorm": 46,
    "snow": 56,
}


class SampleError(Exception):
    """A sample can't be written there."""


def write_sample(directory: Path, seed: int = 0, photos: int = 440) -> bool:
    """Write a sample data set, unless the same one is there already.

    The same seed and number of photos give the same bytes. The folder appears as a whole or not at all; a sample of
    other parameters, or drawn by an older version, is replaced.

    Args:
        directory: the folder to make; folders above it are made as well.
        seed: another one gives other photos.
        photos: how many in all, at least ``FEWEST``; classes get different shares.

    Returns:
        Whether anything was written.

    Raises:
        SampleError: the folder holds something else, or ``photos`` are too few.
    """
    if photos < FEWEST:
        raise SampleError(f"a sample needs at least {FEWEST} photos; {photos} were asked for")
    marker = json.dumps({"made_by": "weather.sample", "photos": photos, "recipe": _recipe(), "seed": seed}) + "\n"
    if _marker_of(directory) == marker:
        return False
    if not _may_replace(directory):
        raise SampleError(f"{directory} holds something that is no sample; name another folder, or remove it")
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{directory.name}-", dir=directory.parent) as workshop:
        made = Path(workshop) / "made"
        _draw(made, seed, photos)
        (made / MARKER).write_text(marker)
        if directory.exists():
            directory.rename(Path(workshop) / "replaced")
        try:
            made.rename(directory)
        except OSError:
            # Another process may have made it meanwhile.
            if _marker_of(directory) != marker:
                raise
    return True


def counts(photos: int) -> dict[str, int]:
    """How many of so many photos each class gets: at least five, and unequal shares of the rest."""
    rest = photos - FEWEST
    whole = sum(_SHARES.values())
    exact = {label: rest * share / whole for label, share in _SHARES.items()}
    given = {label: math.floor(share) for label, share in exact.items()}
    by_remainder = sorted(_SHARES, key=lambda label: given[label] - exact[label])
    for label in by_remainder[: rest - sum(given.values())]:
        given[label] += 1
    return {label: 5 + count for label, count in given.items()}


def _draw(folder: Path, seed: int, photos: int) -> None:
    tasks: list[tuple[str, int, int]] = []
    for label, count in counts(photos).items():
        (folder / label).mkdir(parents=True)
        copies = count // _COPY_EVERY
        tasks += [(label, number, len(tasks) + number) for number in range(count - copies)]
    # Fresh interpreters: forking a process that has threads is not safe, and the caller may have some.
    workers = ProcessPoolExecutor(
        os.cpu_count(), multiprocessing.get_context("spawn"), initializer=_leave_interrupts_to_the_parent
    )
    try:
        for _ in workers.map(partial(_write_photo, folder, seed), tasks, chunksize=8):
            pass
    finally:
        workers.shutdown(cancel_futures=True)
    for label, count in counts(photos).items():
        copies = count // _COPY_EVERY
        for number in range(count - copies, count):
            shutil.copyfile(folder / label / _name(2 * (number - count + copies)), folder / label / _name(number))


def _write_photo(folder: Path, seed: int, task: tuple[str, int, int]) -> None:
    label, number, turn = task
    rng = np.random.default_rng([seed % 2**64, sorted(SCENES).index(label), number])
    (folder / label / _name(number)).write_bytes(photo(rng, SCENES[label], turn))


def _name(number: int) -> str:
    return f"{number:04d}.jpg"


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _recipe() -> str:
    """Digest of the code that draws, so that a sample of an older version is not taken for today's."""
    digest = hashlib.sha256(f"numpy {np.__version__} pillow {PIL.__version__}".encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _marker_of(directory: Path) -> str:
    marker = directory / MARKER
    return marker.read_text() if marker.is_file() else ""


def _may_replace(directory: Path) -> bool:
    if not directory.exists():
        return True
    return directory.is_dir() and ("weather.sample" in _marker_of(directory) or not any(directory.iterdir()))
