"""Photos that look alike though their files differ: the same picture saved again, scaled, cropped a little. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prep_data.split import Candidate, SplitName

DISTANCE = 8
"""Bits in which the hashes of two photos that look alike differ at most.

It was chosen by looking at pairs of 2,590 real weather photos (WEAPD). Up to 8 bits, 55 of 55 pairs show the same
scene; at 10 bits 11 of 14, at 12 bits 6 of 27. Chance pairs grow with the square of the number of photos.

Mirrored copies are not looked for. No photo of those came closer to the mirror image of another one than 10 bits (three
pairs, all of different scenes), and comparing with mirror images too would double both the work and the chance pairs.
"""

Group = tuple[Candidate, ...]

_COMPARED_AT_ONCE = 2**17


@dataclass(frozen=True)
class NearDuplicates:
    """Groups of photos that look alike, and where they went.

    Attributes:
        groups: see ``near_duplicate_groups``.
        splits: the split of each photo, by name.
    """

    groups: Sequence[Group]
    splits: Mapping[str, SplitName]

    def photos(self) -> int:
        """How many photos look like another one."""
        return sum(map(len, self.groups))

    def like_train(self, split: SplitName) -> int:
        """How many photos of a split look like one of the training split, directly or through others of their group."""
        return sum(
            self.splits[photo.name] == split
            for group in self.groups
            if any(self.splits[photo.name] == "train" for photo in group)
            for photo in group
        )

    def conflicts(self) -> list[Group]:
        """The groups that stand in more than one class: at least one of the classes is probably wrong."""
        return [group for group in self.groups if len({photo.label for photo in group}) > 1]


def near_duplicate_groups(photos: Sequence[Candidate]) -> list[Group]:
    """Groups of photos of which each looks like another one of its group, and like none outside it.

    A group has at least two photos whose bytes differ, and with a photo all of its byte-identical copies. Groups, and
    the photos in them, are sorted by name.
    """
    by_hash: dict[int, list[Candidate]] = defaultdict(list)
    for photo in photos:
        if photo.looks is not None:
            by_hash[photo.looks].append(photo)
    hashes = sorted(by_hash)
    groups: dict[int, list[Candidate]] = defaultdict(list)
    for looks, root in zip(hashes, _joined(np.array(hashes, dtype=np.uint64)).tolist(), strict=True):
        groups[root] += by_hash[looks]
    found = [
        tuple(sorted(group, key=lambda photo: photo.name))
        for group in groups.values()
        if len({photo.sha256 for photo in group}) > 1
    ]
    return sorted(found, key=lambda group: group[0].name)


def near_pairs(hashes: NDArray[np.uint64]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Positions of all pairs of hashes that are at most ``DISTANCE`` apart; some come more than once.

    Hashes that differ in so few bits agree on one of ``DISTANCE + 1`` bands of bits (multi-index hashing: Norouzi,
    Punjani and Fleet, "Fast Search in Hamming Space with Multi-Index Hashing", 2012, with a radius of 0), so only those
    are compared that do. For 100,000 hashes this takes about 3 s of CPU time, a tenth of comparing all with all.

    Args:
        hashes: (n,), no two the same.
    """
    # Bits are dealt out like cards: neighbours, which are of similar frequencies, tell less together.
    for band in range(DISTANCE + 1):
        keys = hashes & np.uint64(sum(1 << bit for bit in range(band, 64, DISTANCE + 1)))
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.diff(keys[order], prepend=~keys[order[:1]]))
        for members in np.split(order, starts[1:]):
            yield from _pairs_among(hashes, members)


def _pairs_among(
    hashes: NDArray[np.uint64], members: NDArray[np.intp]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    rows = max(1, _COMPARED_AT_ONCE // max(1, len(members)))
    for start in range(0, len(members) - 1, rows):
        some, rest = members[start : start + rows], members[start:]
        differing = np.bitwise_count(hashes[some, None] ^ hashes[None, rest])  # (some, rest)
        first, second = np.nonzero(differing <= DISTANCE)
        once = first < second
        if once.any():
            yield some[first[once]], rest[second[once]]


def _joined(hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
    """For each hash the position of the first one that it is near to, directly or through others; (n,)."""
    roots = np.arange(len(hashes))
    for first, second in near_pairs(hashes):
        for one, other in zip(first.tolist(), second.tolist(), strict=True):
            kept, dropped = sorted((roots[one], roots[other]))
            if kept != dropped:
                roots[roots == dropped] = kept
    return roots
