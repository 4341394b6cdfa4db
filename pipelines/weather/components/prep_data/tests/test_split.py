from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from prep_data.errors import ClassError, ParameterError
from prep_data.split import SPLITS, Candidate, Ratios, conflicts, split_photos, target_counts

RATIOS = Ratios(0.7, 0.2, 0.1)


def distinct(label: str, count: int) -> list[Candidate]:
    return [Candidate(f"{label}/{number:04d}.jpg", label, f"{label}-{number}") for number in range(count)]


def counts(photos: Sequence[Candidate], splits: dict[str, str]) -> dict[str, tuple[int, ...]]:
    count = Counter((photo.label, splits[photo.name]) for photo in photos)
    return {label: tuple(count[label, split] for split in SPLITS) for label in {photo.label for photo in photos}}


@st.composite
def ratios(draw: st.DrawFn) -> Ratios:
    shares = draw(st.lists(st.integers(1, 100), min_size=3, max_size=3))
    train, validation = shares[0] / sum(shares), shares[1] / sum(shares)
    return Ratios(train, validation, 1 - train - validation)


@st.composite
def photo_sets(draw: st.DrawFn) -> list[Candidate]:
    """Up to four classes; contents repeat within a class and, more rarely, between classes."""
    photos = []
    for label in draw(st.lists(st.sampled_from("abcd"), min_size=1, unique=True)):
        contents = draw(st.lists(st.integers(0, 30), min_size=3, max_size=40))
        shared = draw(st.booleans())
        for number, content in enumerate(contents):
            sha256 = f"{content}" if shared and content < 5 else f"{label}{content}"
            photos.append(Candidate(f"{label}/{number}", label, sha256))
    return photos


@st.composite
def photos_and_groups(draw: st.DrawFn) -> tuple[list[Candidate], list[list[Candidate]]]:
    """Photos, and which of them belong together: disjoint groups, each with all copies of its photos."""
    photos = draw(photo_sets())
    homes = {sha256: draw(st.integers(0, 40)) for sha256 in sorted({photo.sha256 for photo in photos})}
    groups: dict[int, list[Candidate]] = defaultdict(list)
    for photo in photos:
        # Most photos belong to none.
        if homes[photo.sha256] < 5:
            groups[homes[photo.sha256]].append(photo)
    return photos, list(groups.values())


def split_or_skip(
    photos: Sequence[Candidate], shares: Ratios, seed: int, together: Sequence[Sequence[Candidate]] = ()
) -> dict[str, str]:
    try:
        return dict(split_photos(photos, shares, seed, together))
    except ClassError:
        assume(False)
        raise


seeds = st.integers(-(2**63), 2**63)


@given(photo_sets(), ratios(), seeds)
def test_every_photo_is_in_exactly_one_split(photos: list[Candidate], shares: Ratios, seed: int) -> None:
    splits = split_or_skip(photos, shares, seed)
    assert sorted(splits) == sorted(photo.name for photo in photos)
    assert set(splits.values()) <= set(SPLITS)


@given(photo_sets(), ratios(), seeds)
def test_identical_photos_share_a_split_even_between_classes(
    photos: list[Candidate], shares: Ratios, seed: int
) -> None:
    splits = split_or_skip(photos, shares, seed)
    homes = defaultdict(set)
    for photo in photos:
        homes[photo.sha256].add(splits[photo.name])
    assert all(len(home) == 1 for home in homes.values())


@given(photo_sets(), ratios(), seeds)
def test_each_class_is_in_each_split(photos: list[Candidate], shares: Ratios, seed: int) -> None:
    splits = split_or_skip(photos, shares, seed)
    assert all(min(count) >= 1 for count in counts(photos, splits).values())


@given(photo_sets(), ratios(), seeds, st.randoms(use_true_random=False))
def test_the_order_of_a_listing_does_not_matter(
    photos: list[Candidate], shares: Ratios, seed: int, random: Random
) -> None:
    shuffled = list(photos)
    random.shuffle(shuffled)
    assert split_or_skip(photos, shares, seed) == split_or_skip(shuffled, shares, seed)


