"""Groups of photos that look alike: complete, disjoint, and the same in any order."""

from collections.abc import Sequence
from itertools import combinations
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from prep_data.near_duplicates import DISTANCE, NearDuplicates, near_duplicate_groups, near_pairs
from prep_data.split import Candidate, SplitName


@st.composite
def hashes(draw: st.DrawFn) -> list[int]:
    """Hashes of which many are near to others: some are drawn, the rest are those with a few bits turned."""
    found = draw(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=4))
    turns = st.tuples(st.integers(0, 11), st.integers(0, DISTANCE + 3), st.integers(0, 2**16))
    for place, count, seed in draw(st.lists(turns, max_size=8)):
        found.append(found[place % len(found)] ^ sum(1 << bit for bit in Random(seed).sample(range(64), count)))
    return found


@st.composite
def photo_sets(draw: st.DrawFn) -> list[Candidate]:
    """Photos of two classes that look like each other in all ways, with copies, some without a hash."""
    looks = [*draw(hashes()), None, None]
    copied = draw(st.lists(st.integers(0, len(looks) - 1), max_size=4))
    contents = [*range(len(looks)), *copied]
    labels = draw(st.lists(st.sampled_from("ab"), min_size=len(contents), max_size=len(contents)))
    return [
        Candidate(f"{label}/{number}", label, f"{content}", looks[content])
        for number, (content, label) in enumerate(zip(contents, labels, strict=True))
    ]


def near(one: Candidate, other: Candidate) -> bool:
    return one.looks is not None and other.looks is not None and (one.looks ^ other.looks).bit_count() <= DISTANCE


@given(hashes())
def test_all_pairs_that_are_near_are_found_and_no_other(found: list[int]) -> None:
    distinct = sorted(set(found))
    pairs = {
        (min(pair), max(pair))
        for first, second in near_pairs(np.array(distinct, dtype=np.uint64))
        for pair in zip(first.tolist(), second.tolist(), strict=True)
    }
    assert pairs == {
        (one, other)
        for one, other in combinations(range(len(distinct)), 2)
        if (distinct[one] ^ distinct[other]).bit_count() <= DISTANCE
    }


def test_pairs_are_found_among_more_hashes_than_are_compared_at_once() -> None:
    random = Random(0)
    some = {random.getrandbits(10) << 50 | random.getrandbits(4) for _ in range(3000)}
    found = np.array(sorted(some), dtype=np.uint64)
    pairs = np.zeros((len(found), len(found)), dtype=bool)
    for first, second in near_pairs(found):
        pairs[first, second] = pairs[second, first] = True
    expected = np.bitwise_count(found[:, None] ^ found[None]) <= DISTANCE
    np.fill_diagonal(expected, False)
    assert (pairs == expected).all()


@given(photo_sets())
def test_photos_that_look_alike_are_in_one_group_directly_or_through_others(photos: list[Candidate]) -> None:
    groups = near_duplicate_groups(photos)
    home = {photo: number for number, group in enumerate(groups) for photo in group}
    assert len(home) == sum(map(len, groups))
    for one, other in combinations(photos, 2):
        if near(one, other) and (one.sha256 != other.sha256 or one in home):
            assert home[one] == home[other]
    for group in groups:
        reached = {group[0]}
        while more := {photo for photo in group if any(near(photo, known) for known in reached)} - reached:
            reached |= more
        assert reached == set(group)
        assert len({photo.sha256 for photo in group}) > 1


@given(photo_sets(), st.randoms(use_true_random=False))
def test_the_order_of_photos_does_not_matter(photos: list[Candidate], random: Random) -> None:
    shuffled = list(photos)
    random.shuffle(shuffled)
    assert near_duplicate_groups(photos) == near_duplicate_groups(shuffled)


def found(photos: Sequence[tuple[str, SplitName, int]]) -> NearDuplicates:
    candidates = [Candidate(name, name.partition("/")[0], name, looks) for name, _, looks in photos]
    return NearDuplicates(near_duplicate_groups(candidates), {name: split for name, split, _ in photos})


def test_photos_of_other_splits_that_look_like_training_photos_are_counted() -> None:
    alike = found(
        [
            ("dew/1.jpg", "train", 0),
            ("dew/2.jpg", "test", 2**10 - 4),
            ("dew/3.jpg", "test", 2**20 - 2**11),
            ("dew/4.jpg", "validation", 3),
            ("rain/1.jpg", "validation", 2**64 - 1),
            ("rain/2.jpg", "test", 2**64 - 2),
            ("rain/3.jpg", "train", 2**40 - 1),
        ]
    )
    assert alike.photos() == 5
    assert (alike.like_train("test"), alike.like_train("validation")) == (1, 1)


def test_a_photo_that_is_like_a_training_photo_only_through_a_third_one_counts_too() -> None:
    chain = found([("dew/1.jpg", "train", 0), ("dew/2.jpg", "validation", 255), ("dew/3.jpg", "test", 2**16 - 1)])
    assert chain.like_train("test") == 1


def test_groups_in_more_than_one_class_are_told() -> None:
    alike = found([("dew/1.jpg", "train", 0), ("rain/1.jpg", "train", 1), ("rain/2.jpg", "train", 2**64 - 1)])
    assert [[photo.name for photo in group] for group in alike.conflicts()] == [["dew/1.jpg", "rain/1.jpg"]]
