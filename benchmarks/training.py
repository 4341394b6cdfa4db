"""What it costs to train the weather model with a frozen MobileNetV3-Small: as a tutorial does it, and as we do.

    python benchmarks/training.py [--data FOLDER] [--weights FILE] [--epochs N] [--seed N] [--photos N] [--only WAY]
    python benchmarks/training.py --memory
    python benchmarks/training.py --seeds 42 43 44 [--train-layers head last:9] [--batch-size N] [--image-size N]
                                    [--precision mixed]

Divides the photos as the pipeline does, trains in several ways on the same split, each in a process of its own on the
CPU, and prints a table. *plain* is a tutorial's way (``plain_way.py``), *ours* is what the component ``train_model``
does, *floor* only decodes every photo once and runs the network over it. Seconds are of the training with its
validation, once everything is imported; the test, the division and the start of the process are not in them.

With ``--memory`` it is ours with half of the photos and with all. With ``--seeds`` it is ours with each of the seeds,
which decide the split too. Ends with 1 where a bar is missed.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from machine import describe, held_together, high_water
from prep_data.errors import PrepDataError
from prep_data.fingerprint import fingerprint_source
from prep_data.snapshot import prepare
from prep_data.split import SPLITS, Ratios
from sklearn.metrics import f1_score
from weather_splits import Split

WAYS = ("plain", "ours", "floor")
FASTER, SLOWER, MEMORY = 25.0, 1.3, 1500.0
"""How many times as fast as plain ours is to be, how many times as slow as the floor it may be, and how many MB it may
take."""

RATIOS = Ratios(0.8, 0.1, 0.1)
LEAST = 5
"""Photos of each class that a part of the photos has, if there are so many."""

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
_MB = 2**20 / 1e6


@dataclass(frozen=True)
class Work:
    """What a process is to do.

    Attributes:
        way: one of ``WAYS``.
        folder: where the splits are, and for the plain way the photos as files.
        weights: file of the trunk's weights.
        train_layers, batch_size, image_size, precision: for our way.
    """

    way: str
    folder: str
    weights: str
    epochs: int
    seed: int
    train_layers: str = "head"
    batch_size: int = 64
    image_size: int = 0
    precision: str = "full"


@dataclass(frozen=True)
class Outcome:
    """How it went.

    Attributes:
        seconds: of the training.
        decoded: photos that were decoded in that time, each as often as it was.
        memory: MB that the process and its workers had at most, until the test was done.
        f1: weighted F1 of the test photos; None where there was no test.
        features: MB that the features of all photos take; 0 where none are kept.
    """

    seconds: float
    decoded: float
    memory: float
    f1: float | None
    features: float


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--data", type=Path, default=_SHARED / "weather", help="photos, one folder for each class")
    options.add_argument(
        "--weights",
        type=Path,
        default=_SHARED / "weights" / "mobilenet_v3_small-imagenet-trunk.pth",
        help="state dict of torchvision's mobilenet_v3_small, or of its trunk alone",
    )
    options.add_argument("--epochs", type=int, default=10)
    options.add_argument("--seed", type=int, default=42)
    options.add_argument("--photos", type=int, default=0, help="use only about so many")
    options.add_argument("--times", type=int, default=3, help="how often ours and the floor are run; the median counts")
    options.add_argument("--only", choices=WAYS, help="run this way alone")
    options.add_argument("--memory", action="store_true", help="ours with half of the photos and with all")
    options.add_argument("--seeds", type=int, nargs="+", default=[], help="ours with each of these")
    options.add_argument("--train-layers", nargs="+", default=["head"], help="with --seeds: head, last:N, all")
    options.add_argument("--batch-size", type=int, default=64, help="with --seeds")
    options.add_argument("--image-size", type=int, default=0, help="with --seeds")
    options.add_argument("--precision", default="full", help="with --seeds: full or mixed")
    options.add_argument("--work", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.work:
        print(json.dumps(do(Work(**json.loads(given.work)))))
        return
    if not given.data.is_dir():
        sys.exit(f"{given.data} is no folder; give --data FOLDER, which has one folder of photos for each class")
    if not given.weights.is_file():
        sys.exit(f"{given.weights} is no file; give --weights FILE, a state dict of torchvision's mobilenet_v3_small")
    print(f"{describe()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            good = measure(given, Path(folder))
        except PrepDataError as error:
            sys.exit(f"error: {error}")
    sys.exit(not good)


def measure(given: argparse.Namespace, folder: Path) -> bool:
    """Print the table that was asked for; whether all bars are kept."""
    photos = part_of(given.data, given.photos, folder / "part") if given.photos else given.data.resolve()
    if given.seeds:
        return seeds(given, photos, folder)
    if given.memory:
        return memory(given, photos, folder)
    return ways(given, photos, folder)


def part_of(data: Path, photos: int, folder: Path) -> Path:
    """A new folder with about so many photos, of each class as large a share."""
    files = {each: sorted(file for file in each.rglob("*") if file.is_file()) for each in sorted(data.iterdir())}
    share = photos / max(1, sum(map(len, files.values())))
    for own in files.values():
        kept = min(len(own), max(LEAST, round(share * len(own))))
        for file in random.Random(0).sample(own, kept):
            copied = folder / file.relative_to(data)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copied)
    return folder


def divide(photos: Path, seed: int, folder: Path) -> Path:
    """Make the splits of photos, as the component ``prep_data`` does, in a new folder."""
    folder.mkdir()
    source = str(photos)
    snapshot = prepare(source, fingerprint_source(source), RATIOS, seed, {name: folder / name for name in SPLITS})
    counts = ", ".join(f"{sum(snapshot.counts[name].values()):,} {name}" for name in SPLITS)
    print(f"seed {seed}: photos: {counts}; {len(snapshot.classes)} classes", flush=True)
    return folder


def as_files(splits: Path) -> None:
    """Write the photos of splits as torchvision's ``ImageFolder`` wants them, beside the splits."""
    for name in SPLITS:
        split = Split.open(splits / name)
        for label in split.classes:
            (splits / "files" / name / label).mkdir(parents=True)
        for number, photo in enumerate(split.photos()):
            # It looks only at files whose ending it knows; what they are it sees from their bytes.
            (splits / "files" / name / photo.label / f"{number}.jpg").write_bytes(photo.image)