@given(st.integers(3, 200), ratios(), seeds)
def test_distinct_photos_are_split_exactly_as_the_targets_say(count: int, shares: Ratios, seed: int) -> None:
    photos = distinct("rain", count)
    assert counts(photos, dict(split_photos(photos, shares, seed)))["rain"] == tuple(
        target_counts(count, shares).values()
    )


@given(st.lists(st.integers(1, 8), min_size=3, max_size=60), ratios(), seeds)
def test_with_copies_a_class_misses_its_targets_by_less_than_its_largest_group_of_copies_or_the_minimum(
    groups: list[int], shares: Ratios, seed: int
) -> None:
    photos = [
        Candidate(f"rain/{group}-{copy}", "rain", f"{group}")
        for group, size in enumerate(groups)
        for copy in range(size)
    ]
    count = counts(photos, split_or_skip(photos, shares, seed))["rain"]
    targets = target_counts(len(photos), shares).values()
    assert all(got <= target + max(groups) for got, target in zip(count, targets, strict=True))


@given(st.integers(3, 10_000), ratios())
def test_targets_are_the_ratios_rounded_and_at_least_one(count: int, shares: Ratios) -> None:
    targets = target_counts(count, shares)
    assert sum(targets.values()) == count
    wanted = (shares.train, shares.validation, shares.test)
    for target, share in zip(targets.values(), wanted, strict=True):
        assert target >= 1
        assert abs(target - share * count) < 1 + 1e-6 or min(targets.values()) == 1


@given(photos_and_groups(), ratios(), seeds)
def test_photos_that_belong_together_share_a_split_and_every_other_promise_holds(
    drawn: tuple[list[Candidate], list[list[Candidate]]], shares: Ratios, seed: int
) -> None:
    photos, groups = drawn
    splits = split_or_skip(photos, shares, seed, groups)
    assert sorted(splits) == sorted(photo.name for photo in photos)
    assert all(min(count) >= 1 for count in counts(photos, splits).values())
    homes = defaultdict(set)
    for photo in photos:
        homes[photo.sha256].add(splits[photo.name])
    assert all(len(home) == 1 for home in homes.values())
    assert all(len({splits[photo.name] for photo in group}) == 1 for group in groups)


@given(photos_and_groups(), ratios(), seeds, st.randoms(use_true_random=False))
def test_the_order_of_photos_and_groups_does_not_matter(
    drawn: tuple[list[Candidate], list[list[Candidate]]], shares: Ratios, seed: int, random: Random
) -> None:
    photos, groups = drawn
    shuffled, mixed = list(photos), [random.sample(group, len(group)) for group in groups]
    random.shuffle(shuffled)
    random.shuffle(mixed)
    assert split_or_skip(photos, shares, seed, groups) == split_or_skip(shuffled, shares, seed, mixed)


@given(st.integers(10, 60), st.integers(2, 5), ratios(), seeds)
def test_one_group_more_moves_few_photos_and_none_of_another_class(
    count: int, size: int, shares: Ratios, seed: int
) -> None:
    photos = distinct("rain", count) + distinct("snow", count)
    before = split_photos(photos, shares, seed)
    after = split_or_skip(photos, shares, seed, [photos[:size]])
    moved = [name for name in before if after[name] != before[name]]
    assert all(name.startswith("rain/") for name in moved)
    assert len(moved) <= 4 * size


def test_targets_of_plain_numbers_are_what_one_expects() -> None:
    assert list(target_counts(10, RATIOS).values()) == [7, 2, 1]
    assert list(target_counts(100, Ratios(0.29, 0.01, 0.7)).values()) == [29, 1, 70]
    assert list(target_counts(3, RATIOS).values()) == [1, 1, 1]
    assert list(target_counts(50, Ratios(0.98, 0.01, 0.01)).values()) == [48, 1, 1]


def test_another_seed_gives_another_split() -> None:
    photos = distinct("rain", 40) + distinct("snow", 40)
    assert split_photos(photos, RATIOS, 1) != split_photos(photos, RATIOS, 2)
    assert split_photos(photos, RATIOS, 1) == split_photos(photos, RATIOS, 1)


