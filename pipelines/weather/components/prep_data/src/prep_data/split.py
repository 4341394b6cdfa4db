"""Which photo goes into which split. Pure.

Three promises beyond the ratios:

- Byte-identical photos share one split, so that nothing a model is tested on was seen in training. When the same
  bytes stand in several classes, the class that sorts first places them, and the others work around it. The same
  holds for photos that look alike, where that is asked for.
- Each class is split by itself and has a photo in every split.
- A photo's place follows from a hash of its content and the seed: the order of a listing does not matter, and adding
  a photo to a class leaves other classes as they were and moves only a few photos of its own.
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from prep_data.errors import ClassError, ParameterError

SplitName = Literal["train", "validation", "test"]
SPLITS: tuple[SplitName, ...] = get_args(SplitName)


@dataclass(frozen=True)
class Ratios:
    """Shares of the photos that the splits get.

    Raises:
        ParameterError: one does not lie between 0 and 1, or they do not sum to 1 within 1e-9.
    """

    train: float
    validation: float
    test: float

    def __post_init__(self) -> None:
        ratios = {"train_ratio": self.train, "val_ratio": self.validation, "test_ratio": self.test}
        for name, ratio in ratios.items():
            if not 0 < ratio < 1:
                raise ParameterError(f"{name} is {ratio}; it must be greater than 0 and less than 1")
        total = math.fsum(ratios.values())
        if abs(total - 1) > 1e-9:
            sum_of = " + ".join(f"{name} {ratio}" for name, ratio in ratios.items())
            raise ParameterError(f"{sum_of} is {total:.10g}; the three must sum to 1")


@dataclass(frozen=True)
class Candidate:
    """A photo as far as splitting needs to know it.

    Attributes:
        name: path below the source.
        label: its class.
        sha256: of its content.
        looks: its perceptual hash; None where it has none.
    """

    name: str
    label: str
    sha256: str
    looks: int | None = None


def split_photos(
    photos: Sequence[Candidate], ratios: Ratios, seed: int, together: Iterable[Collection[Candidate]] = ()
) -> dict[str, SplitName]:
    """The split of each photo, by name.

    Args:
        photos: all of them.
        ratios: the shares of the splits.
        seed: any number; another one gives another split.
        together: photos of each of these share a split; no photo is in two of them, and each comes with its copies.

    Raises:
        ClassError: a class has too few distinct photos to have one in each split.
    """
    keys = {photo.sha256: photo.sha256 for photo in photos}
    for group in together:
        keys |= dict.fromkeys((photo.sha256 for photo in group), min(photo.sha256 for photo in group))
    by_class: dict[str, list[Candidate]] = defaultdict(list)
    for photo in photos:
        by_class[photo.label].append(photo)
    placed: dict[str, SplitName] = {}
    for label in sorted(by_class):
        copies = Counter(keys[photo.sha256] for photo in by_class[label])
        _check_distinct(label, copies, len({photo.sha256 for photo in by_class[label]}), placed)
        placed.update(_place(label, copies, placed, ratios, seed))
    return {photo.name: placed[keys[photo.sha256]] for photo in photos}


def target_counts(count: int, ratios: Ratios) -> dict[SplitName, int]:
    """How many of ``count`` photos each split should get: the ratios, rounded to sum to ``count``, each at least 1.

    ``count`` must be 3 or more.
    """
    shares = dict(zip(SPLITS, (count * ratios.train, count * ratios.validation, count * ratios.test), strict=True))
    counts = {split: math.floor(share) for split, share in shares.items()}
    by_remainder = sorted(SPLITS, key=lambda split: counts[split] - shares[split])
    for split in by_remainder[: count - sum(counts.values())]:
        counts[split] += 1
    for split in SPLITS:
        if counts[split] == 0:
            counts[max(SPLITS, key=lambda other: counts[other])] -= 1
            counts[split] = 1
    return counts


def conflicts(photos: Sequence[Candidate]) -> Iterator[tuple[str, ...]]:
    """Names of byte-identical photos that stand in more than one class: at least one of the classes is wrong."""
    same: dict[str, list[Candidate]] = defaultdict(list)
    for photo in sorted(photos, key=lambda photo: photo.name):
        same[photo.sha256].append(photo)
    for copies in same.values():
        if len({photo.label for photo in copies}) > 1:
            yield tuple(photo.name for photo in copies)


def _check_distinct(label: str, copies: Mapping[str, int], distinct: int, placed: Mapping[str, SplitName]) -> None:
    total = sum(copies.values())
    own = sum(key not in placed for key in copies)
    if own >= len(SPLITS):
        return
    less = []
    if distinct < total:
        less.append(f"{distinct} distinct")
    if len(copies) < distinct:
        less.append(f"{len(copies)} that do not look alike")
    if own < len(copies):
        less.append(f"{own} without those that are also in another class")
    photos = "1 photo" if total == 1 else f"{total} photos"
    detail = f" ({', '.join(less)})" if less else ""
    apart = ", or do not keep near-duplicates together" if len(copies) < distinct else ""
    raise ClassError(
        f"class {label!r} has {photos}{detail}; it needs at least {len(SPLITS)} distinct ones, so that there is one "
        f"in each split: add photos or remove its folder{apart}"
    )


def _place(
    label: str, copies: Mapping[str, int], placed: Mapping[str, SplitName], ratios: Ratios, seed: int
) -> dict[str, SplitName]:
    room = target_counts(sum(copies.values()), ratios)
    vacant = set(SPLITS)
    for key, count in copies.items():
        if key in placed:
            room[placed[key]] -= count
            vacant.discard(placed[key])
    own = sorted((key for key in copies if key not in placed), key=lambda key: _draw(seed, label, key))
    chosen: dict[str, SplitName] = {}
    for position, key in enumerate(own):
        must_fill = len(own) - position <= len(vacant)
        open_to = [split for split in SPLITS if not must_fill or split in vacant]
        fitting = [split for split in open_to if room[split] >= copies[key]]
        split = fitting[0] if fitting else max(open_to, key=lambda split: room[split])
        chosen[key] = split
        room[split] -= copies[key]
        vacant.discard(split)
    return chosen


def _draw(seed: int, label: str, key: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{label}\0{key}".encode()).digest()