def ways(given: argparse.Namespace, photos: Path, folder: Path) -> bool:
    """Train in each way, and compare."""
    splits = divide(photos, given.seed, folder / "splits")
    chosen = (given.only,) if given.only else WAYS
    if "plain" in chosen:
        as_files(splits)
    runs: dict[str, list[Outcome]] = {way: [] for way in chosen}
    # In turns, so that what else happens on the machine meets ours and the floor alike.
    for number in range(given.times):
        for way in chosen:
            if way != "plain" or number == 0:
                runs[way].append(run(Work(way, str(splits), str(given.weights), given.epochs, given.seed)))
    print(f"{f'{given.epochs} epochs':12}{'seconds':>10}{'images/s':>10}{'peak MB':>10}{'test F1':>10}")
    found = {way: sorted(each, key=lambda one: one.seconds)[(len(each) - 1) // 2] for way, each in runs.items()}
    for way, each in found.items():
        f1 = "" if each.f1 is None else f"{each.f1:.4f}"
        rate = each.decoded / each.seconds
        spread = ", ".join(f"{one.seconds:.2f}" for one in runs[way])
        print(f"{way:12}{each.seconds:10.2f}{rate:10.1f}{each.memory:10.0f}{f1:>10}   all: {spread}")
    print("images: each counts as often as it is decoded")
    return compared(found)


def compared(found: dict[str, Outcome]) -> bool:
    """Print what ours is beside the others; whether all bars are kept."""
    if "ours" not in found:
        return True
    good, ours = True, found["ours"]
    if "plain" in found:
        ratio = found["plain"].seconds / ours.seconds
        good = judged("plain / ours", ratio, ratio >= FASTER, f"at least {FASTER:g}")
    if "floor" in found:
        ratio = ours.seconds / found["floor"].seconds
        good = judged("ours / floor", ratio, ratio <= SLOWER, f"at most {SLOWER:g}") and good
    return judged("peak MB of ours", ours.memory, ours.memory < MEMORY, f"under {MEMORY:g}") and good


def judged(name: str, value: float, good: bool, bar: str) -> bool:
    """Print a figure and its bar."""
    print(f"{name:16}{value:8.2f}   bar: {bar}{'' if good else '   missed'}")
    return good


def memory(given: argparse.Namespace, photos: Path, folder: Path) -> bool:
    """Train with half of the photos and with all: memory may grow by their features alone."""
    count = sum(file.is_file() for file in photos.rglob("*"))
    outcomes = []
    for name, source in (("half", part_of(photos, count // 2, folder / "half")), ("all", photos)):
        splits = divide(source, given.seed, folder / f"{name}-splits")
        outcomes.append(run(Work("ours", str(splits), str(given.weights), given.epochs, given.seed)))
    print(f"{'ours':12}{'photos':>10}{'peak MB':>10}{'features MB':>14}")
    for name, each in zip(("half", "all"), outcomes, strict=True):
        print(f"{name:12}{each.decoded:10,.0f}{each.memory:10.0f}{each.features:14.1f}")
    half, whole = outcomes
    print(f"{'more':12}{'':10}{whole.memory - half.memory:10.0f}{whole.features - half.features:14.1f}")
    return judged("peak MB of ours", whole.memory, whole.memory < MEMORY, f"under {MEMORY:g}")


def seeds(given: argparse.Namespace, photos: Path, folder: Path) -> bool:
    """Train ours with each seed."""
    splits = {seed: divide(photos, seed, folder / f"splits-{seed}") for seed in given.seeds}
    print(f"{f'{given.epochs} epochs':12}{'seed':>8}{'test F1':>10}{'seconds':>10}{'peak MB':>10}")
    for layers in given.train_layers:
        outcomes = []
        for seed, own in splits.items():
            asked = (given.epochs, seed, layers, given.batch_size, given.image_size, given.precision)
            each = run(Work("ours", str(own), str(given.weights), *asked))
            outcomes.append(each)
            print(f"{layers:12}{seed:8}{each.f1:10.4f}{each.seconds:10.1f}{each.memory:10.0f}", flush=True)
        f1 = statistics.mean(each.f1 or 0 for each in outcomes)
        print(f"{layers:12}{'mean':>8}{f1:10.4f}{statistics.mean(each.seconds for each in outcomes):10.1f}")
    return True


def run(work: Work) -> Outcome:
    """Do it in a process of its own.

    Memory is the larger of the most that this process ever had (VmHWM) and the most that it and its workers had at
    once, seen every half second, pages that they share counted once (PSS).
    """
    command = [sys.executable, str(Path(__file__).resolve()), "--work", json.dumps(asdict(work))]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process, most = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT), 0.0
        try:
            while process.poll() is None:
                most = max(most, held_together(process.pid))
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.5)
        finally:
            process.terminate()
            process.wait()
        output.seek(0)
        said = output.read()
    if process.returncode:
        sys.exit(f"{work.way} failed:\n{said}")
    own = json.loads(said.splitlines()[-1])
    true, predicted = own.get("true", []), own.get("predicted", [])
    return Outcome(
        seconds=own["seconds"],
        decoded=own["decoded"],
        memory=max(own["memory"], _MB * most),
        f1=float(f1_score(true, predicted, average="weighted", zero_division=0)) if true else None,
        features=own.get("features", 0.0),
    )


def do(work: Work) -> dict[str, Any]:
    """Do it here. Only what this way needs is imported, before the clock starts."""
    folder, weights = Path(work.folder), Path(work.weights)
    if work.way == "plain":
        from plain_way import plain

        found = plain(folder / "files", weights, work.epochs, work.seed)
    elif work.way == "ours":
        from our_way import ours

        found = ours(
            folder,
            weights,
            epochs=work.epochs,
            random_seed=work.seed,
            train_layers=work.train_layers,
            batch_size=work.batch_size,
            image_size=work.image_size,
            precision=work.precision,
        )
    else:
        from floor_way import floor

        found = floor(folder, weights)
    # Not ru_maxrss, which a process takes over from the one that started it.
    return {**found, "memory": _MB * high_water(os.getpid())}


if __name__ == "__main__":
    main()