def test_neighbours_in_a_listing_do_not_stay_together() -> None:
    splits = list(split_photos(distinct("rain", 100), RATIOS, 42).values())
    assert sum(here != there for here, there in pairwise(splits)) > 20


@given(st.integers(5, 60), st.integers(5, 60), ratios(), seeds)
def test_a_new_photo_leaves_other_classes_alone_and_moves_few_of_its_own(
    rain: int, snow: int, shares: Ratios, seed: int
) -> None:
    before = distinct("rain", rain) + distinct("snow", snow)
    old = split_photos(before, shares, seed)
    new = split_photos([*before, Candidate("rain/new.jpg", "rain", "new")], shares, seed)
    moved = [name for name in old if new[name] != old[name]]
    assert all(name.startswith("rain/") for name in moved)
    assert len(moved) <= 4


def test_a_class_with_one_photo_is_refused_by_name() -> None:
    with pytest.raises(ClassError, match=r"class 'hail' has 1 photo; it needs at least 3 distinct"):
        split_photos([*distinct("rain", 10), *distinct("hail", 1)], RATIOS, 42)


def test_copies_do_not_count_as_photos_of_a_class() -> None:
    copies = [Candidate(f"hail/{number}.jpg", "hail", f"{number % 2}") for number in range(9)]
    with pytest.raises(ClassError, match=r"class 'hail' has 9 photos \(2 distinct\)"):
        split_photos([*distinct("rain", 10), *copies], RATIOS, 42)


def test_photos_that_look_alike_do_not_count_either_where_they_are_kept_together() -> None:
    photos = [*distinct("rain", 10), *distinct("hail", 4)]
    with pytest.raises(ClassError, match=r"'hail' has 4 photos \(2 that do not look alike\).*or do not keep near-dup"):
        split_photos(photos, RATIOS, 42, [photos[-3:]])
    split_photos(photos, RATIOS, 42, [photos[-2:]])


def test_photos_that_another_class_has_too_do_not_count_either() -> None:
    shared = [Candidate("snow/0.jpg", "snow", "rain-0"), *distinct("snow", 2)]
    with pytest.raises(ClassError, match=r"class 'snow' has 3 photos \(2 without those that are also in another"):
        split_photos([*distinct("rain", 10), *shared], RATIOS, 42)


def test_three_distinct_photos_are_enough() -> None:
    photos = distinct("hail", 3)
    assert counts(photos, dict(split_photos(photos, RATIOS, 42)))["hail"] == (1, 1, 1)


def test_the_same_photo_in_two_classes_is_found() -> None:
    photos = [
        *distinct("rain", 2),
        Candidate("rain/copy.jpg", "rain", "rain-1"),
        Candidate("fog/1.jpg", "fog", "rain-0"),
    ]
    assert list(conflicts(photos)) == [("fog/1.jpg", "rain/0000.jpg")]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((0.7, 0.2, 0.2), "sum to 1"),
        ((0.7, 0.2, 0.1 + 1e-8), "sum to 1"),
        ((0.0, 0.5, 0.5), "train_ratio is 0"),
        ((0.5, 0.5, 0.0), "test_ratio is 0"),
        ((1.0, 0.5, -0.5), "train_ratio is 1"),
        ((0.6, -0.1, 0.5), "val_ratio is -0.1"),
        ((0.5, 0.4, float("nan")), "test_ratio is nan"),
        ((float("inf"), 0.4, 0.1), "train_ratio is inf"),
    ],
)
def test_ratios_that_make_no_sense_are_refused(values: tuple[float, float, float], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Ratios(*values)


@pytest.mark.parametrize("values", [(0.7, 0.2, 0.1), (0.1, 0.2, 0.7), (0.33, 0.33, 0.34), (0.7, 0.2, 0.1 + 1e-10)])
def test_ratios_that_sum_to_one_within_rounding_pass(values: tuple[float, float, float]) -> None:
    Ratios(*values)
